"""A trial as people read it: lines beside those of the run, sentences, and charts with their tables."""

from dataclasses import dataclass
from fractions import Fraction

from funding.explain import distance, inversions, worth_of_grades
from funding.formula import Allocation, Row
from funding.runs.queries.comparison import more
from funding.runs.queries.sheet import in_wan
from funding.trials.combinations import Combination, Combinations
from funding.trials.queries.trial import Trial
from platforms.figures import approximate, percent, rounded
from platforms.pages.charts import Chart
from platforms.tones import Tone

WAN = 10_000
AS_TRIED = "与本次试算相同"


@dataclass(frozen=True)
class Figure:
    """One figure of the run and of the trial, in words; ``more`` is the difference, empty where there is none."""

    label: str
    before: str
    after: str
    more: str = ""


@dataclass(frozen=True)
class Line:
    """One region under the run and under the trial; ``declared`` and ``share`` name both where they differ."""

    label: str
    declared: str
    share: str
    verdict: str
    verdict_before: str
    tone: Tone
    bearable: str
    before: int
    after: int
    is_changed: bool

    @property
    def before_wan(self) -> str:
        return in_wan(self.before)

    @property
    def after_wan(self) -> str:
        return in_wan(self.after)

    @property
    def before_yuan(self) -> str:
        return f"{self.before:,}"

    @property
    def after_yuan(self) -> str:
        return f"{self.after:,}"

    @property
    def more(self) -> str:
        return more(self.after - self.before) or "—"


@dataclass(frozen=True)
class SpreadLine:
    """The lowest, the tried and the highest amount of a region, under what the first and the last come about."""

    label: str
    lowest: int
    tried: int
    highest: int
    lowest_by: str
    highest_by: str
    strongest: str

    @property
    def figures(self) -> tuple[tuple[str, str], ...]:
        """Each of the three as a chart reads it and as people do, in 万元."""
        numbers = (self.lowest, self.tried, self.highest)
        return tuple((str(rounded(Fraction(number, WAN))), in_wan(number)) for number in numbers)


@dataclass(frozen=True)
class EffectLine:
    """What one switch moves; ``mean`` is rounded, ``exact`` the same in yuan as it is, empty where it is whole."""

    label: str
    largest: str
    by: str
    mean: str
    exact: str


@dataclass(frozen=True)
class Shown:
    """Everything that stands below the form."""

    figures: tuple[Figure, ...]
    lines: tuple[Line, ...]
    total: Line
    note: str
    warnings: tuple[str, ...]
    combined: str
    refused: tuple[str, ...]
    spread_title: str
    spreads: tuple[SpreadLine, ...]
    effect_title: str
    effects: tuple[EffectLine, ...]
    heat: Chart


def shown(trial: Trial) -> Shown:
    """Return ``trial`` as the page shows it."""
    before, after, found = trial.basis.before, trial.after, trial.combinations
    return Shown(
        figures=_figures(before, after),
        lines=tuple(map(_line, before.rows, after.rows, [after] * len(after.rows))),
        total=_total(before, after),
        note=after.note,
        warnings=tuple(f"{each.sentence}。" for each in inversions(after)),
        combined=f"共 {len(found.all):,} 种组合，可以测算的 {len(found.possible):,} 种。",
        refused=tuple(f"{reason}（{number:,} 种组合不能测算）。" for reason, number in found.refusals),
        spread_title=_spread_title(after, found),
        spreads=_spreads(after, found),
        effect_title=_effect_title(found),
        effects=_effects(after, found),
        heat=_heat(after, found),
    )


def _figures(before: Allocation, after: Allocation) -> tuple[Figure, ...]:
    amounts = (
        ("资金总额", before.pool, after.pool),
        ("已分配", before.allocated, after.allocated),
        ("未分配", before.unallocated, after.unallocated),
    )
    worths = zip(worth_of_grades(before), worth_of_grades(after), strict=True)
    return (
        *(Figure(label, f"{a:,} 元", f"{b:,} 元", more(b - a)) for label, a, b in amounts),
        *(Figure(f"1家{one.label}折合", _worth(one.yuan), _worth(other.yuan)) for one, other in worths),
    )


def _worth(yuan: Fraction | None) -> str:
    return f"{approximate(yuan, 2)} 元" if yuan else "无"


def _verdict(row: Row) -> tuple[str, Tone]:
    if row.excluded:
        return "不予支持", "bad"
    if not row.tally.declared:
        return "未申报", "neutral"
    if not row.score:
        return "得分为零", "neutral"
    return "支持", "good"


