"""What the stage holds of payments: the release that they hang on, one that was paid, and one that waits."""

from datetime import UTC, date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from funding.models import AllocationRelease, AllocationRow, AllocationRun, Payment, PaymentBatch, UseReport
from funding.payments.services import batches
from funding.uses import services as uses
from platforms.models import EvidenceFile, Region, Round, User
from tests import factories
from tests.access.world import Side, World

AT = datetime(2026, 4, 12, 2, 0, tzinfo=UTC)


def release_of(world: World) -> AllocationRelease:
    """The release of the locked run."""
    made: AllocationRelease = world.runs["locked"].release
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


def used(world: World) -> None:
    """What each county reports: 鄞州区 has handed in, 慈溪市 got it back; with a file each, all of it marked."""
    for side in (world.own, world.other):
        report = _report(side, world.publication.round)
        upload = SimpleUploadedFile(f"{side.mark.text('invoice')}.pdf", factories.PDF + side.mark.mail.encode())
        uses.add_file(report=report, upload=upload, note=side.mark.text("proof"), by=side.officer, at=AT)
        uses.submit(report=report, revision=1, by=side.officer, at=AT)
    back = report_of(world.other)
    uses.send_back(
        report=back,
        reason=world.other.mark.text("sent back"),
        revision=back.revision,
        by=world.people["finance"],
        at=AT,
    )


def _report(side: Side, round_: Round) -> UseReport:
    region = side.officer.region
    assert region is not None
    spent = [uses.Item(side.mark.text("purpose"), 1, date(2026, 4, 12))]
    made: UseReport = uses.save(
        round=round_, region=region, text=side.mark.text("use"), items=spent, revision=0, by=side.officer, at=AT
    )
    return made


def report_of(side: Side) -> UseReport:
    """The report of the county of ``side`` on the stage."""
    return UseReport.objects.filter(region=side.officer.region).order_by("pk")[0]


def file_of(side: Side) -> EvidenceFile:
    """The file of that report."""
    return EvidenceFile.objects.get(kind="fund_use", key=report_of(side).pk)


def reports_of(world: World) -> dict[str, UseReport]:
    """A report of 鄞州区 in each status, each of a year of its own."""
    finance, found = world.people["finance"], {"submitted": report_of(world.own)}
    for year, status in ((2032, "draft"), (2033, "returned"), (2034, "accepted")):
        round_ = factories.round_of(year, "published")
        run = AllocationRun.objects.create(
            round=round_, number=f"{year}-ZJ-01", pool_yuan=9, allocated_yuan=9, made_at=AT, made_by=finance
        )
        region = world.own.officer.region
        assert region is not None
        release = released_at_once(run, [region], by=finance, other=world.people["finance2"])
        _paid_at_once(release, region, world)
        report = _report(world.own, round_)
        if status != "draft":
            uses.submit(report=report, revision=1, by=world.own.officer, at=AT)
        if status == "returned":
            uses.send_back(report=report, reason="请补正", revision=report.revision, by=finance, at=AT)
        if status == "accepted":
            uses.accept(report=report, revision=report.revision, by=finance, at=AT)
        found[status] = UseReport.objects.get(pk=report.pk)
    return found


def released_at_once(run: AllocationRun, regions: list[Region], *, by: User, other: User) -> AllocationRelease:
    """Give each of ``regions`` 900 yuan by ``run`` and put it through to its release, past all services."""
    AllocationRow.objects.bulk_create(
        AllocationRow(run=run, region=each, label=each.name, code=each.code, declared=1, amount_yuan=900)
        for each in regions
    )
    for status, facts in (
        ("checked", {"checked_by": by, "checked_at": AT}),
        ("signed", {"signed_by": other, "signed_at": AT, "digest": "0" * 64}),
        ("locked", {"locked_by": by, "locked_at": AT}),
    ):
        AllocationRun.objects.filter(pk=run.pk).update(status=status, **facts)
    made: AllocationRelease = AllocationRelease.objects.create(
        run=run, document_number="甬财〔2026〕8号", decided_on=date(2026, 4, 11), use_due_on=date(2027, 6, 30),
        released_at=AT, released_by=by,
    )  # fmt: skip
    return made


def _paid_at_once(release: AllocationRelease, region: Region, world: World) -> None:
    batch = PaymentBatch.objects.create(
        number=f"{release.run.number}-BF", release=release, document_number="甬财〔2026〕9号",
        paid_on=date(2026, 4, 11), reason="拨付", proposed_at=AT, proposed_by=world.people["finance2"],
    )  # fmt: skip
    Payment.objects.create(batch=batch, region=region, amount_yuan=9)
    done = {"status": "released", "decided_at": AT, "decided_by": world.people["finance"]}
    PaymentBatch.objects.filter(pk=batch.pk).update(**done)


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
