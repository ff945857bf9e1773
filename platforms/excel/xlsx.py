"""The cells of an xlsx as they lie in the file, quickly and without guessing: no Django, no formulas, no styles.

Only for files that ``platforms.filetypes.inspect`` has let pass: no entities, no bombs. The rows of a sheet are parsed
in pieces, so that memory does not grow with the tree of the whole sheet.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import get_column_letter

from platforms.cells import Broken, Formula
from platforms.errors import Refusal
from platforms.excel.escapes import unescaped
from platforms.excel.limits import LAST_COLUMN, MOST_CHARACTERS, TOO_MUCH_TEXT, UNREADABLE, bounds
from platforms.storable import UNSTORABLE, is_storable

#: Hidden columns beyond this one hold nothing that is read.
_LAST_READ = 1_000
#: Bytes of rows that are parsed at once: so few that the tree is gone before the garbage collector walks over it.
_PIECE = 4 * 1024
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
# No tag holds a "<", so that nothing is searched twice.
_HEAD = re.compile(rb"<(?:(\w+):)?worksheet\b[^<>]*>")
_DATA = re.compile(rb"<(?:\w+:)?sheetData\b[^<>]*?(/?)>")
_DATA_END = re.compile(rb"</(?:\w+:)?sheetData\s*>")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^<>]*?\bref=[\"']([A-Z0-9:]+)[\"']")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^<>]*>")
_ATTRIBUTE = re.compile(rb"(\w+)=[\"']([^\"']*)[\"']")
_TRUE, _DIGITS = ("1", "true"), "0123456789"
# Moments without a zone, as spreadsheets have them.
_FIRST_DAY, _FIRST_DAY_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001
# Day 60 is the 29 February 1900 that never was; days before it are one off.
_FIRST_SURE, _LAST_SURE = 61, 2_958_465
#: Formats of Chinese and Japanese Excel for dates, which have numbers but no text in the file.
_EAST_ASIAN_DATES = {*range(27, 37), *range(50, 59)}


@dataclass
class Grid:
    """One sheet: ``rows`` are pairs of row number and column index (from 0) → value; empty cells are left out.

    ``merged`` are bounds (first column, first row, last column, last row; columns from 0), ``hidden_rows`` numbers,
    ``hidden_columns`` indexes.
    """

    title: str
    hidden: bool = False
    rows: list[tuple[int, dict[int, Any]]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def cell_name(column: int, row: int) -> str:
    """Return the address of a cell, such as ``F12``; ``column`` counts from 0."""
    return f"{get_column_letter(column + 1)}{row}"


class Book:
    """A workbook that is open: the titles of its sheets, and each of them when asked for.

    Raises:
        Refusal: the file is not a workbook that can be read; also from :meth:`grid`.
    """

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            book = self._tree("xl/workbook.xml")
            targets = {
                each.get("Id"): each.get("Target", "") for each in self._tree("xl/_rels/workbook.xml.rels") or ()
            }
            self._first_day, self._characters = _FIRST_DAY, 0
            self._parts: dict[str, tuple[str, bool]] = {}
            for node in book.iter():
                tag = _local(node.tag)
                if tag == "workbookPr" and node.get("date1904") in _TRUE:
                    self._first_day = _FIRST_DAY_1904
                elif tag == "sheet":
                    target = targets.get(node.get(_RELATION) or node.get(_STRICT_RELATION), "")
                    path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
                    self._parts[node.get("name", "")] = path, node.get("state", "visible") != "visible"
            self._strings = self._shared_strings()
            self._dates = self._date_styles()
        except (zipfile.BadZipFile, zlib.error, KeyError, ElementTree.ParseError, ValueError, EOFError) as error:
            raise Refusal(UNREADABLE) from error

    @property
    def titles(self) -> list[str]:
        """The names of all sheets, hidden ones too, in their order."""
        return list(self._parts)

    def grid(self, title: str) -> Grid:
        """Return the sheet called ``title``."""
        path, hidden = self._parts[title]
        grid = Grid(title, hidden)
        try:
            self._read(_plain(self._archive.read(path)), grid)
        except (KeyError, ElementTree.ParseError, ValueError, IndexError, OverflowError) as error:
            raise Refusal(UNREADABLE) from error
        return grid

    def _read(self, xml: bytes, grid: Grid) -> None:
        head, data = _HEAD.search(xml), _DATA.search(xml)
        if head is None or data is None:
            return
        for column in _COLUMN.findall(xml[: data.start()]):
            facts = {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(column)}
            if facts.get("hidden") in _TRUE:
                first, last = int(facts["min"]), int(facts["max"])
                if not 1 <= first <= last <= LAST_COLUMN:
                    raise ValueError(column)
                grid.hidden_columns |= set(range(first - 1, min(last, _LAST_READ)))
        end = None if data[1] else _DATA_END.search(xml, data.end())
        if end is None:
            return
        # Merged ranges stand behind the rows.
        for found in _MERGED.findall(xml[end.end() :]):
            merged = bounds(found.decode())
            if merged is None:
                raise ValueError(found)
            grid.merged.append((merged[0] - 1, merged[1], merged[2] - 1, merged[3]))
        prefix = head[1] + b":" if head[1] else b""
        for piece in _pieces(xml[data.end() : end.start()], b"</" + prefix + b"row>"):
            tree = ElementTree.fromstring(head[0] + piece + b"</" + prefix + b"worksheet>")  # noqa: S314 - see above
            self._take_rows(tree, grid)

    def _take_rows(self, tree: ElementTree.Element, grid: Grid) -> None:
        space = tree.tag.removesuffix("worksheet")
        formula, inline, strings, dates = f"{space}f", f"{space}is", self._strings, self._dates
        number = grid.rows[-1][0] if grid.rows else 0
        number = max(number, *grid.hidden_rows) if grid.hidden_rows else number
        for row in tree:
            number = int(row.get("r") or number + 1)
            if row.get("hidden") in _TRUE:
                grid.hidden_rows.add(number)
            values: dict[int, Any] = {}
            index = -1
            for cell in row:
                place = cell.get("r")
                index = _column_of(place.rstrip(_DIGITS)) if place else index + 1
                if not len(cell):
                    continue
                kind, text = cell.get("t"), None
                special: Any = None
                for child in cell:
                    if child.tag == formula:
                        special = Formula()
                    elif child.tag == inline:
                        special = special or _text_of(child)
                    else:
                        text = child.text
                if special is not None:
                    value: Any = special
                elif text is None:
                    continue
                elif kind == "s":
                    value = strings[int(text)]
                elif kind is None or kind == "n":
                    value = self._number(text, int(cell.get("s") or 0) in dates)
                else:
                    value = self._other(kind, text)
                if value != "":
                    if type(value) is str:
                        self._characters += len(value)
                        if not is_storable(value):
                            value = Broken(UNSTORABLE)
                    values[index] = value
            if self._characters > MOST_CHARACTERS:
                raise Refusal(TOO_MUCH_TEXT)
            if values:
                grid.rows.append((number, values))

    def _number(self, text: str, is_date: bool) -> Any:
        value = int(text) if text.isdigit() else float(text)
        if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
            value = int(value)
        return self._day(value) if is_date else value

    def _day(self, serial: float) -> Any:
        """Return the moment that a number shows in a cell formatted as a date."""
        if self._first_day is _FIRST_DAY and not _FIRST_SURE <= serial <= _LAST_SURE:
            return Broken(f"日期序号 {serial}")
        if not 0 <= serial <= _LAST_SURE:
            return Broken(f"日期序号 {serial}")
        return self._first_day + timedelta(seconds=round(serial * 86_400))

    def _other(self, kind: str, text: str) -> Any:
        if kind == "b":
            return text in _TRUE
        if kind == "e":
            return Broken(text)
        if kind == "d":
            return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=None)
        return unescaped(text)

    def _tree(self, path: str) -> ElementTree.Element:
        return ElementTree.fromstring(_plain(self._archive.read(path)))  # noqa: S314 - see above

    def _shared_strings(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self._archive.namelist():
            return []
        return [_text_of(each) for each in self._tree("xl/sharedStrings.xml")]

    def _date_styles(self) -> set[int]:
        """Return the numbers of the styles whose format shows a date."""
        if "xl/styles.xml" not in self._archive.namelist():
            return set()
        tree = self._tree("xl/styles.xml")
        formats = {number: code for number, code in BUILTIN_FORMATS.items() if code}
        styles: list[int] = []
        for node in tree:
            tag = _local(node.tag)
            if tag == "numFmts":
                formats |= {int(each.get("numFmtId", 0)): each.get("formatCode", "") for each in node}
            elif tag == "cellXfs":
                styles = [int(each.get("numFmtId") or 0) for each in node]
        return {
            place
            for place, number in enumerate(styles)
            if is_date_format(formats.get(number, "")) or (number in _EAST_ASIAN_DATES and number not in formats)
        }


def _pieces(rows: bytes, end: bytes) -> Iterator[bytes]:
    """Cut ``rows`` behind ends of rows, about :data:`_PIECE` bytes each."""
    start = 0
    while start < len(rows):
        cut = rows.find(end, start + _PIECE)
        stop = len(rows) if cut < 0 else cut + len(end)
        yield rows[start:stop]
        start = stop


def _plain(xml: bytes) -> bytes:
    """Return ``xml`` in UTF-8 without its declaration."""
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        xml = xml.decode("utf-16").encode()
    xml = xml.removeprefix(b"\xef\xbb\xbf")
    return xml[xml.index(b"?>") + 2 :] if xml.lstrip().startswith(b"<?xml") else xml


@lru_cache(maxsize=LAST_COLUMN)
def _column_of(letters: str) -> int:
    index = 0
    for letter in letters:
        code = ord(letter) - 64
        if not 0 < code < 27:
            break
        index = index * 26 + code
    if not 0 < index <= LAST_COLUMN:
        raise ValueError(letters)
    return index - 1


def _text_of(node: ElementTree.Element) -> str:
    """Return the text of a string, its formatted runs joined, the reading aids of Japanese left out."""
    if len(node) == 1 and not len(node[0]):
        return unescaped(node[0].text or "")
    parts = []
    for child in node:
        tag = _local(child.tag)
        if tag == "t":
            parts.append(child.text or "")
        elif tag == "r":
            parts += [each.text or "" for each in child if _local(each.tag) == "t"]
    return unescaped("".join(parts))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
