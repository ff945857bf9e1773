"""What the intake says about a workbook: errors that stop a row, and readings that were tolerant."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

#: More of a value is not shown.
SHOWN = 40


class Failure(StrEnum):
    """The kinds of failure; each has its colour in the marked workbook."""

    EMPTY = "empty"
    FORMAT = "format"
    CHOICE = "choice"
    REFERENCE = "reference"
    DOUBLE = "double"
    RULE = "rule"
    SHEET = "sheet"


LABELS = {
    Failure.EMPTY: "没有填写",
    Failure.FORMAT: "格式有误",
    Failure.CHOICE: "不符合选项要求",
    Failure.REFERENCE: "无对应信息",
    Failure.DOUBLE: "重复",
    Failure.RULE: "不合申报规定",
    Failure.SHEET: "表格结构不对",
}


@dataclass(frozen=True)
class Finding:
    """One error: in which sheet (its tab) and cell ("" for the sheet as a whole), what stands there, what is wrong.

    ``key`` is the 序号 of the application that cannot be taken because of it; "" stops the whole workbook. ``row`` is
    the number of the row, 0 without one; ``column`` the name of the column.
    """

    sheet: str
    cell: str
    value: str
    sentence: str
    failure: Failure
    row: int = 0
    column: str = ""
    key: str = ""


@dataclass(frozen=True)
class Reading:
    """A cell that was not written as asked but can be read in one way only: what stands there, what was understood."""

    sheet: str
    cell: str
    value: str
    understood: str


def shown(value: Any) -> str:
    """Return what a cell holds, short enough for a page."""
    text = "" if value is None else str(value)
    text = " ".join(text.split())
    if not text.isprintable():
        # It goes onto pages and into workbooks, which take no control characters.
        text = "".join(each for each in text if unicodedata.category(each) not in ("Cc", "Cs"))
    return f"{text[:SHOWN]}……" if len(text) > SHOWN else text


def in_order(findings: Iterable[Finding], sheets: Iterable[str]) -> list[Finding]:
    """Return ``findings`` as an officer walks through the workbook: sheet by sheet, row by row."""
    order = {title: place for place, title in enumerate(sheets)}
    return sorted(findings, key=lambda each: (order.get(each.sheet, len(order)), each.row))
