"""A list that is declared once: shown as a page, narrowed by its address, sent as Excel or CSV.

A subclass of :class:`ListPage` names its filters and its columns as data and says which rows there are. Page and file
read the same rows, as plain values and never as models. All state of a list stands in its address.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Choices, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from platforms import names
from platforms.choices import Role
from platforms.excel.columns import on_the_clock
from platforms.excel.list_file import Row, safe
from platforms.models import User
from platforms.moments import moment
from platforms.pages.sending import send_list
from platforms.pages.short_names import short_cell
from platforms.waiting import PARAMETER, Narrowed, narrowed_to

#: A :class:`Value` that reads this gets the day on which the list is read.
TODAY = "today"
KINDS = ("xlsx", "csv")
#: So many rows of a file are read at once.
CHUNK = 2_000
Words = Mapping[str, str]


@dataclass(frozen=True)
class Value:
    """What one cell shows: ``make`` gets the fields that it ``reads``, as ``QuerySet.values`` has them.

    ``in_file`` is what a file shows instead.
    """

    reads: tuple[str, ...]
    make: Callable[..., Any]
    in_file: "Value | None" = None

    @property
    def filed(self) -> "Value":
        """The same as a file shows it."""
        return self.in_file or self


def plain(name: str) -> Value:
    """Return the field as it is, empty where there is nothing."""
    return Value((name,), lambda value: "" if value is None else value)


def word(name: str, words: type[Choices] | Words) -> Value:
    """Return the label of a field of a closed vocabulary, empty where it has none."""
    labels: Words = words if isinstance(words, Mapping) else {value: str(label) for value, label in words.choices}
    return Value((name,), lambda value: labels.get(value, ""))


def day(name: str) -> Value:
    """Return a day as 2026-04-01, empty where there is none."""
    return Value((name,), lambda value: value.isoformat() if value else "", Value((name,), _itself))


def day_of(name: str) -> Value:
    """Return the day of a moment as 2026-04-01."""
    return Value((name,), lambda at: timezone.localdate(at).isoformat(), Value((name,), timezone.localdate))


def when(name: str) -> Value:
    """Return a moment as lists say it, in full in a file; empty where there is none."""
    return Value((name,), moment, Value((name,), _clock))


def minute(name: str) -> Value:
    """Return a moment as 2026-04-01 09:30, empty where there is none."""
    return Value((name,), _minute, Value((name,), _clock))


def _minute(value: datetime | None) -> str:
    # Each row of a long file has some: the zone is asked for without the look-up of ``localtime``.
    return value.astimezone(timezone.get_default_timezone()).isoformat(" ")[:16] if value else ""


def _itself(value: date | None) -> date | str:
    return value or ""


def _clock(value: datetime | None) -> datetime | str:
    return on_the_clock(value) if value else ""


def region(path: str = "region__name", none: str = "市级") -> Value:
    """Return the name of the region, ``none`` for what is the city's own."""
    return Value((path,), lambda name: name or none)


#: The fields of a site, from the narrowest place to the widest.
PLACES = ("association", "park__name", "town__name", "former_zone__name", "region__name")


def site() -> Value:
    """Return the place of a platform or an application, as ``Site.site_name`` has it."""
    return Value(PLACES, names.short_name)


def short_name(path: str = "", places: tuple[str, ...] = PLACES) -> Value:
    """Return a platform in short on the page, and its full name in files.

    ``path`` leads to the platform, application or result; empty where the row is one. ``places`` are its fields.
    """
    at = f"{path}__" if path else ""
    reads = (f"{at}name", *(f"{at}{place}" for place in places))
    return Value(reads, lambda full, *found: short_cell(full or "", *found), plain(f"{at}name"))


def short(name: str, most: int) -> Value:
    """Return a text cut to ``most`` characters."""
    return Value((name,), lambda text: (text or "") if len(text or "") <= most else f"{text[: most - 1]}…")


def leads_to(name: str, *fields: str) -> Value:
    """Return the address of the page ``name`` of a row."""
    return Value(fields, lambda *values: reverse(name, args=values))


