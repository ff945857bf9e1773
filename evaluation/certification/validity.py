"""How long a certification holds and what it is on a given day; dates are days in Ningbo, both ends inclusive."""

from datetime import MAXYEAR, date, datetime, timedelta
from zoneinfo import ZoneInfo

from evaluation.certification.choices import EndCause, Validity
from platforms.tones import Tone

NINGBO = ZoneInfo("Asia/Shanghai")

#: What a platform still holds: in force, near its end, or about to begin.
HELD = (Validity.IN_FORCE, Validity.EXPIRING, Validity.PENDING)
#: What a certification is after its end, by what ended it.
STATE_OF: dict[str, Validity] = {
    EndCause.REPLACED: Validity.REPLACED,
    EndCause.GIVEN_UP: Validity.GIVEN_UP,
    EndCause.REVOKED: Validity.REVOKED,
    EndCause.CORRECTED: Validity.CORRECTED,
}

#: How a certificate of each state looks, in public and in the back office.
TONES: dict[str, Tone] = {
    Validity.PENDING: "info",
    Validity.IN_FORCE: "good",
    Validity.EXPIRING: "wait",
    Validity.EXPIRED: "neutral",
    Validity.REPLACED: "neutral",
    Validity.GIVEN_UP: "neutral",
    Validity.REVOKED: "bad",
    Validity.CORRECTED: "neutral",
}


def day_in_ningbo(at: datetime) -> date:
    """Return the calendar day that it is in Ningbo at the moment ``at`` (aware)."""
    return at.astimezone(NINGBO).date()


def valid_until(valid_from: date, years: int) -> date:
    """Return the last day: the day before the same date ``years`` years on (五: 认定有效期, of the round's notice).

    29 February has the same date only in a leap year. What begins on that day is treated as begun on 1 March: both end
    on the day before 1 March, so a leap day never buys an extra day and never costs one.

    Raises:
        ValueError: the end lies beyond the calendar (after 9999).
    """
    year = valid_from.year + years
    if year > MAXYEAR:
        raise ValueError("认定日期超出可计算的范围。")
    if (valid_from.month, valid_from.day) == (2, 29):
        return date(year, 3, 1) - timedelta(days=1)
    return valid_from.replace(year=year) - timedelta(days=1)


def renewed_from(old_last_day: date, decided_on: date) -> date:
    """Return the first day of a renewal that was decided on ``decided_on``: the day after ``old_last_day``, the last
    day of the certificate that it renews, or the day of the decision where that is later.

    So no day is counted twice, and nothing is certified for days before anybody decided.
    """
    return max(old_last_day + timedelta(days=1), decided_on)


def state(
    *,
    valid_from: date,
    valid_until: date,
    ended_on: date | None = None,
    cause: str = "",
    on: date,
    expiring_days: int,
) -> Validity:
    """Return what a certification is on the day ``on``; it is expiring from ``expiring_days`` before its last one on.

    ``ended_on`` is the first day on which it holds no longer and ``cause`` the :class:`EndCause` value of its end. An
    end counts from its own day on, also where it lies before ``valid_from``; what ran out before it stays expired.
    """
    if ended_on is not None and ended_on <= on:
        return STATE_OF[cause]
    if on < valid_from:
        return Validity.PENDING
    if on > valid_until:
        return Validity.EXPIRED
    return Validity.EXPIRING if (valid_until - on).days <= expiring_days else Validity.IN_FORCE
