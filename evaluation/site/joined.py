"""What apps above and rooms of this one add to the public site.

That is files on the page of open data, pages of the sitemap, and pages that are kept.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class OpenFile:
    """One file that everybody may take: what it is called, where it lies, what is in it."""

    label: str
    url: str
    says: str


@dataclass(frozen=True)
class OpenFiles:
    """Files of one subject on the page of open data; ``key`` is the mark of its heading in the address."""

    key: str
    title: str
    says: str
    files: tuple[OpenFile, ...]


#: Return the files of a subject, without any while nothing is published.
FILES: list[Callable[[], OpenFiles]] = []
#: Return the addresses of public pages.
PAGES: list[Callable[[], Iterable[str]]] = []
#: By the first part of the address: what the pages below it are made of, as ``queries.published.edition`` says it.
EDITIONS: dict[str, Callable[[], Hashable]] = {}
