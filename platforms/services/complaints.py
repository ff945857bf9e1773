"""Complaints of enterprises about a platform: taken in, looked up by the complainant, decided."""

from datetime import datetime

from django.db import transaction

from platforms.errors import Refusal
from platforms.models import Complaint, Platform, User


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

    ``sender_hash`` is a keyed hash of the sender's address, made by the caller.

    Raises:
        Duplicate, TooMany, Refusal: as they say; a missing or unreadable value.
    """
    raise NotImplementedError


def find(number: str, code: str) -> Complaint | None:
    """Return the complaint of ``number`` if ``code`` is its lookup code; typed in any width and case, with blanks."""
    raise NotImplementedError


@transaction.atomic
def decide(*, complaint: Complaint, move: str, reason: str, by: User, at: datetime) -> Complaint:
    """Make the move ``verify`` or ``dismiss`` with the finding as reason.

    Raises:
        Gone, Refusal: it was decided already, ``by`` may not, or no reason.
    """
    raise NotImplementedError
