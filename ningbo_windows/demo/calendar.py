"""Days and hours of the invented rounds; all of them in Ningbo, in office hours, and never in the future."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ningbo_windows.demo.drawing import Draw

NINGBO = ZoneInfo("Asia/Shanghai")
#: The accounts and lists of the demo are set up on this day.
SET_UP_ON = date(2020, 3, 2)
#: The rounds of the demo need these years for themselves.
EARLIEST_TODAY = date(2026, 1, 1)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of ``day`` in Ningbo."""
    return datetime.combine(day, time(hour, minute), NINGBO)


@dataclass(frozen=True)
class Dates:
    """The days of one round: filing opened, reports due, filing closed, evaluation started, results decided."""

    year: int
    opened: date
    due: date
    closed: date
    evaluated: date
    decided: date

    def phases(self) -> tuple[tuple[int, date, date], ...]:
        """Return number, first and last day of the four phases of section four."""
        day = timedelta(days=1)
        linked = self.due + (self.evaluated - self.due) * 3 // 10
        return (
            (1, self.opened, self.due),
            (2, self.due + day, linked),
            (3, linked + day, self.evaluated - day),
            (4, self.evaluated, self.decided),
        )


#: 四: 3月中旬起, 4月17日前报市经信局; 认定于2020年9月28日.
FIRST = Dates(2020, date(2020, 3, 18), date(2020, 4, 17), date(2020, 4, 30), date(2020, 7, 27), date(2020, 9, 28))


def small(today: date) -> Dates:
    """Return the days of a round whose certificates expire 45 days after ``today``."""
    last = today + timedelta(days=45)
    decided = date(last.year - 3, last.month, min(last.day, 28)) + timedelta(days=1)
    before = [decided - timedelta(days=days) for days in (190, 160, 150, 60)]
    return Dates(today.year - 3, before[0], before[1], before[2], before[3], decided)


def last(today: date) -> Dates:
    """Return the days of the latest finished round, two years ago; its certificates hold all through this year."""
    year = today.year - 2
    return Dates(year, date(year, 3, 15), date(year, 4, 17), date(year, 4, 30), date(year, 7, 22), date(year, 9, 26))


def announced(today: date) -> Dates:
    """Return the days of a round of which the list is public on ``today``, and which is decided in three weeks."""
    before = [today - timedelta(days=days) for days in (300, 270, 255, 80)]
    return Dates(today.year - 4, before[0], before[1], before[2], before[3], today + timedelta(days=21))


def judging(today: date) -> Dates:
    """Return the days of a round that is evaluated on ``today``: three weeks into its fourth phase."""
    before = [today - timedelta(days=days) for days in (250, 220, 205, 21)]
    return Dates(today.year - 1, before[0], before[1], before[2], before[3], today + timedelta(days=40))


def current(today: date) -> Dates:
    """Return the days of a round that is in its first phase on ``today``, ten days before the reports are due."""
    opened, due = today - timedelta(days=20), today + timedelta(days=10)
    after = [due + timedelta(days=days) for days in (5, 100, 165)]
    return Dates(today.year, opened, due, after[0], after[1], after[2])


def coming(today: date) -> Dates:
    """Return the days of the next round, which is in preparation on ``today``."""
    year = today.year + 1
    return Dates(year, date(year, 3, 15), date(year, 4, 17), date(year, 4, 30), date(year, 7, 22), date(year, 9, 26))


class Clock:
    """A moment that moves on in office hours of working days, never to the day ``until`` or beyond."""

    def __init__(self, draw: Draw, day: date, *, until: date) -> None:
        self._draw, self._until = draw, until
        self.now = at(_working(day)) + timedelta(minutes=draw.between(5, 150))

    def minutes(self, least: int, most: int) -> datetime:
        """Let some minutes pass, over night if the day is out, and return the moment."""
        self.now += timedelta(minutes=self._draw.between(least, most), seconds=self._draw.between(0, 59))
        if self.now.hour >= 17 and self.now.date() + timedelta(days=1) < self._until:
            self.days(1, 1)
        return self.now

    def days(self, least: int, most: int) -> datetime:
        """Let some days pass and return the moment in the course of a working day."""
        day = _working(self.now.date() + timedelta(days=self._draw.between(least, most)))
        if day < self._until:
            self.now = at(day) + timedelta(minutes=self._draw.between(5, 440))
        else:
            self.now += timedelta(minutes=self._draw.between(3, 20))
        return self.now


def _working(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.isoweekday())) + timedelta(days=1) if day.isoweekday() > 5 else day
