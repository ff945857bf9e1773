"""What an import found, in words that point at the cell."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from import_export.resources import Diff
from import_export.results import InvalidRow, Result

from platforms.excel.columns import Column
from platforms.excel.workbook import Table


class PlainDiff(Diff):
    """Old and new value of each column, marked up without inline styles."""

    def as_html(self) -> list[SafeString]:
        cells = []
        for left, right in zip(self.left, self.right, strict=True):
            old, new = str(left), str(right)
            if old == new:
                cells.append(format_html("{}", new))
            elif not old:
                cells.append(format_html("<ins>{}</ins>", new))
            else:
                cells.append(format_html("<del>{}</del> <ins>{}</ins>", old, new or "（空）"))
        return cells


class SheetResult(Result):
    """A result whose errors name row and cell of the file; ``columns`` are found by the attribute that is wrong."""

    def __init__(self, table: Table | None, columns: Mapping[str, Column]) -> None:
        super().__init__()
        self.table = table
        self.columns = columns

    def append_invalid_row(self, number: int, row: Mapping[str, Any], validation_error: ValidationError) -> None:
        super().append_invalid_row(number, row, validation_error)
        invalid: InvalidRow = self.invalid_rows[-1]
        if self.table is None:
            return
        invalid.number = self.table.lines[number - 1].number
        named: dict[str, list[str]] = {}
        for name, sentences in invalid.error_dict.items():
            column = self.columns.get(name)
            place = (
                f"“{column.header}”（{self.table.cell(column.name, invalid.number)}）" if column else NON_FIELD_ERRORS
            )
            named[place] = named.get(place, []) + [str(sentence) for sentence in sentences]
        invalid.error_dict = named

    def _place(self, column: Column, number: int) -> str:
        letter = self.table.letters.get(column.name) if self.table else None
        return f"“{column.header}”（{letter}{number}）" if letter else f"“{column.header}”"


def readable(error: ValidationError) -> ValidationError:
    """Return ``error`` without the technical words of Django's own sentences."""
    return ValidationError(
        {name: [_in_words(sentence) for sentence in sentences] for name, sentences in error.message_dict.items()}
    )


def _in_words(sentence: str) -> str:
    if "约束" in sentence or "onstraint" in sentence:
        return "该行各列的取值互相不符，请核对"
    if "null" in sentence or "不能为空" in sentence:
        return "为空，必须填写"
    return sentence
