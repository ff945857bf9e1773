"""Complaints of enterprises about a platform: taken in and looked up by the complainant."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from platforms import checks, deadlines, working_days
from platforms.audit.services import audit, numbering, receipts
from platforms.cases.choices import COMPLAINT_OPEN, ComplaintStatus
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.mail.choices import MailKind
from platforms.mail.services import mails
from platforms.models import Complaint, ComplaintTurn, Platform, User
from platforms.rounds.queries.calendar_days import known_days
from platforms.rounds.queries.rounds import current_round
from platforms.text import clean_text

_PREFIX = "TS"


class TooMany(Refusal):
    """More within an hour than ``settings.COMPLAINTS_PER_HOUR`` of one sender, or ``…_IN_ALL`` of everybody."""


@transaction.atomic
def file_complaint(
    *,
    platform: Platform,
    text: str,
    enterprise: str,
    contact_name: str,
    contact_phone: str,
    sender_hash: str,
    at: datetime,
) -> tuple[Complaint, str]:
    """Take in a complaint; returns it with the lookup code, which is shown once and stored as a hash.

    ``sender_hash`` is a keyed hash of the sender's address, made by the caller. The same words about the same platform
    from the same enterprise, while the first is at work, are merged into it by themselves: the sender gets a number
    that follows it and learns nothing of the first. Other enterprises may use the same words: 五(三) counts the
    complaints of enterprises. The liaison officer of the region is told of what is no double, without who complained.

    Raises:
        TooMany: as it says.
        Refusal: a missing or unreadable value.
    """
    text = clean_text("投诉内容", text, most=2000, required=True)
    enterprise = clean_text("投诉企业", enterprise, most=80, required=True)
    contact_name = clean_text("联系人", contact_name, most=40, required=True)
    contact_phone = checks.normalise_phones(clean_text("联系电话", contact_phone, most=60, required=True))
    wrong = checks.check_phones(contact_phone)
    if wrong:
        raise Refusal(wrong)
    # The counter's row lock makes senders queue, so that many requests at once cannot all count the same few rows.
    numbering.next_number("complaint")
    _check_flood(sender_hash, at)
    text_hash = receipts.hash_of(receipts.letters(enterprise), receipts.letters(text))
    first = Complaint.objects.filter(platform=platform, text_hash=text_hash, status__in=COMPLAINT_OPEN).first()
    number, code = receipts.new_number(_PREFIX), receipts.new_code()
    complaint = Complaint.objects.create(
        number=number,
        lookup_hash=receipts.lookup_hash(number, code),
        platform=platform,
        status=ComplaintStatus.MERGED if first else ComplaintStatus.RECEIVED,
        merged_into=first,
        text=text,
        enterprise=enterprise,
        contact_name=contact_name,
        contact_phone=contact_phone,
        received_at=at,
        due_on=None if first else due_after(at),
        sender_hash=sender_hash,
        text_hash=text_hash,
    )
    audit.record(verb="收到投诉", by=None, at=at, target=complaint, actor="公众")
    if first:
        _note_double(complaint, first, at)
    else:
        tell(complaint, "收到投诉", by=None, at=at)
    return complaint, code


def due_after(at: datetime) -> date:
    """Return the last day on which a complaint that came in (or back) at ``at`` is decided in time."""
    day = deadlines.day_of(at)
    return working_days.working_days_after(day, deadlines.COMPLAINT_WORKING_DAYS, known_days())


def tell(complaint: Complaint, occasion: str, *, by: User | None, at: datetime) -> None:
    """Write to the liaison officer of the region; without any round there is nobody to write to."""
    round_ = current_round()
    if round_ is None or complaint.due_on is None:
        return
    context = {
        "complaint": complaint.number,
        "platform": complaint.platform.name,
        "complaint_why": occasion,
        "complaint_by": day_in_words(complaint.due_on),
        "link": reverse("admin:platforms_complaint_change", args=(complaint.pk,)),
    }
    mails.write_to_liaison(
        kind=MailKind.COMPLAINT, round=round_, region=complaint.platform.region, context=context, by=by, at=at
    )


def find(number: str, code: str) -> Complaint | None:
    """Return the complaint of ``number`` if ``code`` is its lookup code; typed in any width and case, with blanks."""
    number = receipts.as_stored(number)
    complaint = Complaint.objects.select_related("platform", "merged_into").filter(number=number).first()
    # An unknown number takes as long as a wrong code.
    known = complaint.lookup_hash if complaint else receipts.hash_of("", "")
    return complaint if constant_time_compare(known, receipts.lookup_hash(number, code)) else None


def has_valid_form(number: str) -> bool:
    """Say whether ``number`` can be one of ours at all: most slips of the pen are found without asking the database."""
    return receipts.has_valid_form(number, _PREFIX)


def _check_flood(sender_hash: str, at: datetime) -> None:
    """Count what was taken in within an hour of ``at``, on either side.

    The moment is taken before the queue for the lock, so what came in first may have the later one.
    """
    hour = timedelta(hours=1)
    recent = Complaint.objects.filter(received_at__gt=at - hour, received_at__lt=at + hour)
    if recent.filter(sender_hash=sender_hash).count() >= settings.COMPLAINTS_PER_HOUR:
        raise TooMany("您一小时内提交的投诉较多，请稍后再试，也可拨打平台所在地经信部门的电话反映。")
    if recent.count() >= settings.COMPLAINTS_PER_HOUR_IN_ALL:
        raise TooMany("本站一小时内收到的投诉较多，暂时不能再收，请稍后再试，也可拨打平台所在地经信部门的电话反映。")


def _note_double(complaint: Complaint, first: Complaint, at: datetime) -> None:
    ComplaintTurn.objects.create(
        complaint=complaint,
        name="merge",
        label="自动并案",
        source=ComplaintStatus.RECEIVED,
        target=ComplaintStatus.MERGED,
        text=f"与 {first.number} 的平台、企业和内容相同，由系统并入。",
        at=at,
    )
    audit.record(
        verb="投诉自动并案", by=None, at=at, target=complaint, actor="系统", changes={"并入": [None, first.number]}
    )
