"""A run explained region by region: how each amount comes about, and where the last units went."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from funding.derivation import Derivation, Outcome, both, derive, operand
from funding.explain import worth_of_grades
from funding.formula import Allocation, PoolError
from funding.last_units import LastUnits, last_units
from funding.models import AllocationRun
from funding.money import MoneyError
from funding.rendering import LAST_UNIT_RULE
from funding.runs.queries.frozen import check, recomputed, rows_of
from funding.runs.queries.sheet import WAN, in_wan
from funding.tally import Tally, TallyError
from platforms.pages.charts import Chart, Number

#: So many names stand in the title of a chart.
MOST_NAMED = 3


@dataclass(frozen=True)
class Place:
    """A region of a run, as a link needs it."""

    name: str
    code: str


@dataclass(frozen=True)
class Explained:
    """A run computed again from its frozen counts; ``problems`` is what does not agree with what is stored.

    ``allocation`` is None where the stored counts cannot be computed with. ``places`` are the regions, by code and in
    the order of the allocation.
    """

    run: AllocationRun
    places: tuple[Place, ...]
    allocation: Allocation | None
    problems: tuple[str, ...]

    def place_of(self, code: str) -> int | None:
        """The place of a region among the regions, from 0; None for a code that the run does not hold."""
        codes = [place.code for place in self.places]
        return codes.index(code) if code in codes else None


@dataclass(frozen=True)
class WorthLine:
    """What one platform of a grade brings, with how it comes about; ``text`` is 无 where it brings nothing."""

    label: str
    formula: str
    text: str


@dataclass(frozen=True)
class CutLine:
    """One region in the order of the last units; ``cut`` is what was cut off, in yuan."""

    place: int
    region: Place
    cut: str
    tied: bool
    got: bool


@dataclass(frozen=True)
class Rest:
    """Where the last units went; ``sentence`` says how many there were."""

    sentence: str
    rule: str
    lines: tuple[CutLine, ...]


@dataclass(frozen=True)
class Overview:
    """All regions of a run at once. ``others`` are those without money, each with its sentences."""

    chart: Chart
    worths: tuple[WorthLine, ...]
    others: tuple[Derivation, ...]
    rest: Rest


def explained(run: AllocationRun) -> Explained:
    """Return ``run`` computed again."""
    rows = rows_of(run)
    try:
        again = recomputed(run, rows)
    except (TallyError, PoolError, MoneyError):
        again = None  # ``check`` says so
    places = tuple(Place(row.label, row.code) for row in rows if row.region_id is not None)
    return Explained(run, places, again, check(run, rows))


def overview(allocation: Allocation, url: Callable[[str], str]) -> Overview:
    """Return what the page of all regions shows; ``url`` leads to the region with a code."""
    found = [derive(allocation, place) for place, amount in enumerate(allocation.amounts) if not amount]
    return Overview(
        chart=_chart(allocation, url),
        worths=_worths(allocation),
        others=tuple(each for each in found if each.outcome is not Outcome.FUNDED),
        rest=_rest(last_units(allocation)),
    )


def _chart(allocation: Allocation, url: Callable[[str], str]) -> Chart:
    funded = [row for row in allocation.rows if row.score]
    funded.sort(key=lambda row: (-row.amount, row.tally.code))
    rows: list[tuple[str, str, tuple[Number, ...]]] = [
        (row.tally.name, url(row.tally.code), (Fraction(row.amount, WAN),)) for row in funded
    ]
    title = "各地区均未分得资金"
    if allocation.allocated:
        first = [row.tally.name for row in funded if row.amount == funded[0].amount]
        names = "、".join(first[:MOST_NAMED]) + ("等" if len(first) > MOST_NAMED else "")
        title = f"{len(funded)}个地区参加分配，{names}分得最多，为 {in_wan(funded[0].amount)} 万元"
    note = f"合计 {allocation.allocated:,} 元，未分配 {allocation.unallocated:,} 元。"
    return Chart("amounts", title, "bars", "万元", ("地区", "分配金额"), tuple(rows), note=note)


def _worths(allocation: Allocation) -> tuple[WorthLine, ...]:
    scale = allocation.scale
    lines = []
    for worth, (_, points), total in zip(worth_of_grades(allocation), scale.points, scale.totals, strict=True):
        formula = "" if worth.yuan is None else f"{points}/{total:,} ÷ {operand(scale.divisor)} × {scale.pool:,}"
        lines.append(WorthLine(worth.label, formula, "无" if worth.yuan is None else both(worth.yuan, "元")))
    return tuple(lines)


def _rest(rest: LastUnits) -> Rest:
    unit = "1元" if rest.unit == 1 else "1万元"
    left = rest.due - rest.kept
    sentence = f"各地应得金额舍去不足{unit}的尾数后没有剩余单位。"
    if left:
        sentence = (
            f"各地应得金额合计取整为{rest.due:,}元，各自舍去尾数后合计{rest.kept:,}元，"
            f"剩余{left:,}元，分给尾数最大的{rest.units:,}个地区，每个{unit}。"
        )
    lines = tuple(
        CutLine(place, _place(each.tally), both(each.cut), each.tied, each.got)
        for place, each in enumerate(rest.order, 1)
    )
    return Rest(sentence, LAST_UNIT_RULE, lines)


def _place(tally: Tally) -> Place:
    return Place(tally.name, tally.code)