def _line(before: Row, after: Row, allocation: Allocation) -> Line:
    verdict, tone = _verdict(after)
    was, _ = _verdict(before)
    room = distance(after, allocation.reading.cutoff, allocation.money.share.line).bearable
    bearable = "—" if room is None else f"超出 {-room} 家" if room < 0 else f"{room} 家"
    shares = [percent(row.failing_share) if row.base else "—" for row in (before, after)]
    return Line(
        label=after.tally.name,
        declared=_both(str(before.tally.declared), str(after.tally.declared)),
        share=_both(*shares),
        verdict=verdict,
        verdict_before="" if was == verdict else was,
        tone=tone,
        bearable=bearable,
        before=before.amount,
        after=after.amount,
        is_changed=before.amount != after.amount or before.tally != after.tally,
    )


def _both(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"


def _total(before: Allocation, after: Allocation) -> Line:
    declared = [str(sum(tally.declared for tally in each.tallies)) for each in (before, after)]
    supported = [sum(_verdict(row)[1] == "good" for row in each.rows) for each in (before, after)]
    return Line(
        "合计", _both(*declared), "", f"支持{_both(*map(str, supported))}个", "", "neutral", "", before.allocated,
        after.allocated, is_changed=False,
    )  # fmt: skip


def _said(found: Combinations, combination: Combination) -> str:
    return "；".join(f"{switch.label}：{choice.label}" for switch, choice in found.changes(combination)) or AS_TRIED


def _spreads(after: Allocation, found: Combinations) -> tuple[SpreadLine, ...]:
    lines = []
    for place, (row, spread) in enumerate(zip(after.rows, found.spreads, strict=True)):
        strongest = found.strongest_for(place)
        lines.append(
            SpreadLine(
                row.tally.name, spread.lowest, spread.chosen, spread.highest, _said(found, spread.lowest_by),
                _said(found, spread.highest_by), strongest.switch.label if strongest else "—",
            )
        )  # fmt: skip
    return tuple(lines)


def _spread_title(after: Allocation, found: Combinations) -> str:
    widest = max(zip(found.spreads, after.rows, strict=True), key=lambda each: each[0].width, default=None)
    if widest is None or not widest[0].width:
        return "各种口径组合下，各地金额相同"
    spread, row = widest
    return f"{row.tally.name}受口径影响最大：{in_wan(spread.lowest)} 万元至 {in_wan(spread.highest)} 万元"


def _effect_title(found: Combinations) -> str:
    first = found.strongest[0]
    if not first.mean:
        return "各项口径均不影响金额"
    return f"影响最大的口径是“{first.switch.label}”：各地增减合计平均 {in_wan(round(first.mean))} 万元"


def _effects(after: Allocation, found: Combinations) -> tuple[EffectLine, ...]:
    return tuple(
        EffectLine(
            effect.switch.label,
            f"{effect.largest:,}",
            f"{after.rows[effect.region].tally.name}，{effect.choice.label}"
            if effect.region is not None and effect.choice is not None
            else "—",
            approximate(effect.mean, 2),
            "" if effect.mean.denominator == 1 else str(effect.mean),
        )
        for effect in found.strongest
    )


def _heat(after: Allocation, found: Combinations) -> Chart:
    others = found.alternatives
    rows = tuple(
        (
            row.tally.name,
            "",
            (
                *(Fraction(each.differences[place], WAN) if each.differences else None for each in others),
                Fraction(spread.lowest - spread.chosen, WAN),
                Fraction(spread.highest - spread.chosen, WAN),
            ),
        )
        for place, (row, spread) in enumerate(zip(after.rows, found.spreads, strict=True))
    )
    head = tuple(f"{each.switch.label}：{each.choice.label}" for each in others)
    return Chart(
        key="heat",
        title=_heat_title(after, found),
        shape="heat",
        unit="万元",
        head=("地区", *head, "全部组合最低", "全部组合最高"),
        rows=rows,
        note="每次只改变一项口径，其余与本次试算相同；最后两列为全部组合中的最低和最高。",
    )


def _heat_title(after: Allocation, found: Combinations) -> str:
    moved = [effect for effect in found.effects if effect.region is not None]
    if not moved:
        return "只改变一项口径，各地金额均不变"
    most = max(moved, key=lambda effect: effect.largest)
    region = after.rows[most.region or 0].tally.name
    return f"只改变一项口径，{region}增减最多：{in_wan(most.largest)} 万元（{most.switch.label}）"
