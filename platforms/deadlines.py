"""Days left and days late, how they are said, and on which of them people are reminded.

Late is what came, or is still missing, after its due day: :func:`is_late` and, in a question to the database,
:func:`past` say so and nothing else does. The due day is the one that holds now (a date that was moved counts as
moved), the day is the day in Ningbo, and no status has a say: a round that is closed early makes nobody late.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from platforms.dates import NINGBO, day_in_words
from platforms.tones import Tone

#: What is due, as reminders know it; closed: a kind without a line here reminds nobody.
REPORT, CORRECTION, TASK = "report", "correction", "task"
RECTIFICATION, ACTIVITY, RETURN, FUND_USE = "rectification", "activity", "return", "fund_use"
#: Days left on which people are reminded of each kind: before, on the day, and after.
DISTANCES = {
    REPORT: (7, 3, 1, 0, -1, -7),
    CORRECTION: (7, 3, 1, 0, -1, -7),
    TASK: (7, 3, 1, 0, -1, -7),
    RECTIFICATION: (7, 3, 1, 0, -1, -7),
    ACTIVITY: (3, 1, 0, -1, -7),
    RETURN: (7, 3, 1, 0, -1, -7),
    FUND_USE: (30, 7, 3, 1, 0, -1, -7),
}
#: Working days for a complaint from the day it came in until it is decided: no clause of the notice names any, so the
#: rule of the city's own hotlines is kept. Counted by ``working_days``.
COMPLAINT_WORKING_DAYS = 15
#: What may not end within so many days is not urgent yet.
SOON_DAYS = 3


@dataclass(frozen=True)
class Standing:
    """How something stands on a day: ``key`` for filters and styles, ``word`` and ``detail`` for people, ``tone``."""

    key: str
    word: str
    detail: str
    tone: Tone

    @property
    def text(self) -> str:
        """Word and detail in one: 待办 还有 3 天."""
        return f"{self.word} {self.detail}".strip()


def day_of(at: datetime) -> date:
    """Return the day that it is in Ningbo at the moment ``at``, which knows its zone."""
    return at.astimezone(NINGBO).date()


def is_late(due: date | None, on: date) -> bool:
    """Say whether what is due on ``due`` is late on ``on``; the due day itself is in time, no day is never late."""
    return due is not None and on > due


def came_late(due: date | None, at: datetime) -> bool:
    """Say whether what was due on ``due`` and came at the moment ``at`` came late."""
    return is_late(due, day_of(at))


def past(field: str, on: date) -> dict[str, date]:
    """Return the lookup of rows whose ``field`` is a due day that is over on ``on``, as :func:`is_late` says it."""
    return {f"{field}__lt": on}


def days_left(due: date, on: date) -> int:
    """Return the whole days from ``on`` to ``due``; negative when it is over."""
    return (due - on).days


def in_words(days: int) -> str:
    """Return how many ``days`` are left as people say it."""
    return f"还有 {days} 天" if days > 0 else "今天到期" if days == 0 else f"已逾期 {-days} 天"


def waited(days: int) -> str:
    """Return how long something waits, in whole ``days`` since it came."""
    return f"等待 {days} 天" if days > 0 else "今天收到"


def standing(*, due: date, on: date, done_on: date | None = None, blocked: bool = False) -> Standing:
    """Return how a task stands on the day ``on``; being blocked does not stop the clock."""
    if done_on is not None:
        return Standing("done", "已完成", f"{done_on.month}月{done_on.day}日", "good")
    left = days_left(due, on)
    if blocked:
        return Standing("blocked", "受阻", in_words(left), "bad")
    if is_late(due, on):
        return Standing("late", f"已逾期 {-left} 天", "", "bad")
    return Standing("open", "待办", in_words(left), "wait" if left <= SOON_DAYS else "neutral")


def due_days(kind: str, on: date) -> Iterator[date]:
    """Yield the due days of things of ``kind`` that people are reminded of on the day ``on``."""
    yield from (on + timedelta(days=distance) for distance in DISTANCES[kind])


def label(due: date, on: date) -> str:
    """Return a due day and how it stands: 还有 3 天（2026年4月17日）."""
    return f"{in_words(days_left(due, on))}（{day_in_words(due)}）"
