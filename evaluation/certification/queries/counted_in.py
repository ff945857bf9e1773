"""Where apps above count a published result, as its page shows it."""

from collections.abc import Callable
from dataclasses import dataclass

from evaluation.models import Result
from platforms.models import User


@dataclass(frozen=True)
class CountedIn:
    """One place that counts a result: the number of what counts it, as what it counts there, and its page."""

    number: str
    words: str
    url: str


#: Each answers with the places that the person may open.
SOURCES: list[Callable[[Result, User], list[CountedIn]]] = []


def counted_in(result: Result, user: User) -> list[CountedIn]:
    """Return every place that counts ``result`` and that ``user`` may open."""
    return [place for source in SOURCES for place in source(result, user)]
