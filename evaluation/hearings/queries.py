"""How a hearing stands on a day, what waits in whose hands, and when a decision may be made; nothing here writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from evaluation.hearings.choices import HearingKind
from evaluation.marking.choices import AssessmentStatus
from evaluation.models import Assessment, Hearing, Score
from platforms import deadlines
from platforms.applications.choices import ApplicationStatus
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.models import Application, Platform, User
from platforms.tones import Tone

#: How a hearing stands; they exclude each other.
STATES = {
    "unopened": "待送达",
    "waiting": "待陈述",
    "answered": "待复核",
    "replied": "已复核",
    "waived": "放弃陈述",
    "lapsed": "逾期未陈述",
    "ended": "事项已终结",
}
TONES: Mapping[str, Tone] = {
    "unopened": "wait", "waiting": "wait", "answered": "info", "replied": "good", "waived": "neutral",
    "lapsed": "neutral", "ended": "neutral",
}  # fmt: skip
#: In these states the operator can still answer.
OPEN = ("unopened", "waiting")
CITY_ONLY = "city"
#: Under which of these conditions the matter itself came to its end; rooms above add theirs.
ENDED: list[Q] = [Q(assessment__status=AssessmentStatus.PUBLISHED)]


@dataclass(frozen=True)
class Choice:
    """What the list is narrowed to."""

    state: str = ""
    kind: str = ""
    region: str = ""
    q: str = ""


def ended() -> Q:
    """Return the condition that the matter is decided or dropped: nothing more is said about it."""
    found = Q(pk__in=())
    for each in ENDED:
        found |= each
    return found


def is_ended(hearing: Hearing) -> bool:
    """Say whether the matter of ``hearing`` is decided or dropped."""
    return Hearing.objects.filter(ended(), pk=hearing.pk).exists()


def state_in(
    *, waived: bool, replied: bool, answered: bool, opened: bool, answer_by: date, ended: bool, on: date
) -> str:
    """Return how a hearing stands on the day ``on``, a key of :data:`STATES`.

    What was waived or replied stays so after the decision; what was neither is ended with the matter.
    """
    if waived:
        return "waived"
    if replied:
        return "replied"
    if deadlines.is_late(answer_by, on) and not answered:
        return "lapsed"
    if ended:
        return "ended"
    if answered:
        return "answered"
    return "waiting" if opened else "unopened"


def state_of(hearing: Hearing, on: date) -> str:
    """Return the state of ``hearing`` on the day ``on``, as :func:`state_in` says it."""
    return state_in(
        waived=hearing.waived, replied=hearing.replied_at is not None, answered=hearing.answered_at is not None,
        opened=hearing.opened_at is not None, answer_by=hearing.answer_by,
        ended=is_ended(hearing), on=on,
    )  # fmt: skip


def condition(state: str, on: date) -> Q:
    """Return the condition of a state of :data:`STATES` on the day ``on``, as :func:`state_in` says it."""
    silent = Q(answered_at__isnull=True)
    late = Q(**deadlines.past("answer_by", on))
    said = Q(answered_at__isnull=False, waived=False, replied_at__isnull=True)
    gone = Q(pk__in=Hearing.objects.filter(ended()).values("pk"))
    return {
        "unopened": silent & ~late & ~gone & Q(opened_at__isnull=True),
        "waiting": silent & ~late & ~gone & Q(opened_at__isnull=False),
        "answered": said & ~gone,
        "replied": Q(replied_at__isnull=False),
        "waived": Q(waived=True),
        "lapsed": silent & late,
        "ended": gone & ((silent & ~late) | said),
    }[state]


def over(hearing: Hearing, on: date) -> bool:
    """Say whether a decision may be made on the day ``on``: answered and replied, waived, or not answered in time."""
    if hearing.answered_at is None:
        return deadlines.is_late(hearing.answer_by, on)
    return hearing.waived or hearing.replied_at is not None


def why_not_over(hearing: Hearing, on: date) -> str:
    """Return in a sentence what is missing before a decision on the day ``on``, or nothing."""
    if over(hearing, on):
        return ""
    if hearing.answered_at is not None:
        return f"运营单位对告知书 {hearing.number} 提出的陈述申辩尚未复核，复核后才能决定。"
    until = day_in_words(hearing.answer_by)
    return f"告知书 {hearing.number} 的陈述期限到{until}为止，运营单位尚未陈述申辩，期满后才能决定。"


def contact_of(platform: Platform) -> Application | None:
    """Return the application whose contact is told: the latest that was accepted; None for what was taken over."""
    rows: QuerySet[Application] = Application.objects.filter(platform=platform, status=ApplicationStatus.ACCEPTED)
    return rows.select_related("round").order_by("-round__year", "-pk").first()


def visible(user: User) -> QuerySet[Hearing]:
    """Return the hearings that ``user`` sees, with what their pages need."""
    rows: QuerySet[Hearing] = Hearing.objects.visible_to(user)
    return rows.select_related(
        "platform__region", "assessment__application__round", "sent_by", "replied_by", "entered_by"
    )


def found(user: User, choice: Choice) -> QuerySet[Hearing]:
    """Return what ``user`` sees of ``choice`` before its state narrows."""
    rows = Hearing.objects.visible_to(user)
    if choice.kind:
        rows = rows.filter(kind=choice.kind)
    if choice.region:
        city = choice.region == CITY_ONLY
        rows = rows.filter(
            **({"platform__region__isnull": True} if city else {"platform__region__code": choice.region})
        )
    if choice.q:
        rows = rows.filter(
            Q(platform__name__icontains=choice.q) | Q(recipient__icontains=choice.q) | Q(number__icontains=choice.q)
        )
    return rows


def listed(user: User, choice: Choice, on: date) -> QuerySet[Any]:
    """Return the rows of the list, the latest first."""
    rows = found(user, choice)
    if choice.state:
        rows = rows.filter(condition(choice.state, on))
    gone = Exists(Hearing.objects.filter(ended(), pk=OuterRef("pk")))
    return rows.annotate(ended=gone).order_by("-sent_at", "-pk")


def tally(user: User, choice: Choice, on: date) -> dict[str, int]:
    """Count by state in one question."""
    # Some states are called like a field.
    counts = {f"in_{state}": Count("pk", filter=condition(state, on)) for state in STATES}
    told = found(user, choice).order_by().aggregate(**counts)
    return {state: told[f"in_{state}"] for state in STATES}


def regions_of(user: User) -> list[tuple[str, str, int]]:
    """Return code, name and count of the regions that have hearings for ``user``, the city's own last."""
    rows = Hearing.objects.visible_to(user).order_by()
    counts = rows.values_list("platform__region__code", "platform__region__name").annotate(count=Count("pk"))
    counts = counts.order_by("platform__region__code")
    made = [(code, name, count) for code, name, count in counts if code]
    return made + [(CITY_ONLY, "市级", count) for code, _, count in counts if not code]


