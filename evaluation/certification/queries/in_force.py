"""What certificates are on a day: the one place that turns dates and ends into a state, for rows and for one."""

from datetime import date, timedelta

from django.conf import settings
from django.db.models import Case, CharField, Q, QuerySet, Value, When

from evaluation.certification.choices import Validity
from evaluation.certification.validity import STATE_OF, state
from evaluation.models import Certification, CertificationEnd

#: In force, whether or not the end is near: what a recognition by city and state may be applied for with (六·(三)).
HOLDING = "holding"


#: What a line is that was not certified; beside the values of ``Validity`` where lines are chosen by their state.
NOT_CERTIFIED = "uncertified"
#: What is read with certificates whose state is shown, so that many cost no more than one.
WITH_END = ("end__successor",)


def holding(on: date, to: str = "") -> Q:
    """Return the condition of a certificate in force on the day ``on``; ``to`` is the way to it, ``certification__``.

    Rows that a way leads from are joined with their certificate, and not looked up in a list of all that are in force.
    """
    ended = Q(**{f"{to}end__isnull": False, f"{to}end__ended_on__lte": on})
    return ~ended & Q(**{f"{to}valid_from__lte": on, f"{to}valid_until__gte": on})


def in_state(rows: QuerySet[Certification], wanted: str, *, on: date) -> QuerySet[Certification]:
    """Return those of ``rows`` for which ``validity.state`` is ``wanted`` on the day ``on``, or :data:`HOLDING`."""
    ended = Q(end__isnull=False, end__ended_on__lte=on)
    last_quiet_day = on + timedelta(days=settings.EXPIRING_DAYS)
    conditions: dict[str, Q] = {
        HOLDING: holding(on),
        Validity.PENDING: ~ended & Q(valid_from__gt=on),
        Validity.EXPIRED: ~ended & Q(valid_from__lte=on, valid_until__lt=on),
        Validity.EXPIRING: ~ended & Q(valid_from__lte=on, valid_until__gte=on, valid_until__lte=last_quiet_day),
        Validity.IN_FORCE: ~ended & Q(valid_from__lte=on, valid_until__gt=last_quiet_day),
        **{validity: ended & Q(end__cause=cause) for cause, validity in STATE_OF.items()},
    }
    condition = conditions.get(wanted)
    return rows.none() if condition is None else rows.filter(condition)


def in_force(on: date) -> QuerySet[Certification]:
    """Return the certificates in force on the day ``on``, at most one of a platform; the end may be near."""
    return in_state(Certification.objects.all(), HOLDING, on=on)


def state_of_lines(on: date) -> Case:
    """Return ``validity.state`` on the day ``on`` for rows of published lines, :data:`NOT_CERTIFIED` for others."""
    last_quiet_day = on + timedelta(days=settings.EXPIRING_DAYS)
    return Case(
        When(certification__isnull=True, then=Value(NOT_CERTIFIED)),
        *(
            When(certification__end__ended_on__lte=on, certification__end__cause=cause, then=Value(str(validity.value)))
            for cause, validity in STATE_OF.items()
        ),
        When(certification__valid_from__gt=on, then=Value(Validity.PENDING.value)),
        When(certification__valid_until__lt=on, then=Value(Validity.EXPIRED.value)),
        When(certification__valid_until__lte=last_quiet_day, then=Value(Validity.EXPIRING.value)),
        default=Value(Validity.IN_FORCE.value),
        output_field=CharField(),
    )


def state_of(certification: Certification, on: date) -> Validity:
    """Return what ``certification`` is on the day ``on``; ``end`` should have been read with it."""
    end = end_of(certification)
    return state(
        valid_from=certification.valid_from,
        valid_until=certification.valid_until,
        ended_on=end.ended_on if end else None,
        cause=end.cause if end else "",
        on=on,
        expiring_days=settings.EXPIRING_DAYS,
    )


def end_of(certification: Certification) -> CertificationEnd | None:
    """Return what ended ``certification`` or will, or nothing."""
    return getattr(certification, "end", None)


def held_by(platform: int, on: date) -> QuerySet[Certification]:
    """Return what ``platform`` holds on the day ``on``: the certificate in force, and one that begins later."""
    ended = Q(end__isnull=False, end__ended_on__lte=on)
    rows: QuerySet[Certification] = Certification.objects.filter(~ended, result__platform=platform, valid_until__gte=on)
    return rows.order_by("valid_from")
