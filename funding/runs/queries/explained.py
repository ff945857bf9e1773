"""A run explained region by region: how each amount comes about, and where the last units went."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from evaluation.models import Assessment, Result
from funding.counting import Column, Counts
from funding.derivation import Derivation, Outcome, both, declared, derive, operand
from funding.explain import worth_of_grades
from funding.formula import Allocation, PoolError
from funding.last_units import LastUnits, last_units
from funding.models import AllocationItem, AllocationRow, AllocationRun
from funding.money import MoneyError
from funding.rendering import LAST_UNIT_RULE
from funding.runs.queries.frozen import (
    ITEMS_VERSION,
    check,
    counting_for,
    counts_by_grade,
    named_money,
    recomputed,
    rows_of,
)
from funding.runs.queries.sheet import WAN, in_wan
from funding.tally import Tally, TallyError
from platforms.models import Application, User
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

    ``allocation`` is None where the stored counts cannot be computed with. ``rows`` are the regions, by code and in the
    order of the allocation.
    """

    run: AllocationRun
    rows: tuple[AllocationRow, ...]
    allocation: Allocation | None
    problems: tuple[str, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """The regions, by code."""
        return tuple(Place(row.label, row.code) for row in self.rows)

    def place_of(self, code: str) -> int | None:
        """The place of a region among the regions, from 0; None for a code that the run does not hold."""
        codes = [row.code for row in self.rows]
        return codes.index(code) if code in codes else None

    def derivation(self, place: int) -> Derivation | None:
        """How the region at ``place`` comes to its amount, its counts first; None where nothing can be computed.

        A run that was made before each application was kept begins with the share.
        """
        if self.allocation is None:
            return None
        found, run = derive(self.allocation, place), self.run
        if run.version < ITEMS_VERSION:
            return found
        first = declared(counts_of(self.rows[place]), counting_for(run), self.allocation.money)
        return replace(found, steps=(first, *found.steps))


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
    regions = tuple(row for row in rows if row.region_id is not None)
    return Explained(run, regions, again, check(run, rows))


def counts_of(row: AllocationRow) -> Counts:
    """Return the frozen columns of ``row``."""
    return Counts(
        grades=counts_by_grade(row),
        ungraded=row.ungraded,
        withdrawn_late=row.withdrawn_late,
        revoked=row.revoked,
        withdrawn=row.withdrawn,
        left_out=row.left_out,
        late_failing=row.late_failing,
        refused_failing=row.refused_failing,
    )


@dataclass(frozen=True)
class Counted:
    """One application of a region and where it is counted, in words.

    ``result`` and ``assessment`` are what the person who asks may open of it, None for the rest, and ``may_open`` says
    whether that person may open the application itself.
    """

    item: AllocationItem
    column: str
    grade: str
    result: int | None
    assessment: int | None
    may_open: bool

    @property
    def why(self) -> tuple[str, ...]:
        """The days that made it stand there, each with its reason."""
        item = self.item
        return (
            *([f"{item.happened_on} {item.reason}".strip()] if item.happened_on else []),
            *([f"{item.revoked_on} 撤销"] if item.revoked_on else []),
        )


def counted(row: AllocationRow, by: User) -> tuple[Counted, ...]:
    """Return the applications of ``row``, grades first and the best on top, with what ``by`` may open of each."""
    labels = named_money(row.run).labels
    items = list(AllocationItem.objects.filter(row=row).order_by("number"))
    grades, columns = list(labels), list(Column)
    # A grade that cannot be named, since the money of the run was tampered with, stands last of the grades.
    items.sort(key=lambda item: (columns.index(Column(item.column)), (*grades, item.counts_as).index(item.counts_as)))
    applications = [item.application_id for item in items]
    seen = set(Application.objects.visible_to(by).filter(pk__in=applications).values_list("pk", flat=True))
    results = set(Result.objects.visible_to(by).filter(pk__in=_results(items)).values_list("pk", flat=True))
    sheets = Assessment.objects.visible_to(by).filter(application__in=applications)
    assessments = dict(sheets.values_list("application", "pk"))
    return tuple(
        Counted(
            item,
            f"计入{labels.get(item.counts_as, item.counts_as)}"
            if item.column == Column.GRADE
            else str(item.get_column_display()),
            labels.get(item.grade, ""),
            item.result_id if item.result_id in results else None,
            assessments.get(item.application_id),
            item.application_id in seen,
        )
        for item in items
    )


def column_in_words(item: AllocationItem, labels: Mapping[str, str]) -> str:
    """Return where ``item`` is counted: 计入A档, or what the column is called; ``labels`` are those of the grades."""
    if item.column == Column.GRADE:
        return f"计入{labels.get(item.counts_as, item.counts_as)}"
    return str(item.get_column_display())


def _results(items: Sequence[AllocationItem]) -> list[int]:
    return [item.result_id for item in items if item.result_id is not None]


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