def mine(user: User) -> QuerySet[Hearing]:
    """Return the hearings that ``user`` passes on: the county's, the city's for key industries."""
    return visible(user).filter(platform__region__isnull=user.role == Role.CITY)


def to_pass_on(user: User, on: date) -> QuerySet[Hearing]:
    """Return those of ``user``'s own that the operator has not opened yet and can still answer."""
    return mine(user).filter(condition("unopened", on))


def soon_over(user: User, on: date) -> QuerySet[Hearing]:
    """Return those of ``user``'s own that were opened, not answered, and end within a few days."""
    until = on + timedelta(days=deadlines.SOON_DAYS)
    return mine(user).filter(condition("waiting", on), answer_by__lte=until)


def to_reply(user: User, on: date) -> QuerySet[Hearing]:
    """Return the answers that ``user`` is to look into and reply to."""
    rows = visible(user).filter(condition("answered", on))
    return rows if user.has_perm("evaluation.reply_hearing") else rows.none()


def of_assessment(assessment: int) -> QuerySet[Hearing]:
    """Return the hearings about the grade of an assessment, the latest first; the caller checked the scope."""
    return Hearing.objects.filter(assessment=assessment, kind=HearingKind.GRADE).order_by("-sent_at", "-pk")


def points_of(assessment: Assessment) -> list[Score]:
    """Return what was given for each indicator, in the order of the scheme: the operator reads its own.

    Who gave it is nobody's to know here. Lines that were not scored are left out.
    """
    rows: QuerySet[Score] = Score.objects.filter(assessment=assessment).select_related("indicator__scheme__notice")
    scored = Q(points__isnull=False) | Q(passed__isnull=False)
    return list(rows.filter(scored).order_by("indicator__order"))
