"""The life of one platform: what every room holds about it, as sections of its page.

A room, and an app above, adds a :class:`Section` to :data:`SECTIONS`. All sections together cost one question: each
brings its rows in the same few columns (:func:`lines`), and the database puts them one behind the other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, DateField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast

from platforms.models import Platform, User

#: The columns of a row beside its section, in order: see :class:`Line`.
_TEXTS, _DAYS = ("code", "text", "state", "more"), ("day", "until")


@dataclass(frozen=True)
class Line:
    """One row of a section: its key, what it is called, and what its section reads out of four texts and two days."""

    key: int
    code: str = ""
    text: str = ""
    state: str = ""
    more: str = ""
    day: date | None = None
    until: date | None = None


#: ``label`` and ``url`` of a list that holds the rows of a section.
Link = dict[str, str]


@dataclass(frozen=True)
class Section:
    """What one kind of rows says about a platform.

    ``key`` is its anchor, ``place`` where it stands on the page. Who lacks ``permission`` has no such section;
    ``rows`` gives what the person may see of the platform, made by :func:`lines`. ``cells`` turns a line into cells of
    ``components/table.html`` on a day, ``url`` into its address, ``more`` says which lists hold exactly these lines.
    """

    key: str
    place: int
    title: str
    permission: str
    rows: Callable[[User, Platform], QuerySet[Any]]
    columns: tuple[str, ...]
    cells: Callable[[Line, date], list[Any]]
    none: str
    url: Callable[[Line], str] = lambda _line: ""
    more: Callable[[Platform, Sequence[Line]], list[Link]] = lambda _platform, _lines: []


SECTIONS: list[Section] = []


def lines(rows: QuerySet[Any], key: str, **columns: Any) -> QuerySet[Any]:
    """Return ``rows`` as lines of the section ``key``: ``columns`` are fields or expressions by the names of a line."""

    def of(name: str, kind: type[TextField] | type[DateField]) -> Cast:
        given = columns.get(name)
        return Cast(F(given) if isinstance(given, str) else Value(None) if given is None else given, kind())

    asked = {
        "life_section": Cast(Value(key), TextField()),
        "life_key": Cast(F("pk"), BigIntegerField()),
        **{f"life_{name}": of(name, TextField) for name in _TEXTS},
        **{f"life_{name}": of(name, DateField) for name in _DAYS},
    }
    found: QuerySet[Any] = rows.order_by().annotate(**asked).values_list(*asked)
    return found


def sections_of(user: User) -> list[Section]:
    """Return the sections that ``user`` has, in their order."""
    return sorted((each for each in SECTIONS if user.has_perm(each.permission)), key=lambda each: each.place)


def life_of(platform: Platform, user: User) -> dict[str, list[Line]]:
    """Return, by the key of its section, what ``user`` may see of ``platform``, the latest day first. One question."""
    asked = sections_of(user)
    found: dict[str, list[Line]] = {each.key: [] for each in asked}
    if not asked:
        return found
    first, *rest = (each.rows(user, platform) for each in asked)
    for section, key, code, text, state, more, day, until in first.union(*rest, all=True):
        found[section].append(Line(key, code or "", text or "", state or "", more or "", day, until))
    for each in found.values():
        each.sort(key=lambda line: (line.day or date.min, line.key), reverse=True)
    return found
