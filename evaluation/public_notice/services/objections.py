"""Objections to a public notice: taken in with a real name, assigned, answered in writing, looked up by a code.

Whoever scored or confirmed a grade has no part in what is answered about it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from evaluation.marking.services.staging import scorers_of
from evaluation.models import Assessment, NoticeLine, Objection, PublicNotice
from evaluation.public_notice.choices import (
    OBJECTION_ONLINE,
    ObjectionChannel,
    ObjectionOutcome,
    ObjectionStatus,
)
from evaluation.public_notice.objection_workflow import OBJECTION
from evaluation.public_notice.objections import is_anonymous, too_early_or_late
from evaluation.public_notice.queries import objections as queries
from platforms import checks, deadlines, stored_files, working_days
from platforms.audit.services import audit, receipts
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal
from platforms.files.choices import EvidenceKind
from platforms.files.services import evidence
from platforms.filetypes import MEGABYTE
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.mail.texts import plain
from platforms.models import EvidenceFile, User
from platforms.moves import apply_move, check_may_move
from platforms.rounds.choices import RoundStatus
from platforms.rounds.queries.calendar_days import known_days
from platforms.text import clean_text

_PREFIX = "YY"
MOST_TEXT = 2000
MOST_ANSWER = 2000
#: Files that come with an objection: how many, and bytes of all together.
MOST_FILES = 5
MOST_BYTES = 50 * MEGABYTE
#: What a mail and a page call an objection to the list as a whole.
WHOLE_LIST = "窗口平台公示名单"
PUBLIC = "公众"


class TooMany(Refusal):
    """More within an hour than ``settings.OBJECTIONS_PER_HOUR`` of one sender, or ``…_IN_ALL`` of everybody."""


def file(
    *,
    notice: PublicNotice,
    assessment: Assessment | None = None,
    channel: str,
    name: str,
    phone: str,
    email: str = "",
    text: str,
    files: Sequence[UploadedFile] = (),
    sender_hash: str = "",
    received_at: datetime | None = None,
    by: User | None = None,
    at: datetime,
) -> tuple[Objection, str]:
    """Take in an objection; returns it with the lookup code, which is shown once and stored as a hash.

    ``assessment`` None means the list as a whole; who objects by the form names a line that is public, all others any
    line of the notice. By form or link ``by`` is None and ``sender_hash`` a keyed hash of the sender's address; from
    mail or paper an officer enters it, with the moment ``received_at`` at which it came. Judging the files holds no
    lock. The answer is due in ``settings.OBJECTION_WORKING_DAYS`` working days after the day of receipt; the receipt
    is confirmed to ``email`` where one is given.

    Raises:
        TooMany: as it says.
        Refusal: the notice is not opened, not begun, over or stopped, its results are published, no real name, no
            phone, a wrong value, a platform that is not listed, the same words were sent before, a file that is not
            taken, or ``by`` may not enter any.
    """
    if (by is None) != (channel in OBJECTION_ONLINE):
        raise ValueError("what comes online is entered by nobody, everything else by an officer")
    if by is not None and not by.has_perm("evaluation.assign_objection"):
        raise Refusal("您没有登记异议的权限。")
    facts: dict[str, Any] = {"channel": ObjectionChannel(channel), **_checked(name, phone, email, text)}
    received_at = received_at or at
    _check_open(notice, received_at, at)
    line = _line(notice, assessment, public=channel == ObjectionChannel.FORM)
    judged = _judged(files)
    number, code = receipts.new_number(_PREFIX), receipts.new_code()
    with transaction.atomic():
        # Senders queue on the notice, so that many requests at once cannot all count the same few rows.
        rows = PublicNotice.objects.select_for_update(of=("self",), no_key=True).select_related("round")
        locked = rows.get(pk=notice.pk)
        _check_open(locked, received_at, at)
        if by is None:
            _check_flood(sender_hash, at)
        _check_new(locked, assessment, facts)
        made = Objection.objects.create(
            number=number,
            lookup_hash=receipts.lookup_hash(number, code),
            notice=locked,
            assessment=assessment,
            region=assessment.application.region if assessment else None,
            received_at=received_at,
            sender_hash=sender_hash if by is None else "",
            entered_by=by,
            due_on=working_days.working_days_after(
                deadlines.day_of(received_at), settings.OBJECTION_WORKING_DAYS, known_days()
            ),
            **facts,
        )
        changes = {"来源": ["", made.get_channel_display()], "平台编号": ["", line.code if line else WHOLE_LIST]}
        actor = "" if by else PUBLIC
        audit.record(verb="登记异议" if by else "收到异议", by=by, at=at, target=made, changes=changes, actor=actor)
        if made.email:
            values = {"objection": number, "objection_by": day_in_words(made.due_on)}
            _write(made, line, MailKind.OBJECTION, values, by=by, at=at)
        _keep(made, judged, by=by, at=at)
    return made, code


@transaction.atomic
def assign(*, objection: Objection, to: User, by: User, at: datetime) -> Objection:
    """Give ``objection`` to ``to``, the first time or again.

    Raises:
        Refusal: ``by`` may not, ``to`` is no active officer of the city, had a part in the grade, or has it already.
        Gone: answered or refused by now.
    """
    step = check_may_move(workflow=OBJECTION, name="assign", by=by)
    row = _locked(objection)
    if not to.has_perm("evaluation.answer_objection"):
        raise Refusal.of("to", "承办人须为市经信局在用账号的经办人员。")
    if to.pk in judges_of(row.assessment):
        raise Refusal.of("to", f"{to.name}参与了该平台的评分或档次核定，不能承办对它的异议，请另选承办人。")
    if row.assigned_to_id == to.pk and row.status == ObjectionStatus.ASSIGNED:
        raise Refusal.of("to", f"该异议已由{to.name}承办。")
    before = row.assigned_to.username if row.assigned_to else ""
    apply_move(row, move=step, assigned_to=to, assigned_at=at)
    audit.record(verb="分办异议", by=by, at=at, target=row, changes={"承办人": [before, to.username]})
    return row


@transaction.atomic
def answer(*, objection: Objection, outcome: str, text: str, by: User, at: datetime) -> Objection:
    """Answer ``objection`` in writing, for good; who objected is told once.

    Raises:
        Refusal: ``by`` may not, is not the one that it was given to, or had a part in the grade by now; no outcome or
            no text. Gone: answered or refused by now, or not given to anybody.
    """
    step = check_may_move(workflow=OBJECTION, name="answer", by=by, reason=text)
    if outcome not in ObjectionOutcome.values:
        raise Refusal.of("outcome", "请选择处理结果。")
    text = clean_text("答复意见", text, most=MOST_ANSWER, required=True)
    row = _locked(objection)
    _check_mine(row, by)
    apply_move(row, move=step, outcome=outcome, answer=text, answered_at=at, answered_by=by)
    word = row.get_outcome_display()
    audit.record(verb="答复异议", by=by, at=at, target=row, changes={"处理结果": ["", word]})
    _tell_end(row, word, by=by, at=at)
    return row


@transaction.atomic
def refuse(*, objection: Objection, text: str, by: User, at: datetime) -> Objection:
    """Refuse to deal with ``objection`` (not about this notice, not real), for good; who objected is told once.

    Raises:
        Refusal: ``by`` may not, another one was given it, or had a part in the grade; no text.
        Gone: answered or refused by now.
    """
    step = check_may_move(workflow=OBJECTION, name="refuse", by=by, reason=text)
    text = clean_text("不予受理的理由", text, most=MOST_ANSWER, required=True)
    row = _locked(objection)
    _check_mine(row, by)
    apply_move(row, move=step, answer=text, answered_at=at, answered_by=by)
    word = str(ObjectionStatus.REFUSED.label)
    audit.record(verb="异议不予受理", by=by, at=at, target=row, changes={"处理结果": ["", word]})
    _tell_end(row, word, by=by, at=at)
    return row


def judges_of(assessment: Assessment | None) -> set[int]:
    """Return the keys of everybody who scored, staged or confirmed the grade of ``assessment``."""
    if assessment is None:
        return set()
    settled = {assessment.confirmed_by_id, assessment.staged_by_id, assessment.seconded_by_id}
    return scorers_of(assessment) | {pk for pk in settled if pk is not None}


def officers_for(row: Objection) -> QuerySet[User]:
    """Return who may be given ``row``: active officers of the city who had no part in the grade that it is about."""
    officers: QuerySet[User] = User.objects.filter(role=Role.CITY, is_active=True).order_by("username")
    return officers.exclude(pk__in=judges_of(row.assessment))


def why_not_mine(row: Objection, by: User) -> str:
    """Return why ``by`` can neither answer nor refuse ``row`` whatever its status, or nothing."""
    if row.assigned_to_id is not None and row.assigned_to_id != by.pk:
        return "该异议由其他人员承办，不能代为办理；需要更换承办人的，请重新分办。"
    if by.pk in judges_of(row.assessment):
        return "您参与了该平台的评分或档次核定，不能办理对它的异议。"
    return ""


def find(number: str, code: str) -> Objection | None:
    """Return the objection of ``number`` if ``code`` is its lookup code; typed in any width and case, with blanks."""
    number = receipts.as_stored(number)
    row = Objection.objects.select_related("notice__round").filter(number=number).first()
    # An unknown number takes as long as a wrong code.
    known = row.lookup_hash if row else receipts.hash_of("", "")
    return row if constant_time_compare(known, receipts.lookup_hash(number, code)) else None


def has_valid_form(number: str) -> bool:
    """Say whether ``number`` can be one of ours at all: most slips of the pen are found without asking the database."""
    return receipts.has_valid_form(number, _PREFIX)


def _checked(name: str, phone: str, email: str, text: str) -> dict[str, str]:
    name = clean_text("姓名或单位", name, most=80, required=True, field="name")
    if is_anonymous(name):
        raise Refusal.of("name", "异议须实名提出，请填写真实姓名或单位全称；匿名的不予受理。")
    phone = checks.normalise_phones(clean_text("联系电话", phone, most=60, required=True, field="phone"))
    if wrong := checks.check_phones(phone):
        raise Refusal.of("phone", wrong)
    email = clean_text("邮箱", email, most=120, field="email")
    if email and (wrong := checks.check_email(email)):
        raise Refusal.of("email", wrong)
    text = clean_text("异议内容", text, most=MOST_TEXT, required=True, field="text")
    return {"name": name, "phone": phone, "email": email, "text": text}


def _check_open(notice: PublicNotice, received_at: datetime, at: datetime) -> None:
    if received_at > at:
        raise Refusal.of("received_on", "收到日期不能晚于今天。")
    if notice.round.status == RoundStatus.PUBLISHED:
        raise Refusal("认定结果已公布，不再登记对公示的异议；内容属实的，请办理更正。")
    on = deadlines.day_of(received_at)
    why = too_early_or_late(status=notice.status, starts_on=notice.starts_on, ends_on=notice.ends_on, on=on)
    if why:
        raise Refusal(why)


def _line(notice: PublicNotice, assessment: Assessment | None, *, public: bool) -> NoticeLine | None:
    if assessment is None:
        return None
    for line in queries.listed(notice, public=public):
        if line.assessment_id == assessment.pk:
            return line
    raise Refusal.of("platform", "该平台不在公示名单中，请从公示名单中选择。")


def _judged(files: Sequence[UploadedFile]) -> list[evidence.Judged]:
    """Judge ``files``; the same content twice is one file."""
    if len(files) > MOST_FILES:
        raise Refusal.of("uploads", f"最多上传 {MOST_FILES} 个文件，现选了 {len(files)} 个。")
    if sum(each.size or 0 for each in files) > MOST_BYTES:
        raise Refusal.of("uploads", f"文件合计不超过 {MOST_BYTES // MEGABYTE} MB，请压缩后上传。")
    found: dict[str, evidence.Judged] = {}
    for upload in files:
        try:
            judged = evidence.judge(EvidenceKind.OBJECTION, upload)
        except Refusal as refusal:
            raise Refusal.of("uploads", str(refusal)) from refusal
        found.setdefault(judged.digest, judged)
    return list(found.values())


def _keep(row: Objection, judged: Sequence[evidence.Judged], *, by: User | None, at: datetime) -> None:
    """Keep the files of ``row``, all or none; they are the city's own."""
    kept: list[EvidenceFile] = []
    try:
        for each in judged:
            actor = "" if by else PUBLIC
            kept.append(evidence.keep(each, key=row.pk, region=None, by=by, at=at, actor=actor))
    except Refusal as refusal:
        for one in kept:
            stored_files.drop(one.stored_name)
        raise Refusal.of("uploads", str(refusal)) from refusal


