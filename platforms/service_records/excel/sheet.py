"""What a filled-in workbook of service records says, cell by cell; see ``record_template`` for its columns."""

import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from platforms.cells import CellProblem, blank, is_empty, read
from platforms.errors import Refusal
from platforms.excel.findings import Failure, Finding, Reading, shown
from platforms.excel.limits import check_counts
from platforms.excel.parts import NOT_READ, OWN_NOTES, plain_header
from platforms.excel.xlsx import Book, Grid, cell_name
from platforms.filetypes import inspect
from platforms.service_records import rules as service_records
from platforms.service_records.choices import ServiceResult
from platforms.service_records.excel.template import COLUMNS, MOST_ROWS, SHEET, word_of
from platforms.service_records.rules import LABELS, RecordIn

_HEAD_WITHIN = 15
_MOST_STRAY = 100
_BY_NAME = {column.name: column for column in COLUMNS}


@dataclass
class Read:
    """What a workbook says: the good rows and where they stand, what is wrong, what was read with some tolerance.

    ``rows`` and ``numbers`` (of the rows in the sheet) go together; ``bad`` are the numbers of the rows that cannot be
    kept; where ``is_broken`` the shape of the sheet is wrong and nothing of it can be trusted.
    """

    rows: list[RecordIn] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)
    title: str = SHEET
    is_broken: bool = False

    def wrong(self, name: str, number: int, value: Any, sentence: str, failure: Failure) -> None:
        """Note what is wrong with one cell; its row cannot be kept."""
        cell = cell_name(self.positions[name], number) if name in self.positions else ""
        self.findings.append(Finding(self.title, cell, shown(value), sentence, failure, number, name))
        self.bad.add(number)

    def broken(self, cell: str, value: Any, sentence: str) -> None:
        """Note what is wrong with the sheet as a whole."""
        self.findings.append(Finding(self.title, cell, shown(value), sentence, Failure.SHEET))
        self.is_broken = True


def read_workbook(
    name: str, content: bytes, *, places: Sequence[tuple[str, str]], today: date, archived_before: date, max_bytes: int
) -> Read:
    """Return what ``content`` says; ``places`` are code and name of the platforms that may be filed for.

    Raises:
        Refusal: the file itself is not taken: kind, size, macros, password, more than :data:`MOST_ROWS` rows.
    """
    inspect(name, io.BytesIO(content), allowed={"xlsx"}, max_bytes=max_bytes)
    check_counts(content, MOST_ROWS)
    book = Book(content)
    found = Read()
    titles = [title for title in book.titles if plain_header(title) == SHEET] or [
        title for title in book.titles if title not in NOT_READ
    ]
    if not titles:
        found.broken("", "", f"缺少工作表“{SHEET}”，请使用下载的模板填写。")
        return found
    found.title = titles[0]
    grid = book.grid(titles[0])
    head = _head_of(grid)
    if head is None:
        found.broken("", "", "没有找到表头，请使用下载的模板填写，不要改动表头。")
        return found
    body = [(number, cells) for number, cells in grid.rows if number > head]
    if len(body) > MOST_ROWS:
        raise Refusal(f"工作表超过 {MOST_ROWS:,} 行，没有读取，请拆分成几个文件。")
    skipped = _read_head(found, dict(grid.rows)[head], head)
    _check_shape(found, grid, head)
    if found.is_broken:
        return found
    read_rows(found, body, skipped, _place_words(places), today=today, archived_before=archived_before)
    return found


def read_rows(
    found: Read,
    body: Iterable[tuple[int, Mapping[int, Any]]],
    skipped: set[int],
    places: Mapping[str, str],
    *,
    today: date,
    archived_before: date,
) -> None:
    """Read the rows below the head into ``found``."""
    names = {place: name for name, place in found.positions.items()}
    known: dict[tuple[str, type, Any], tuple[Any, str]] = {}
    alike: Counter[str] = Counter()
    numbered: dict[str, tuple[int, RecordIn]] = {}
    for number, cells in body:
        raw = {names[place]: value for place, value in cells.items() if place in names and not is_empty(value)}
        stray = [place for place, value in cells.items() if place not in names and place not in skipped]
        stray = [place for place in stray if not is_empty(cells[place])]
        for place in stray[:_MOST_STRAY]:
            sentence = "这一列没有表头，请删除，或移到有表头的列。"
            found.findings.append(
                Finding(found.title, cell_name(place, number), shown(cells[place]), sentence, Failure.SHEET, number)
            )
            found.bad.add(number)
        if not raw:
            continue
        values, unread = _values(found, number, raw, places, known)
        says = {**_EMPTY, **values, "external_id": values.get("external_id") or _own_number(values, alike)}
        # What can be read is judged although something else of the row cannot: its officer mends the row once.
        _, problems = service_records.check(says, today=today, archived_before=archived_before)
        for name, message in problems:
            if name not in unread:
                found.wrong(name, number, raw.get(name), message, Failure.RULE)
        if number in found.bad:
            continue
        row = RecordIn(**says)
        first = numbered.get(row.external_id)
        if first is not None and first[1] != row:
            sentence = f"编号与第 {first[0]} 行相同而内容不同，请改正其中一行的编号。"
            found.wrong("external_id", number, row.external_id, sentence, Failure.DOUBLE)
        if number not in found.bad:
            numbered.setdefault(row.external_id, (number, row))
            found.rows.append(row)
            found.numbers.append(number)
    found.findings.sort(key=lambda each: (each.row, found.positions.get(each.column, -1)))


