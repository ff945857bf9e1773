"""One thing that became public, in the stream of all of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """What became public at the moment ``at``, and where it stands.

    ``key`` is unique and never changes, ``kind`` is a word for readers, ``url`` a path of this site, ``summary`` one
    or two plain sentences or nothing.
    """

    key: str
    kind: str
    title: str
    url: str
    at: datetime
    summary: str = ""


#: What apps above add: return the latest of theirs, as many as asked for.
SOURCES: list[Callable[[int], Iterable[Entry]]] = []


def latest_of(found: Iterable[Entry], most: int) -> list[Entry]:
    """Return the ``most`` latest of ``found``, the latest first; what came at one moment by its key."""
    return sorted(sorted(found, key=lambda entry: entry.key), key=lambda entry: entry.at, reverse=True)[:most]
