"""Releasing a locked run: the act by which each county reads its amount, and anyone all of them."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from funding.models import AllocationRelease, AllocationRun
from funding.releases.queries import amounts_by_region, chain_of
from funding.runs.choices import RunStatus
from funding.runs.queries.frozen import named_money, rows_of
from funding.runs.queries.obstacles import in_force
from platforms import document_number as numbers
from platforms.audit.services import audit
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.models import User
from platforms.rounds.services.locking import locked_round


@transaction.atomic
def release(
    *, run: AllocationRun, document_number: str, decided_on: date, use_due_on: date, by: User, at: datetime
) -> AllocationRelease:
    """Make the amounts of a locked ``run`` known, under a document of the day ``decided_on``; it is never taken back.

    Until ``use_due_on`` each county reports what it used its money for. Each county that reported applications gets
    one mail with its own amount.

    Raises:
        Gone: released already. Refusal: ``by`` may not, the run is not locked or was corrected by another locked one,
            the number of the document is none, or one of the days cannot be (``field`` names it).
    """
    if not by.has_perm("funding.release_allocationrun"):
        raise Refusal("您没有公布分配结果的权限。")
    run = AllocationRun.objects.select_for_update(of=("self",), no_key=True).get(pk=run.pk)
    run.round = locked_round(run.round)
    check_may_be_released(run)
    number = _number(document_number)
    _check_days(run, decided_on, use_due_on, timezone.localdate(at))
    former = next(iter(chain_of(run.round)), None)
    made = AllocationRelease.objects.create(
        run=run,
        document_number=number,
        decided_on=decided_on,
        use_due_on=use_due_on,
        released_at=at,
        released_by=by,
    )
    changes = {
        "测算编号": ["", run.number],
        "文号": ["", number],
        "文件日期": ["", decided_on],
        "使用情况报告截止日期": ["", use_due_on],
        "已分配（元）": ["", run.allocated_yuan],
    }
    if former is not None:
        changes["被更正的分配结果"] = ["", former.run.number]
    audit.record(verb="公布分配结果", by=by, at=at, target=made, changes=changes)
    _tell(made, former, by, at)
    return made


def check_may_be_released(run: AllocationRun) -> None:
    """Refuse a run that cannot be released as it stands, whoever asks.

    Raises:
        Gone: released already. Refusal: not locked, or corrected by another locked run.
    """
    if AllocationRelease.objects.filter(run=run).exists():
        raise Gone(f"{run.number}的分配结果已经公布。")
    if run.status != RunStatus.LOCKED:
        raise Refusal(f"{run.number}当前为“{run.get_status_display()}”，锁定后才可以公布分配结果。")
    standing = in_force(run.round)
    if standing is not None and standing.pk != run.pk:
        raise Refusal(f"{run.number}已由{standing.number}更正，请公布{standing.number}的分配结果。")


def _number(text: str) -> str:
    try:
        number = numbers.document_number(text)
    except ValueError as error:
        raise Refusal.of("document_number", str(error)) from error
    if not number:
        raise Refusal.of("document_number", "请填写文号，如 经信〔2026〕12号。")
    return number


def _check_days(run: AllocationRun, decided_on: date, use_due_on: date, today: date) -> None:
    assert run.locked_at is not None  # a locked run says when
    locked = timezone.localdate(run.locked_at)
    if decided_on < locked:
        raise Refusal.of("decided_on", f"文件日期不能早于锁定日期{day_in_words(locked)}。")
    if decided_on > today:
        raise Refusal.of("decided_on", f"文件日期不能晚于今日（{day_in_words(today)}）。")
    if use_due_on <= today:
        raise Refusal.of("use_due_on", f"使用情况报告截止日期须晚于今日（{day_in_words(today)}）。")


def _tell(made: AllocationRelease, former: AllocationRelease | None, by: User, at: datetime) -> None:
    """Write one mail to each county of which something was reported."""
    before = amounts_by_region(former.run) if former else {}
    line = named_money(made.run).line_text
    for row in rows_of(made.run):
        if row.region is None or not row.declared + row.withdrawn + row.left_out:
            continue
        amount = f"{row.amount_yuan:,} 元"
        if row.excluded:
            amount += f"（未通过{line}的淘汰线，不予支持）"
        if former is not None:
            amount += f"，更正前为 {before.get(row.region.pk, 0):,} 元"
        mails.write_to_liaison(
            kind=MailKind.ALLOCATED,
            round=made.run.round,
            region=row.region,
            context={
                "document": made.document_number,
                "allocated_on": day_in_words(made.decided_on),
                "allocated": amount,
                "use_due": day_in_words(made.use_due_on),
                "link": reverse("funding:release", args=(made.pk,)),
            },
            occasion=f"allocation:{made.run.number}:{row.code}",
            by=by,
            at=at,
        )