_EMPTY: dict[str, Any] = {
    "free_category": None, "satisfaction": None, "summary": "", "served_by": "", "result": ServiceResult.SETTLED.value,
}  # fmt: skip


def _values(
    found: Read,
    number: int,
    raw: Mapping[str, Any],
    places: Mapping[str, str],
    known: dict[tuple[str, type, Any], tuple[Any, str]],
) -> tuple[dict[str, Any], set[str]]:
    """Return the values of the cells of one row that can be read, and the names of the others; those are noted.

    ``known`` holds what cells of other rows said; most cells of a sheet say what one above them says.
    """
    values: dict[str, Any] = {}
    unread: set[str] = set()
    for column in COLUMNS:
        value = raw.get(column.name)
        try:
            if value is None:
                blank(column)
                continue
            key = column.name, type(value), value
            if key not in known:
                known[key] = read(column, value)
            values[column.name], understood = known[key]
        except CellProblem as problem:
            found.wrong(column.name, number, value, f"“{column.header}”{problem}", Failure(problem.what))
            unread.add(column.name)
            continue
        if understood:
            cell = cell_name(found.positions[column.name], number)
            found.readings.append(Reading(found.title, cell, shown(value), understood))
    if "platform" in values:
        code = places.get(plain_header(values["platform"]))
        if code is None:
            sentence = "没有这个平台，或者不在您可登记的范围之内，请从列表中选择。"
            found.wrong("platform", number, raw["platform"], sentence, Failure.REFERENCE)
            unread.add("platform")
        values["platform"] = code or ""
    return values, unread


def _own_number(values: Mapping[str, Any], alike: Counter[str]) -> str:
    """Return the number of a row that has none: from its content, the second of equal ones apart from the first."""
    text = "\x1f".join(f"{name}={values.get(name, '')}" for name in sorted(_BY_NAME) if name != "external_id")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    alike[digest] += 1
    return f"auto-{digest}-{alike[digest]}"


def _place_words(places: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return what may stand for a platform → its code: code and name as in the list, code, or a name of one only."""
    names = Counter(plain_header(name) for _, name in places)
    words = {plain_header(name): code for code, name in places if names[plain_header(name)] == 1}
    words |= {plain_header(code): code for code, _ in places}
    return words | {plain_header(word_of(code, name)): code for code, name in places}


def _head_of(grid: Grid) -> int | None:
    heads = {plain_header(column.header) for column in COLUMNS}
    best, most = None, 2
    for number, cells in grid.rows[:_HEAD_WITHIN]:
        count = len(heads & {plain_header(value) for value in cells.values() if isinstance(value, str)})
        if count > most:
            best, most = number, count
    return best


def _read_head(found: Read, cells: Mapping[int, Any], head: int) -> set[int]:
    """Note where the columns stand; returns those that are the officer's own."""
    known = {plain_header(column.header): column for column in COLUMNS}
    skipped: set[int] = set()
    for place, value in sorted(cells.items()):
        plain = plain_header(value) if isinstance(value, str) else shown(value)
        column = known.get(plain)
        if column is not None and column.name in found.positions:
            found.broken(cell_name(place, head), value, f"表头“{column.header}”重复，同一列只能有一个。")
        elif column is not None:
            found.positions[column.name] = place
        elif plain.startswith(OWN_NOTES):
            skipped.add(place)
        elif plain:
            sentence = f"表头“{shown(value)}”不在模板中，请改正或删除这一列；自用的说明请用“{OWN_NOTES}”作表头。"
            found.broken(cell_name(place, head), value, sentence)
    for column in COLUMNS:
        if column.required and column.name not in found.positions:
            found.broken("", "", f"缺少“{column.header}”列，请使用下载的模板填写。")
    return skipped


def _check_shape(found: Read, grid: Grid, head: int) -> None:
    if grid.hidden:
        found.broken("", "", f"工作表“{found.title}”被隐藏，请取消隐藏，核对后重新上传。")
    for left, top, _, bottom in grid.merged:
        if bottom > head:
            found.broken(cell_name(max(left, 0), max(top, 1)), "", "是合并单元格，请取消合并，逐格填写。")
    for number, cells in grid.rows:
        if number > head and number in grid.hidden_rows and any(not is_empty(value) for value in cells.values()):
            found.broken(cell_name(0, number), "", f"第 {number} 行被隐藏或被筛选掉，请取消隐藏，核对后重新上传。")
    for name, place in found.positions.items():
        if place in grid.hidden_columns:
            found.broken(
                cell_name(place, head), "", f"“{LABELS.get(name, name)}”列被隐藏，请取消隐藏，核对后重新上传。"
            )
