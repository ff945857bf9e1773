"""What a withdrawal comes after, so that it is told before it is made and kept with it.

A part adds its own by a function that takes the application and returns a :class:`Late`, or None, and a line in
:data:`SOURCES`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from platforms.models import Application


@dataclass(frozen=True)
class Late:
    """``told`` is the sentence for who withdraws, ``kept`` what the log says of the withdrawal."""

    told: str
    kept: str


SOURCES: list[Callable[[Application], Late | None]] = []


def comes_after(application: Application) -> list[Late]:
    """Return what a withdrawal of ``application`` would come after, as things stand."""
    return [found for source in SOURCES if (found := source(application)) is not None]
