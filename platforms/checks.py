"""Checks of single values, as people type them: credit codes, phones, e-mail; each says in Chinese what is wrong."""

import re
import unicodedata

from stdnum.cn import uscc

from platforms.identity import ours

# GB 32100-2015: registration authority and kind of unit stand in the first two characters.
_NATURE_OF_PREFIX = {
    "11": ("government",),
    "12": ("institution",),
    "13": ("association", "institution"),
    "51": ("association",),
    "52": ("non_enterprise",),
    "53": ("non_enterprise",),
    "91": ("enterprise",),
    "92": ("enterprise",),
    "93": ("enterprise",),
}
_CODE_LENGTH = 18
_CODE_CHARACTERS = set("0123456789ABCDEFGHJKLMNPQRTUWXY")

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
# Area code, subscriber, extension; 400 and 800 numbers; short service numbers such as 12345.
_LANDLINE = re.compile(
    r"(\(0\d{2,3}\)|0\d{2,3}-?)?[2-9]\d{6,7}((-|转)\d{1,6})?|[48]00-?\d{3}-?\d{4}|1[02]\d{3}|9[56]\d{3,4}", re.ASCII
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}", re.ASCII)
_MOST_NUMBERS = 2


def _half_width(text: str) -> str:
    """Return ``text`` in half-width characters, without blanks and characters that nobody sees."""
    if text.isascii() and text.isalnum():
        return text
    before = None
    # What a blank kept apart may melt into one character: again until nothing changes.
    while text != before:
        before = text
        wide = unicodedata.normalize("NFKC", text)
        text = "".join(each for each in wide if not each.isspace() and unicodedata.category(each) != "Cf")
    return text


def normalise_credit_code(text: str) -> str:
    """Return ``text`` in half-width capitals without blanks; look-alikes such as O and 0 are never guessed."""
    return _half_width(_half_width(text).upper())


def check_credit_code(code: str) -> str | None:
    """Return what is wrong with the unified social credit code ``code`` (GB 32100-2015), or None."""
    if len(code) != _CODE_LENGTH:
        return f"统一社会信用代码须为 18 位，现为 {len(code)} 位，请对照证书核对。"
    wrong = [each for each in code if each not in _CODE_CHARACTERS]
    if wrong:
        return f"统一社会信用代码中不会出现“{wrong[0]}”（不使用字母 I、O、S、V、Z），请对照证书核对。"
    if not uscc.is_valid(code):
        return "统一社会信用代码的校验位不符，请对照证书逐位核对。"
    return None


def normalise_phones(text: str) -> str:
    """Return ``text`` in half-width characters without blanks, the numbers joined by 、."""
    text = re.sub(r"[,;/、]", " 、 ", unicodedata.normalize("NFKC", text))
    return re.sub(r"[‐‑–—−]", "-", _half_width(text))


def check_phones(text: str, *, mobile_only: bool = False) -> str | None:
    """Return what is wrong with one phone number or two joined by 、, or None; ``mobile_only`` refuses landlines."""
    numbers = text.split("、")
    if len(numbers) > _MOST_NUMBERS:
        return "电话最多填写两个，用顿号分隔。"
    for number in numbers:
        if _MOBILE.fullmatch(number) or (not mobile_only and _LANDLINE.fullmatch(number)):
            continue
        if mobile_only:
            return f"“{number}”不是有效的手机号码，应为 11 位并以 13 至 19 开头。"
        return f"“{number}”不是有效的电话号码，请填写手机号码，或带区号的固定电话，如 {ours().examples.phone}。"
    return None


def check_email(text: str) -> str | None:
    """Return what is wrong with the e-mail address ``text``, or None."""
    if not _EMAIL.fullmatch(text) or ".." in text:
        return "电子邮箱的格式不正确，应如 name@example.cn。"
    return None


def natures_of(code: str) -> frozenset[str]:
    """Return the natures that a unit with the credit code ``code`` may have (GB 32100-2015, first two characters).

    Empty where the code is wrong or its first characters tell nothing.
    """
    if check_credit_code(code):
        return frozenset()
    return frozenset(_NATURE_OF_PREFIX.get(code[:2], ()))


def nature_mismatch(code: str, nature: str) -> str | None:
    """Return a warning where the first two characters of a credit code do not go with the nature of the unit, or None.

    Only a warning: units keep old codes when they change, and some prefixes stand for more than one nature.
    """
    natures = _NATURE_OF_PREFIX.get(code[:2])
    if natures is None or not nature or nature in natures:
        return None
    return f"统一社会信用代码以 {code[:2]} 开头，通常与所选的单位性质不一致，请核对。"
