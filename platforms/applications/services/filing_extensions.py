"""Leave to file after the closing (延期申报许可): granted by the city, used up one application at a time."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.filing_extensions import (
    ExtensionState,
    extensions_for,
    fits,
    standing_of,
    standings,
    usable_for,
    why_none,
)
from platforms.applications.services import mails as application_mails
from platforms.applications.services.ownership import locked
from platforms.audit.services import audit
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.models import Application, FilingException, FilingExceptionUse, Region, Round, User
from platforms.rounds.choices import RoundStatus
from platforms.rounds.services.locking import locked_round
from platforms.text import clean_text

#: An extension is for the few who come late, not a second filing.
MOST_USES, MOST_DAYS = 50, 90


@transaction.atomic
def grant(
    *,
    round: Round,
    region: Region | None,
    application: Application | None = None,
    reason: str,
    ends_on: date,
    uses_allowed: int = 1,
    by: User,
    at: datetime,
) -> FilingException:
    """Let ``region`` (None: the city) file up to ``uses_allowed`` applications until the end of ``ends_on``.

    With ``application`` the leave is for that draft alone, and for one submission. The liaison officer is written to.

    Raises:
        Refusal: ``by`` may not, filing is not closed, no reason, a day or number that is out of bounds, or the
            application is no draft of that region and round.
    """
    if not by.has_perm("platforms.add_filingexception"):
        raise Refusal("您没有许可延期申报的权限。")
    draft = locked(application) if application is not None else None
    row, today = locked_round(round), timezone.localdate(at)
    if row.status != RoundStatus.EVALUATING:
        raise Refusal(f"{row}现为“{row.get_status_display()}”，只有申报截止之后、结果公布之前才需要延期申报许可。")
    reason = clean_text("理由", reason, most=400, required=True)
    if not today <= ends_on <= today + timedelta(days=MOST_DAYS):
        raise Refusal(f"有效期须在今天至 {MOST_DAYS} 天之内。")
    if draft is not None:
        if (draft.round_id, draft.region_id) != (row.pk, region.pk if region else None):
            raise Refusal(f"申报表 {draft.number} 不是所选地区{row}的申报表。")
        if draft.status != ApplicationStatus.DRAFT:
            raise Refusal(f"申报表 {draft.number} 现为“{draft.get_status_display()}”，不需要延期申报许可。")
        uses_allowed = 1
    if not 1 <= uses_allowed <= MOST_USES:
        raise Refusal(f"可提交的份数须在 1 至 {MOST_USES} 之间。")
    made = FilingException.objects.create(
        round=row,
        region=region,
        application=draft,
        reason=reason,
        ends_on=ends_on,
        uses_allowed=uses_allowed,
        granted_at=at,
        granted_by=by,
    )
    whom = draft.number if draft else region.name if region else "市级"
    changes = {"适用": [None, whom], "有效期至": [None, ends_on], "可提交（份）": [None, uses_allowed]}
    audit.record(verb="许可延期申报", by=by, at=at, target=made, code=code_of(made), reason=reason, changes=changes)
    if region is not None:
        context = {"ends_on": day_in_words(ends_on), "uses": str(uses_allowed), "reason": reason}
        mails.write_to_liaison(
            kind=MailKind.EXCEPTION,
            round=row,
            region=region,
            about=application_mails.about(draft) if draft else None,
            context=context,
            by=by,
            at=at,
        )
    return made


@transaction.atomic
def revoke(*, extension: FilingException, reason: str, by: User, at: datetime) -> FilingException:
    """Take back what is left of ``extension``; what was filed under it stays filed.

    Raises:
        Gone: it was revoked already.
        Refusal: ``by`` may not, or no reason.
    """
    if not by.has_perm("platforms.change_filingexception"):
        raise Refusal("您没有撤销延期申报许可的权限。")
    reason = clean_text("撤销理由", reason, most=400, required=True)
    row = FilingException.objects.select_for_update(of=("self",)).select_related("round", "region").get(pk=extension.pk)
    open_ones = FilingException.objects.filter(pk=row.pk, revoked_at__isnull=True)
    if not open_ones.update(revoked_at=at, revoked_by=by, revoke_reason=reason):
        raise Gone("这项许可已经撤销，请刷新页面查看。")
    row.refresh_from_db()
    audit.record(verb="撤销延期申报许可", by=by, at=at, target=row, code=code_of(row), reason=reason)
    return row


def check_filing_open(round: Round, *, region: Region | None, application: Application | None = None, on: date) -> None:
    """Refuse new applications and first submissions outside of the filing, unless an extension lets them in.

    Raises:
        Refusal: the filing of ``round`` has not begun, or it is closed and no extension holds on the day ``on``.
    """
    if round.status == RoundStatus.PREPARING:
        raise Refusal(f"{round.year}年度尚未开始受理申报。")
    if round.status == RoundStatus.FILING:
        return
    if round.status == RoundStatus.EVALUATING:
        usable = usable_for(round=round, region=region, on=on)
        if any(fits(each.extension, application) for each in usable):
            return
    raise Refusal(_closed(round, region=region, application=application, on=on))


def take(*, applications: Sequence[Application], by: User, at: datetime) -> None:
    """Use one extension for each of ``applications``, which are of one round and region and submitted right now.

    Those for a single draft go first, then those that end soonest. The extensions stay locked until the caller's
    transaction ends, so that two officers cannot use the last one both.

    Raises:
        Refusal: no extension is left for one of them; ``refusal.about`` is the application.
    """
    first = applications[0]
    rows = list(extensions_for(round=first.round, region=first.region).select_for_update(of=("self",)))
    used = Counter(FilingExceptionUse.objects.filter(exception__in=rows).values_list("exception", flat=True))
    today = timezone.localdate(at)
    left = {}
    for each in rows:
        standing = standing_of(each, used=used[each.pk], on=today)
        if standing.state == ExtensionState.USABLE:
            left[each] = standing.left
    uses = []
    for application in applications:
        found = next((each for each, n in left.items() if n and fits(each, application)), None)
        if found is None:
            refusal = Refusal(_closed(first.round, region=first.region, application=application, on=today))
            refusal.about = application
            raise refusal
        left[found] -= 1
        uses.append(FilingExceptionUse(exception=found, application=application, at=at, by=by))
    FilingExceptionUse.objects.bulk_create(uses)


def code_of(extension: FilingException) -> str:
    """Return what the log calls ``extension``: year and code of the region."""
    return f"{extension.round.year}-{extension.region.code if extension.region else 'HY'}"


def _closed(round: Round, *, region: Region | None, application: Application | None, on: date) -> str:
    why = ""
    if round.status == RoundStatus.EVALUATING:
        why = why_none(standings(extensions_for(round=round, region=region), on=on), application)
    return f"{round.year}年度申报已截止，" + (why or "不再受理新的申报表；被退回的申报表仍可补正后重新提交。")
