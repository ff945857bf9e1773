"""Checks over the intermediate form of a workbook; each is a small function that yields findings. No database.

What is empty is complained of once: a check that needs a value which is missing or unreadable says nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from platforms.applications.form_fields import FORM_FIELDS, ROW_FIELDS, FormField
from platforms.applications.intake.fields import CLEAR, KEY, NUMBER, PARK, PLACES, TOWN, TYPE
from platforms.applications.intake.reader import Page, Row, Workbook
from platforms.cells import CellProblem, Column, Kind, read, visible
from platforms.choices import PlatformType
from platforms.excel.findings import Failure, Finding, Reading, shown

_EARLIEST = date(1900, 1, 1)


@dataclass
class Line:
    """One row below an application: ``number`` in its sheet, and what could be read of it."""

    page: Page
    number: int
    values: dict[str, Any]
    raw: Mapping[str, Any]


@dataclass
class Entry:
    """One application as the workbook has it.

    ``key`` is its 序号, or its row where it has none; ``values`` hold what was filled in and could be read (None or ""
    where the cell says to empty what is stored), ``lines`` the rows of each kind that stands in the workbook for it.
    """

    key: str
    page: Page
    number: int
    values: dict[str, Any]
    raw: Mapping[str, Any]
    lines: dict[str, list[Line]] = field(default_factory=dict)

    def finding(self, name: str, sentence: str, failure: Failure) -> Finding:
        """Return an error in the column ``name`` of this row."""
        return _finding(self.page, self.number, name, self.raw.get(name), sentence, failure, self.key)

    def line_finding(self, line: Line, name: str, sentence: str, failure: Failure) -> Finding:
        """Return an error in the column ``name`` of a row below this application."""
        return _finding(line.page, line.number, name, line.raw.get(name), sentence, failure, self.key)


def entries_of(book: Workbook) -> list[Entry]:
    """Return the applications of ``book`` with their rows; errors and readings are added to it."""
    if "applications" not in book.pages:
        return []
    page = book.pages["applications"]
    entries = []
    for row in page.rows:
        key = _key_of(row, page)
        values = _read_row(book, page, row, key)
        entries.append(Entry(str(values.get(KEY) or key), page, row.number, values, row.cells))
    by_key = {entry.key: entry for entry in entries}
    unnamed = any(KEY not in entry.values for entry in entries)
    for name in [sheet.name for sheet in book.layout.sheets[1:]]:
        if name in book.pages:
            _take_lines(book, book.pages[name], by_key, unnamed=unnamed)
    return entries


def check(book: Workbook, entries: list[Entry], *, today: date) -> None:
    """Run every check; what they find is added to the findings of ``book``."""
    if not entries and not book.findings:
        sentence = "工作表“申报表”没有填写内容，请从表头的下一行起填写。"
        book.findings.append(Finding("申报表", "", "", sentence, Failure.EMPTY))
    for each in (doubles, places, dates_not_to_come):
        book.findings += each(entries, today)


def formats(entries: Iterable[Entry]) -> Iterator[tuple[Entry, str, Finding]]:
    """Yield entry, field (or kind of rows) and finding for each code, phone or address that is wrong in form.

    A form that is stored already may hold such a value, so the caller drops those that are not new.
    """
    checked = [each for fields in FORM_FIELDS.values() for each in fields if each.check]
    for entry in entries:
        for each in checked:
            if wrong := _wrong(each, entry.values):
                yield entry, each.name, entry.finding(each.name, wrong, Failure.FORMAT)
        for kind, lines in entry.lines.items():
            for each in ROW_FIELDS[kind]:
                for line in lines:
                    if wrong := _wrong(each, line.values):
                        yield entry, kind, entry.line_finding(line, each.name, wrong, Failure.FORMAT)


def _wrong(field: FormField, values: Mapping[str, Any]) -> str | None:
    value = values.get(field.name)
    if not field.check or not value:
        return None
    return field.check(field.normal(value) if field.normal else value)


def doubles(entries: list[Entry], _today: date) -> Iterator[Finding]:
    """Two applications cannot carry the same 序号."""
    first: dict[str, Entry] = {}
    for entry in entries:
        before = first.setdefault(entry.key, entry)
        if before is not entry:
            yield entry.finding(KEY, f"序号与第 {before.number} 行重复，每份申报须有自己的序号。", Failure.DOUBLE)


def places(entries: list[Entry], _today: date) -> Iterator[Finding]:
    """The place must be filled in as the type asks."""
    for entry in entries:
        type = entry.values.get(TYPE)
        if type is None:
            continue
        if type == PlatformType.PARK:
            if PARK not in entry.raw:
                yield entry.finding(PARK, "请选择小微企业园。", Failure.EMPTY)
            if TOWN in entry.raw:
                yield entry.finding(TOWN, "小微企业园窗口平台不填写乡镇（街道）。", Failure.RULE)
        elif PARK in entry.raw:
            yield entry.finding(PARK, "只有小微企业园窗口平台选择园区。", Failure.RULE)
        if type == PlatformType.TOWN and TOWN not in entry.raw:
            yield entry.finding(TOWN, "请选择设立窗口平台的乡镇（街道）。", Failure.EMPTY)


def dates_not_to_come(entries: list[Entry], today: date) -> Iterator[Finding]:
    """A day of the form itself lies behind us."""
    for entry in entries:
        for name, value in entry.values.items():
            if isinstance(value, date) and not name.startswith("question_") and not _EARLIEST <= value <= today:
                yield entry.finding(name, "日期须在 1900年1月1日至今天之间。", Failure.RULE)


def _take_lines(book: Workbook, page: Page, by_key: Mapping[str, Entry], *, unnamed: bool) -> None:
    """Give every row of ``page`` to its application; a row of none is told, unless an application has no 序号."""
    orphans: defaultdict[str, list[Row]] = defaultdict(list)
    for row in page.rows:
        key = _key_of(row, page)
        values = _read_row(book, page, row, key if key in by_key else "")
        entry = by_key.get(str(values.get(KEY, "")))
        if entry is not None:
            entry.lines.setdefault(page.sheet.name, []).append(Line(page, row.number, values, row.cells))
        elif KEY in values and not unnamed:
            orphans[str(values[KEY])].append(row)
    for key, rows in orphans.items():
        sentence = f"“申报表”中没有序号为“{shown(key)}”的申报"
        sentence += f"，涉及 {len(rows)} 行。" if len(rows) > 1 else "。"
        book.findings.append(_finding(page, rows[0].number, KEY, rows[0].cells[KEY], sentence, Failure.REFERENCE, ""))


def _key_of(row: Row, page: Page) -> str:
    """Return the 序号 of a row, or a word for the row where it has none that can be read."""
    try:
        return str(read(page.sheet.columns[0], row.cells[KEY])[0])
    except (KeyError, CellProblem):
        return f"row {row.number}"


def _read_row(book: Workbook, page: Page, row: Row, key: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in page.sheet.columns:
        name = column.name
        if name not in row.cells:
            # Where the whole column is missing that was said once.
            if column.required and name in page.positions and (page.positions[name], row.number) not in page.merged:
                sentence = f"“{column.header}”没有填写，必须填写。"
                book.findings.append(_finding(page, row.number, name, None, sentence, Failure.EMPTY, key))
            continue
        value = row.cells[name]
        if page.head and page.sheet.name == "applications" and _is_clear(column, value):
            values[name] = "" if column.kind in (Kind.TEXT, Kind.CAPITALS, Kind.PHONE, Kind.CHOICE) else None
            continue
        try:
            values[name], understood = read(column, value)
        except CellProblem as problem:
            sentence = f"“{column.header}”{problem}"
            book.findings.append(_finding(page, row.number, name, value, sentence, Failure(problem.what), key))
            continue
        if understood:
            book.readings.append(Reading(page.title, page.cell(name, row.number), shown(value), understood))
    return values


def _is_clear(column: Column, value: Any) -> bool:
    fixed = column.name in (KEY, NUMBER, TYPE, *PLACES, "name")
    return not fixed and isinstance(value, str) and visible(value) == CLEAR


def _finding(page: Page, row: int, name: str, value: Any, sentence: str, failure: Failure, key: str) -> Finding:
    return Finding(page.title, page.cell(name, row), shown(value), sentence, failure, row, name, key)
