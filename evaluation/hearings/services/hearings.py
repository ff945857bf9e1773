"""What a platform is told before a decision, what its operator answers, and what came of the answer."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from evaluation.hearings import queries
from evaluation.hearings.choices import HearingKind
from evaluation.models import Assessment, Hearing
from platforms import deadlines
from platforms.audit.services import audit, numbering
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.deadlines import day_of
from platforms.errors import Gone, Refusal
from platforms.files.choices import EvidenceKind
from platforms.files.services import evidence
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.mail.services.mails import About
from platforms.mail.texts import plain
from platforms.models import EvidenceFile, Platform, User
from platforms.text import clean_text

LONGEST_REASONS, LONGEST_ANSWER, LONGEST_REPLY = 1500, 2000, 1500
#: How whoever holds the link is named in the log; whose it is says the number.
OPERATOR = "被告知单位"
CUT = "…（全文请打开链接查看）"
ENDED = "该事项已决定或已终结，不再受理陈述申辩；有疑问的，请联系市经信局。"


@dataclass(frozen=True)
class Sent:
    """A hearing with its link: the token is shown once and stored nowhere but in its mail.

    ``mailed`` says whether the mail goes to an address; without one it is a text to pass on.
    """

    hearing: Hearing
    token: str
    mailed: bool


@transaction.atomic
def send(
    *,
    kind: str,
    platform: Platform,
    assessment: Assessment | None = None,
    recipient: str,
    intended: str,
    reasons: str,
    answer_by: date,
    by: User,
    at: datetime,
) -> Sent:
    """Tell the operator of ``platform`` what is ``intended`` and why; it can answer until the end of ``answer_by``.

    ``assessment`` is whose grade is meant, and None for a revocation. Whether ``by`` may decide so was looked at by
    the caller, whose transaction this is part of. The mail with the link goes to the contact of the application; one
    without an address is a text that the county passes on.

    Raises:
        Refusal: a text that is empty or too long, or a last day before today.
    """
    if (kind == HearingKind.GRADE) != (assessment is not None):
        raise ValueError("a hearing about a grade names the assessment, one about a revocation does not")
    recipient = clean_text("被告知单位", recipient, most=80, required=True)
    intended = clean_text("拟办事项", intended, most=60, required=True)
    reasons = clean_text("事实和理由", reasons, most=LONGEST_REASONS, required=True)
    if answer_by < day_of(at):
        raise Refusal.of("answer_by", "陈述期限不能早于今天。")
    year, token = day_of(at).year, secrets.token_urlsafe(32)
    made = Hearing.objects.create(
        number=f"GZ-{year}-{numbering.next_number(f'hearing:{year}'):04d}",
        kind=kind,
        platform=platform,
        assessment=assessment,
        recipient=recipient,
        intended=intended,
        reasons=reasons,
        answer_by=answer_by,
        token_hash=_hash(token),
        sent_at=at,
        sent_by=by,
    )
    mailed = _write(made, token, by=by, at=at)
    # What it says stands in the row, which never changes; the log is read by people who read no row.
    changes = {"平台编号": ["", platform.code], "陈述期限": ["", answer_by]}
    audit.record(verb="告知", by=by, at=at, target=made, changes=changes)
    return Sent(made, token, mailed)


@transaction.atomic
def renew_link(*, hearing: Hearing, by: User, at: datetime) -> Sent:
    """Make a new link, which ends the older one, and write the mail with it again.

    Raises:
        Refusal: not the person's own, or ``by`` may not.
    """
    check_own(hearing, by)
    row = _locked(hearing)
    token = secrets.token_urlsafe(32)
    row.token_hash = _hash(token)
    row.save(update_fields=["token_hash"])
    mailed = _write(row, token, by=by, at=at)
    audit.record(verb="重新发送告知书链接", by=by, at=at, target=row, reason=row.recipient)
    return Sent(row, token, mailed)


def find(token: str) -> Hearing | None:
    """Return the hearing of ``token``; None where there never was one, or a newer link ended it."""
    rows = Hearing.objects.select_related("platform__region", "assessment__application__round")
    return rows.filter(token_hash=_hash(token)).first()


@transaction.atomic
def open_link(*, hearing: Hearing, at: datetime) -> None:
    """Note that the operator opened its link for the first time; later openings change nothing."""
    if Hearing.objects.filter(pk=hearing.pk, opened_at__isnull=True).update(opened_at=at):
        audit.record(verb="打开告知书", by=None, at=at, target=hearing, actor=OPERATOR)


@transaction.atomic
def answer(
    *,
    hearing: Hearing,
    text: str = "",
    waived: bool = False,
    name: str,
    phone: str = "",
    by: User | None = None,
    token: str = "",
    received_on: date | None = None,
    at: datetime,
) -> Hearing:
    """Keep what the operator says, or that it has nothing to say (``waived``); once, and in time.

    ``by`` None is the operator behind the link ``token``. An officer writes down what came on paper on ``received_on``,
    which counts instead of the moment ``at``.

    Raises:
        Gone: answered already, the matter came to its end, the last day is over, or a newer link ended this one.
        Refusal: ``by`` may not, a text that is missing or too long, text and waiver together, or a day that is not
            between the sending and today.
    """
    row = _answerable(hearing, by=by, token=token)
    name = clean_text("陈述人姓名", name, most=40, required=True, field="name")
    phone = clean_text("联系电话", phone, most=60, field="phone")
    if waived and text.strip():
        raise Refusal.of("text", "放弃陈述的，不填写陈述申辩内容。")
    text = "" if waived else clean_text("陈述申辩", text, most=LONGEST_ANSWER, required=True, field="text")
    arrived = _arrived(row, by=by, received_on=received_on, at=at)
    if deadlines.is_late(row.answer_by, arrived):
        raise Gone(f"陈述期限已于{day_in_words(row.answer_by)}届满，不再受理。")
    row.answer, row.waived, row.answered_name, row.answered_phone = text, waived, name, phone
    row.answered_at, row.entered_by = at, by
    row.save(update_fields=["answer", "waived", "answered_name", "answered_phone", "answered_at", "entered_by"])
    verb = "放弃陈述申辩" if waived else "陈述申辩"
    if by is None:
        audit.record(verb=verb, by=None, at=at, target=row, actor=OPERATOR)
    else:
        audit.record(verb=f"登记书面{verb}", by=by, at=at, target=row, changes={"收到日期": ["", arrived]})
    return row


@transaction.atomic
def add_file(
    *,
    hearing: Hearing,
    upload: UploadedFile,
    note: str = "",
    by: User | None = None,
    token: str = "",
    at: datetime,
) -> EvidenceFile:
    """Keep ``upload`` with what the operator says, at most 20 MB: by its link before it answers, by an officer the
    scan of what was written down from paper, until the reply.

    Raises:
        Gone: answered or replied already, ended, too late, or a newer link.
        Refusal: ``by`` may not, nothing was written down, or as ``platforms.files.services.evidence.add``.
    """
    if by is None:
        row = _answerable(hearing, by=None, token=token)
        if deadlines.came_late(row.answer_by, at):
            raise Gone(f"陈述期限已于{day_in_words(row.answer_by)}届满，不再受理。")
    else:
        check_own(hearing, by)
        row = _locked(hearing)
        if row.entered_by_id is None:
            raise Refusal("请先登记书面陈述，再上传扫描件。")
        if row.replied_at is not None:
            raise Gone("该陈述申辩已复核，不能再补充材料。")
    return evidence.add(
        kind=EvidenceKind.HEARING, key=row.pk, region=row.platform.region, upload=upload, note=note, by=by,
        actor="" if by else OPERATOR, at=at,
    )  # fmt: skip


@transaction.atomic
def reply(*, hearing: Hearing, text: str, by: User, at: datetime) -> Hearing:
    """Say what came of the answer; the operator reads it under its link.

    Raises:
        Refusal: ``by`` may not, no text, or there is no answer to reply to. Gone: replied already, or the matter came
            to its end.
    """
    if not by.has_perm("evaluation.reply_hearing"):
        raise Refusal("您没有“复核陈述申辩”的权限。")
    text = clean_text("复核意见", text, most=LONGEST_REPLY, required=True, field="text")
    row = _locked(hearing)
    if row.replied_at is not None:
        raise Gone("该陈述申辩已复核，请刷新页面后查看。")
    if row.answered_at is None or row.waived:
        raise Refusal("运营单位没有提出陈述申辩，无须复核。")
    if queries.is_ended(row):
        raise Gone("该事项已决定或已终结，不再复核，请刷新页面后查看。")
    row.reply, row.replied_at, row.replied_by = text, at, by
    row.save(update_fields=["reply", "replied_at", "replied_by"])
    audit.record(verb="复核陈述申辩", by=by, at=at, target=row)
    return row


def owns(hearing: Hearing, by: User) -> bool:
    """Say whether ``by`` passes ``hearing`` on: the county of the platform; the city for any."""
    return by.role == Role.CITY or (by.role == Role.COUNTY and by.acts_for(hearing.platform.region_id))


def check_own(hearing: Hearing, by: User) -> None:
    """Refuse who may not pass ``hearing`` on or write down what came on paper.

    Raises:
        Refusal: the permission is missing, or it is another region's.
    """
    if not by.has_perm("evaluation.pass_on_hearing") or not owns(hearing, by):
        raise Refusal("您没有办理这份告知书的权限。")


def _answerable(hearing: Hearing, *, by: User | None, token: str) -> Hearing:
    if by is not None:
        check_own(hearing, by)
    row = _locked(hearing)
    if by is None and row.token_hash != _hash(token):
        raise Gone("本链接已由新的链接替代，请使用最近收到的链接。")
    if row.answered_at is not None:
        raise Gone("陈述申辩已提交，不能重复提交或修改。")
    if queries.is_ended(row):
        raise Gone(ENDED)
    return row


def _arrived(row: Hearing, *, by: User | None, received_on: date | None, at: datetime) -> date:
    today = day_of(at)
    if by is None or received_on is None:
        return today
    if received_on > today:
        raise Refusal.of("received_on", "收到日期不能晚于今天。")
    if received_on < day_of(row.sent_at):
        raise Refusal.of("received_on", "收到日期不能早于告知日期。")
    return received_on


def _write(hearing: Hearing, token: str, *, by: User, at: datetime) -> bool:
    """Write the mail with the link; returns whether it has an address."""
    application = hearing.assessment.application if hearing.assessment else queries.contact_of(hearing.platform)
    address = application.contact_email if application else ""
    values = {
        "platform": hearing.platform.name,
        "hearing": hearing.number,
        "answer_until": day_in_words(hearing.answer_by),
        "intended": hearing.intended,
        "grounds": _in_mail(hearing.reasons),
        "link": reverse("hearing:start", args=[token]),
    }
    mails.write(
        kind=MailKind.HEARING,
        recipient=hearing.recipient,
        address=address,
        context=values,
        round=application.round if application else None,
        region=hearing.platform.region,
        about=About("application", application, {}) if application else None,
        # Each link is told once.
        occasion=f"hearing:{hearing.number}:{hearing.token_hash[:12]}",
        by=by,
        at=at,
    )
    return bool(address)


def _in_mail(reasons: str) -> str:
    """Return ``reasons`` as a mail holds them: made plain a text may become longer than its place."""
    text = "\n".join(plain(line, most=3 * LONGEST_REASONS) for line in reasons.splitlines())
    return text if len(text) <= LONGEST_REASONS else f"{text[: LONGEST_REASONS - len(CUT)]}{CUT}"


def _locked(hearing: Hearing) -> Hearing:
    rows = Hearing.objects.select_for_update(of=("self",)).select_related("platform__region", "assessment__application")
    row: Hearing = rows.get(pk=hearing.pk)
    return row


def _hash(token: str) -> str:
    # 256 random bits need no salt and no slow hash.
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