def _check_flood(sender_hash: str, at: datetime) -> None:
    """Count what was taken in within an hour of ``at``, on either side: whoever waited for the lock came earlier."""
    hour = timedelta(hours=1)
    recent = Objection.objects.filter(
        received_at__gt=at - hour, received_at__lt=at + hour, channel__in=OBJECTION_ONLINE
    )
    if recent.filter(sender_hash=sender_hash).count() >= settings.OBJECTIONS_PER_HOUR:
        raise TooMany("您一小时内提交的异议较多，请稍后再试，也可按公示所列电话、地址提出。")
    if recent.count() >= settings.OBJECTIONS_PER_HOUR_IN_ALL:
        raise TooMany("本站一小时内收到的异议较多，暂时不能再收，请稍后再试，也可按公示所列电话、地址提出。")


def _check_new(notice: PublicNotice, assessment: Assessment | None, facts: dict[str, Any]) -> None:
    """Refuse the same words of the same person about the same platform."""
    words = receipts.letters(facts["text"])
    known = notice.objections.filter(assessment=assessment, name=facts["name"]).values_list("text", flat=True)
    if any(receipts.letters(each) == words for each in known):
        raise Refusal.of("text", "内容相同的异议已经收到，不必重复提出；未记下受理编号的，请按公示所列电话联系。")


