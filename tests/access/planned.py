"""What the stage holds of plans of publication: the one that was approved, and one in each other status."""

from datetime import UTC, date, datetime

from evaluation.certification.services import plans
from evaluation.models import Prepared, PublicationPlan
from tests.access.world import World

AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)


def plan_of(world: World) -> PublicationPlan:
    """The plan of the published round."""
    plan = world.publication.plan
    assert plan is not None
    return plan


def certificate_of(world: World) -> Prepared:
    """A certificate of 鄞州区 that was prepared with it."""
    number = world.certificates("330212")[0].number
    return Prepared.objects.get(plan=plan_of(world), number=number)


def plans_of(world: World) -> dict[str, PublicationPlan]:
    """A plan of ``city2`` in each status; the one that waits can be approved."""
    city, city2 = world.people["city"], world.people["city2"]

    def proposed() -> PublicationPlan:
        return plans.propose(
            round=world.rounds["evaluating"], decided_on=date(2026, 4, 10), reason="不再等待", by=city2, at=AT
        )

    declined = plans.decline(plan=proposed(), reason="文号有误", by=city, at=AT)
    withdrawn = plans.withdraw(plan=proposed(), by=city2, at=AT)
    waiting = plans.prepare(plan=proposed(), by=city2, at=AT)
    return {"decided": plan_of(world), "declined": declined, "withdrawn": withdrawn, "proposed": waiting}
