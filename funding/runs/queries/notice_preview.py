"""What another notice would have given, tried on the frozen counts of every round whose money is locked."""

from collections.abc import Iterable, Sequence

from funding.explain import inversions
from funding.formula import Allocation, PoolError, allocate
from funding.models import AllocationRun
from funding.money import Money, MoneyError
from funding.readings import (
    COUNT_SWITCHES_BY_NAME,
    Counting,
    Reading,
    ReadingError,
    count_switches_of,
    counting_of,
    defaults_of,
    switches_of,
)
from funding.runs.choices import RunStatus
from funding.runs.queries.frozen import (
    count_switches_for,
    counting_for,
    reading_of,
    recomputed,
    rows_of,
    switches_for,
)
from funding.tally import Tally, TallyError
from platforms.models import User
from platforms.notices.clauses import KEYS, cite
from platforms.notices.queries import Preview, PreviewTable
from platforms.notices.terms import Terms

TITLE = "对以往年度资金分配的影响"
KEPT = "以往年度的资金总额、申报数和档次不变，按本通知的分值、淘汰线和默认口径重新测算。已锁定的资金分配不受影响。"
READINGS_LABEL = "默认口径的变化"
SAME_READINGS = "默认口径与以往年度测算所用的相同。"
FROZEN_COUNTS = "申报数和各档数沿用以往年度测算时冻结的数，没有按本通知的默认口径重新统计。"
NO_GRADE_IN_COMMON = "无法比较：该年度的各个档次，本通知都没有。"


def amounts(terms: Terms, user: User) -> Preview | None:
    """Return what each region would get of the same pool for the same counts, the latest round first.

    None before the first lock, and for whoever may not see allocations. A platform whose grade the notice does not know
    counts as declared and ungraded.
    """
    runs = _in_force(user)
    money = Money.of(terms)
    if not runs:
        return None
    if money is None:
        spent = (f"{run.round}（{run.number}）已分配{run.allocated_yuan:,}元。" for run in runs)
        return Preview(TITLE, ("按本通知不安排资金。已锁定的资金分配不受影响。", *spent))
    try:
        reading, counting = defaults_of(terms), counting_of(terms)
    except ReadingError as error:
        return Preview(TITLE, (f"无法比较：{error}。",))
    changed = _changed_readings(runs, money, reading, counting)
    return Preview(TITLE, (KEPT,), (changed, *(_compared(run, money, reading) for run in runs)))


def _in_force(user: User) -> list[AllocationRun]:
    """Return the locked run of each round that no other locked run corrects, the latest round first."""
    locked = AllocationRun.objects.visible_to(user).filter(status=RunStatus.LOCKED)
    standing = locked.exclude(pk__in=locked.filter(replaces__isnull=False).values("replaces"))
    return list(standing.select_related("round").order_by("-round__year"))


def _changed_readings(
    runs: Sequence[AllocationRun], money: Money, reading: Reading, counting: Counting
) -> PreviewTable:
    """Return the readings whose default is not what an earlier round was computed with, each with its clause."""
    now = reading.as_dict() | counting.as_dict()
    used = [(str(run.round.year), _used(run)) for run in runs]
    rows, lines = [], []
    for switch in (*switches_of(money, reading), *count_switches_of(money, counting)):
        earlier: dict[str, list[str]] = {}
        for year, chosen in used:
            value, label = chosen[switch.name]
            if value != now[switch.name]:
                earlier.setdefault(label, []).append(year)
        if earlier:
            then = "；".join(f"{'、'.join(years)}年度：{label}" for label, years in earlier.items())
            rows.append((switch.label, f"{cite(switch.clause)} {KEYS[switch.clause]}", then, switch.default.label))
            if switch.name in COUNT_SWITCHES_BY_NAME:
                lines = [FROZEN_COUNTS]
    heads = ("口径", "所依据的条款", "以往年度所用", "本通知默认")
    return PreviewTable(READINGS_LABEL, heads, tuple(rows), tuple(lines) if rows else (SAME_READINGS,), len(heads))


def _used(run: AllocationRun) -> dict[str, tuple[str, str]]:
    """Return value and label of each reading that ``run`` was computed with, by the name of its switch."""
    reading, counting = reading_of(run), counting_for(run)
    chosen = [(each.name, each.chosen(reading)) for each in switches_for(run)]
    chosen += [(each.name, each.chosen(counting)) for each in count_switches_for(run)]
    return {name: (str(choice.value), choice.label) for name, choice in chosen}


def _compared(run: AllocationRun, money: Money, reading: Reading) -> PreviewTable:
    """Return the amounts of one round before and after, or why they cannot be compared."""
    label = f"{run.round}（{run.number}）"
    try:
        before = recomputed(run, rows_of(run))
        if not set(before.money.codes) & set(money.codes):
            return PreviewTable(label, lines=(NO_GRADE_IN_COMMON,))
        known = [tally.only(money.codes) for tally in before.tallies]
        industry = before.industry.only(money.codes) if before.industry else None
        after = allocate(known, industry, run.pool_yuan, reading, money)
    except (MoneyError, PoolError, TallyError) as error:
        return PreviewTable(label, lines=(f"无法比较：{error}。",))
    rows = [
        _row(tally.name, was, now)
        for tally, was, now in zip(before.tallies, before.amounts, after.amounts, strict=True)
        if tally.declared
    ]
    rows += [
        _row("合计", before.allocated, after.allocated),
        _row("未分配", before.unallocated, after.unallocated),
    ]
    return PreviewTable(
        label, ("地区", "现为（元）", "按本通知（元）", "增减（元）"), tuple(rows), tuple(_told(before, after))
    )


def _row(name: str, was: int, now: int) -> tuple[str, ...]:
    return (name, f"{was:,}", f"{now:,}", f"{now - was:+,}" if now != was else "")


def _told(before: Allocation, after: Allocation) -> Iterable[str]:
    """Yield what the table does not say: who is excluded, grades that only one of the two knows, warnings."""
    yield f"资金总额{before.pool:,}元。不予支持的地区：现为{_excluded(before)}，按本通知为{_excluded(after)}。"
    lost = [code for code in before.money.codes if code not in after.money.codes and _reached(before, code)]
    if lost:
        names = "、".join(before.money.labels[code] for code in lost)
        yield f"本通知没有{names}，这些平台只计入申报总数，不计档次。"
    new = [label for code, label in after.money.grades if code not in before.money.codes]
    if new:
        yield f"该年度没有{'、'.join(new)}。"
    if after.note:
        yield after.note
    for inversion in inversions(after):
        yield f"按本通知{inversion.sentence}。"


def _excluded(allocation: Allocation) -> str:
    names = [tally.name for tally, out in zip(allocation.tallies, allocation.excluded, strict=True) if out]
    return f"{'、'.join(names)}（{len(names)}个）" if names else "无"


def _reached(allocation: Allocation, code: str) -> bool:
    tallies: list[Tally] = [*allocation.tallies, *([allocation.industry] if allocation.industry else [])]
    return any(tally.count(code) for tally in tallies)