def _locked(objection: Objection) -> Objection:
    row: Objection = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("notice__round", "assessment__evaluation", "assigned_to")
        .get(pk=objection.pk)
    )
    return row


def _check_mine(row: Objection, by: User) -> None:
    if row.status in (ObjectionStatus.ANSWERED, ObjectionStatus.REFUSED):
        raise Gone(f"未办理：该异议现为“{row.get_status_display()}”，请刷新页面后查看。")
    if why := why_not_mine(row, by):
        raise Refusal(why)


def _tell_end(row: Objection, outcome: str, *, by: User, at: datetime) -> None:
    """Write the answer to who left an address, and as a text to send by hand to who came by mail or on paper.

    Whoever came online without an address looks it up.
    """
    if row.email or row.channel not in OBJECTION_ONLINE:
        values = {"objection": row.number, "outcome": outcome, "answer": _for_mail(row.answer)}
        _write(row, queries.line_of(row), MailKind.OBJECTED, values, by=by, at=at)


def _for_mail(text: str) -> str:
    """Return ``text``, or where to read it if it grows beyond what a mail takes when it is made harmless."""
    harmless = "\n".join(plain(line, most=9 * MOST_ANSWER) for line in text.splitlines())
    return text if len(harmless) <= MOST_ANSWER else "答复意见较长，全文请按下列网址查询。"


def _write(
    row: Objection, line: NoticeLine | None, kind: str, values: dict[str, str], *, by: User | None, at: datetime
) -> None:
    mails.write(
        kind=kind,
        recipient=row.name,
        address=row.email,
        context=values | {"platform": line.name if line else WHOLE_LIST, "link": reverse("site:objection")},
        round=row.notice.round,
        occasion=f"{kind}:{row.number}",
        by=by,
        at=at,
    )
