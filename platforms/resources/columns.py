"""The columns of a sheet: what each is called, what may stand in it, how a cell is read; no database."""

# ruff: noqa: ARG001 - the readers share one signature

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What may stand in a column."""

    TEXT = "text"
    #: Digits that are a name, such as a region code: never a number.
    CODE = "code"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Column:
    """One column: ``name`` is the field of the resource, ``header`` what stands in the first row.

    ``choices`` are pairs of stored value and word; the sheet holds the word. A ``readonly`` column is exported and, in
    an import, accepted but not read. ``hint`` and ``example`` go to the notes of the template.
    """

    name: str
    header: str
    kind: Kind = Kind.TEXT
    required: bool = False
    readonly: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    example: str = ""

    @property
    def rule(self) -> str:
        """Return, in Chinese, what may stand in the column."""
        words = "、".join(word for _, word in self.choices)
        return {
            Kind.TEXT: "文字",
            Kind.CODE: "文本格式的代码，不得设为数字",
            Kind.WHOLE: "整数",
            Kind.DECIMAL: "数字，可有小数",
            Kind.DATE: "日期，如 2020-03-18",
            Kind.CHOICE: f"只能填：{words}",
            Kind.YES_NO: "只能填：是、否",
        }[self.kind]


class CellError(ValueError):
    """A cell that cannot be read; the text says why and what to do, without naming the cell."""


_DATES = (
    re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$"),
    re.compile(r"^(\d{4})/(\d{1,2})/(\d{1,2})$"),
    re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日$"),
)
_NUMBER = re.compile(r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$", re.ASCII)
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?[eE]\+\d+$")
#: What a spreadsheet takes for the beginning of a formula, in both widths; exported with an apostrophe before it.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def invisible(text: str) -> bool:
    """Say whether ``text`` holds characters that nobody sees: no-break blanks, zero-width signs, controls."""
    return any(c == "\xa0" or (unicodedata.category(c) in ("Cc", "Cf") and c not in "\n\t") for c in text)


def guard_formula(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula; plain negative numbers stay."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) and not _NUMBER.match(text) else text


def read_cell(column: Column, value: Any) -> Any:
    """Return the value of a cell as Python has it; "" for an empty text, None for another empty cell.

    Raises:
        CellError: the cell does not hold what the column asks for; nothing is guessed.
    """
    if isinstance(value, str):
        if invisible(value):
            raise CellError("含有看不见的字符(不间断空格、零宽字符等)，请重新输入")
        value = value.strip()
        if value.startswith("'") and value[1:].startswith(FORMULA_SIGNS):
            value = value[1:]
    if value is None or value == "":
        if column.required:
            raise CellError("为空，必须填写")
        return "" if column.kind in (Kind.TEXT, Kind.CODE, Kind.CHOICE) else None
    return _READERS[column.kind](column, value)


def show_value(column: Column, value: Any) -> Any:
    """Return what stands in the sheet for a stored value: the opposite of :func:`read_cell`."""
    if value is None or value == "":
        return ""
    if column.kind == Kind.CHOICE:
        return dict(column.choices).get(value, value)
    if column.kind == Kind.YES_NO:
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, Decimal)):
        return value
    return str(value)


def _text(column: Column, value: Any) -> str:
    if isinstance(value, (float, datetime, date, bool)):
        raise CellError("不是文本，请把单元格设为文本格式后重新填写")
    return str(value)


def _code(column: Column, value: Any) -> str:
    if not isinstance(value, str):
        raise CellError("是数字格式，Excel 可能已改动其中的位数，请把整列设为文本格式后重新填写")
    if _SCIENTIFIC.match(value):
        raise CellError("已被 Excel 改成科学记数法，请把整列设为文本格式后重新填写")
    return value


def _decimal(column: Column, value: Any) -> Decimal:
    if isinstance(value, (bool, datetime, date)):
        raise CellError("不是数字")
    if isinstance(value, (int, float)):
        value = repr(value) if isinstance(value, int) else format(value, ".15g")
    if not isinstance(value, str) or not _NUMBER.match(value):
        raise CellError("不是数字，请只用半角数字填写，不加千分位和单位")
    return Decimal(value)


def _whole(column: Column, value: Any) -> int:
    number = _decimal(column, value)
    if number != number.to_integral_value():
        raise CellError("不是整数")
    if number < 0:
        raise CellError("不能为负数")
    return int(number)


def _date(column: Column, value: Any) -> date:
    found = value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None
    if found is None and isinstance(value, str):
        for pattern in _DATES:
            if match := pattern.match(value):
                try:
                    found = date(*map(int, match.groups()))
                except ValueError:
                    raise CellError("不是存在的日期，请核对") from None
    if found is None:
        raise CellError("不是日期，请写成 2020-03-18 的样子")
    if not 1900 < found.year < 2100:
        raise CellError("日期超出合理范围(1901年至2099年)")
    return found


def _choice(column: Column, value: Any) -> str:
    for stored, word in column.choices:
        if value == word:
            return stored
    raise CellError(f"不在可选范围内，{column.rule}")


def _yes_no(column: Column, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("是", "否"):
        return bool(value == "是")
    raise CellError("只能填“是”或“否”")


_READERS = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _decimal,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
}
