"""How the amount of one region comes about, step by step from counts to yuan, in the words of an officer.

Pure: no Django. Every figure comes from the allocation; a formula of signs is true as written, with exact fractions.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from funding.counting import Counts
from funding.explain import distance
from funding.formula import Allocation, Row, allocate, is_excluded
from funding.last_units import cut_down, last_units
from funding.money import Money
from funding.readings import Base, Counting, Cutoff, Divisor, count_switches_of, switches_of
from funding.rendering import LAST_UNIT_RULE
from platforms.figures import approximate, percent

#: Decimals of yuan and of scores that are not whole.
PLACES = 4
#: A sum of more regions than this is told by their number.
MOST_TERMS = 20
#: Of more regions than this only the first are named.
MOST_NAMES = 5
_SIGNS = frozenset("0123456789,/()+−×÷ ")


class Outcome(StrEnum):
    """What became of a region."""

    FUNDED = "funded"
    EXCLUDED = "excluded"
    UNDECLARED = "undeclared"
    SCORELESS = "scoreless"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is found out, from what, with which result, and under which reading.

    ``value`` is the exact number of the result in the unit of the step, None where the step finds none. ``key`` is
    ``declared``, ``share``, ``totals``, ``term``, ``score``, ``divisor``, ``weight``, ``exact``, ``cut``, ``last`` or
    ``amount``.
    """

    key: str
    label: str
    formula: str
    result: str
    value: Fraction | None
    note: str = ""

    @property
    def is_calculation(self) -> bool:
        """Whether the formula is one of signs, which comes to the value, and no words."""
        return bool(self.formula) and set(self.formula) <= _SIGNS


@dataclass(frozen=True, slots=True)
class Derivation:
    """The way from the counts of one region to its whole ``amount`` in yuan.

    ``sentences`` say why there is nothing, or how far the region is from the line.
    """

    name: str
    code: str
    outcome: Outcome
    amount: int
    steps: tuple[Step, ...]
    sentences: tuple[str, ...]

    @property
    def headline(self) -> str:
        """The result in one line."""
        return {
            Outcome.FUNDED: f"分配{self.amount:,}元",
            Outcome.EXCLUDED: "不予支持",
            Outcome.UNDECLARED: "没有申报，不分配资金",
            Outcome.SCORELESS: "得分为零，不分配资金",
        }[self.outcome]


def derive(allocation: Allocation, place: int) -> Derivation:
    """How the region at ``place`` of the allocation, counted from 0, comes to its amount.

    Raises ``IndexError`` for a place that is not there.
    """
    row = allocation.rows[place]
    return Derivation(row.tally.name, row.tally.code, *_way(allocation, row, place))


def _way(allocation: Allocation, row: Row, place: int) -> tuple[Outcome, int, tuple[Step, ...], tuple[str, ...]]:
    if row.excluded:
        return Outcome.EXCLUDED, 0, (_share(allocation, row),), _why_excluded(allocation, row, place)
    if not row.tally.declared:
        return Outcome.UNDECLARED, 0, (), (_why_undeclared(row),)
    if not row.score:
        nothing = f"本地区没有{allocation.money.paid_text}平台，得分为零，不分配资金。"
        return Outcome.SCORELESS, 0, _to_the_score(allocation, row), (nothing, *_far_from_line(allocation, row))
    steps = (*_to_the_score(allocation, row), *_to_the_amount(allocation, row))
    return Outcome.FUNDED, row.amount, steps, _far_from_line(allocation, row)


def declared(counts: Counts, counting: Counting, money: Money) -> Step:
    """The step before the others: the columns that make up the declared number, and what stands beside it uncounted."""
    columns = [(money.labels[code], counts.grades.get(code, 0)) for code in money.codes]
    columns += [("未评定", counts.ungraded), ("评分后撤回", counts.withdrawn_late), ("公布后撤销", counts.revoked)]
    marked = _named([("评分后撤回", counts.late_failing), ("拒不参加评价", counts.refused_failing)])
    aside = _named([("撤回", counts.withdrawn), ("未评定", counts.left_out)])
    sentences = [
        f"依次为{'、'.join(label for label, _ in columns)}",
        *([f"{money.failing_label}中含{marked}"] if marked else []),
        *([f"另有{aside}不计入申报总数"] if aside else []),
        *(f"{each.label}：{each.chosen(counting).label}" for each in count_switches_of(money)),
    ]
    return Step(
        "declared",
        "申报总数",
        _sum(Fraction(number) for _, number in columns),
        f"{counts.declared:,}家",
        Fraction(counts.declared),
        "".join(f"{sentence}。" for sentence in sentences),
    )


def _named(numbers: Iterable[tuple[str, int]]) -> str:
    return "、".join(f"{label}{number:,}家" for label, number in numbers if number)


