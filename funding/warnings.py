"""What officers are warned of before they check, sign or lock an allocation: closed kinds, each with a sentence.

Pure: no Django. A warning keeps nobody from signing; what does is a refusal (``funding.runs.queries.obstacles``).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from evaluation.marking.late import Standing
from funding.counting import Column, Reported, placed
from funding.explain import distance, inversions
from funding.formula import Allocation, Row, is_excluded
from funding.readings import Base, Counting, Cutoff, Divisor, Industry, count_switches_of, switches_of
from funding.tally import INDUSTRY_NAME
from platforms.figures import approximate, percent

#: How an application stands that has no grade and was not withdrawn.
WITHOUT_GRADE = (Standing.UNGRADED, Standing.REFUSED)


class Kind(StrEnum):
    """What is warned of, in the order in which the sentences stand."""

    INVERSION = "inversion"
    ONE_FAILING = "one_failing"
    UNREACHED = "unreached"
    LIFTED = "lifted"
    REVOKED = "revoked"
    UNGRADED = "ungraded"
    REST = "rest"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Warning:
    """One warning: its kind, and the whole Chinese sentence that officers read."""

    kind: Kind
    sentence: str


def warnings_of(allocation: Allocation, reported: Iterable[Reported], counting: Counting) -> tuple[Warning, ...]:
    """Return what stands out in ``allocation``, by kind; nothing where nothing does.

    ``reported`` are the applications that its counts were drawn from by ``counting``, each with the code of its region
    (empty for the key-industry platforms, which are looked at only where the reading counts them). Without any, only
    what the counts alone say is warned of.
    """
    industry = allocation.reading.industry is Industry.COUNTED
    looked_at = [one for one in reported if one.region or industry]
    found = (
        (Kind.INVERSION, _inversions(allocation)),
        (Kind.ONE_FAILING, _one_failing(allocation)),
        (Kind.UNREACHED, _unreached(allocation)),
        (Kind.LIFTED, _lifted(allocation, looked_at, counting)),
        (Kind.REVOKED, _revoked(allocation, looked_at, counting)),
        (Kind.UNGRADED, _ungraded(allocation, looked_at, counting)),
        (Kind.REST, _rest(allocation)),
        (Kind.NOTHING, _nothing(allocation)),
    )
    return tuple(Warning(kind, sentence) for kind, sentences in found for sentence in sentences)


def _inversions(allocation: Allocation) -> list[str]:
    return [f"{each.sentence}，低档次平台折合的金额高于高档次平台。" for each in inversions(allocation)]


def _one_failing(allocation: Allocation) -> list[str]:
    """Regions with money that one more failing platform would take all of."""
    line, cutoff = allocation.money.share.line, allocation.reading.cutoff
    near = [row for row in allocation.rows if row.amount and distance(row, cutoff, line).bearable == 0]
    if not near:
        return []
    named = "、".join(f"{row.tally.name}（{row.amount:,}元）" for row in near)
    return [f"下列{len(near)}个地区再有1家{allocation.money.failing_label}即不予支持，失去全部资金：{named}。"]


def _unreached(allocation: Allocation) -> list[str]:
    """Grades with points of which the city's totals have none (N25): nobody gets these points."""
    labels, points = allocation.money.labels, dict(allocation.scale.points)
    return [
        f"计入全市总数的平台中没有{labels[grade]}，该档{points[grade]}分无地区得分。"
        for grade, total in allocation.totals.items()
        if not total
    ]


