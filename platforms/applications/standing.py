"""When a platform stands under a certificate (五: 认定有效期3年), and what it came to when it does not; pure.

A period begins on ``starts_on`` and runs through ``ends_on``. ``ended_on`` is the first day on which it stands no
longer, where something ended it before its time; on that day and after it the platform does not stand.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from platforms.applications.choices import EndedWhy

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """One certificate's time; ``why`` is an :class:`EndedWhy` value, empty while nothing ended it."""

    starts_on: date
    ends_on: date
    ended_on: date | None = None
    why: str = ""

    @property
    def over_on(self) -> date:
        """The first day on which it stands no longer."""
        expired = self.ends_on + DAY
        return expired if self.ended_on is None else min(self.ended_on, expired)

    def stands(self, on: date) -> bool:
        """Say whether it stands on the day ``on``."""
        return self.starts_on <= on < self.over_on

    @property
    def came_to(self) -> str:
        """What ended it, or will: an :class:`EndedWhy` value; its last day where nothing else did."""
        return self.why if self.ended_on == self.over_on and self.why else EndedWhy.EXPIRED.value


@dataclass(frozen=True)
class Past:
    """How the last standing ended (an :class:`EndedWhy` value), and the first day without it."""

    why: str
    since: date


def last_of(periods: Iterable[Period], on: date) -> Past | None:
    """Return how the latest of ``periods`` ended by the day ``on``; None where one still stands or none ever did.

    A standing that was taken away before its first day counts as ended on the day of the decision.
    """
    known = list(periods)
    if any(each.stands(on) for each in known):
        return None
    over = [each for each in known if each.over_on <= on]
    if not over:
        return None
    latest = max(over, key=lambda each: (each.over_on, each.starts_on))
    return Past(latest.came_to, latest.over_on)


def may_apply_from(past: Past, banned_until: Collection[date]) -> date:
    """Return the first day on which an application is possible: after the last ban, else from the end on (五).

    ``banned_until`` holds the last days of the bans in force on the place.
    """
    return max(banned_until) + DAY if banned_until else past.since


@dataclass(frozen=True)
class Trial:
    """A candidacy: accepted on ``since``, over on ``until`` (the publication of its round), None while it runs."""

    since: date
    until: date | None = None

    def runs(self, on: date) -> bool:
        """Say whether the platform is a candidate on the day ``on``."""
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True)
class Operation:
    """When a platform is at work: accepted in a round not yet published, or standing under a certificate.

    ``known_on`` of each period is the day on which its certificate was made public: between that day and a first day
    further on, the platform stays at work. ``first_on`` is the day of its first acceptance.
    """

    first_on: date
    trials: tuple[Trial, ...] = ()
    periods: tuple[tuple[date, Period], ...] = ()

    def on(self, day: date) -> bool:
        """Say whether the platform is in operation on ``day``."""
        return any(each.runs(day) for each in self.trials) or any(
            min(known, each.starts_on) <= day < each.over_on for known, each in self.periods
        )

    def may_have_served(self, day: date) -> bool:
        """Say whether a service of ``day`` may be recorded: in operation, or before anything was decided on it.

        四·(二) lets units record data from the second phase on, in which applications are still being accepted.
        """
        return day < self.first_on or self.on(day)
