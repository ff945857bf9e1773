"""Links to operating units as a county looks after them: which wait, for whom, until when."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from platforms.applications.choices import ApplicationStatus
from platforms.choices import Role
from platforms.models import FillLink, Round, User
from platforms.tones import Tone

EDITABLE = (ApplicationStatus.DRAFT, ApplicationStatus.RETURNED)
#: An open link that ends within so many days is worth a call.
SOON_DAYS = 3


@dataclass(frozen=True)
class State:
    """One state of a link: its ``key`` in an address, the word for it and its tone."""

    key: str
    label: str
    tone: Tone


UNOPENED = State("unopened", "未打开", "wait")
FILLING = State("filling", "填写中", "info")
HANDED_OVER = State("handed", "已交回", "good")
EXPIRED = State("expired", "已到期", "bad")
ENDED = State("ended", "已作废", "neutral")
#: The form was submitted or withdrawn while the link was out.
CLOSED = State("closed", "表已提交", "neutral")
STATES = (UNOPENED, FILLING, HANDED_OVER, EXPIRED, CLOSED, ENDED)


def state_of(link: FillLink, at: datetime) -> State:
    """Return how ``link`` stands at ``at``; its application must be there or is fetched."""
    if link.revoked_at:
        return ENDED
    if link.handed_over_at:
        return HANDED_OVER
    if link.application.status not in EDITABLE:
        return CLOSED
    if link.expires_at <= at:
        return EXPIRED
    return FILLING if link.opened_at else UNOPENED


def _where(at: datetime) -> dict[str, Q]:
    """Return the condition of each state; they exclude each other, and every link meets one."""
    alive = Q(revoked_at__isnull=True, handed_over_at__isnull=True)
    editable = Q(application__status__in=EDITABLE)
    usable = alive & editable & Q(expires_at__gt=at)
    return {
        UNOPENED.key: usable & Q(opened_at__isnull=True),
        FILLING.key: usable & Q(opened_at__isnull=False),
        HANDED_OVER.key: Q(revoked_at__isnull=True, handed_over_at__isnull=False),
        EXPIRED.key: alive & editable & Q(expires_at__lte=at),
        CLOSED.key: alive & ~editable,
        ENDED.key: Q(revoked_at__isnull=False),
    }


def links_of(user: User, round: Round | None) -> QuerySet[FillLink]:
    """Return the links that ``user`` looks after: those to units whose form is its own to file, in ``round``."""
    links = FillLink.objects.visible_to(user).filter(application__round=round).defer("sent_form")
    if user.role == Role.CITY:
        links = links.filter(application__region__isnull=True)
    return links.select_related("application")


def counted(links: QuerySet[FillLink], at: datetime) -> dict[str, int]:
    """Return how many of ``links`` are in each state, with one query."""
    where = _where(at)
    return links.aggregate(**{key: Count("pk", filter=condition) for key, condition in where.items()})


def in_state(links: QuerySet[FillLink], key: str, at: datetime) -> QuerySet[FillLink]:
    """Return ``links`` in the state ``key`` (all where it is no state): open ones first, what ends soonest on top."""
    where = _where(at)
    found = links.filter(where[key]) if key in where else links
    usable = where[UNOPENED.key] | where[FILLING.key]
    rank = Case(When(usable, then=Value(0)), default=Value(1))
    # Open ones by what ends soonest, the others by what was sent last.
    return found.alias(rank=rank, ends=Case(When(usable, then=F("expires_at")))).order_by(
        "rank", "ends", "-created_at", "-pk"
    )