@dataclass(frozen=True)
class Column:
    """One column; ``value`` is a :class:`Value` or the name of a field.

    ``sort`` is its key in the address, ``down`` says that it is first sorted downwards. A column of ``city`` is shown
    to the city alone. ``opens`` is the address of what a cell of the page counts,
    empty where there is nothing to open; ``head_url`` is where the head leads if it sorts nothing.
    """

    label: str
    value: Value | str
    unit: str = ""
    num: bool = False
    sort: str = ""
    down: bool = False
    city: bool = False
    opens: Value | None = None
    head_url: str = ""

    @property
    def cell(self) -> Value:
        """The value as one."""
        return plain(self.value) if isinstance(self.value, str) else self.value


@dataclass(frozen=True)
class Filter:
    """One parameter of the address. What is not among ``words`` narrows nothing; without words it is free text, of
    which what does not match ``pattern`` narrows nothing.

    ``chips`` says that each choice is a link, ``every`` names the one that narrows nothing, and ``some`` leaves out the
    choices without a row. A filter of ``city`` is read for the city alone. One that does not ``narrow`` leaves out no
    rows, one that ``stays`` outlasts clearing the filters.
    """

    name: str
    label: str
    words: Words | None = None
    pattern: str = ""
    most: int = 80
    default: str = ""
    chips: bool = True
    every: str = "全部"
    some: bool = False
    city: bool = False
    narrows: bool = True
    stays: bool = False

    def read(self, request: HttpRequest) -> str:
        """Return what the address asks for."""
        if self.city and cast(User, request.user).role != Role.CITY:
            return self.default
        text = request.GET.get(self.name, self.default).strip().replace("\x00", "")
        if self.words is not None:
            return text if text in self.words else self.default
        return text[: self.most] if not self.pattern or re.fullmatch(self.pattern, text) else self.default

    def said(self, page: "ListPage", value: str) -> str:
        """Return the choice ``value`` in words."""
        return page.words(self).get(value, value)

    def group(self, page: "ListPage") -> dict[str, Any]:
        """Return its choices as ``components/chips.html`` takes them, nothing where there is no choice."""
        words, counts, now = page.words(self), page.counts(self), page.values[self.name]
        if not words:
            return {}
        shown = {"": self.every} if self.every else {}
        shown |= {value: text for value, text in words.items() if not self.some or counts.get(value) or value == now}
        options = [
            {
                "label": text,
                "url": page.address(**{self.name: value}),
                "active": value == now,
                "count": counts.get(value),
            }
            for value, text in shown.items()
        ]
        return {"label": self.label, "options": options}


def text(name: str, label: str, most: int = 80, **more: Any) -> Filter:
    """Return a filter that is typed, or that another page puts into the address."""
    return Filter(name, label, most=most, chips=False, **more)


def sorting(default: str, *keys: str) -> Filter:
    """Return the order of the list; a key with "-" before it is downwards."""
    both = {key: key for key in keys} | {f"-{key}": key for key in keys}
    return Filter("sort", "排序", words=both, default=default, chips=False, narrows=False)


@dataclass(frozen=True)
class Waits(Filter):
    """What of the list waits for the person, named by a line of 待办; it offers nothing else."""

    def said(self, page: "ListPage", value: str) -> str:
        return page.narrowed.text if page.narrowed else value

    def group(self, page: "ListPage") -> dict[str, Any]:
        if page.narrowed is None:
            return {}
        named = {"label": page.narrowed.text, "url": page.address(), "active": True}
        return {"label": self.label, "options": [{"label": self.every, "url": page.address(**{self.name: ""})}, named]}


WAITS = Waits(PARAMETER, "待办")
Counted = Mapping[str, Any]


def ordered(rows: Iterable[Counted], sort: str) -> list[Counted]:
    """Return ``rows`` in the order ``sort`` of the address; those without a value stand last, whichever way."""
    key, made = sort.removeprefix("-"), list(rows)
    known = sorted((row for row in made if row[key] is not None), key=lambda row: row[key], reverse=sort[:1] == "-")
    return [*known, *(row for row in made if row[key] is None)]


