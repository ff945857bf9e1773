"""待办: what waits for a person, how many, since when and by when, one link each.

A part adds its own by a function that takes a person and the open rounds, and a :class:`Source` in :data:`SOURCES`.
List, rail and the lists that a line opens read the same rows; list and rail count them all in one question. Every page
asks it, so its text is kept; see :func:`_prepared`.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import (
    Count,
    DateField,
    DateTimeField,
    Exists,
    Expression,
    F,
    IntegerField,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast
from django.utils import timezone

from platforms.applications.queries.filing_extensions import Standing, granted, usable_in
from platforms.choices import Role
from platforms.deadlines import day_of, past
from platforms.models import Round, User
from platforms.rounds.choices import RoundStatus
from platforms.rounds.queries.rounds import AT_WORK, OPENED
from platforms.scope import regions_of_officer
from platforms.waiting import PARAMETER, Narrowed
from platforms.workbench.agenda import Todo


class Opened:
    """The rounds that filing was opened for, the earliest first, as they stand for ``user`` on the day ``on``.

    What waits names its year where several rounds are at work, or one that is not the current one.
    """

    def __init__(self, user: User, on: date) -> None:
        self.user, self.on = user, on

    @cached_property
    def rounds(self) -> list[Any]:
        """Each says by ``has_leave`` whether the region of the person was granted anything that is not over."""
        leave = granted(self.user.region, on=self.on).filter(round=OuterRef("pk"))
        return list(Round.objects.filter(status__in=OPENED).annotate(has_leave=Exists(leave)).order_by("year"))

    @property
    def at_work(self) -> list[Any]:
        return [each for each in self.rounds if each.status in AT_WORK]

    @cached_property
    def _by_leave(self) -> list[Standing]:
        """What the region of the person was granted after the closing and can still use."""
        officers = self.user.role in (Role.COUNTY, Role.CITY)
        late = [each for each in self.at_work if officers and each.status != RoundStatus.FILING and each.has_leave]
        return usable_in(late, self.user.region, on=self.on) if late else []

    @property
    def may_report(self) -> list[Round]:
        """The rounds in which the region of the person can report: filing, or by leave."""
        leave = {each.extension.round_id for each in self._by_leave}
        return [each for each in self.at_work if each.status == RoundStatus.FILING or each.pk in leave]

    @property
    def may_begin(self) -> list[Round]:
        """The rounds in which the region of the person can begin an application: filing, or by leave for any."""
        leave = {each.extension.round_id for each in self._by_leave if each.extension.application_id is None}
        return [each for each in self.at_work if each.status == RoundStatus.FILING or each.pk in leave]

    @property
    def facts(self) -> Hashable:
        """What of the rounds the questions of the sources are made of."""
        rounds = tuple((each.pk, each.year, each.status, each.report_due_on) for each in self.rounds)
        return rounds, tuple(each.pk for each in self.may_begin)

    @property
    def is_plain(self) -> bool:
        return self.at_work in ([], self.rounds[-1:])

    def word(self, round_: Round) -> str:
        """Return the year for a sentence, or nothing where it goes without saying."""
        return "" if self.is_plain else str(round_)

    def text(self, text: str, round_: Round) -> str:
        """Return ``text`` with the year behind it where that is needed."""
        return text if self.is_plain else f"{text}（{round_}）"

    def url(self, url: str, round_: Round, field: str = "year") -> str:
        """Return ``url`` for the year; ``field`` is the filter of a list of the back office."""
        if self.is_plain:
            return url
        return joined(url, f"{field}={round_.year if field == 'year' else round_.pk}")


def joined(url: str, query: str) -> str:
    """Return ``url`` with ``query`` behind it."""
    return f"{url}{'&' if '?' in url else '?'}{query}"


@dataclass(frozen=True)
class Waiting:
    """``rows`` that wait for a person; ``key`` names them within their source.

    ``url`` is that of their list, which an address can narrow to them; ``exact`` says that it shows just them without
    that. ``since`` says since when a row waits (a moment), ``due`` by when it is to be done (a day, ``grace`` days
    before it). ``of`` is the way from a row to the row of the list that stands for it; those are counted. ``by`` is a
    whole number by which rows are counted apart, and ``told`` the text and the address for one of them. What ``others``
    owe is only watched.
    """

    key: str
    text: str
    rows: QuerySet
    url: str
    since: str | Expression = ""
    due: str = ""
    grace: int = 0
    of: str = "pk"
    by: str | Any = ""
    told: Callable[[Opened, int], tuple[str, str]] | None = None
    exact: bool = False
    others: bool = False

    def counts(self, place: int, on: date) -> QuerySet[Any, Any]:
        """Return the branch that counts: place, number of ``by``, count, since, due and how many are late."""
        count: dict[str, Any] = {"distinct": True} if self.of != "pk" else {}
        late = Q(**past(self.due, on - timedelta(days=self.grace))) if self.due else Q(pk__in=())
        rows = self.rows.order_by().annotate(
            waits_at=Value(place, IntegerField()), waits_by=self._number if self.by else Value(0, IntegerField())
        )
        found: QuerySet[Any, Any] = (
            rows.values("waits_at", "waits_by")
            .annotate(
                waits_count=Count(self.of, **count),
                waits_since=Min(self.since or Cast(Value(None), DateTimeField())),
                waits_due=Min(self.due or Cast(Value(None), DateField())),
                waits_late=Count(self.of, filter=late, **count),
            )
            .values_list("waits_at", "waits_by", "waits_count", "waits_since", "waits_due", "waits_late")
        )
        return found

    def keys(self, by: str) -> QuerySet[Any, Any]:
        """Return the keys of the rows of the list, those of the number ``by`` only where one is named."""
        rows = self.rows.order_by()
        if by:
            rows = rows.annotate(waits_by=self._number).filter(waits_by=int(by))
        return rows.values(self.of)

    def said(self, opened: Opened, by: int) -> tuple[str, str]:
        """Return text and address of what is counted under ``by``."""
        return self.told(opened, by) if self.told else (self.text, self.url)

    @property
    def _number(self) -> Cast:
        return Cast(F(self.by) if isinstance(self.by, str) else self.by, IntegerField())

    @property
    def model(self) -> type[Model]:
        """The model of the rows of the list."""
        found: type[Model] = self.rows.model
        if self.of != "pk":
            found = found._meta.get_field(self.of).related_model  # type: ignore[assignment]
        return found


@dataclass(frozen=True)
class Source:
    """A kind of things that wait for people of ``roles``; the ``place`` says which stand first, the lowest.

    ``noun`` is the line of the rail that counts them, empty for what no line counts. ``name`` stands in addresses. What
    is found are :class:`Waiting` made without asking the database, of the person, the day and the rounds alone; a
    source that ``asks`` finds what it counted itself.
    """

    name: str
    place: int
    roles: tuple[Role, ...]
    noun: str
    find: Callable[[User, Opened], Iterable[Any]]
    asks: bool = False


#: A source, what of it waits, and what was counted: number, count, since, due, late.
_Answer = tuple[Source, Waiting, tuple[Any, ...]]

SOURCES: list[Source] = []
#: Where the list tells the rail beside it what it counted.
_SAID = "_waits_by_noun"
#: As many questions are kept; each is some ten thousand characters.
_MOST_KEPT = 64
_kept: "OrderedDict[Hashable, _Question]" = OrderedDict()


@dataclass(frozen=True)
class _Question:
    """What waits in order, and the question that counts all of it; empty where nothing can wait."""

    found: tuple[tuple[Source, Waiting], ...]
    sql: str
    params: tuple[Any, ...]


def todo_for(user: User) -> list[Todo]:
    """Return what waits for ``user`` in all open rounds, by place; nothing that cannot be acted on."""
    opened, sources = Opened(user, timezone.localdate()), _of(user)
    answers = _answers(user, opened, [each for each in sources if not each.asks])
    # The rail beside the list says the same numbers, whatever happens between the two.
    user.__dict__[_SAID] = _by_noun(answers)
    counted = [(source, _todo(source, each, opened, *row)) for source, each, row in answers]
    asked = [(each, todo) for each in sources if each.asks for todo in each.find(user, opened)]
    # Sources keep their place, whoever counted what they found.
    both = sorted([*counted, *asked], key=lambda pair: sources.index(pair[0]))
    return [todo for _, todo in both if todo.count]


def counts_by_noun(user: User) -> dict[str, int]:
    """Return how many rows wait for ``user`` by noun of the rail, as the lines of the list add up."""
    said: dict[str, int] | None = user.__dict__.pop(_SAID, None)
    if said is not None:
        return said
    sources = [each for each in _of(user) if each.noun and not each.asks]
    return _by_noun(_answers(user, Opened(user, timezone.localdate()), sources))


def rows_that_wait(user: User, name: str) -> Narrowed | None:
    """Return what ``name`` of an address stands for among what waits for ``user``; None where it stands for nothing."""
    kind, _, rest = name.partition(".")
    key, _, by = rest.partition(".")
    if by and not (by.isascii() and by.isdigit() and len(by) < 10):
        return None
    opened = Opened(user, timezone.localdate())
    for source in _of(user):
        if source.name != kind or source.asks:
            continue
        for each in source.find(user, opened):
            if each.key == key and bool(each.by) == bool(by):
                return Narrowed(each.model, each.said(opened, int(by or 0))[0], each.keys(by))
    return None


def each_round(
    opened: Opened, key: str, text: str, rows: QuerySet, to_round: str, url: str, field: str = "", **more: Any
) -> Waiting:
    """Return ``rows`` of the rounds at work, counted for each.

    ``to_round`` is the way to it, ``field`` the filter of their list that names it, "year" for a page of the desk.
    """
    rows = rows.filter(**{f"{to_round}__in": [each.pk for each in opened.at_work]})

    def told(now: Opened, pk: int) -> tuple[str, str]:
        round_ = next((each for each in now.at_work if each.pk == pk), None)
        if round_ is None:
            return text, url
        return now.text(text, round_), now.url(url, round_, field or f"{to_round}__id__exact")

    return Waiting(key, text, rows, url, by=to_round, told=told, **more)


def _of(user: User) -> list[Source]:
    return sorted((each for each in SOURCES if user.role in each.roles), key=lambda each: each.place)


def _answers(user: User, opened: Opened, sources: list[Source]) -> list[_Answer]:
    """Count all that waits in one question; by place, what is counted apart by its number."""
    question = _prepared(user, opened, sources) if sources else None
    if question is None or not question.sql:
        return []
    with connections[router.db_for_read(Round)].cursor() as cursor:
        cursor.execute(question.sql, question.params)
        answer = sorted(cursor.fetchall(), key=lambda row: row[:2])
    return [(*question.found[at], tuple(row)) for at, *row in answer]


def _by_noun(answers: list[_Answer]) -> dict[str, int]:
    found: dict[str, int] = {}
    for source, waiting, (_, count, *_) in answers:
        if count and source.noun and not waiting.others:
            found[source.noun] = found.get(source.noun, 0) + count
    return found


def _prepared(user: User, opened: Opened, sources: list[Source]) -> _Question:
    """Return the question about ``sources``; its text is kept, as making it takes longer than asking it.

    Nothing of the answer is kept. What is kept cannot become wrong: sources make their part of it without asking the
    database, of what stands in the key alone.
    """
    person = (user.pk, user.role, user.is_active, user.region_id, regions_of_officer(user))
    names = tuple(each.find for each in sources)
    key = (router.db_for_read(Round), person, opened.on, opened.facts, names)
    if (known := _kept.get(key)) is not None:
        return known
    found = tuple((source, each) for source in sources for each in source.find(user, opened))
    branches = [each.counts(at, opened.on) for at, (_, each) in enumerate(found)]
    sql, params = "", ()
    if branches:
        query = branches[0].union(*branches[1:], all=True).query
        with suppress(EmptyResultSet):
            sql, params = query.get_compiler(router.db_for_read(Round)).as_sql()
    _kept[key] = made = _Question(found, sql, tuple(params))
    while len(_kept) > _MOST_KEPT:
        _kept.popitem(last=False)
    return made


def _todo(
    source: Source, waiting: Waiting, opened: Opened, by: int, count: int, since: Any, due: Any, late: int
) -> Todo:
    text, url = waiting.said(opened, by)
    if not waiting.exact:
        name = f"{source.name}.{waiting.key}" + (f".{by}" if waiting.by else "")
        url = joined(url, f"{PARAMETER}={name}")
    last = _day(due)
    last = last + timedelta(days=waiting.grace) if last else None
    return Todo(text, count, url, _day(since), last, late, source.noun, waiting.others)


def _day(value: Any) -> date | None:
    """Return the day of a value as the database gives it: SQLite gives text, moments in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if len(value) > len("2026-04-01") else date.fromisoformat(value)
    if not isinstance(value, datetime):
        day: date | None = value
        return day
    return day_of(value if value.tzinfo else value.replace(tzinfo=UTC))
