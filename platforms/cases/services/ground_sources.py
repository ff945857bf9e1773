"""Where facts for the register of grounds come from: a collector for each source, in one table.

A collector returns what its rows say on a day, each row once by its key; which ground that is says the notice of the
platform, and what speaks for none of its grounds is left out. What stands already is not proposed again. A new source
is one more function and one more line of :data:`COLLECTORS`.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from platforms import deadlines
from platforms.cases.choices import FeeCaseState, GroundSource
from platforms.cases.services import ground_complaints, ground_refusals, grounds
from platforms.cases.services.grounds import Said
from platforms.choices import FreeService
from platforms.models import FeeCase, FollowUp, Platform, Rectification
from platforms.notices.choices import Collector
from platforms.notices.terms import Ground
from platforms.rectifications.queries import PENDING, ground_of

#: What is still to be mended so many days after its deadline is proposed as a fact.
UNMENDED_DAYS = 30


def fees(_on: date) -> Iterator[Said]:
    """Fees for what must be free that the city passed on to the register."""
    rows = FeeCase.objects.filter(state=FeeCaseState.PASSED).select_related("record__platform")
    for case in rows.order_by("pk"):
        record = case.record
        service = FreeService(record.free_category).label if record.free_category else "公益性服务"
        yield Said(
            platform=record.platform,
            collectors=(Collector.FEES,),
            source=GroundSource.FEE,
            key=str(case.pk),
            text=f"“{service}”收费 {record.fee} 元（服务日期 {record.served_on:%Y-%m-%d}）。{case.decision}",
            happened_on=record.served_on,
        )


def follow_ups(_on: date) -> Iterator[Said]:
    """Calls that contradict the records, one fact for a sample, a platform and what they contradict."""
    asked = (
        (Collector.FALSE_MATERIAL, Q(existence_differs=True), "被访企业表示没有这项服务"),
        (Collector.FEES, Q(fee_differs=True, fee_taken=True) & ~Q(free_category=""), "被访企业表示公益性服务收了费"),
    )
    for collector, condition, words in asked:
        rows = (
            FollowUp.objects.filter(condition)
            .order_by("sample_id", "platform_id")
            .values("sample", "sample__number", "platform")
            .annotate(calls=Count("pk"), last=Max("served_on"))
        )
        found = list(rows)
        platforms = Platform.objects.in_bulk([row["platform"] for row in found])
        for row in found:
            yield Said(
                platform=platforms[row["platform"]],
                collectors=(collector,),
                source=GroundSource.FOLLOW_UP,
                key=f"{row['sample']}:{row['platform']}:{collector}"[:40],
                text=f"回访样本 {row['sample__number']} 中有 {row['calls']} 条：{words}。",
                happened_on=row["last"],
            )


def unmended(on: date) -> Iterator[Said]:
    """What is still to be mended long after its deadline."""
    rows = Rectification.objects.filter(
        status__in=PENDING, **deadlines.past("due_on", on - timedelta(days=UNMENDED_DAYS))
    )
    for each in rows.select_related("platform", "round").order_by("pk"):
        ground = ground_of(each)
        yield Said(
            platform=each.platform,
            collectors=_weighs_as(ground),
            source=GroundSource.RECTIFICATION,
            key=str(each.pk),
            text=f"整改 {each.number} 期限 {each.due_on:%Y-%m-%d}，逾期 {UNMENDED_DAYS} 天以上仍未整改。{each.problem}",
            happened_on=each.due_on,
            named=ground.key if ground else "",
        )


def _weighs_as(ground: Ground | None) -> tuple[str, ...]:
    """Return the collectors of what rests on ``ground``: its own but for complaints, which are counted, or "other"."""
    own = ground.collector if ground else ""
    return (Collector.OTHER,) if own in ("", Collector.COMPLAINTS) else (own, Collector.OTHER)


#: Complaints are counted by ``ground_complaints``, evaluation notes its own: both know more than one row.
COLLECTORS: dict[GroundSource, Callable[[date], Iterable[Said]]] = {
    GroundSource.FEE: fees,
    GroundSource.FOLLOW_UP: follow_ups,
    GroundSource.ACTIVITY: ground_refusals.facts,
    GroundSource.RECTIFICATION: unmended,
}

#: Sources that count several rows, so that what they say may grow and shrink.
FOLLOWED = (GroundSource.ACTIVITY,)


def propose_all(*, on: date, at: datetime) -> int:
    """Propose what every source says on the day ``on`` and does not stand yet; returns how many facts are new.

    A proposal of refused activities that nobody decided says what holds now, and goes where nothing holds any more.
    """
    fresh = 0
    for source, collector in COLLECTORS.items():
        facts = list(grounds.under_notices(collector(on)))
        fresh += grounds.propose_each(facts, at=at)
        if source in FOLLOWED:
            grounds.follow(source, facts, at=at)
    return fresh + ground_complaints.count_all(at=at)


def propose_from(source: GroundSource, *, at: datetime) -> int:
    """Propose at once what one source says, where it was just decided there; in the caller's transaction."""
    said = COLLECTORS[source](timezone.localdate(at))
    return grounds.propose_each(grounds.under_notices(said), at=at)