# Words ---------------------------------------------------------------------------------------------------------------


def exact(number: Fraction) -> str:
    """``number`` without rounding: ``9,250,000`` or ``37/60``."""
    return f"{number.numerator:,}" if number.denominator == 1 else f"{number.numerator:,}/{number.denominator:,}"


def both(number: Fraction, unit: str = "") -> str:
    """``number`` without rounding, and where it is a fraction its decimals behind: ``90/7（约12.8571）``."""
    if number.denominator == 1:
        return f"{exact(number)}{unit}"
    return f"{exact(number)}{unit}（{approximate(number, PLACES)}{unit}）"


def _percent(share: Fraction) -> str:
    # Cut down, so that nothing below the line is shown as on it.
    return percent(share) if (share * 10_000).denominator == 1 else f"约{percent(share)}"


def operand(number: Fraction) -> str:
    """``number`` as it stands in a formula, a fraction in brackets."""
    return exact(number) if number.denominator == 1 else f"({exact(number)})"


def _sum(numbers: Iterable[Fraction]) -> str:
    return " + ".join(exact(number) for number in numbers)


def _choice(allocation: Allocation, name: str) -> str:
    switch = next(each for each in switches_of(allocation.money) if each.name == name)
    return f"{switch.label}取“{switch.chosen(allocation.reading).label}”。"


def _base_name(allocation: Allocation) -> str:
    return "已评定档次的平台" if allocation.reading.base is Base.GRADED else "申报总数"


def _over(allocation: Allocation) -> str:
    word = "达到" if allocation.reading.cutoff is Cutoff.INCLUSIVE else "超过"
    return f"{word}淘汰线{allocation.money.line_text}"


def _under(allocation: Allocation) -> str:
    word = "低于" if allocation.reading.cutoff is Cutoff.INCLUSIVE else "不超过"
    return f"{word}淘汰线{allocation.money.line_text}"


# From counts to the score --------------------------------------------------------------------------------------------


def _share(allocation: Allocation, row: Row) -> Step:
    label = f"{allocation.money.failing_label}占比"
    note = _choice(allocation, "base") + _choice(allocation, "cutoff")
    if not row.base:
        return Step("share", label, "没有已评定档次的平台", "不计占比，未被淘汰", None, note)
    verdict = f"{_over(allocation)}，不予支持" if row.excluded else f"{_under(allocation)}，参加分配"
    formula = f"{row.failing:,} ÷ {row.base:,}"
    return Step("share", label, formula, f"{_percent(row.failing_share)}，{verdict}", row.failing_share, note)


def _to_the_score(allocation: Allocation, row: Row) -> tuple[Step, ...]:
    scale, labels = row.scale, allocation.money.labels
    totals = "、".join(f"{labels[grade]}{total:,}家" for grade, total in allocation.totals.items())
    note = _choice(allocation, "totals")
    if allocation.industry is not None:
        note += _choice(allocation, "industry")
    terms = [
        _term(labels[grade], points, row.tally.count(grade), total)
        for (grade, points), total in zip(scale.points, scale.totals, strict=True)
    ]
    score = scale.score(row.tally)
    return (
        _share(allocation, row),
        Step("totals", "全市总数", "", totals, None, note),
        *terms,
        Step("score", "得分", _sum(term.value or Fraction(0) for term in terms), both(score, "分"), score),
    )


def _term(label: str, points: int, count: int, total: int) -> Step:
    if not total:
        return Step("term", f"{label}得分", f"全市没有{label}平台", "0", Fraction(0))
    value = Fraction(points * count, total)
    note = f"本地区{label}{count:,}家，全市{total:,}家，该档{points}分。"
    return Step("term", f"{label}得分", f"{count:,}/{total:,} × {points}", both(value), value, note)


# From the score to the amount ----------------------------------------------------------------------------------------


def _to_the_amount(allocation: Allocation, row: Row) -> tuple[Step, ...]:
    scale, unit = row.scale, allocation.reading.unit.yuan
    score, share = scale.score(row.tally), row.share
    weight, kept = scale.weight(score), cut_down(share, unit)
    cut, last = share - kept, row.amount - kept
    return (
        _divisor(allocation),
        Step(
            "weight",
            "权重",
            f"{operand(score)} ÷ {operand(scale.divisor)}",
            f"{exact(weight)}（{approximate(weight * 100, PLACES)}%）",
            weight,
        ),
        Step("exact", "应得金额", f"{scale.pool:,} × {exact(weight)}", both(share, "元"), share),
        Step(
            "cut",
            "舍去尾数",
            f"{exact(share)} − {exact(cut)}",
            f"{kept:,}元",
            Fraction(kept),
            f"舍去不足{_one(unit)}的部分{both(cut, '元')}。" if cut else f"应得金额为{_one(unit)}的整数倍，没有尾数。",
        ),
        _last(allocation, row, last),
        Step("amount", "分配金额", f"{kept:,} + {last:,}", f"{row.amount:,}元", Fraction(row.amount)),
    )


