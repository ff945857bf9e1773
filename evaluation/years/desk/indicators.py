"""Every indicator in each year: mean, median, the part of full marks, and how many platforms reached them."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.views.decorators.http import require_safe

from evaluation.schemes.choices import Method
from evaluation.years.comparing import Spread, spread
from evaluation.years.desk.charts import rates_by_year
from evaluation.years.desk.frame import YearsList
from evaluation.years.queries import COMPARE, Given, full_marks, given, heads
from evaluation.years.wording import NOTHING, number
from platforms.figures import percent
from platforms.pages.access import officer
from platforms.pages.lists import Column, Counted


class Indicators(YearsList):
    """The indicators of the years in the order of the latest scheme, each with a row a year."""

    title = file_title = label = "各指标年度对比"
    noun, unit = "指标", "行"
    lead = (
        "各年度评价方案不同的，按指标代号对应；满分有变化的，请比较得分率（平均分占满分的比例）。"
        "满分率为得满分的平台比例；基本条件为具备的比例，扣分项为未扣分的比例。"
    )
    chart_name = "各指标平均得分率"
    place, file_place = "evaluation:year_indicators", "evaluation:year_indicator_list"
    columns = (
        Column("指标", "title"),
        Column("类别", "head"),
        Column("年度", "year"),
        Column("满分", "full", unit="分", num=True),
        Column("平台", "count", unit="个", num=True),
        Column("平均分", "mean", unit="分", num=True),
        Column("中位数", "median", unit="分", num=True),
        Column("得分率", "rate", num=True),
        Column("满分率", "reached", num=True),
    )

    @cached_property
    def found(self) -> dict[str, dict[int, list[Given]]]:
        """What was given by code of the indicator and year; those of the latest scheme first and in its order."""
        rows = sorted(given(self.compared), key=lambda each: (-each.year, each.order))
        found: dict[str, dict[int, list[Given]]] = {}
        for each in rows:
            found.setdefault(each.code, {}).setdefault(each.year, []).append(each)
        return found

    @cached_property
    def spreads(self) -> dict[tuple[str, int], Spread]:
        """The spread of each indicator and year."""
        return {
            (code, year): spread([pair for each in rows if (pair := _earned(each))])
            for code, years in self.found.items()
            for year, rows in years.items()
        }

    def rows(self) -> Sequence[Counted]:
        names = heads(self.years)
        return [
            _row(self.found[code][each.year], each.label, names, self.spreads[code, each.year])
            for code in self.found
            for each in self.years
            if each.year in self.found[code]
        ]

    def extra(self) -> dict[str, Any]:
        rates = {key: each.rate for key, each in self.spreads.items() if each.rate is not None}
        titles = {
            code: next(iter(years.values()))[0].title
            for code, years in self.found.items()
            if next(iter(years.values()))[0].method != Method.GATE
        }
        return super().extra() | {"chart": rates_by_year(self.years, rates, titles)}


def _earned(each: Given) -> tuple[Fraction, Fraction] | None:
    """Return points and full marks; of a basic condition one of one where it is met; None where nothing was given."""
    if each.method == Method.GATE:
        return None if each.passed is None else (Fraction(each.passed), Fraction(1))
    return None if each.points is None else (each.points, full_marks(each))


def _row(rows: list[Given], year: str, names: dict[str, str], found: Spread) -> Counted:
    first, marks = rows[0], _marks(rows)
    gate, deducts = first.method == Method.GATE, first.method == Method.DEDUCTION
    return {
        "title": first.title,
        "head": names.get(first.head, first.head),
        "year": year,
        "full": NOTHING if gate else f"每次扣 {marks}" if deducts else marks,
        "count": found.count,
        "mean": NOTHING if gate else number(found.mean),
        "median": NOTHING if gate else number(found.median),
        "rate": NOTHING if gate or found.rate is None else percent(found.rate),
        "reached": NOTHING if found.full is None else percent(found.full),
    }


def _marks(rows: list[Given]) -> Any:
    """Return the full marks, all of them where they differ by the type of platform."""
    found = sorted({each.full for each in rows})
    return number(found[0]) if len(found) == 1 else " / ".join(str(number(each)) for each in found)


index = officer(COMPARE)(require_safe(Indicators.page))
export = officer(COMPARE)(require_safe(Indicators.file))