class ListPage:
    """A list of one person on one day; an instance lives as long as its request.

    Its rows are read from the database, or counted: then each holds the fields by their names.
    """

    title: str
    #: What the rows are, in "没有符合条件的整改。"
    noun: ClassVar[str]
    lead: str = ""
    unit: ClassVar[str] = "条"
    #: Names of its page and of its file; no file where the latter is empty.
    place: ClassVar[str]
    file_place: ClassVar[str] = ""
    file_title: str = ""
    file_permission: ClassVar[str] = ""
    label: ClassVar[str] = ""
    #: What the search box asks for; none where it is empty.
    search: ClassVar[str] = ""
    search_template: ClassVar[str] = "components/search.html"
    #: The filters that the search form asks itself; it keeps the others.
    asked: ClassVar[tuple[str, ...]] = ("q",)
    filters: ClassVar[tuple[Filter, ...]] = ()
    columns: tuple[Column, ...]
    file_columns: ClassVar[tuple[Column, ...]] = ()
    #: The address of a row.
    link: Value | None = None
    #: Why it is empty, and what helps.
    none_yet: ClassVar[str] = ""
    none_text: ClassVar[str] = ""
    size: ClassVar[int] = 25
    template: ClassVar[str] = "desk/list.html"
    sticky: ClassVar[bool] = False

    #: What the query takes, made of the values of the filters.
    choice_type: ClassVar[Callable[..., Any]] = dict

    def __init__(self, request: HttpRequest, **kept: Any) -> None:
        self.request, self.kept = request, kept
        self.user, self.today = cast(User, request.user), timezone.localdate()
        if PARAMETER in request.GET:
            self.filters = (WAITS, *self.filters)  # type: ignore[misc]
        self.values = {each.name: each.read(request) for each in self.filters}
        #: The row that it is a list of, where it is one's.
        self.target: Model | None = None
        #: How the name of its file begins, where not with its title.
        self.file_name = ""

    @cached_property
    def choice(self) -> Any:
        """What the address asks for, as the query takes it."""
        return self.choice_type(**{name: value for name, value in self.values.items() if name != PARAMETER})

    # Said by a subclass --------------------------------------------------------------------------------------------

    def rows(self) -> QuerySet[Any] | Sequence[Counted]:
        """Return the rows that the address asks for, in order."""
        raise NotImplementedError

    @cached_property
    def narrowed(self) -> Narrowed | None:
        """What the address narrows the list to of what waits for the person; rows that are counted are not narrowed."""
        rows = self.rows()
        return narrowed_to(self.request, rows.model) if isinstance(rows, QuerySet) else None

    def asked_rows(self) -> Any:
        """Return the rows that the address asks for, those that wait only where it names them."""
        rows = self.rows()
        return rows.filter(pk__in=self.narrowed.keys) if isinstance(rows, QuerySet) and self.narrowed else rows

    def read(self, rows: Any) -> Any:
        """Return ``rows``, some or all, with what the columns read; a subclass adds what stands beside them."""
        return rows

    def total(self) -> Counted | None:
        """Return the row that closes page and file and sums up the others, where there is one."""
        return None

    @cached_property
    def tally(self) -> Mapping[str, int]:
        """How many rows each choice of ``state`` would show, with "" for all."""
        return {}

    @cached_property
    def regions(self) -> Sequence[tuple[Any, ...]]:
        """The choices of ``region``: code, name and, where it is counted, how many rows there are."""
        return ()

    def count(self) -> int | None:
        """Return how many rows the address asks for where that is known already."""
        return self.tally.get(self.values.get("state", ""))

    def words(self, filter: Filter) -> Words:
        """Return the choices of ``filter``."""
        return {each[0]: each[1] for each in self.regions} if filter.name == "region" else filter.words or {}

    def counts(self, filter: Filter) -> Mapping[str, int]:
        """Return how many rows each choice of ``filter`` would show; choices without a count too."""
        if filter.name == "region":
            return {each[0]: each[2] for each in self.regions if len(each) > 2}
        return self.tally if filter.name == "state" else {}

    def buttons(self) -> list[dict[str, Any]]:
        """Return what can be done here, for ``components/moves.html``."""
        return []

    def why_empty(self, *, can_begin: bool) -> tuple[str, str]:
        """Return why there are no rows though nothing narrows them, and what helps; ``can_begin`` says that a button
        leads to the first one."""
        return self.none_yet, self.none_text if can_begin else ""

    def crumbs(self) -> list[dict[str, str]]:
        """Return the crumbs down to the list."""
        return []

    def notes(self) -> list[Row]:
        """Return what a file says about itself beside its title, its count and its filters."""
        return []

    def extra(self) -> dict[str, Any]:
        """Return what the template of the subclass shows beside the list."""
        return {}

    def file_heads(self) -> tuple[Column, ...]:
        """Return the columns of the file."""
        return self.file_columns or self.shown_columns()

    # The address ---------------------------------------------------------------------------------------------------

    def address(self, base: str = "", **changes: str) -> str:
        """Return the address of the list with ``changes``; what narrows nothing stays out of it."""
        values = self.values | changes
        query = urlencode({each.name: text for each in self.filters if (text := values[each.name]) != each.default})
        return f"{base}?{query}" if query else base or "?"

    def next_to(self, before: object, after: object) -> dict[str, str]:
        """Return the addresses of the rows before and after the keys, None at an end, of a list paged by them."""
        here = self.address(self.request.path)

        def url(**place: object) -> str:
            return f"{here}{'&' if '?' in here else '?'}{urlencode(place)}"

        return {
            "first_url": here if before else "",
            "newer_url": url(before=before) if before else "",
            "older_url": url(after=after) if after else "",
            "last_url": url(end=1) if after else "",
        }

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter leaves out rows."""
        return self.filters_set() > 0

    def filters_set(self) -> int:
        """Return how many filters leave out rows."""
        return sum(each.narrows and self.values[each.name] != each.default for each in self.filters)

    def clear_url(self) -> str:
        """Return the address without filters, nothing where there are none."""
        return self.address(self.request.path, **self._cleared()) if self.is_narrowed else ""

    def _cleared(self) -> dict[str, str]:
        return {each.name: each.default for each in self.filters if not each.stays}

    def narrowing(self) -> str:
        """Return in words what the list is narrowed to."""
        told = [
            f"{each.label}：{each.said(self, value)}"
            for each in self.filters
            if each.name != "sort" and (value := self.values[each.name]) and value != each.default
        ]
        return "；".join(told)

    # Page ----------------------------------------------------------------------------------------------------------

    @classmethod
    def page(cls, request: HttpRequest, **kept: Any) -> HttpResponse:
        """Show the list."""
        here = cls(request, **kept)
        return render(request, here.template, here.context())

    def shown_columns(self) -> tuple[Column, ...]:
        """Return the columns that this person is shown."""
        return tuple(each for each in self.columns if not each.city or self.user.role == Role.CITY)

    def shown(self, fields: Sequence[str]) -> tuple[Iterable[Sequence[Any]], dict[str, Any]]:
        """Return the rows of the page that the address asks for, and what its template needs to lead on."""
        pages = Paginator(self.asked_rows(), self.size)
        known = None if self.values.get(PARAMETER) else self.count()
        if known is not None:
            pages.count = known
        page = pages.get_page(self.request.GET.get("page"))
        return _fields_of(self.read(page.object_list), fields), {"page": page, "count": pages.count}

    def context(self) -> dict[str, Any]:
        """Return what the template shows."""
        columns = self.shown_columns()
        fields, cells = reading([self.link or _NOWHERE, *(_on_page(each) for each in columns)], self.today)
        found, place = self.shown(fields)
        read = [cells(row) for row in found]
        # Rows that lead to one page share its name: an address means the first of them.
        named: set[str] = set()
        rows = []
        for url, *made in read:
            key = row_key(url)
            rows.append({"url": url, "cells": made, "key": "" if key in named else key})
            named.add(key)
        total = self.total()
        buttons = self.buttons()
        first_step = next((each for each in buttons if each.get("first")), None)
        return {
            "list": self,
            "crumbs": self.crumbs(),
            "values": self.values,
            "groups": [
                group
                for each in self.filters
                if each.chips and (not each.city or self.user.role == Role.CITY) and (group := each.group(self))
            ],
            "clear_url": self.clear_url(),
            "filters_set": self.filters_set(),
            "kept_query": self.address().removeprefix("?"),
            "columns": [self._head(each) for each in columns],
            "rows": rows,
            "total": cells([total[name] for name in fields])[1:] if total else [],
            "keep": [
                {"name": each.name, "value": value}
                for each in self.filters
                if each.name not in self.asked and (value := self.values[each.name]) != each.default
            ],
            "exports": self.exports(),
            "buttons": buttons,
            "first_step": first_step,
            "why_empty": self.why_empty(can_begin=first_step is not None),
            **place,
            **self.extra(),
        }

    def exports(self) -> list[tuple[str, str]]:
        """Return its files: kind and address of each that this person gets."""
        if not self.file_place or (self.file_permission and not self.user.has_perm(self.file_permission)):
            return []
        return [(kind, self.address(reverse(self.file_place, kwargs=self.kept | {"kind": kind}))) for kind in KINDS]

    def _head(self, column: Column) -> dict[str, Any]:
        head: dict[str, Any] = {
            "label": column.label,
            "unit": column.unit,
            "num": column.num,
            "sort_url": column.head_url,
        }
        if column.sort:
            now = self.values["sort"]
            sorts, downwards = now.removeprefix("-") == column.sort, now.startswith("-")
            turn = not downwards if sorts else column.down
            head["sort_url"] = self.address(sort=f"-{column.sort}" if turn else column.sort)
            head["sorted"] = ("desc" if downwards else "asc") if sorts else ""
        return head

    # File ----------------------------------------------------------------------------------------------------------

    @classmethod
    def file(cls, request: HttpRequest, kind: str, **kept: Any) -> HttpResponseBase:
        """Send the list that the address describes, all pages of it; it is noted in the log."""
        here = cls(request, **kept)
        count, kind = here.counted(kind)
        told: dict[str, Any] = {
            "unit": here.unit,
            "narrowed": here.narrowing(),
            "target": here.target,
            "name": here.file_name,
        }
        return send_list(request, here.file_title or here.title, count, here.lines(), here.notes(), kind, **told)

    def counted(self, kind: str) -> tuple[int | None, str]:
        """Return how many rows go into the file, and its kind; a subclass that counts at a cost says what it can."""
        known = None if self.values.get(PARAMETER) else self.count()
        return Paginator(self.asked_rows(), self.size).count if known is None else known, kind

    def lines(self) -> Iterator[Row]:
        """Yield the heads and one line for each row, formula-safe."""
        columns = self.file_heads()
        yield [f"{each.label}（{each.unit}）" if each.unit else each.label for each in columns]
        fields, cells = reading([each.cell.filed for each in columns], self.today)
        found = _fields_of(self.read(self.asked_rows()), fields)
        for row in found.iterator(chunk_size=CHUNK) if isinstance(found, QuerySet) else found:
            yield safe(cells(row))
        if total := self.total():
            yield safe(cells([total[name] for name in fields]))


def _fields_of(rows: Any, fields: Sequence[str]) -> Any:
    """Return the ``fields`` of ``rows`` as sequences: a query not yet asked, or what was counted."""
    if isinstance(rows, QuerySet):
        return rows.values_list(*fields)
    return [[row[name] for name in fields] for row in rows]


def row_key(url: str) -> str:
    """Return what a row is called in the address of its list: row- and the last part of the address of its page."""
    return f"row-{url.partition('?')[0].rstrip('/').rpartition('/')[2]}" if url else ""


_NOWHERE = Value((TODAY,), lambda _: "")


def _on_page(column: Column) -> Value:
    """Return what the page shows of ``column``: its cell, which leads to what it counts where there is such a page."""
    cell, opens = column.cell, column.opens
    if opens is None:
        return cell
    most = len(cell.reads)

    def make(*values: Any) -> Any:
        label, url = cell.make(*values[:most]), opens.make(*values[most:])
        if not url:
            return label
        return {**label, "url": url} if isinstance(label, dict) else {"label": label, "url": url}

    return Value((*cell.reads, *opens.reads), make)


def reading(values: Iterable[Value], today: date) -> tuple[list[str], Callable[[Sequence[Any]], list[Any]]]:
    """Return the fields that ``values`` read, each once, and the function that makes the cells of a row of them."""
    made = list(values)
    fields = list(dict.fromkeys(name for each in made for name in each.reads if name != TODAY))
    places = {name: place for place, name in enumerate([*fields, TODAY])}
    # Most read one field, and long files are made of them.
    plan = [(each.make, places[each.reads[0]], [places[name] for name in each.reads[1:]]) for each in made]

    def cells(row: Sequence[Any]) -> list[Any]:
        row = (*row, today)
        return [
            make(row[first], *[row[place] for place in rest]) if rest else make(row[first])
            for make, first, rest in plan
        ]

    return fields, cells
