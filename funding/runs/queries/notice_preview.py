"""What another notice would do to the money that was locked last."""

from funding.formula import PoolError, allocate
from funding.models import AllocationRun
from funding.money import Money, MoneyError
from funding.readings import ReadingError, defaults_of
from funding.runs.choices import RunStatus
from funding.runs.queries.frozen import recomputed, rows_of
from funding.tally import TallyError
from platforms.notices.queries import Preview
from platforms.notices.terms import Terms


def amounts(terms: Terms) -> Preview | None:
    """Return what each region would get of the same pool for the same counts; None before the first lock.

    A platform whose grade the notice does not know counts as declared and ungraded.
    """
    locked = AllocationRun.objects.filter(status=RunStatus.LOCKED).select_related("round")
    run = locked.order_by("-round__year", "-locked_at").first()
    money = Money.of(terms)
    if run is None:
        return None
    title = f"对{run.round}资金分配的影响"
    if money is None:
        return Preview(title, (f"{run.number}已分配{run.allocated_yuan:,}元；按本通知不安排资金。",))
    try:
        before = recomputed(run, rows_of(run))
        known = [tally.only(money.codes) for tally in before.tallies]
        industry = before.industry.only(money.codes) if before.industry else None
        after = allocate(known, industry, run.pool_yuan, defaults_of(terms), money)
    except (MoneyError, PoolError, ReadingError, TallyError) as error:
        return Preview(title, (f"无法比较：{error}。",))
    return Preview(
        title=title,
        lines=(
            f"{run.number}资金总额{run.pool_yuan:,}元，已分配{run.allocated_yuan:,}元。"
            f"同样的申报数和档次，按本通知的分值、淘汰线和默认口径分配{after.allocated:,}元。已锁定的资金分配不受影响。",
        ),
        heads=("地区", "现为(元)", "按本通知(元)", "增减(元)"),
        rows=tuple(
            (tally.name, f"{was:,}", f"{now:,}", f"{now - was:+,}" if now != was else "")
            for tally, was, now in zip(before.tallies, before.amounts, after.amounts, strict=True)
            if tally.declared
        ),
    )
