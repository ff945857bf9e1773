"""One cell read as an officer meant it: full-width digits, no-break blanks, dates as text; nothing is guessed silently.

Every tolerant reading is told to the caller; what can be read in two ways is an error.
"""

# ruff: noqa: ARG001 - the readers share one signature

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from platforms.intake.fields import Column, Kind
from platforms.intake.findings import Failure
from platforms.intake.xlsx import Broken, Formula
from platforms.storable import UNSTORABLE

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+", re.ASCII)
_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
)
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,4}日?")
_MONTH = re.compile(r"\d{4}[-/.年]\d{1,2}月?")
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LOCAL = re.compile(r"[2-9]\d{6,7}|[48]00\d{7}|1[02]\d{3}|9[56]\d{3,4}", re.ASCII)
_BLANKS = " \t\r\n\u3000"
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 73_050  # 1927 to 2099
_DAY_ZERO = date(1899, 12, 30)


class CellProblem(ValueError):
    """A cell that cannot be read; the text is a sentence without the cell."""

    def __init__(self, failure: Failure, sentence: str) -> None:
        super().__init__(sentence)
        self.failure = failure


def is_empty(value: Any) -> bool:
    """Say whether nothing that anybody sees stands in the cell."""
    if not isinstance(value, str):
        return value is None
    text = value.strip()
    return not text or (not text[0].isprintable() and not visible(text))


def visible(text: str) -> str:
    """Return ``text`` without what nobody sees: zero-width signs gone, other blanks as plain ones, trimmed."""
    if text.isprintable():
        return text.strip()
    found = []
    for each in text:
        category = unicodedata.category(each)
        if category == "Cf":
            continue
        found.append(" " if category == "Zs" and each != "\u3000" else each)
    return "".join(found).strip()


def read(column: Column, value: Any) -> tuple[Any, str]:
    """Return the value of a cell that is not empty, and how it was understood ("" if it was written as asked).

    Raises:
        CellProblem: the cell does not hold what the column asks for, or could mean two things.
    """
    if isinstance(value, Formula):
        raise CellProblem(Failure.FORMAT, "是公式，请复制后选择性粘贴为数值。")
    if isinstance(value, Broken):
        raise CellProblem(Failure.FORMAT, _broken(column, value))
    if isinstance(value, str):
        seen = visible(value)
        found, understood = _READERS[column.kind](column, seen)
        if not understood and seen != value.strip(_BLANKS):
            understood = "已去掉看不见的字符"
        return found, understood
    return _READERS[column.kind](column, value)


def _broken(column: Column, value: Broken) -> str:
    if value.text == UNSTORABLE:
        return f"含有{UNSTORABLE}，请删除后重新填写。"
    if value.text.startswith("#"):
        return "是 Excel 的错误值，请改正。"
    return (
        f"不是存在的日期({value.text})，请写成 2015-06-01 的样子。"
        if column.kind == Kind.DATE
        else "是无效的日期，请改正。"
    )


def _half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _text(column: Column, value: Any) -> tuple[str, str]:
    if isinstance(value, str):
        return value, ""
    if isinstance(value, bool | datetime):
        raise CellProblem(Failure.FORMAT, "不是文字，Excel 已改成其他格式，请把单元格设为文本格式后重新填写。")
    text = _digits(value)
    return text, f"按文字“{text}”理解"


def _key(column: Column, value: Any) -> tuple[str, str]:
    if isinstance(value, bool | datetime | float):
        raise CellProblem(Failure.FORMAT, "不能作为序号，请填写整数或文字。")
    text = _half_width(str(value))
    if text.isascii() and text.isdigit():
        text = text.lstrip("0") or "0"
    return text, "" if text == str(value) else f"按序号“{text}”理解"


def _code(column: Column, value: Any) -> tuple[str, str]:
    if not isinstance(value, str):
        raise CellProblem(
            Failure.FORMAT, "是数字格式，Excel 只保留前 15 位，后面的位数已经丢失，请把单元格设为文本格式后重新填写。"
        )
    text = "".join(_half_width(value).upper().split())
    if _SCIENTIFIC.fullmatch(text):
        raise CellProblem(
            Failure.FORMAT, "已被 Excel 改成科学记数法，原来的位数无法恢复，请把单元格设为文本格式后重新填写。"
        )
    return text, "" if text == value else f"按“{text}”理解"


