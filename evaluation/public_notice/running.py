"""How a public notice stands on a day, from its dates; pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from platforms.dates import day_in_words
from platforms.tones import Tone


class State(StrEnum):
    """What the public reads of an opened notice."""

    COMING = "未开始"
    RUNNING = "公示中"
    OVER = "公示期满"
    STOPPED = "已终止"


TONES: dict[State, Tone] = {
    State.COMING: "info",
    State.RUNNING: "good",
    State.OVER: "neutral",
    State.STOPPED: "bad",
}


@dataclass(frozen=True)
class Period:
    """The first and the last day, both inclusive; ``stopped`` says that it was ended by an act."""

    first: date
    last: date
    stopped: bool = False

    def state(self, on: date) -> State:
        """Return how the notice stands on the day ``on``."""
        if self.stopped:
            return State.STOPPED
        if on < self.first:
            return State.COMING
        return State.RUNNING if on <= self.last else State.OVER

    @property
    def in_words(self) -> str:
        """The period as a document says it: 2026年9月10日至2026年9月16日."""
        return f"{day_in_words(self.first)}至{day_in_words(self.last)}"


def counted(working_days: int, *, first_counts: bool) -> str:
    """Return how the days were counted: 5个工作日，首日计入."""
    return f"{working_days}个工作日，首日{'计入' if first_counts else '不计入'}"
