"""Single values as people type them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.cn import uscc

from platforms import checks

VALID = ("914403001922038216", "91330200711192037M", "91350100M000100Y43")
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WRONG_CHECK = "统一社会信用代码的校验位不符，请对照证书逐位核对。"


@pytest.mark.parametrize("code", VALID)
def test_real_codes_pass(code: str) -> None:
    assert checks.check_credit_code(code) is None


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("91350100M000100Y4Z", "统一社会信用代码中不会出现“Z”（不使用字母 I、O、S、V、Z），请对照证书核对。"),
        ("91350100M000100Y44", WRONG_CHECK),
        ("91350100M000100Y4", "统一社会信用代码须为 18 位，现为 17 位，请对照证书核对。"),
        ("91350100M000100Y433", "统一社会信用代码须为 18 位，现为 19 位，请对照证书核对。"),
        ("", "统一社会信用代码须为 18 位，现为 0 位，请对照证书核对。"),
        ("9135O100M000100Y43", "统一社会信用代码中不会出现“O”（不使用字母 I、O、S、V、Z），请对照证书核对。"),
        ("9.1330200711E+17AB", "统一社会信用代码中不会出现“.”（不使用字母 I、O、S、V、Z），请对照证书核对。"),
    ],
)
def test_wrong_codes_are_told_what_is_wrong(code: str, sentence: str) -> None:
    assert checks.check_credit_code(code) == sentence


def test_a_code_is_put_into_one_form_and_nothing_is_guessed() -> None:
    assert checks.normalise_credit_code(" 91350100 m000100y43\n") == "91350100M000100Y43"
    assert checks.normalise_credit_code("91350100M\u200b000\u00a0100Y43") == "91350100M000100Y43"
    assert checks.normalise_credit_code("9135o100M000100Y43") == "9135O100M000100Y43"


@given(
    st.text(alphabet=ALPHABET, min_size=17, max_size=17).map(lambda body: body + uscc.calc_check_digit(body)),
    st.integers(0, 17),
    st.sampled_from(ALPHABET),
)
def test_one_wrong_character_is_always_found(code: str, place: int, other: str) -> None:
    slipped = code[:place] + other + code[place + 1 :]
    # The first characters also name a registration authority, which stdnum may not know.
    if uscc.is_valid(code):
        assert (checks.check_credit_code(slipped) is None) == (slipped == code)


@given(st.text(max_size=40))
@example("A´")
def test_normal_forms_are_stable_and_checks_never_fail(text: str) -> None:
    code = checks.normalise_credit_code(text)
    assert checks.normalise_credit_code(code) == code
    phones = checks.normalise_phones(text)
    assert checks.normalise_phones(phones) == phones
    for found in (
        checks.check_credit_code(text),
        checks.check_phones(text),
        checks.check_email(text),
        checks.nature_mismatch(text, "enterprise"),
    ):
        assert found is None or found.endswith("。")


@pytest.mark.parametrize(
    "phone",
    [
        "13800138000",
        "19912345678",
        "0574-87654321",
        "057487654321",
        "(0574)87654321",
        "010-12345678".replace("1234", "8234"),
        "87654321",
        "8765432",
        "0574-87654321-801",
        "0574-87654321转8",
        "400-826-1234",
        "4008261234",
        "12345",
        "96871",
        "13800138000、0574-87654321",
    ],
)
def test_phones_that_people_have(phone: str) -> None:
    assert checks.check_phones(phone) is None


@pytest.mark.parametrize("phone", ["", "12800138000", "1380013800", "138001380001", "0574-1234567", "电话", "1234567"])
def test_phones_that_nobody_has(phone: str) -> None:
    expected = f"“{phone}”不是有效的电话号码，请填写手机号码，或带区号的固定电话，如 0574-87654321。"
    assert checks.check_phones(phone) == expected


def test_two_numbers_but_not_three() -> None:
    assert checks.check_phones("13800138000、13900139000") is None
    assert checks.check_phones("13800138000、13900139000、13700137000") == "电话最多填写两个，用顿号分隔。"


def test_a_mobile_field_takes_mobiles_only() -> None:
    assert checks.check_phones("13800138000、13900139000", mobile_only=True) is None
    assert (
        checks.check_phones("0574-87654321", mobile_only=True)
        == "“0574-87654321”不是有效的手机号码，应为 11 位并以 13 至 19 开头。"
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0013 8000", "13800138000"),
        ("13800138000,(0574)87654321", "13800138000、(0574)87654321"),
        ("0574—87654321/87654322", "0574-87654321、87654322"),
        ("", ""),
    ],
)
def test_phones_are_put_into_one_form(typed: str, kept: str) -> None:
    assert checks.normalise_phones(typed) == kept


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("name@example.cn", True),
        ("a.b+c@mail.example.com.cn", True),
        ("name", False),
        ("name@example", False),
        ("name@@example.cn", False),
        ("na me@example.cn", False),
        ("a..b@example.cn", False),
        ("name@-example.cn", False),
    ],
)
def test_mail_addresses(address: str, right: bool) -> None:
    assert checks.check_email(address) == (None if right else "电子邮箱的格式不正确，应如 name@example.cn。")


@pytest.mark.parametrize(
    ("code", "nature", "warned"),
    [
        ("11330212", "government", False),
        ("12330212", "institution", False),
        ("13330212", "association", False),
        ("51330212", "association", False),
        ("52330212", "non_enterprise", False),
        ("91330212", "enterprise", False),
        ("91330212", "government", True),
        ("11330212", "enterprise", True),
        # Prefixes that say nothing, and questions not answered yet.
        ("N2330212", "enterprise", False),
        ("91330212", "", False),
        ("", "enterprise", False),
    ],
)
def test_a_code_that_does_not_go_with_the_nature_is_a_warning(code: str, nature: str, warned: bool) -> None:
    expected = f"统一社会信用代码以 {code[:2]} 开头，通常与所选的单位性质不一致，请核对。"
    assert checks.nature_mismatch(code, nature) == (expected if warned else None)