def _divisor(allocation: Allocation) -> Step:
    scale, divisor = allocation.scale, allocation.reading.divisor
    if divisor is Divisor.FUNDED:
        scores = [row.score for row in allocation.rows if row.score]
        formula = _sum(scores) if len(scores) <= MOST_TERMS else f"{len(scores):,}个地区的得分相加"
    else:
        full = divisor is Divisor.HUNDRED
        points = [p for (_, p), total in zip(scale.points, scale.totals, strict=True) if total or full]
        formula = _sum(map(Fraction, points))
    return Step(
        "divisor", "权重分母", formula, both(scale.divisor, "分"), scale.divisor, _choice(allocation, "divisor")
    )


def _last(allocation: Allocation, row: Row, last: int) -> Step:
    rest = last_units(allocation)
    if not rest.units:
        return Step("last", "剩余单位", "各地舍去尾数后没有剩余单位", "不再分配", Fraction(0))
    one, left = _one(rest.unit), f"剩余{rest.units:,}个单位，每个{_one(rest.unit)}"
    note = f"{rest.due:,} − {rest.kept:,} = {rest.due - rest.kept:,}元，即{left}。{LAST_UNIT_RULE}"
    place = rest.place(row.tally)
    if place is None:
        return Step("last", "剩余单位", f"{left}；本地区没有尾数", "不参加分配", Fraction(0), note)
    mine = rest.order[place - 1]
    if mine.tied:
        same = [each.name for each in rest.order if each.cut == mine.cut and each is not mine]
        others = "、".join(same[:MOST_NAMES]) + (f"等{len(same):,}个地区" if len(same) > MOST_NAMES else "")
        note += f"本地区与{others}尾数相同，按地区代码先后。"
    formula = f"{left}；本地区尾数在{len(rest.order):,}个地区中由大到小排第{place:,}"
    return Step("last", "剩余单位", formula, f"分得{one}" if last else "未分得", Fraction(last), note)


def _one(unit: int) -> str:
    return "1元" if unit == 1 else "1万元"


# Sentences -----------------------------------------------------------------------------------------------------------


def _far_from_line(allocation: Allocation, row: Row) -> tuple[str, ...]:
    failing, line = allocation.money.failing_label, allocation.money.share.line
    bearable = distance(row, allocation.reading.cutoff, line).bearable
    if bearable is None:
        return ()
    if bearable + 1 > row.base - row.failing:
        return (f"{_base_name(allocation)}{row.base:,}家全部为{failing}，也{_under(allocation)}。",)
    return (
        f"{failing}现有{row.failing:,}家；再增加{bearable + 1:,}家（{_base_name(allocation)}{row.base:,}家不变），"
        f"占比即{_over(allocation)}，不再予以支持。",
    )


def _why_excluded(allocation: Allocation, row: Row, place: int) -> tuple[str, ...]:
    failing, base = allocation.money.failing_label, _base_name(allocation)
    far = distance(row, allocation.reading.cutoff, allocation.money.share.line)
    fewer = -(far.bearable or 0)
    return (
        f"{base}{row.base:,}家，其中{failing}{row.failing:,}家，占{_percent(row.failing_share)}，"
        f"{_over(allocation)}，不予支持。",
        f"{failing}减少{fewer:,}家（{base}不变），或者{base}增加{_more_declared(allocation, row):,}家"
        f"（{failing}家数不变），占比即{_under(allocation)}。",
        f"如占比{_under(allocation)}，其他各档家数不变，按同一口径可分得{would_get(allocation, place):,}元。",
    )


def _more_declared(allocation: Allocation, row: Row) -> int:
    line = allocation.money.share.line
    # So many in the base put the share just on the line, or are one too few for that.
    most = row.failing * line.denominator // line.numerator
    fits = not is_excluded(row.failing, most, allocation.reading.cutoff, line)
    return most - row.base if fits else most + 1 - row.base


def would_get(allocation: Allocation, place: int) -> int:
    """Yuan that the region at ``place`` gets if none of its platforms fails and nothing else changes."""
    tallies = list(allocation.tallies)
    tally = tallies[place]
    tallies[place] = replace(tally, grades={**tally.grades, allocation.money.share.failing: 0})
    again = allocate(tallies, allocation.industry, allocation.pool, allocation.reading, allocation.money)
    return again.amounts[place]


def _why_undeclared(row: Row) -> str:
    withdrawn = f"（撤回的{row.tally.withdrawn:,}家不计入）" if row.tally.withdrawn else ""
    return f"本地区没有计入申报总数的申报{withdrawn}，不作淘汰，也不分配资金。"