def _phone(column: Column, value: Any) -> tuple[str, str]:
    if isinstance(value, str):
        text = _half_width(value).strip()
        if _SCIENTIFIC.fullmatch(text):
            raise CellProblem(Failure.FORMAT, "已被 Excel 改成科学记数法，请把单元格设为文本格式后重新填写。")
        return value, "" if text == value else f"按“{text}”理解"
    if isinstance(value, bool | datetime | float):
        raise CellProblem(Failure.FORMAT, "不是电话号码，请把单元格设为文本格式后重新填写。")
    text = str(value)
    if not _MOBILE.fullmatch(text) and not _LOCAL.fullmatch(text):
        raise CellProblem(
            Failure.FORMAT, "是数字格式，区号开头的 0 可能已被 Excel 去掉，请把单元格设为文本格式后重新填写。"
        )
    return text, f"按号码“{text}”理解"


def _decimal(column: Column, value: Any) -> tuple[Decimal, str]:
    if isinstance(value, bool | datetime):
        raise CellProblem(Failure.FORMAT, "不是数字，请重新填写。")
    if not isinstance(value, str):
        return Decimal(_digits(value)), ""
    text = _half_width(value).strip()
    if not _NUMBER.fullmatch(text):
        raise CellProblem(Failure.FORMAT, "不是数字，请只填数字，不写单位、逗号和文字。")
    return Decimal(text), "" if text == value else f"按 {text} 理解"


def _whole(column: Column, value: Any) -> tuple[int, str]:
    number, understood = _decimal(column, value)
    if number != number.to_integral_value():
        raise CellProblem(Failure.FORMAT, "不是整数，请核对。")
    if number < 0:
        raise CellProblem(Failure.FORMAT, "不能为负数，请核对。")
    return int(number), understood


def _date(column: Column, value: Any) -> tuple[date, str]:
    if isinstance(value, datetime):
        day = value.date()
        return day, "" if value.time() == time() else f"按 {day} 理解，时刻不计"
    if isinstance(value, bool):
        raise CellProblem(Failure.FORMAT, "不是日期，请写成 2015-06-01 的样子。")
    if not isinstance(value, str):
        return _date_of_number(value)
    text = "".join(_half_width(value).split())
    found = _DATE.fullmatch(text)
    if found or (found := _EIGHT.fullmatch(text)):
        year, month, day_of_month = (int(part) for part in found.groups() if part)
        try:
            day = date(year, month, day_of_month)
        except ValueError:
            raise CellProblem(Failure.FORMAT, "不是存在的日期，请核对。") from None
        return day, "" if value == day.isoformat() else f"按 {day} 理解"
    if _SHORT_YEAR.fullmatch(text):
        raise CellProblem(Failure.FORMAT, "看不出哪个是年份，请写四位的年份，如 2024-01-02。")
    if _MONTH.fullmatch(text):
        raise CellProblem(Failure.FORMAT, "没有写明是哪一天，请写成 2015-06-01 的样子。")
    raise CellProblem(Failure.FORMAT, "不是日期，请写成 2015-06-01 的样子。")


def _date_of_number(value: Any) -> tuple[date, str]:
    """Return the day of a bare number: the serial that Excel shows when the format is lost, or 20150601."""
    text = _digits(value)
    if _EIGHT.fullmatch(text):
        return _date(Column("", "", Kind.DATE), text)
    if isinstance(value, int) and _FIRST_SERIAL <= value <= _LAST_SERIAL:
        day = _DAY_ZERO + timedelta(days=value)
        return day, f"按 {day} 理解(Excel 的日期序号)"
    raise CellProblem(Failure.FORMAT, f"不是日期(数字 {text})，请写成 2015-06-01 的样子。")


def _choice(column: Column, value: Any) -> tuple[str, str]:
    text = _digits(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
    for stored, word in column.choices:
        if text == word:
            return stored, "" if isinstance(value, str) else f"按“{word}”理解"
    plain = _loose(text)
    for stored, word in column.choices:
        if plain == _loose(word):
            return stored, f"按“{word}”理解"
    raise CellProblem(Failure.CHOICE, f"不在可选范围内，{column.rule}。")


def _loose(text: str) -> str:
    return "".join(_half_width(text).split())


def _yes_no(column: Column, value: Any) -> tuple[bool, str]:
    if isinstance(value, bool):
        return value, f"按“{'是' if value else '否'}”理解"
    text = _loose(str(value))
    if text in ("是", "否"):
        return text == "是", "" if text == value else f"按“{text}”理解"
    raise CellProblem(Failure.CHOICE, "只能填“是”或“否”。")


def _digits(value: Any) -> str:
    """Return a number as it was typed: the 15 digits that Excel keeps, without an exponent."""
    return format(Decimal(format(value, ".15g")), "f") if isinstance(value, float) else str(value)


_READERS: dict[Kind, Callable[[Column, Any], tuple[Any, str]]] = {
    Kind.KEY: _key,
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.PHONE: _phone,
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
}
