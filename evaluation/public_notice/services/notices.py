"""A public notice (公示): proposed by one, opened by another; a list that only grows by new versions of its lines."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from evaluation.hearings.choices import HearingKind
from evaluation.hearings.services import hearings
from evaluation.marking.queries.graded import graded
from evaluation.models import Assessment, NoticeLine, Objection, PublicNotice
from evaluation.public_notice.choices import NoticeStatus
from evaluation.public_notice.listing import Entry, basis
from evaluation.public_notice.queries import notices
from evaluation.public_notice.queries.listed import entries, entry, with_facts
from evaluation.public_notice.queries.opening import last_day, obstacles
from evaluation.public_notice.workflow import NOTICE
from platforms import checks, working_days
from platforms.audit.services import audit, numbering
from platforms.dates import day_in_words
from platforms.document_number import document_number as numbered
from platforms.errors import Gone, Refusal
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.mail.texts import plain
from platforms.models import Region, Round, User
from platforms.move_table import Move
from platforms.moves import apply_move, check_may_move
from platforms.notices.terms import grade_label
from platforms.reference.choices import CITYS_OWN
from platforms.rounds.choices import RoundStatus
from platforms.rounds.queries.calendar_days import known_days
from platforms.rounds.services.locking import locked_round
from platforms.text import clean_text
from platforms.two_people import check_other, decline_other, withdraw_own

OWN = "批准人不能是提出人本人，须由市经信局另一位人员办理。"
MOST_DAYS = 60
#: A notice begins no later than so many days after it is proposed.
DAYS_AHEAD = 60
#: A mail names as many platforms that are not proposed for certification, each in so many characters.
MOST_NAMED, MOST_TOLD = 12, 200
MOST_REASON = 400


@transaction.atomic
def propose(
    *,
    round: Round,
    document_number: str,
    organiser: str,
    phone: str,
    address: str,
    email: str,
    working_days: int,
    first_day_counts: bool,
    starts_on: date,
    reason: str,
    by: User,
    at: datetime,
) -> PublicNotice:
    """Propose to make the list of ``round`` public from ``starts_on`` on; nobody outside of the city sees it yet.

    The last day is counted by the arrangement of holidays known now. What would be listed is kept as a digest: the
    notice is opened on these grades and no others.

    Raises:
        Refusal: ``by`` may not, no grade is confirmed, another notice of the round is proposed or opened, the round is
            published, or a value is missing, too long or out of range.
    """
    if not by.has_perm("evaluation.propose_publicnotice"):
        raise Refusal("您没有提出公示的权限。")
    row = _unpublished(locked_round(round))
    pending = notices.pending_of(row)
    if pending is not None:
        raise Refusal(f"{row}已有公示 {pending.number}（{pending.get_status_display()}），不能另行提出。")
    texts = _texts(organiser=organiser, phone=phone, address=address, email=email, number=document_number)
    reason = clean_text("理由", reason, most=1000, required=True, field="reason")
    today = timezone.localdate(at)
    _check_days(starts_on, working_days, today=today)
    listed = entries(row, on=today)
    if not listed:
        raise Refusal(f"{row}尚无核定档次的平台，核定档次后才能提出公示。")
    year = today.year
    made = PublicNotice.objects.create(
        number=f"GS-{year}-{numbering.next_number(f'public_notice:{year}'):04d}",
        round=row,
        working_days=working_days,
        first_day_counts=first_day_counts,
        starts_on=starts_on,
        ends_on=last_day(starts_on, working_days, first_day_counts=first_day_counts),
        basis=basis(listed.values()),
        reason=reason,
        proposed_at=at,
        proposed_by=by,
        **texts,
    )
    changes = {
        "年度": ["", str(row)],
        "公示期": ["", notices.period_of(made).in_words],
        "拟列平台": [0, len(listed)],
        "其中对外公示": [0, sum(each.is_public for each in listed.values())],
    }
    audit.record(verb="提出公示", by=by, at=at, target=made, reason=reason[:MOST_REASON], changes=changes)
    return made


@transaction.atomic
def open_notice(*, notice: PublicNotice, by: User, at: datetime) -> PublicNotice:
    """Make public what somebody else proposed: the list for everybody, what is not certified for its county alone.

    Each platform becomes a line that never changes. The operator of each that is not proposed for certification is told
    why and can answer until the last day; each county that has a line gets one mail.

    Raises:
        Gone: opened, declined or withdrawn already.
        Refusal: ``by`` may not or proposed it, the proposer's account no longer counts, the grades or the holidays have
            changed since, the first day is over, or the round is published.
    """
    step = check_may_move(workflow=NOTICE, name="open", by=by)
    row = _taken(notice, step)
    check_other(row, by, OWN)
    proposer = User.objects.select_for_update(no_key=True).get(pk=row.proposed_by_id)
    if not proposer.has_perm("evaluation.propose_publicnotice"):
        raise Refusal(f"提出人{proposer.name}的账号已停用或已不在岗位，该公示不再有效，请不予批准后重新提出。")
    today = timezone.localdate(at)
    listed = entries(row.round, on=today)
    against = obstacles(row, listed, on=today)
    if against:
        raise Refusal("不能批准公示：" + "".join(against))
    apply_move(row, move=step, guard={"proposed_by": proposer}, decided_at=at, decided_by=by)
    lines = NoticeLine.objects.bulk_create(
        _line(row, assessment, said, by=by, at=at) for assessment, said in listed.items()
    )
    public = sum(line.is_public for line in lines)
    audit.record(
        verb="批准公示",
        by=by,
        at=at,
        target=row,
        changes={
            "提出人": ["", proposer.username],
            "公示期": ["", notices.period_of(row).in_words],
            "对外公示平台": [0, public],
            "仅告知所在地的平台": [0, len(lines) - public],
        },
    )
    for line in lines:
        if not line.is_public:
            _tell_operator(line, row.ends_on, by=by, at=at)
    _tell_counties(row, lines, by=by, at=at)
    return row


@transaction.atomic
def decline(*, notice: PublicNotice, reason: str, by: User, at: datetime) -> PublicNotice:
    """Leave the list as it is known to nobody; the proposal stays on record.

    Raises:
        Gone, Refusal: ended already, ``by`` may not or proposed it, or no reason.
    """
    step = check_may_move(workflow=NOTICE, name="decline", by=by, reason=reason)
    reason = clean_text("理由", reason, most=MOST_REASON, required=True)
    row = decline_other(_taken(notice, step), move=step, reason=reason, own=OWN, by=by, at=at)
    audit.record(verb="不予批准公示", by=by, at=at, target=row, reason=reason)
    return row


@transaction.atomic
def withdraw(*, notice: PublicNotice, by: User, at: datetime) -> PublicNotice:
    """Take one's own proposal back.

    Raises:
        Gone, Refusal: ended already, or another's proposal.
    """
    step = check_may_move(workflow=NOTICE, name="withdraw", by=by)
    foreign = "只有提出人可以撤回；不同意的，请办理“不予批准”。"
    row = withdraw_own(_taken(notice, step), move=step, foreign=foreign, by=by, at=at)
    audit.record(verb="撤回公示", by=by, at=at, target=row)
    return row


@transaction.atomic
def stop(*, notice: PublicNotice, reason: str, by: User, at: datetime) -> PublicNotice:
    """End an opened notice for good; it stays on its public page as stopped, with ``reason``.

    Another one can be proposed for the round.

    Raises:
        Gone, Refusal: not opened or stopped already, ``by`` may not, no reason, or the round is published.
    """
    step = check_may_move(workflow=NOTICE, name="stop", by=by, reason=reason)
    reason = clean_text("理由", reason, most=MOST_REASON, required=True)
    row = _taken(notice, step)
    apply_move(row, move=step, stopped_at=at, stopped_by=by, stop_reason=reason)
    audit.record(verb="终止公示", by=by, at=at, target=row, reason=reason)
    return row


@transaction.atomic
def amend(
    *,
    notice: PublicNotice,
    assessment: Assessment,
    reason: str,
    objection: Objection | None = None,
    by: User,
    at: datetime,
) -> NoticeLine:
    """List ``assessment`` anew as it is confirmed now, as a new version beside the older ones, with ``reason``.

    ``objection`` is the one that it follows from. Where the new version is not certified the operator is told anew and
    can answer for ``NINGBO_HEARING_DAYS`` working days, or until the end of the notice if that is later.

    Raises:
        Gone, Refusal: ``by`` may not, the notice is not open or the round published, the platform is not on the list,
            its grade is not confirmed, nothing changed, no reason, or an objection about something else.
    """
    if not by.has_perm("evaluation.amend_publicnotice"):
        raise Refusal("您没有更新公示名单的权限。")
    reason = clean_text("变动理由", reason, most=MOST_REASON, required=True, field="reason")
    row = PublicNotice.objects.select_for_update(of=("self",)).select_related("round").get(pk=notice.pk)
    _unpublished(locked_round(row.round))
    if row.status != NoticeStatus.OPENED:
        raise Gone(f"未更新：该公示现为“{row.get_status_display()}”，请刷新页面后查看。")
    last = notices.latest_lines(row).filter(assessment=assessment).first()
    if last is None:
        raise Refusal("该平台未列入本次公示，须终止公示后重新提出。")
    said = _confirmed(row.round, assessment, on=timezone.localdate(at))
    if said == _said(last):
        raise Refusal("该平台的核定档次和理由与公示内容一致，无须更新。")
    if objection is not None and (
        objection.notice_id != row.pk or objection.assessment_id not in (None, assessment.pk)
    ):
        raise Refusal.of("objection", "所选异议不是对该平台提出的，请重新选择。")
    line = _line(row, assessment, said, by=by, at=at)
    line.version, line.change_reason, line.objection = last.version + 1, reason, objection
    line.save(force_insert=True)
    terms = row.round.terms
    changes = {
        "平台编号": ["", line.code],
        "拟评档次": [grade_label(terms, last.grade), grade_label(terms, line.grade)],
        "依据的异议": ["", objection.number if objection else ""],
    }
    audit.record(verb="更新公示名单", by=by, at=at, target=row, reason=reason, changes=changes)
    if not line.is_public:
        until = working_days.working_days_after(timezone.localdate(at), settings.HEARING_DAYS, known_days())
        _tell_operator(line, max(row.ends_on, until), by=by, at=at)
    return line


def _texts(*, organiser: str, phone: str, address: str, email: str, number: str) -> dict[str, str]:
    """Return the texts of a notice as they are kept, or refuse one."""
    email = clean_text("邮箱", email, most=120, field="email")
    wrong = checks.check_email(email) if email else None
    if wrong:
        raise Refusal.of("email", wrong)
    try:
        number = numbered(number)
    except ValueError as error:
        raise Refusal.of("document_number", str(error)) from error
    return {
        "document_number": number,
        "organiser": clean_text("公示单位", organiser, most=60, required=True, field="organiser"),
        "phone": clean_text("联系电话", phone, most=60, required=True, field="phone"),
        "address": clean_text("来信地址", address, most=120, field="address"),
        "email": email,
    }


def _check_days(starts_on: date, days: int, *, today: date) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise Refusal.of("working_days", f"公示工作日数应在 1 至 {MOST_DAYS} 之间。")
    latest = today + timedelta(days=DAYS_AHEAD)
    if not today <= starts_on <= latest:
        raise Refusal.of("starts_on", f"公示开始日期应在{day_in_words(today)}至{day_in_words(latest)}之间。")


def _unpublished(round: Round) -> Round:
    """Return ``round``, which must be locked, unless its results are public."""
    if round.status == RoundStatus.PUBLISHED:
        raise Gone(f"未办理：{round}认定结果已公布。")
    return round


def _taken(notice: PublicNotice, move: Move) -> PublicNotice:
    """Return the notice as it is now, locked with its round, if ``move`` can start from that."""
    _unpublished(locked_round(notice.round))
    row = PublicNotice.objects.select_for_update(of=("self",)).select_related("round").get(pk=notice.pk)
    if row.status not in move.sources:
        raise Gone(f"“{move.label}”未执行：该公示现为“{row.get_status_display()}”，请刷新页面后查看。")
    return row


def _confirmed(round: Round, assessment: Assessment, *, on: date) -> Entry:
    """Return what is said of ``assessment`` now."""
    found = with_facts(graded(round, on=on).filter(pk=assessment.pk)).first()
    if found is None:
        raise Refusal("该平台现无核定档次或不能认定，核定档次后才能更新公示。")
    return entry(found, round.terms)


def _said(line: NoticeLine) -> Entry:
    """Return what ``line`` says."""
    return Entry(
        code=line.code, name=line.name, type=line.type, region=line.region.code if line.region else "",
        site_name=line.site_name, operator_name=line.operator_name, grade=line.grade, is_public=line.is_public,
        reasons=line.reasons,
    )  # fmt: skip


def _line(notice: PublicNotice, assessment: Assessment, said: Entry, *, by: User, at: datetime) -> NoticeLine:
    """Return the first line of ``assessment``, not saved."""
    return NoticeLine(
        notice=notice, assessment=assessment, code=said.code, name=said.name, type=said.type,
        region_id=assessment.application.region_id, site_name=said.site_name, operator_name=said.operator_name,
        grade=said.grade, is_public=said.is_public, reasons=said.reasons, made_at=at, made_by=by,
    )  # fmt: skip


def _tell_operator(line: NoticeLine, answer_by: date, *, by: User, at: datetime) -> None:
    """Tell the operator that its platform is not to be certified, and why."""
    platform = line.assessment.application.platform
    assert platform is not None  # held by application_accepted_has_platform
    hearings.send(
        kind=HearingKind.GRADE,
        platform=platform,
        assessment=line.assessment,
        recipient=line.operator_name,
        intended=f"拟评定为{line.grade_label}，不予认定",
        reasons=line.reasons,
        answer_by=answer_by,
        by=by,
        at=at,
    )


def _tell_counties(notice: PublicNotice, lines: list[NoticeLine], *, by: User, at: datetime) -> None:
    """Write one mail to each county that has a line; the city's own desk gets one about its platforms."""
    by_region: dict[int | None, list[NoticeLine]] = defaultdict(list)
    for line in lines:
        by_region[line.region_id].append(line)
    regions = Region.objects.in_bulk([pk for pk in by_region if pk is not None])
    for pk, own in by_region.items():
        region = regions[pk] if pk is not None else None
        mails.write_to_liaison(
            kind=MailKind.NOTICE,
            round=notice.round,
            region=region,
            context={
                "document": notice.document_number,
                "period": notices.period_of(notice).in_words,
                "listed": str(sum(line.is_public for line in own)),
                "failed_list": _failed([line for line in own if not line.is_public]),
                "link": f"{reverse('evaluation:notice_lines')}?year={notice.round.year}",
            },
            occasion=f"notice:{notice.pk}:{region.code if region else CITYS_OWN}",
            by=by,
            at=at,
        )


def _failed(lines: list[NoticeLine]) -> str:
    """Return the platforms that are not proposed for certification, each with its reasons, as a mail holds them."""
    told = [plain(f"{line.name}：{line.reasons}", most=MOST_TOLD) for line in lines[:MOST_NAMED]]
    rest = len(lines) - len(told)
    return "\n".join([*told, *([f"等 {len(lines)} 个，全部名单和理由请登录后查看。"] if rest else [])])
