"""A block of cells copied in Excel or WPS, read into rows; nothing of it is lost without a word."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from platforms.cells import CellProblem, Column, half_width
from platforms.cells import read as read_cell

#: A cell in quotes ends where the cell ends; a quotation mark inside it is doubled.
_QUOTED = re.compile(r'"((?:[^"]|"")*)"(?=[\t\r\n]|\Z)')
_PLAIN = re.compile(r"[^\t\r\n]*")
_SERIAL = re.compile(r"\d{1,4}[.、]?", re.ASCII)
#: Headings of a column that only counts the rows.
_SERIAL_WORDS = ("序号", "编号", "no", "no.")
#: Characters that nobody sees and that come along from web pages and word processors.
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060"))


@dataclass(frozen=True)
class Pasted:
    """``rows`` by the names of the columns, as their boxes hold them; ``left`` are sentences about what to look at.

    That is what found no place, what cannot be read, and what was understood although it was not written as asked.
    """

    rows: tuple[dict[str, str], ...]
    had_heading: bool = False
    left: tuple[str, ...] = ()


def cells(text: str) -> list[list[str]]:
    """Return the lines and cells of a copied block: tabs between cells, quotes around cells with line breaks."""
    lines: list[list[str]] = [[]]
    at = 0
    while True:
        quoted = _QUOTED.match(text, at)
        found = quoted or _PLAIN.match(text, at)
        assert found is not None  # the plain cell may be empty
        lines[-1].append(quoted[1].replace('""', '"') if quoted else found[0])
        at = found.end()
        if at >= len(text):
            break
        if text[at] == "\t":
            at += 1
        else:
            at += 2 if text.startswith("\r\n", at) else 1
            lines.append([])
    return [line for line in lines if any(_clean(cell) for cell in line)]


def read(text: str, columns: Sequence[Column], *, most: int) -> Pasted:
    """Read a copied block into rows of ``columns``, at most ``most``.

    A heading is recognised by its words, then gives the order of the columns and is dropped; without one the columns
    stand in the order of the table. A column of serial numbers before them is dropped too.
    """
    lines = cells(text)
    silent: set[int] = set()
    order: list[str | None] = [column.name for column in columns]
    heading = next((place for place, line in enumerate(lines[:3]) if _is_heading(line, columns)), None)
    left: list[str] = []
    if heading is not None:
        order = [_named(cell, columns) for cell in lines[heading]]
        silent = {place for place, cell in enumerate(lines[heading]) if _plain(cell) in _SERIAL_WORDS}
        # Above the heading stands at most the title of the table.
        left += [f"标题“{' '.join(filter(None, map(_clean, line)))}”没有填入。" for line in lines[:heading]]
        lines = lines[heading + 1 :]
    elif _has_serials(lines, len(columns)):
        lines = [line[1:] for line in lines]
    by_name = {column.name: column for column in columns}
    rows = []
    understood: Counter[str] = Counter()
    for number, line in enumerate(lines[:most], start=1):
        row = {column.name: "" for column in columns}
        for place, cell in enumerate(line):
            name = order[place] if place < len(order) else None
            if not _clean(cell) or place in silent:
                continue
            if name is None or row[name]:
                left.append(f"第 {number} 行的“{_clean(cell)}”没有对应的栏目，没有填入。")
                continue
            column, text = by_name[name], _clean(cell)
            try:
                value, how = read_cell(column, text)
            except CellProblem as problem:
                # It stays as it is: the box then says so and the text is not lost.
                value, how = text, ""
                left.append(f"第 {number} 行“{column.header}”：“{text}”{problem}")
            understood[f"“{column.header}”：“{text}”{how}"] += bool(how)
            row[name] = str(value)
        rows.append(row)
    for number, line in enumerate(lines[most:], start=most + 1):
        left.append(f"第 {number} 行超出了最多行数，没有填入：{' '.join(filter(None, map(_clean, line)))}")
    left += [f"{how}，共 {count} 处。" for how, count in understood.items() if count]
    return Pasted(tuple(rows), heading is not None, tuple(left))


def _clean(cell: str) -> str:
    """Return ``cell`` without blanks around it, its line breaks in one form, unseen characters gone."""
    return cell.translate(_UNSEEN).replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").strip()


def _plain(text: str) -> str:
    """Return ``text`` as headings are compared: half-width, without blanks, without what is in brackets."""
    narrow = "".join(half_width(_clean(text)).split())
    return re.sub(r"\(.*?\)", "", narrow).rstrip(":*").lower()


def _named(cell: str, columns: Sequence[Column]) -> str | None:
    word = _plain(cell)
    return next((each.name for each in columns if word and word in map(_plain, (each.header, *each.heads))), None)


def _is_heading(line: Sequence[str], columns: Sequence[Column]) -> bool:
    filled = [cell for cell in line if _clean(cell)]
    known = [name for cell in filled if (name := _named(cell, columns))]
    return len(set(known)) >= 2 and 2 * len(known) >= len(filled)


def _has_serials(lines: Sequence[Sequence[str]], count: int) -> bool:
    return bool(lines) and all(len(line) > count and _SERIAL.fullmatch(half_width(_clean(line[0]))) for line in lines)
