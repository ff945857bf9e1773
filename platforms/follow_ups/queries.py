"""Calls after a service: samples and how far they are, what contradicts the records, and the figures by region."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Avg, Count, F, Q, QuerySet

from platforms.choices import Role
from platforms.follow_ups.choices import FollowUpResult
from platforms.models import FollowUp, FollowUpSample, User
from platforms.scope import regions_of_officer

DIFFERS = Q(existence_differs=True) | Q(fee_differs=True) | Q(satisfaction_differs=True)
REACHED = (FollowUpResult.CONFIRMED, FollowUpResult.NOT_CONFIRMED)
#: Shares and means over fewer enterprises than this tell of single ones, and are told to their own region only.
SMALLEST_CELL = 3
#: What the calls of a sample can be narrowed to.
OPEN, DIFFERENT = "open", "differs"
#: What the short name of a platform is read from.
PLACES = ("town", "park", "region", "former_zone")


@dataclass(frozen=True)
class Figures:
    """What the calls of one region came to; ``share`` (0 to 1) and means are None where nobody said anything."""

    region: int | None
    name: str
    drawn: int
    called: int
    reached: int
    confirmed: int
    enterprises: int
    fees: int
    different: int
    satisfaction: float | None
    recorded: float | None

    @property
    def share(self) -> float | None:
        return self.confirmed / self.reached if self.reached else None

    @property
    def is_small(self) -> bool:
        """Whether the share and the means are over too few enterprises."""
        return self.enterprises < SMALLEST_CELL


def samples_of(user: User) -> QuerySet[FollowUpSample]:
    """Return the samples that ``user`` sees with ``drawn``, ``called`` and ``different``, the latest first."""
    rows: QuerySet[FollowUpSample] = FollowUpSample.objects.visible_to(user)
    different = Count("calls", filter=Q(calls__existence_differs=True) | Q(calls__fee_differs=True)
                      | Q(calls__satisfaction_differs=True))  # fmt: skip
    rows = rows.order_by("-drawn_at", "-pk")
    return rows.annotate(drawn=Count("calls"), called=Count("calls", filter=~Q(calls__result="")), different=different)


def calls_of(sample: FollowUpSample, state: str = "") -> QuerySet[FollowUp]:
    """Return the calls of ``sample`` in order; ``state`` is a result, :data:`OPEN` or :data:`DIFFERENT`."""
    rows: QuerySet[FollowUp] = sample.calls.all()
    if state == OPEN:
        rows = rows.filter(result="")
    elif state == DIFFERENT:
        rows = rows.filter(DIFFERS)
    elif state:
        rows = rows.filter(result=state)
    return rows.order_by("position")


def tally(sample: FollowUpSample) -> dict[str, int]:
    """Count the calls of ``sample`` by result, the open ones and those that contradict the record, in one query."""
    counts = {result: Count("pk", filter=Q(result=result)) for result in FollowUpResult.values}
    return sample.calls.aggregate(
        all=Count("pk"), **counts, **{OPEN: Count("pk", filter=Q(result="")), DIFFERENT: Count("pk", filter=DIFFERS)}
    )


def next_open(sample: FollowUpSample, after: int = 0) -> FollowUp | None:
    """Return the next call of ``sample`` that is still to be made after the position ``after``, else the first one."""
    rows = sample.calls.filter(result="").order_by("position")
    return rows.filter(position__gt=after).first() or rows.first()


def to_ring(sample: FollowUpSample) -> QuerySet[FollowUp]:
    """Return the calls of ``sample`` whose enterprise was not reached yet, those never tried first."""
    rows: QuerySet[FollowUp] = sample.calls.filter(result__in=("", FollowUpResult.NOT_REACHED))
    return rows.select_related("enterprise", *(f"platform__{name}" for name in PLACES)).order_by("result", "position")


def known_phones(sample: FollowUpSample, enterprises: Iterable[int]) -> dict[int, str]:
    """Return, by enterprise, the phone that the side of ``sample`` noted last, in whichever of its samples."""
    rows = FollowUp.objects.filter(sample__region=sample.region_id, enterprise__in=list(enterprises)).exclude(phone="")
    return dict(rows.order_by("called_at", "pk").values_list("enterprise", "phone"))


def to_call(user: User) -> QuerySet[FollowUp]:
    """Return the calls that ``user``'s side has still to make."""
    own = Q(sample__region__in=regions_of_officer(user)) if user.role == Role.COUNTY else Q(sample__region__isnull=True)
    rows: QuerySet[FollowUp] = FollowUp.objects.filter(own, result="")
    return rows if user.has_perm("platforms.change_followup") else rows.none()


def different(user: User, *, platform: str = "", since: date | None = None) -> QuerySet[FollowUp]:
    """Return the calls that contradict the record at the platforms ``user`` sees, the latest first.

    ``platform`` narrows it to one by its code, ``since`` to calls from that day on. A fact for the register of
    grounds: false data (``existence_differs``), a fee under the name of public service (``fee_differs``).
    """
    rows: QuerySet[FollowUp] = FollowUp.objects.visible_to(user).filter(DIFFERS)
    if platform:
        rows = rows.filter(platform__code=platform)
    if since is not None:
        rows = rows.filter(called_at__date__gte=since)
    return rows.order_by("-called_at", "-pk")


def figures_of(user: User, *, from_on: date | None = None, until_on: date | None = None) -> list[Figures]:
    """Return the figures of each region that ``user`` sees, by services from ``from_on`` until ``until_on``.

    In one query; each enterprise counts once a region.
    """
    rows = FollowUp.objects.visible_to(user)
    if from_on is not None:
        rows = rows.filter(served_on__gte=from_on)
    if until_on is not None:
        rows = rows.filter(served_on__lte=until_on)
    said = Q(satisfaction__isnull=False)
    found = (
        rows.order_by()
        .values("platform__region", name=F("platform__region__name"), code=F("platform__region__code"))
        .annotate(
            drawn=Count("pk"),
            called=Count("pk", filter=~Q(result="")),
            reached=Count("pk", filter=Q(result__in=REACHED)),
            confirmed=Count("pk", filter=Q(result=FollowUpResult.CONFIRMED)),
            enterprises=Count("enterprise", distinct=True, filter=Q(result__in=REACHED)),
            fees=Count("pk", filter=Q(fee_differs=True)),
            different=Count("pk", filter=DIFFERS),
            mean=Avg("satisfaction"),
            recorded=Avg("recorded_satisfaction", filter=said),
        )
        .order_by("code")
    )
    return [
        Figures(
            region=row["platform__region"], name=row["name"] or "市级重点行业", drawn=row["drawn"],
            called=row["called"], reached=row["reached"], confirmed=row["confirmed"], enterprises=row["enterprises"],
            fees=row["fees"], different=row["different"], satisfaction=row["mean"], recorded=row["recorded"],
        )
        for row in found
    ]  # fmt: skip


def may_see_phone(sample: FollowUpSample, user: User) -> bool:
    """Say whether the phones noted in ``sample`` are shown to ``user`` in full: to the side that drew it."""
    return may_call(sample, user)


def may_call(sample: FollowUpSample, by: User) -> bool:
    """Say whether ``by`` makes the calls of ``sample``: the side that drew it."""
    own = by.acts_for(sample.region_id) if by.role == Role.COUNTY else sample.region_id is None
    return own and by.role in (Role.COUNTY, Role.CITY) and by.has_perm("platforms.change_followup")
