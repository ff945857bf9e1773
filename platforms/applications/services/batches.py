"""The county's report (上报): the applications that go to the city together, and the receipt for them."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from platforms.applications.choices import ApplicationStatus
from platforms.applications.services.filing import OverQuota, submit_all
from platforms.applications.services.ownership import locked_all
from platforms.audit.services import audit, numbering
from platforms.choices import Role
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.models import (
    Application,
    ApplicationVersion,
    Batch,
    BatchItem,
    Liaison,
    Region,
    Round,
    User,
)
from platforms.text import clean_text

#: One report is one transaction and one list on paper; more than this is reported in parts.
MOST_ITEMS = 200


class AlreadyReported(Gone):
    """Everything that was to be reported was reported before; ``batch`` is the receipt that holds it."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(f"这些申报表已经上报，回执编号为 {batch.number}，没有重复上报。")
        self.batch = batch


@transaction.atomic
def report(
    *,
    round: Round,
    region: Region | None,
    applications: Mapping[Application, int],
    over_quota_reason: str = "",
    note: str = "",
    by: User,
    at: datetime,
) -> Batch:
    """Submit ``applications`` (each with the version that was shown) together and give the receipt for them.

    All of them go in or none does. ``region`` None is the city's own report of key industries (三·(四)). The number of
    the receipt counts the reports of the region in the round; from the second on they are supplementary (补充上报). The
    liaison officer is kept as named now, and gets the receipt by mail.

    Raises:
        AlreadyReported: the same report was made before, such as by a second click.
        Gone, StaleVersion, Refusal: the sentence names the first application that cannot go in, and why.
        OverQuota: the quota is used up and no reason was given.
    """
    if not by.has_perm("platforms.add_batch"):
        raise Refusal("您没有上报申报表的权限。")
    if (region is None and by.role != Role.CITY) or (region is not None and by.region_id != region.pk):
        raise Refusal("只能上报本地区的申报表。")
    note = clean_text("说明", note, most=400)
    if not applications:
        raise Refusal("请至少选择一份申报表。")
    if len(applications) > MOST_ITEMS:
        raise Refusal(f"一次最多上报 {MOST_ITEMS} 份申报表，请分批上报。")
    _check_not_reported(applications)
    for row in applications:
        if (row.round_id, row.region_id) != (round.pk, region.pk if region else None):
            raise Refusal(f"申报表 {row.number} 不属于本次上报的地区和年度。")
    try:
        rows = submit_all(applications=applications, by=by, at=at, over_quota_reason=over_quota_reason)
    except Refusal as refusal:
        raise _named(refusal, len(applications)) from None
    batch = _batch(round, region, rows, note=note, by=by, at=at)
    _write_receipt(batch, rows, by=by, at=at)
    return batch


def _check_not_reported(applications: Collection[Application]) -> None:
    """Refuse, under lock, what is in a report already.

    Raises:
        AlreadyReported: nothing else was to be reported.
        Gone: some of it.
    """
    rows = locked_all(applications)
    items = list(BatchItem.objects.filter(application__in=rows).select_related("batch", "application"))
    gone = [row for row in rows if row.status != ApplicationStatus.DRAFT]
    if items and len(items) == len(rows):
        raise AlreadyReported(max(items, key=lambda item: item.batch_id).batch)
    reported = {item.application_id: item.batch for item in items}
    for row in gone:
        if row.pk in reported:
            raise Gone(
                f"申报表 {row.number} 已由同事上报，回执编号为 {reported[row.pk].number}。请重新选择要上报的申报表。"
            )


def _named(refusal: Refusal, count: int) -> Refusal:
    """Return ``refusal`` with the application that it is about in front, where there was a choice of several."""
    row = refusal.about
    if count == 1 or not isinstance(row, Application) or isinstance(refusal, OverQuota):
        return refusal
    kind = next((kind for kind in (Gone, StaleVersion) if isinstance(refusal, kind)), Refusal)
    named = kind(f"申报表 {row.number}“{row.name}”不能上报，本次全部没有上报。{refusal}")
    named.about = row
    return named


def _batch(round: Round, region: Region | None, rows: list[Application], *, note: str, by: User, at: datetime) -> Batch:
    code = region.code if region else "HY"
    sequence = numbering.next_number(f"batch:{round.year}:{code}")
    liaison = Liaison.objects.filter(round=round, region=region).first() if region else None
    batch = Batch.objects.create(
        round=round,
        region=region,
        number=f"SB{round.year}-{code}-{sequence:02d}",
        sequence=sequence,
        liaison_name=liaison.name if liaison else "",
        liaison_post=liaison.post if liaison else "",
        liaison_phone=liaison.phone if liaison else "",
        note=note,
        reported_at=at,
        reported_by=by,
        is_late=any(row.is_late for row in rows),
    )
    versions = dict(
        ApplicationVersion.objects.filter(application__in=rows).order_by("number").values_list("application", "pk")
    )
    BatchItem.objects.bulk_create(
        BatchItem(batch=batch, application=row, version_id=versions[row.pk], position=position)
        for position, row in enumerate(rows, start=1)
    )
    audit.record(
        verb="补充上报" if sequence > 1 else "上报",
        by=by,
        at=at,
        target=batch,
        reason=note,
        changes={"申报表（份）": [None, len(rows)]},
    )
    return batch


def _write_receipt(batch: Batch, rows: list[Application], *, by: User, at: datetime) -> None:
    if batch.region is None:
        return
    context = {"receipt": batch.number, "count": str(len(rows)), "link": reverse("desk:batch", args=(batch.number,))}
    mails.write_to_liaison(
        kind=MailKind.RECEIVED, round=batch.round, region=batch.region, context=context, by=by, at=at
    )
