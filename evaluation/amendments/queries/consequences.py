"""What a new version of a result does to certificates: one answer for the page before the decision and the service."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from evaluation.certification.queries.in_force import held_by, state_of
from evaluation.certification.validity import HELD, valid_until
from evaluation.models import Certification, Result
from platforms.dates import day_in_words


@dataclass(frozen=True)
class Consequence:
    """Which certificate ends and from when to when a new one holds, both inclusive; None where there is none.

    ``problem`` says in a sentence why the new version cannot be made at all, ``of_day`` that the day is to blame.
    """

    ends: Certification | None = None
    begins: date | None = None
    until: date | None = None
    problem: str = ""
    of_day: bool = False


def consequence(result: Result, *, grade: str, on: date, today: date) -> Consequence:
    """Return what it does from the day ``on`` that ``result`` gets a new version with ``grade``."""
    own = getattr(result, "certification", None)
    first = result.publication.decided_on
    earliest = min(own.valid_from if own else first, today)
    if not earliest <= on <= today:
        return Consequence(problem=f"生效日期须在{day_in_words(earliest)}至今天之间。", of_day=True)
    if own is not None and (now := state_of(own, today)) not in HELD:
        return Consequence(problem=f"原证书 {own.number} {now.label}，这一年度的认定结果不再更正或变更。")
    later = _others(result, own, today).filter(valid_from__gt=on).first()
    is_certified = grade in result.publication.round.terms.certified
    if later is not None and (own is not None or is_certified):
        day = day_in_words(later.valid_from)
        return Consequence(problem=f"该平台另有{day}起生效的证书 {later.number}，请对该证书办理。")
    if own is not None and not is_certified:
        return Consequence(ends=own)
    if own is not None:
        begins, until = max(on, own.valid_from), own.valid_until
    elif is_certified:
        begins, until = on, valid_until(first, result.publication.round.terms.validity_years)
    else:
        return Consequence()
    if begins >= until:
        return Consequence(problem=f"有效期至{day_in_words(until)}，生效日期须在此之前。", of_day=True)
    return Consequence(own or _others(result, own, today).first(), begins, until)


def _others(result: Result, own: Certification | None, today: date) -> QuerySet[Certification]:
    """Return what else the platform holds today or will."""
    rows = held_by(result.platform_id, today)
    return rows if own is None else rows.exclude(pk=own.pk)
