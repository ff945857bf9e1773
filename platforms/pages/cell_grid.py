"""Cells that save themselves: what a sheet sends is read against its columns, and what became of it is answered.

The other side of ``static/js/cells-saver.js``, which says what goes over the wire. A view reads the body with
:func:`read_cells`, asks :func:`standing` of each cell what is to be done with it, has a service store it, and answers
with :class:`Answer`.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.http import HttpRequest, RawPostDataException

from platforms.pages.fields import CONTROL, DECIMAL, plain_digits
from platforms.storable import is_storable

#: The largest number of cells of one request; the page sends 200.
MOST_CELLS = 500
#: The longest text of a cell whose column names no other, in characters.
LONGEST = 2000

UNREADABLE = "提交的内容无法识别，没有保存，请刷新页面后重试。"

_ROW = re.compile(r"[1-9]\d{0,17}", re.ASCII)
_YES = ("yes", "1", "是", "具备", "有", "√", "✓")
_NO = ("no", "0", "否", "不具备", "无", "×", "✗")
_WORDS = {"yes": "具备", "no": "不具备"}


class Kind(StrEnum):
    """What a cell holds."""

    NUMBER = "number"
    #: 具备 or 不具备; the values are ``yes``, ``no`` and nothing.
    YES_NO = "yesno"
    TEXT = "text"
    READONLY = "readonly"


@dataclass(frozen=True)
class Column:
    """One column of a sheet, or one box of a form: ``code`` names it on the wire, ``label`` on the page.

    A number stands from ``low`` to ``most`` with at most ``places`` decimals, each where it is given; of a text,
    ``most`` is the number of characters.
    """

    code: str
    label: str
    kind: Kind = Kind.NUMBER
    unit: str = ""
    low: Decimal | None = None
    most: Decimal | int | None = None
    places: int | None = None

    @property
    def is_number(self) -> bool:
        """Say whether numbers stand in it: one that only shows them says so by its ``places``."""
        return self.kind == Kind.NUMBER or (self.kind == Kind.READONLY and self.places is not None)


@dataclass(frozen=True)
class Cell:
    """What shall stand in the column ``col`` of ``row``, as it is stored: "" for nothing, a number as ``7.5``.

    ``seen`` is what the page knew to stand there.
    """

    row: int
    col: str
    value: str
    seen: str


@dataclass(frozen=True)
class Refused:
    """A cell that is not saved; ``sentence`` says why, for the screen."""

    row: int
    col: str
    sentence: str


class Unreadable(ValueError):
    """A body that no page of ours sends; the text is one sentence fit for the screen, to be answered with 400."""


def body_of(request: HttpRequest) -> bytes:
    """Return the body of ``request``; nothing for a form, which was read by then and is no page of ours."""
    try:
        return request.body
    except RawPostDataException:
        return b""


def read_cells(
    body: bytes, columns: Iterable[Column], *, most: int = MOST_CELLS
) -> tuple[tuple[Cell, ...], tuple[Refused, ...]]:
    """Return the cells of ``body`` whose values may be stored, and those whose values may not; each cell once.

    Whether the person may write the row and the cell is not looked at. Of a cell that is sent twice the last one
    counts.

    Raises:
        Unreadable: no JSON of this shape, a row that is no key, or more than ``most`` cells.
    """
    known = {column.code: column for column in columns}
    try:
        sent = json.loads(body)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unreadable(UNREADABLE) from None
    if not isinstance(sent, list):
        raise Unreadable(UNREADABLE)
    if len(sent) > most:
        raise Unreadable(f"一次最多保存 {most} 格，本次为 {len(sent)} 格，没有保存。")
    read: dict[tuple[int, str], Cell | Refused] = {}
    for each in sent:
        row, col, value, seen = _parts(each)
        column = known.get(col)
        if column is None or column.kind == Kind.READONLY:
            read[row, col] = Refused(row, col, "本格由系统计算或已锁定，不能填写。")
            continue
        kept, sentence = read_value(column, value)
        read[row, col] = Refused(row, col, sentence) if sentence else Cell(row, col, kept, seen)
    return (
        tuple(each for each in read.values() if isinstance(each, Cell)),
        tuple(each for each in read.values() if isinstance(each, Refused)),
    )


def _parts(sent: Any) -> tuple[int, str, str, str]:
    """Return row, column, value and what was seen of one cell as it was sent."""
    if not isinstance(sent, dict):
        raise Unreadable(UNREADABLE)
    row, texts = sent.get("row"), [sent.get(name) for name in ("col", "value", "seen")]
    # True is an int in Python.
    if isinstance(row, bool) or not _ROW.fullmatch(str(row)) or not all(isinstance(text, str) for text in texts):
        raise Unreadable(UNREADABLE)
    col, value, seen = (str(text) for text in texts)
    # Both come back in the answer.
    if not is_storable(col) or len(col) > 200:
        raise Unreadable(UNREADABLE)
    return int(str(row)), col, value, seen


def read_value(column: Column, text: str) -> tuple[str, str]:
    """Return what ``text`` is stored as in ``column``, and the sentence that refuses it ("" where it may stand)."""
    typed = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not is_storable(typed) or CONTROL.search(typed):
        return "", "含有无法保存的字符，请删除后重新填写。"
    if column.kind == Kind.NUMBER:
        return _number(column, plain_digits(typed))
    if column.kind == Kind.YES_NO:
        word = plain_digits(typed).lower()
        if word in ("", *_YES, *_NO):
            return ("yes" if word in _YES else "no" if word else ""), ""
        return "", "请填写“具备”或“不具备”。"
    most = int(column.most) if column.most is not None else LONGEST
    if len(typed) > most:
        return "", f"最多 {most} 个字，现为 {len(typed)} 个字。"
    return typed, ""


def _number(column: Column, text: str) -> tuple[str, str]:
    if not text:
        return "", ""
    if not DECIMAL.fullmatch(text):
        return "", "请只填写数字，不要带逗号、单位或其他文字。"
    number = Decimal(text)
    low, high = column.low, column.most
    if (low is not None and number < low) or (high is not None and number > high):
        span = f"不小于 {low}" if high is None else f"不大于 {high}" if low is None else f"在 {low} 至 {high} 之间"
        return "", f"应{span}，请核对。"
    value = stored_number(number)
    if column.places is not None and len(value.partition(".")[2]) > column.places:
        return "", f"最多保留 {column.places} 位小数。" if column.places else "请填写整数。"
    return value, ""


def stored_number(number: Decimal | int | None) -> str:
    """Return a number as a cell stores it: without zeros at the end, and nothing as ""."""
    if number is None:
        return ""
    return format(Decimal(number).normalize(), "f") if number else "0"


def shown(column: Column, value: str) -> str:
    """Return the text of a stored value on the page."""
    return _WORDS.get(value, "") if column.kind == Kind.YES_NO else value


@dataclass(frozen=True)
class ShownCell:
    """A cell as ``components/cell_grid.html`` draws it; ``value`` is given where the text is another one.

    ``due`` marks one that is overdue for as long as it is empty.
    """

    shown: str
    value: str | None
    closed: bool
    num: bool
    due: bool = False


def cell_of(column: Column, value: str, *, closed: bool = False, due: bool = False) -> ShownCell:
    """Return the cell of ``column`` with the stored ``value``; a ``closed`` one is only read."""
    # White space at the ends and line breaks would not come back from the page as they are.
    is_plain = column.kind != Kind.TEXT or ("\n" not in value and value == value.strip())
    return ShownCell(shown(column, value), None if is_plain else value, closed, column.is_number, due)


class Standing(StrEnum):
    """What is to be done with a cell that was sent."""

    #: It is stored already: nothing is written, and it is answered as saved.
    SAME = "same"
    WRITE = "write"
    #: Somebody saved another value since the page was shown: nothing is written.
    STALE = "stale"


def standing(cell: Cell, stored: str) -> Standing:
    """Return what is to be done with ``cell`` where ``stored`` stands in the database.

    What is stored already is saved, whatever was seen: the answer to the first sending may have been lost.
    """
    if cell.value == stored:
        return Standing.SAME
    return Standing.WRITE if cell.seen == stored else Standing.STALE


@dataclass
class Answer:
    """What became of the cells that were sent; :meth:`as_json` is the body of the answer.

    ``rows`` are texts of places that only show something, by row and code; ``revision`` is that of a form that has one.
    """

    columns: Collection[Column]
    saved: list[Cell] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    #: Cells and the values that stand there.
    stale: list[tuple[Cell, str]] = field(default_factory=list)
    rows: dict[int, Mapping[str, str]] = field(default_factory=dict)
    revision: int | None = None

    def as_json(self) -> dict[str, Any]:
        known = {column.code: column for column in self.columns}

        def told(cell: Cell, value: str) -> dict[str, Any]:
            return {"row": cell.row, "col": cell.col, "value": value, "shown": shown(known[cell.col], value)}

        answer: dict[str, Any] = {
            "saved": [told(cell, cell.value) for cell in self.saved],
            "refused": [{"row": each.row, "col": each.col, "sentence": each.sentence} for each in self.refused],
            "stale": [told(cell, value) for cell, value in self.stale],
            "rows": {str(row): dict(texts) for row, texts in self.rows.items()},
        }
        return answer if self.revision is None else answer | {"revision": self.revision}
