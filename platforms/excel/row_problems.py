"""Everything that is wrong with the rows of a sheet, so that whoever mends it need not send it twice."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from platforms.excel.results import readable
from platforms.excel.widgets import RowWidget
from platforms.excel.workbook import Line, Table

if TYPE_CHECKING:
    from platforms.excel.base import ScopedResource


def doubles_in(resource: "ScopedResource", rows: Iterable[tuple[int, Mapping[str, Any]]]) -> dict[int, int]:
    """Return which of ``rows`` name the same record as an earlier one: number → number of the first.

    A code and a name of the same row are the same.
    """
    first: dict[tuple, int] = {}
    doubles = {}
    for number, row in rows:
        try:
            key = resource.key_of(row)
        except ValidationError:
            continue
        if all(part not in ("", None) for part in key) and first.setdefault(key, number) != number:
            doubles[number] = first[key]
    return doubles


def everything_wrong(
    resource: "ScopedResource", row: Mapping[str, Any], error: ValidationError | None, *, number: int, first: int
) -> ValidationError | None:
    """Return ``error`` with whatever else is wrong in the row ``number``, None if nothing is.

    ``first`` is the number of an earlier row for the same record, 0 if there is none.
    """
    found: dict[str, list[str]] = {}
    if error is not None:
        found = (
            dict(readable(error).message_dict) if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        )
        for attribute, sentence in _unknown_in(resource, row):
            found.setdefault(attribute, [sentence])
    if first:
        twice = f"第 {first} 行和第 {number} 行是同一条记录，请只保留一行"
        found[NON_FIELD_ERRORS] = [twice, *found.get(NON_FIELD_ERRORS, ())]
    return ValidationError(found) if found else None


def unread_problems(resource: "ScopedResource") -> tuple[str, list[str]]:
    """Return what is wrong with the sheet of ``resource``, of which cells could not be read.

    A sentence says how many rows are wrong (empty if it is the file itself), then come what concerns the file and each
    row by its number. The rows that could be read
    are tried like those of any other sheet, of the others the cells that name rows of ours; nothing stays.
    """
    table = resource.table
    assert table is not None
    told = {number: list(sentences) for number, sentences in table.unread.items()}
    said = {sentence for sentences in told.values() for sentence in sentences}
    general = [sentence for sentence in table.problems if sentence not in said]
    for line in table.lines:
        if line.number in told:
            told[line.number] += _unknown_cells(resource, table, line)
    if lines := [line for line in table.lines if line.number not in table.unread]:
        resource.table = replace(table, lines=lines)
        result = resource.import_table(dry_run=True)
        resource.table = table
        general += [str(error.error) for error in result.base_errors]
        for invalid in result.invalid_rows:
            for place, sentences in invalid.error_dict.items():
                where = "" if place == NON_FIELD_ERRORS else str(place)
                told.setdefault(invalid.number, [])
                told[invalid.number] += [f"第 {invalid.number} 行{where}：{sentence}。" for sentence in sentences]
    verdict = f"共 {len(table.lines)} 行，其中 {len(told)} 行需要改正，文件没有写入" if told else ""
    return verdict, general + [sentence for _, sentences in sorted(told.items()) for sentence in sentences]


def _unknown_cells(resource: "ScopedResource", table: Table, line: Line) -> Iterator[str]:
    row = {resource.fields[name].column_name: value for name, value in line.values.items()}
    columns = {resource.attribute_of(column): column for column in table.columns}
    for attribute, sentence in _unknown_in(resource, row):
        column = columns[attribute]
        yield f"第 {line.number} 行“{column.header}”（{table.cell(column.name, line.number)}）：{sentence}。"


def _unknown_in(resource: "ScopedResource", row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield attribute and sentence of each cell of ``row`` that names a row which is not there."""
    for field in resource.get_import_fields():
        if isinstance(field.widget, RowWidget) and field.column_name in row:
            try:
                field.clean(row)
            except ValueError as error:
                yield field.attribute, str(error)