def _lifted(allocation: Allocation, reported: Sequence[Reported], counting: Counting) -> list[str]:
    """Regions that get money, and would be excluded if what was withdrawn were declared and failing."""
    money, cutoff, base = allocation.money, allocation.reading.cutoff, allocation.reading.base
    failing = money.share.failing
    early: Counter[str] = Counter()
    late: Counter[str] = Counter()
    proposed: Counter[str] = Counter()
    added: Counter[str] = Counter()
    for one in reported:
        place = placed(one, counting, failing)
        if one.standing == Standing.WITHDRAWN:
            early[one.region] += 1
        elif one.standing == Standing.WITHDRAWN_LATE and place.column != Column.GRADE:
            late[one.region] += 1
            proposed[one.region] += one.grade == failing
        else:
            continue
        # Under the declared number a late withdrawal may be in the base already, without a grade.
        added[one.region] += base is Base.GRADED or place.column == Column.WITHDRAWN
    found = []
    for row in allocation.rows:
        code = row.tally.code
        gone = early[code] + late[code]
        worst, of = row.failing + gone, row.base + added[code]
        if row.amount and gone and is_excluded(worst, of, cutoff, money.share.line):
            parts = [f"评分提交前{early[code]}件"] if early[code] else []
            if late[code]:
                known = f"，其中拟定为{money.failing_label}{proposed[code]}件" if proposed[code] else ""
                parts.append(f"评分提交后{late[code]}件{known}")
            share = Fraction(worst, of)
            found.append(
                f"{row.tally.name}撤回申报{gone}件（{'；'.join(parts)}）后获得资金支持；如撤回的均按{money.failing_label}"
                f"计入，占比为{worst}/{of}（{percent(share)}），应不予支持，涉及{row.amount:,}元。"
            )
    return found


def _revoked(allocation: Allocation, reported: Sequence[Reported], counting: Counting) -> list[str]:
    return _counted_as(allocation, reported, counting, "revoked", "公布后撤销的平台", "家", lambda one: one.revoked)


def _ungraded(allocation: Allocation, reported: Sequence[Reported], counting: Counting) -> list[str]:
    return _counted_as(
        allocation, reported, counting, "ungraded", "未评定档次的申报", "件", lambda one: one.standing in WITHOUT_GRADE
    )


def _counted_as(
    allocation: Allocation,
    reported: Sequence[Reported],
    counting: Counting,
    switch_name: str,
    what: str,
    unit: str,
    wanted: Callable[[Reported], bool],
) -> list[str]:
    """The number of such applications by region, and what the switch does with them; nothing for none."""
    numbers = Counter(one.region for one in reported if wanted(one))
    if not numbers:
        return []
    refused = sum(one.standing == Standing.REFUSED for one in reported if wanted(one))
    names = {row.tally.code: row.tally.name for row in allocation.rows} | {"": INDUSTRY_NAME}
    named = "、".join(f"{names[code]}{numbers[code]}{unit}" for code in names if numbers[code])
    switch = next(each for each in count_switches_of(allocation.money) if each.name == switch_name)
    known = f"，其中经核实拒不参加评价{refused}{unit}" if refused else ""
    total = sum(numbers.values())
    return [f"{what}{total}{unit}（{named}）{known}，本次测算的处理：{switch.chosen(counting).label}。"]


def _rest(allocation: Allocation) -> list[str]:
    """The part of the pool that nobody gets, and why."""
    if not allocation.unallocated:
        return []
    if allocation.note:
        why = allocation.note.removesuffix("。")
    else:
        switch = next(each for each in switches_of(allocation.money) if each.name == "divisor")
        scores = approximate(sum((row.score for row in allocation.rows if row.score), Fraction(0)), 4)
        why = (
            f"权重分母采用“{switch.chosen(allocation.reading).label}”，为{approximate(allocation.scale.divisor, 4)}分，"
            f"获得资金支持地区的得分之和为{scores}分"
        )
        if allocation.reading.divisor is not Divisor.HUNDRED:
            why += "，其余得分不分配资金"
    return [f"资金总额{allocation.pool:,}元中有{allocation.unallocated:,}元未分配：{why}。"]


def _nothing(allocation: Allocation) -> list[str]:
    """Regions without money, one sentence for each reason."""
    reached = "达到" if allocation.reading.cutoff is Cutoff.INCLUSIVE else "超过"
    share = f"{allocation.money.failing_label}占比{reached}淘汰线"
    groups: dict[str, list[str]] = {}
    for row in allocation.rows:
        if not row.amount:
            why, said = _why(row, share)
            groups.setdefault(why, []).append(said)
    return [f"下列{len(names)}个地区{why}，不分配资金：{'、'.join(names)}。" for why, names in groups.items()]


def _why(row: Row, share: str) -> tuple[str, str]:
    """Why ``row`` gets nothing, and the region with what shows it."""
    name = row.tally.name
    if row.excluded:
        return share, f"{name}（{row.failing}/{row.base}）"
    if not row.tally.declared:
        return "没有申报", name
    if not row.score:
        return "得分为零", name
    return "应得金额不足一个金额单位", name
