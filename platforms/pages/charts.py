"""A chart is a table whose title says what it shows; a script draws the table (``components/chart.html``)."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from platforms.excel.list_file import Row, safe
from platforms.figures import rounded

Number = int | Fraction | None


@dataclass(frozen=True)
class Chart:
    """A table to be drawn. ``title`` is the sentence that it proves; ``head`` names rows and series with their unit.

    ``shape`` is columns (one behind the other in time, stacked), bars (one below the other), range (three series: the
    lowest, a marked one, the highest) or heat (a field of differences, as many series as there are); ``apart`` draws
    the series beside each other, where a sum of them means nothing. ``rows`` are a label, its address or nothing, and a
    number for each series, None where there is none; a fraction is shown in hundredths. ``total`` adds the series up
    where that means something. ``detail`` is what the file holds, heads first, where that is more than the table.
    """

    key: str
    title: str
    shape: str
    unit: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[Number, ...]], ...]
    total: bool = False
    detail: tuple[tuple[Any, ...], ...] = ()
    note: str = ""
    apart: bool = False

    @property
    def is_empty(self) -> bool:
        return not any(any(numbers) for _, _, numbers in self.rows)

    @property
    def adds_up(self) -> bool:
        """Whether each row has a sum: of a single series it would be the same number again."""
        return self.total and len(self.head) > 2

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The rows for the template, with their sums."""
        return [
            {
                "label": label,
                "url": url,
                "numbers": [{"value": _value(number), "said": _said(number)} for number in numbers],
                "sum": _said(_sum(numbers)),
            }
            for label, url, numbers in self.rows
        ]

    @property
    def sums(self) -> list[str]:
        """The foot of the table where series and rows add up."""
        series = tuple(_sum(numbers) for numbers in zip(*(numbers for _, _, numbers in self.rows), strict=True))
        return [_said(number) for number in (*series, *([_sum(series)] if self.adds_up else []))]

    def file_rows(self) -> list[Row]:
        """Return heads and rows of the file."""
        if self.detail:
            return [safe(row) for row in self.detail]
        return [list(self.head), *(safe([label, *map(_cell, numbers)]) for label, _, numbers in self.rows)]


def _sum(numbers: Iterable[Number]) -> int | Fraction:
    return sum(number for number in numbers if number is not None)


def _value(number: Number) -> str:
    return "" if number is None else str(rounded(Fraction(number)))


def _said(number: Number) -> str:
    return "—" if number is None else f"{rounded(Fraction(number)):,}"


def _cell(number: Number) -> Any:
    return "" if number is None else rounded(Fraction(number))
