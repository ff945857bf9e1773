"""Complaints of enterprises about a platform: taken in, looked up by the complainant, decided."""

import hashlib
import unicodedata
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare
from stdnum import luhn

from platforms import checks
from platforms.errors import Refusal
from platforms.models import Complaint, Platform, User
from platforms.services import audit, numbering
from platforms.services.moves import apply_move, check_may_move
from platforms.services.text import clean_text
from platforms.workflow import COMPLAINT

_PREFIX = "TS"
_RANDOM = 9
_CODE_LENGTH = 10


class Duplicate(Refusal):
    """The same enterprise already sent the same words about the same platform; one complaint stays one."""


class TooMany(Refusal):
    """More complaints from one sender within an hour than ``settings.COMPLAINTS_PER_HOUR``."""


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
    from the same enterprise are one complaint; nobody who sends them again learns number or code of the first. Other
    enterprises may use the same words: 五(三) counts the complaints of enterprises.

    Raises:
        Duplicate, TooMany: as they say.
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
    recent = Complaint.objects.filter(sender_hash=sender_hash, received_at__gt=at - timedelta(hours=1))
    if recent.count() >= settings.COMPLAINTS_PER_HOUR:
        raise TooMany("您一小时内提交的投诉较多，请稍后再试，也可拨打平台所在地经信部门的电话反映。")
    text_hash = _hash(_letters(enterprise), _letters(text))
    if Complaint.objects.filter(platform=platform, text_hash=text_hash).exists():
        raise Duplicate("贵企业对该平台的相同投诉已经收到，正在处理，不必重复提交。请用首次提交时的受理编号查询。")
    number = _new_number()
    code = numbering.random_part(_CODE_LENGTH)
    complaint = Complaint.objects.create(
        number=number,
        lookup_hash=_hash(number, code),
        platform=platform,
        text=text,
        enterprise=enterprise,
        contact_name=contact_name,
        contact_phone=contact_phone,
        received_at=at,
        sender_hash=sender_hash,
        text_hash=text_hash,
    )
    audit.record(verb="收到投诉", by=None, at=at, target=complaint, actor="公众")
    return complaint, code


def find(number: str, code: str) -> Complaint | None:
    """Return the complaint of ``number`` if ``code`` is its lookup code; typed in any width and case, with blanks."""
    number = _letters(number).upper()
    if not number.isascii() or "\x00" in number:
        return None
    complaint = Complaint.objects.select_related("platform").filter(number=number).first()
    # An unknown number takes as long as a wrong code.
    known = complaint.lookup_hash if complaint else _hash("", "")
    matches = constant_time_compare(known, _hash(number, _letters(code).upper()))
    return complaint if matches else None


def has_valid_form(number: str) -> bool:
    """Say whether ``number`` can be one of ours at all: most slips of the pen are found without asking the database."""
    body = _letters(number).upper().removeprefix(_PREFIX)
    return len(body) == _RANDOM + 1 and set(body) <= set(numbering.CLEAR) and luhn.is_valid(body, numbering.CLEAR)


@transaction.atomic
def decide(*, complaint: Complaint, move: str, reason: str, by: User, at: datetime) -> Complaint:
    """Make the move ``verify`` or ``dismiss`` with the finding as reason.

    Raises:
        Gone, Refusal: it was decided already, ``by`` may not, or no reason.
    """
    step = check_may_move(workflow=COMPLAINT, name=move, by=by, reason=reason)
    reason = clean_text("核查说明", reason, most=1000, required=True)
    apply_move(complaint, move=step, decided_at=at, decided_by=by, decision_reason=reason)
    audit.record(verb=f"投诉{step.label}", by=by, at=at, target=complaint, reason=reason)
    return complaint


def _new_number() -> str:
    """Return a number that cannot be guessed from another; its last character catches a slip of the pen."""
    body = numbering.random_part(_RANDOM)
    return f"{_PREFIX}{body}{luhn.calc_check_digit(body, numbering.CLEAR)}"


def _letters(text: str) -> str:
    """Return ``text`` in half width without blanks, hyphens and characters that nobody sees."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(each for each in text if not each.isspace() and each != "-" and unicodedata.category(each) != "Cf")


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()
