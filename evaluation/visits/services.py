"""Recording, changing and withdrawing a site visit, until the grade of its platform is confirmed."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from evaluation.models import Assessment, SiteVisit
from evaluation.visits import queries
from evaluation.visits.choices import VisitSide
from platforms.audit.services import audit, numbering
from platforms.choices import Role
from platforms.errors import Gone, Refusal, check_seen
from platforms.models import Application, User
from platforms.text import clean_text

MOST_PEOPLE = 200
MOST_FINDINGS = 2000
MOST_REASON = 400
#: How long ago a visit may have been, in days: a slip of the year is older.
LONGEST_AGO = 366
CLOSED = "该平台的评价已核定，不能再登记、修改或撤回现场核查。"
STALE = "您打开页面之后，这次现场核查已被他人修改，本次没有保存。请查看最新内容后再修改。"


@transaction.atomic
def record(
    *, application: Application, visited_on: date, people: str, findings: str, by: User, at: datetime
) -> SiteVisit:
    """Record that somebody of the office of ``by`` went to the platform of ``application``.

    Raises:
        Refusal: ``by`` may not, it is not evaluated or its grade is confirmed, or a value is missing or wrong
            (``field`` says which).
    """
    if not by.has_perm("evaluation.add_sitevisit"):
        raise Refusal("您没有登记现场核查的权限。")
    if not queries.judged(by).filter(pk=application.pk).exists():
        raise Refusal.of("application", "这个平台不在评价中，不能登记现场核查。")
    assessment = _unconfirmed(application.assessment.pk)
    values = _read(visited_on, people, findings, at)
    year = timezone.localdate(at).year
    row = SiteVisit.objects.create(
        number=f"XC-{year}-{numbering.next_number(f'visit:{year}'):04d}",
        assessment=assessment,
        side=_side(by),
        recorded_at=at,
        recorded_by=by,
        **values,
    )
    changes = {"申报编号": [None, application.number], **{label: [None, value] for label, value in _told(row).items()}}
    audit.record(verb="登记现场核查", by=by, at=at, target=row, changes=changes)
    return row


@transaction.atomic
def change(
    *,
    visit: SiteVisit,
    visited_on: date,
    people: str,
    findings: str,
    reason: str,
    revision: int,
    by: User,
    at: datetime,
) -> SiteVisit:
    """Change a visit; the log keeps what stood there before.

    Raises:
        StaleVersion: it was changed since ``revision``.
        Gone: it was withdrawn.
        Refusal: of another office, the grade is confirmed, no reason, or a value is missing or wrong.
    """
    row = _own(visit, by)
    check_seen(row.revision, revision, STALE)
    reason = clean_text("修改理由", reason, most=MOST_REASON, required=True, field="reason")
    before = _told(row)
    for name, value in _read(visited_on, people, findings, at).items():
        setattr(row, name, value)
    row.revision += 1
    row.changed_at, row.changed_by = at, by
    row.save()
    changes = audit.differences(before, _told(row))
    audit.record(verb="修改现场核查", by=by, at=at, target=row, reason=reason, changes=changes)
    return row


@transaction.atomic
def withdraw(*, visit: SiteVisit, reason: str, by: User, at: datetime) -> SiteVisit:
    """Take a visit back that was recorded by mistake; it stays on record and cannot be taken up again.

    Raises:
        Gone: it was withdrawn already.
        Refusal: of another office, the grade is confirmed, or no reason.
    """
    row = _own(visit, by)
    row.withdrawal_reason = clean_text("撤回理由", reason, most=MOST_REASON, required=True, field="reason")
    row.withdrawn_at, row.withdrawn_by = at, by
    row.save(update_fields=["withdrawal_reason", "withdrawn_at", "withdrawn_by"])
    audit.record(verb="撤回现场核查", by=by, at=at, target=row, reason=row.withdrawal_reason)
    return row


def refusal_reason(row: SiteVisit, by: User) -> str:
    """Return why ``by`` can neither change nor withdraw ``row`` nor add photos, or nothing."""
    if not by.has_perm("evaluation.change_sitevisit"):
        return "您没有修改现场核查的权限。"
    if not is_own(row, by):
        return "现场核查由登记的一方修改或撤回。"
    if row.withdrawn_at is not None:
        return "这次现场核查已撤回。"
    return "" if row.assessment.status in queries.UNCONFIRMED else CLOSED


def is_own(row: SiteVisit, by: User) -> bool:
    """Say whether ``row`` is a visit of the office of ``by``."""
    return row.side == _side(by) and (by.role != Role.COUNTY or by.acts_for(row.assessment.application.region_id))


def _side(by: User) -> VisitSide:
    return VisitSide.COUNTY if by.role == Role.COUNTY else VisitSide.CITY


def _unconfirmed(pk: int) -> Assessment:
    """Return the assessment, locked so that it is not confirmed in between."""
    assessment = Assessment.objects.select_for_update().get(pk=pk)
    if assessment.status not in queries.UNCONFIRMED:
        raise Refusal(CLOSED)
    return assessment


def _own(visit: SiteVisit, by: User) -> SiteVisit:
    _unconfirmed(visit.assessment_id)
    rows = SiteVisit.objects.select_related("assessment__application").select_for_update(of=("self",))
    row = rows.get(pk=visit.pk)
    if row.withdrawn_at is not None:
        raise Gone("这次现场核查已撤回，未作变更。")
    if refusal := refusal_reason(row, by):
        raise Refusal(refusal)
    return row


def _read(visited_on: date, people: str, findings: str, at: datetime) -> dict[str, date | str]:
    ago = (timezone.localdate(at) - visited_on).days
    if ago < 0:
        raise Refusal.of("visited_on", "核查日期不能晚于今天。")
    if ago > LONGEST_AGO:
        raise Refusal.of("visited_on", "核查日期早于一年以前，请核对年份。")
    return {
        "visited_on": visited_on,
        "people": clean_text("核查人员", people, most=MOST_PEOPLE, required=True, field="people"),
        "findings": clean_text("核查情况", findings, most=MOST_FINDINGS, required=True, field="findings"),
    }


def _told(row: SiteVisit) -> dict[str, str]:
    return {"核查日期": row.visited_on.isoformat(), "核查人员": row.people, "核查情况": row.findings}
