"""An application on its way: submitted, returned, submitted again, accepted, withdrawn."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from platforms import completeness, eligibility
from platforms.choices import PlatformType
from platforms.errors import Gone, Refusal
from platforms.models import Application, ApplicationMove, ApplicationVersion, Liaison, Platform, User
from platforms.queries.forms import digest_of, form_data
from platforms.queries.quotas import quota_use
from platforms.queries.sites import facts_of, same_place
from platforms.services import audit, numbering
from platforms.services.applications import check_filing_open, local_day
from platforms.services.moves import apply_move, check_may_move
from platforms.services.ownership import check_not_published, check_own, check_version, locked, locked_round
from platforms.services.text import clean_text
from platforms.workflow import APPLICATION, Move

_MOST_SHOWN = 3


class Incomplete(Refusal):
    """The form lacks something; ``gaps`` lists all of it, the sentence the first few."""

    def __init__(self, gaps: tuple[completeness.Gap, ...]) -> None:
        shown = "".join(gap.message for gap in gaps[:_MOST_SHOWN])
        more = "等" if len(gaps) > _MOST_SHOWN else ""
        super().__init__(f"申报表还有 {len(gaps)} 处需要补充或更正{more}：{shown}")
        self.gaps = gaps


class OverQuota(Refusal):
    """The quota of the region is used up and no reason was given; the same submission with a reason is taken."""


@transaction.atomic
def submit(
    *, application: Application, version: int, by: User, at: datetime, over_quota_reason: str = ""
) -> Application:
    """Submit a complete draft and freeze what was submitted.

    Raises:
        Gone: it is no draft any more.
        StaleVersion: it was saved since it was shown.
        Incomplete: something is missing.
        OverQuota: the quota is used up and no reason was given.
        Refusal: filing is not open, not the person's own, no liaison officer is named, or a ban is in force.
    """
    move = check_may_move(workflow=APPLICATION, name="submit", by=by)
    row = _begin(application, move, by=by)
    check_version(row, version)
    check_filing_open(row.round)
    _check_liaison(row)
    _check_fit(row, by=by, at=at)
    reason = _over_quota_reason(row, over_quota_reason)
    source = row.status
    apply_move(
        row,
        move=move,
        guard={"version": version},
        version=F("version") + 1,
        submitted_at=at,
        last_submitted_at=at,
        is_late=local_day(at) > row.round.report_due_on,
        over_quota_reason=reason,
    )
    _freeze(row, by=by, at=at)
    return _end(row, move, source=source, reason=reason, by=by, at=at)


@transaction.atomic
def resubmit(*, application: Application, version: int, answer: str, by: User, at: datetime) -> Application:
    """Submit a returned application again with the answer to what was asked; possible until the round is published.

    It was filed in time or marked late already, so neither the closing of filings nor the quota stands against it.

    Raises:
        Gone, StaleVersion, Incomplete, Refusal: as for :func:`submit`, or no answer.
    """
    move = check_may_move(workflow=APPLICATION, name="resubmit", by=by, reason=answer)
    answer = clean_text("补正说明", answer, most=1000, required=True)
    row = _begin(application, move, by=by)
    check_version(row, version)
    _check_fit(row, by=by, at=at)
    source = row.status
    apply_move(row, move=move, guard={"version": version}, version=F("version") + 1, last_submitted_at=at)
    _freeze(row, by=by, at=at)
    return _end(row, move, source=source, reason=answer, by=by, at=at)


@transaction.atomic
def withdraw(*, application: Application, reason: str, by: User, at: datetime) -> Application:
    """Withdraw a submitted, returned or accepted application of one's own, until the round is published.

    Raises:
        Gone, Refusal: it is in no such status, not the person's own, no reason, or the round is published.
    """
    move = check_may_move(workflow=APPLICATION, name="withdraw", by=by, reason=reason)
    reason = clean_text("撤回理由", reason, most=1000, required=True)
    row = _begin(application, move, by=by)
    source = row.status
    apply_move(row, move=move, withdrawn_at=at)
    return _end(row, move, source=source, reason=reason, by=by, at=at)


@transaction.atomic
def accept(*, application: Application, by: User, at: datetime, opinion: str = "") -> Application:
    """Accept a submitted application; its platform is found by place or made, with a code of its own.

    ``opinion`` is the city's opinion on the form.

    Raises:
        Gone, Refusal: it is not submitted, ``by`` may not, a ban is in force by now, or the round is published.
    """
    move = check_may_move(workflow=APPLICATION, name="accept", by=by)
    opinion = clean_text("市级审核意见", opinion, most=400)
    row = _begin(application, move, by=by, own=False)
    bans = facts_of(row, role=by.role, on=local_day(at)).bans
    if bans:
        raise Refusal(f"“{bans[0].label}”在限制申报期内，不能受理。")
    source = row.status
    platform = _platform_of(row, at=at)
    apply_move(row, move=move, accepted_at=at, platform=platform, city_opinion=opinion)
    return _end(row, move, source=source, reason=opinion, by=by, at=at)


@transaction.atomic
def return_for_correction(*, application: Application, reason: str, by: User, at: datetime) -> Application:
    """Return a submitted application to its county with a reason, which stays for good.

    Raises:
        Gone, Refusal: it is not submitted, no reason, ``by`` may not, or the round is published.
    """
    move = check_may_move(workflow=APPLICATION, name="return", by=by, reason=reason)
    reason = clean_text("退回理由", reason, most=1000, required=True)
    row = _begin(application, move, by=by, own=False)
    source = row.status
    # A captured answer to an earlier return carries an older version and is refused.
    apply_move(row, move=move, version=F("version") + 1)
    return _end(row, move, source=source, reason=reason, by=by, at=at)


def _begin(application: Application, move: Move, *, by: User, own: bool = True) -> Application:
    """Return the row, locked, if it is in a status that ``move`` starts from and its round is not published."""
    row = locked(application)
    if own:
        check_own(row, by)
    if row.status not in move.sources:
        raise Gone(f"“{move.label}”未执行：申报表现为“{row.get_status_display()}”，请刷新页面后查看最新情况。")
    row.round = locked_round(row.round)
    check_not_published(row.round)
    return row


def _end(row: Application, move: Move, *, source: str, reason: str, by: User, at: datetime) -> Application:
    ApplicationMove.objects.create(
        application=row,
        name=move.name,
        label=move.label,
        source=source,
        target=move.target,
        reason=reason,
        at=at,
        by=by,
    )
    audit.record(verb=move.label, by=by, at=at, target=row, reason=reason)
    return row


def _check_liaison(row: Application) -> None:
    # 四·(一): 各地经信部门明确一名工作联络员.
    if row.region_id and not Liaison.objects.filter(round=row.round_id, region=row.region_id).exists():
        raise Refusal("本地区尚未明确本年度的工作联络员，请先填写联络员再提交。")


def _check_fit(row: Application, *, by: User, at: datetime) -> None:
    gaps = completeness.gaps(form_data(row))
    if gaps:
        raise Incomplete(gaps)
    against = eligibility.problems(facts_of(row, role=by.role, on=local_day(at)))
    if against:
        raise Refusal("".join(against))


def _over_quota_reason(row: Application, reason: str) -> str:
    """Return the reason where the quota is used up, and nothing where it is not (三: 供各地参考执行)."""
    if row.region is None:
        return ""
    use = quota_use(round=row.round, region=row.region)
    if not use.next_is_over:
        return ""
    reason = clean_text("超出名额的理由", reason, most=400)
    if not reason:
        raise OverQuota(f"本地区名额为 {use.places} 个，已申报 {use.used} 个。名额供参考，超出的请填写理由后提交。")
    return reason


def _freeze(row: Application, *, by: User, at: datetime) -> None:
    data = form_data(row)
    ApplicationVersion.objects.create(
        application=row,
        number=row.versions.count() + 1,
        data=data,
        digest=digest_of(data),
        submitted_at=at,
        submitted_by=by,
    )


def _platform_of(row: Application, *, at: datetime) -> Platform:
    """Return the platform at the place of ``row``, with the name and operator accepted now; made if there is none."""
    latest = {"name": row.name, "operator_name": row.operator_name, "operator_code": row.operator_code}
    if row.type == PlatformType.INDUSTRY:
        latest["industry_chain"] = row.industry_chain
    found = Platform.objects.filter(same_place(row), type=row.type, region=row.region_id).first()
    if found is not None:
        Platform.objects.filter(pk=found.pk).update(**latest)
        found.refresh_from_db()
        return found
    prefix = row.region.code if row.region else "HY"
    return Platform.objects.create(
        code=f"{prefix}-{numbering.next_number(f'platform:{prefix}'):03d}",
        type=row.type,
        region=row.region,
        town=row.town,
        park=row.park,
        association=row.association,
        accepted_on=local_day(at),
        **latest,
    )
