"""Which bans are in force (五: 若干年内不受理认定申报), with what two people of the city lifted or released.

Every door asks here: the check before a form, a submission, an acceptance, an import, the list of places.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from platforms.applications.ban_reach import StandingBan, met
from platforms.applications.choices import ReliefKind, ReliefStatus
from platforms.applications.eligibility import BanFacts, ban_sentence
from platforms.models import Ban, BanRelief, Platform, User
from platforms.tones import Tone

RELEASED_PLACE = "地点已放开，可由其他运营单位申报；原运营单位仍在限制申报期内。"
#: How a ban stands on a day: key → word.
COMING, STANDING, RELEASED, LIFTED, OVER = "coming", "standing", "released", "lifted", "over"
STATES = {COMING: "尚未开始", STANDING: "限制中", RELEASED: "地点已放开", LIFTED: "已解除", OVER: "已到期"}
STATE_TONES: Mapping[str, Tone] = {
    COMING: "wait",
    STANDING: "bad",
    RELEASED: "wait",
    LIFTED: "good",
    OVER: "neutral",
}


def bans_on(*, operator_codes: Collection[str], site_keys: Collection[str], on: date) -> list[StandingBan]:
    """Return the bans on any of the operators or places that are in force on the day ``on``; first and last day count.

    Empty codes and keys meet none. A ban that was lifted is none from the day of the lifting on.
    """
    named = Q(pk__in=())
    if codes := set(operator_codes) - {""}:
        named |= Q(operator_code__in=codes)
    if keys := set(site_keys) - {""}:
        named |= Q(site_key__in=keys)
    rows = Ban.objects.filter(named, starts_on__lte=on, ends_on__gte=on).exclude(_granted(ReliefKind.LIFT, on))
    return [
        StandingBan(row.operator_code, row.site_key, row.site_label, row.ends_on, row.is_released)
        for row in rows.annotate(is_released=_granted(ReliefKind.RELEASE, on))
    ]


def active_bans(*, operator_code: str, site_key: str, on: date, site_name: str = "") -> tuple[BanFacts, ...]:
    """Return what keeps this operator or this place out on the day ``on``; an empty code or key meets no ban."""
    found = bans_on(operator_codes={operator_code}, site_keys={site_key}, on=on)
    return met(found, operator_code=operator_code, site_key=site_key, site_name=site_name)


def barred_places(site_keys: Collection[str], *, on: date) -> dict[str, str]:
    """Return, for each of the places that nobody may apply for on ``on``, the sentence that says so."""
    return _barred(bans_on(operator_codes=(), site_keys=site_keys, on=on))


def notes_of(found: Sequence[StandingBan]) -> dict[str, str]:
    """Return what is to be told of the places of ``found``, which come from :func:`bans_on`."""
    released = {ban.site_key: RELEASED_PLACE for ban in found if ban.is_released}
    return released | _barred(found)


def with_state(rows: QuerySet[Ban], *, on: date) -> QuerySet[Ban]:
    """Return ``rows`` with what was granted by the day ``on``: ``is_lifted`` and ``is_released``."""
    return rows.annotate(is_lifted=_granted(ReliefKind.LIFT, on), is_released=_granted(ReliefKind.RELEASE, on))


def state_of(ban: Ban, *, on: date) -> str:
    """Return how ``ban``, which comes from :func:`with_state`, stands on the day ``on``: a key of ``STATES``."""
    if getattr(ban, "is_lifted", False):
        return LIFTED
    if ban.ends_on < on:
        return OVER
    if ban.starts_on > on:
        return COMING
    return RELEASED if getattr(ban, "is_released", False) else STANDING


def of_platform(platform: Platform, *, on: date) -> Iterable[Ban]:
    """Return the bans on the operator or the place of ``platform``, with their state, the latest first."""
    named = Q(site_key=platform.site_key) & ~Q(site_key="")
    named |= Q(operator_code=platform.operator_code) & ~Q(operator_code="")
    return with_state(Ban.objects.filter(named), on=on).order_by("-starts_on", "-pk")


def waiting_for(user: User) -> QuerySet[BanRelief]:
    """Return the proposals that wait for ``user`` to decide: those of somebody else."""
    rows: QuerySet[BanRelief] = BanRelief.objects.visible_to(user)
    if not user.has_perm("platforms.decide_banrelief"):
        return rows.none()
    return rows.filter(status=ReliefStatus.PROPOSED).exclude(proposed_by=user)


def _barred(found: Iterable[StandingBan]) -> dict[str, str]:
    return {
        ban.site_key: ban_sentence(ban.facts(operator_code="", site_name=""))
        for ban in sorted(found, key=lambda ban: ban.ends_on)
        if ban.bars_place(ban.site_key)
    }


def _granted(kind: ReliefKind, on: date) -> Exists:
    rows = BanRelief.objects.filter(ban=OuterRef("pk"), kind=kind, status=ReliefStatus.GRANTED, effective_on__lte=on)
    return Exists(rows)
