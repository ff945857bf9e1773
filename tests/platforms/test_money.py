"""T15: an amount is a number however its digits are grouped, and what could be a slip is none."""

from decimal import Decimal

import pytest

from platforms.money import WAN, plain_amount, read_amount
from platforms.pages.money_fields import FeeField, MoneyField

pytestmark = pytest.mark.trust("T15")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("15000000", 15_000_000), ("15,000,000", 15_000_000), ("15，000，000", 15_000_000), ("15 000 000", 15_000_000),
        ("15\u3000000\u3000000", 15_000_000), ("１５，０００，０００", 15_000_000), ("¥15,000,000", 15_000_000),
        ("￥ 1,000", 1000), ("1500万元", 15_000_000), ("1,500万", 15_000_000), ("0.5 万元", 5000), ("30元", 30),
        ("0", 0), (" 7 ", 7), ("-1", -1), ("12.50", Decimal("12.5")), ("999,999", 999_999),
    ],
)  # fmt: skip
def test_what_is_an_amount(text: str, amount: int | Decimal) -> None:
    assert read_amount(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "", "1500,0000", "15,00", "1,000 000", ",000", "1,000,", "1_000", "1e9", "+5", "NaN", "Infinity", "007", "00",
        "0,123", "1.5.5", "1.", ".5", "一千", "1000元整", "1亿", "$5", "9" * 19, "1\x00", "15,000,0000", "1  000",
    ],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    assert read_amount(text) is None
    assert plain_amount(text) == text


def test_a_number_without_a_unit_is_in_the_unit_of_its_box() -> None:
    assert [read_amount(text, WAN) for text in ("30", "30万元", "300,000元")] == [30, 30, 30]


@pytest.mark.parametrize(
    ("text", "plain"), [("1,200.50", "1200.5"), ("12.00", "12"), ("１０", "10"), ("100", "100"), ("1万", "10000")]
)
def test_it_is_handed_on_in_plain_digits(text: str, plain: str) -> None:
    assert plain_amount(text) == plain


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请填写。"),
        ("一千", "请填写金额，单位为元，如 15000000、15,000,000 或 1500万元。"),
        ("1.5", "应为整数元，不能有小数。"),
        ("0", "应在 1 至 999,999,999,999,999 元之间，请核对。"),
        ("1,000,000,000,000,000", "应在 1 至 999,999,999,999,999 元之间，请核对。"),
    ],
)
def test_the_box_says_what_is_wrong(text: str, sentence: str) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError) as said:
        MoneyField(low="1").clean(text)
    assert said.value.messages == [sentence]


def test_the_box_gives_whole_yuan_as_a_number_and_a_fee_as_text() -> None:
    assert MoneyField().clean("15，000，000") == 15_000_000
    assert MoneyField(unit=WAN, places=2).clean("30.25") == Decimal("30.25")
    assert MoneyField(required=False).clean(" ") is None
    assert FeeField().clean("1,200.50") == "1200.5"
    # The service has the words for what is no amount.
    assert FeeField().clean("面议") == "面议"
