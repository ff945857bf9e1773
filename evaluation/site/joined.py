"""What apps above and rooms of this one add to the public site.

That is files and tables of the open data, pages of the sitemap, and pages that are kept.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class OpenFile:
    """One file that everybody may take: what it is called, where it lies, what is in it."""

    label: str
    url: str
    says: str


@dataclass(frozen=True)
class OpenTable:
    """One table with the name and address of its file in each format."""

    title: str
    says: str
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class OpenFiles:
    """Files and tables of one subject on the page of open data; ``key`` is the mark of its heading in the address."""

    key: str
    title: str
    says: str
    files: tuple[OpenFile, ...] = ()
    tables: tuple[OpenTable, ...] = ()


@dataclass(frozen=True)
class Described:
    """One column of a table: ``key`` in JSON, ``label`` in CSV and workbooks, ``kind`` of value, what it says."""

    key: str
    label: str
    kind: str
    says: str


@dataclass(frozen=True)
class Table:
    """One table of the data dictionary; ``addresses`` are those of its files, with what varies in brackets."""

    key: str
    title: str
    says: str
    addresses: tuple[str, ...]
    columns: Sequence[Described]


@dataclass(frozen=True)
class Address:
    """One page of the sitemap and when it last changed, where that is known."""

    path: str
    changed: datetime | None = None


#: Return the files of a subject, without any while nothing is published.
FILES: list[Callable[[], OpenFiles]] = []
#: Return the tables whose columns the data dictionary explains.
TABLES: list[Callable[[], Iterable[Table]]] = []
#: Return the public pages, by their address alone where it is not known when they changed.
PAGES: list[Callable[[], Iterable[str | Address]]] = []
#: By the first part of the address: what the pages below it are made of, as ``queries.published.edition`` says it.
EDITIONS: dict[str, Callable[[], Hashable]] = {}
