"""What the stage holds of payments: the release that they hang on, one that was paid, and one that waits."""

from datetime import UTC, date, datetime

from funding.models import AllocationRelease, AllocationRow, PaymentBatch
from funding.payments.services import batches
from tests.access.world import World

AT = datetime(2026, 4, 12, 2, 0, tzinfo=UTC)


def release_of(world: World) -> AllocationRelease:
    """The release of the locked run, made here where nobody made it before."""
    run = world.runs["locked"]
    made: AllocationRelease = AllocationRelease.objects.filter(run=run).first() or AllocationRelease.objects.create(
        run=run, document_number="甬财〔2026〕8号", decided_on=date(2026, 4, 11), use_due_on=date(2027, 6, 30),
        released_at=AT, released_by=world.people["finance"],
    )  # fmt: skip
    return made


def paid(world: World) -> None:
    """One batch that was paid, and one that waits for a decision of ``finance``."""
    batches.release_batch(batch=proposed(world), by=world.people["finance"], at=AT)
    proposed(world)


def proposed(world: World) -> PaymentBatch:
    """A batch of ``finance2`` that pays one yuan to each region that was given anything; its reason is the city's."""
    release = release_of(world)
    rows = AllocationRow.objects.filter(run=release.run, amount_yuan__gt=0).select_related("region")
    return batches.propose(
        release=release, lines={row.region: 1 for row in rows if row.region}, document_number="甬财〔2026〕9号",
        paid_on=release.decided_on, reason=world.industry.mark.text("payment"), by=world.people["finance2"], at=AT,
    )  # fmt: skip


def open_batch() -> PaymentBatch:
    """The batch of the stage that waits."""
    return PaymentBatch.objects.filter(status="proposed").order_by("pk")[0]


def batches_of(world: World) -> dict[str, PaymentBatch]:
    """A batch of ``finance2`` in each status; the one that waits can be released."""
    finance, finance2 = world.people["finance"], world.people["finance2"]
    done = PaymentBatch.objects.get(status="released")
    declined = batches.decline(batch=proposed(world), reason="文号有误", by=finance, at=AT)
    withdrawn = batches.withdraw(batch=proposed(world), by=finance2, at=AT)
    return {"released": done, "declined": declined, "withdrawn": withdrawn, "proposed": open_batch()}
