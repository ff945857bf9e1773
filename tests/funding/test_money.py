"""The money of a notice as a value: read, written, named."""

import tomllib
from fractions import Fraction
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given

from funding.money import FIRST, Money, MoneyError
from platforms.notices.terms import FactorShare, read
from tests.funding.naive import OTHER, moneys


def data_of_2020() -> dict[str, Any]:
    """The terms of the notice of 2020 as the reference file writes them."""
    file = settings.REFERENCE_DIR / "notices" / "2020-5.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))["terms"]


@pytest.mark.clause("N24")
@pytest.mark.clause("N25")
def test_what_runs_of_the_first_version_were_made_with_is_the_notice_of_2020() -> None:
    assert Money.of(read(data_of_2020())) == FIRST
    assert (FIRST.share.points, FIRST.share.failing, FIRST.share.line, FIRST.share.full_marks) == (
        (("A", 60), ("B", 30), ("C", 10)), "D", Fraction(1, 5), 100,
    )  # fmt: skip


def test_a_notice_without_money_gives_none() -> None:
    assert Money.of(read(data_of_2020() | {"money": {}})) is None


@given(moneys())
def test_what_is_written_is_read_back_to_an_equal_value_whatever_the_order_of_its_points(money) -> None:
    data = money.as_data()
    assert Money.read(data) == money
    assert Money.read(data | {"points": dict(sorted(data["points"].items(), reverse=True))}) == money


@pytest.mark.parametrize(
    "change",
    [
        {"grades": None}, {"grades": [{"code": "A"}]}, {"points": {"A": -1}}, {"points": {"A": 0.5}},
        {"points": {"X": 1}},
        {"failing": "A"}, {"failing": "X"}, {"line": "0"}, {"line": "7/5"}, {"line": 0.2}, {"kind": "award"},
    ],
)  # fmt: skip
def test_stored_money_that_cannot_be_is_refused_in_one_sentence(change) -> None:
    for data in (FIRST.as_data() | change, {}, None, []):
        with pytest.raises(MoneyError, match=r"^所依据的档次分值和淘汰线无法读取，内容已被改动$"):
            Money.read(data)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (Fraction(1, 5), "20%"), (Fraction(3, 10), "30%"), (Fraction(1, 3), "1/3"), (Fraction(125, 1000), "12.5%"),
        (Fraction(1), "100%"),
    ],
)  # fmt: skip
def test_the_line_is_written_as_people_write_it_and_never_rounded(line, text) -> None:
    assert Money(FactorShare((("A", 1),), "D", line), (("A", "A档"), ("D", "D档"))).line_text == text


def test_grades_with_points_are_named_in_one_word() -> None:
    assert (FIRST.paid_text, FIRST.failing_label) == ("A、B、C档", "D档")
    assert (OTHER.paid_text, OTHER.failing_label) == ("优秀、合格", "不合格")
