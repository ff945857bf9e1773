"""What a person finds by a name, its pinyin or initials, by a code or a number: within what this person may see.

A part adds its own by a :class:`Kind` in :data:`KINDS`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, IntegerField, Model, Q, QuerySet, Value, When, Window
from django.urls import reverse

from platforms.choices import Role
from platforms.models import Application, Complaint, Platform, Region, Town, User

#: So many rows of each kind are shown.
MOST = 10


@dataclass(frozen=True)
class Hit:
    """One thing that was found: its short name, the whole one, what else tells it from others, its page.

    ``key`` is its code or number, by which it is opened at once.
    """

    label: str
    title: str
    note: str
    url: str
    key: str


@dataclass(frozen=True)
class Found:
    """What was found of one kind: the nearest :data:`MOST`, how many there are, and where all of them are listed."""

    label: str
    hits: tuple[Hit, ...]
    total: int
    url: str


@dataclass(frozen=True)
class Kind:
    """One kind of thing: whose ``rows`` a person may find, by which columns, and how one is shown.

    ``texts`` hold what ``platforms.pinyin.search_text`` makes, those of what is called by it first; ``key`` holds code
    or number. ``every`` is the address of the list of all that a question finds.
    """

    label: str
    rows: Callable[[User], QuerySet[Any]]
    texts: tuple[str, ...]
    key: str
    hit: Callable[[Any, User], Hit]
    every: Callable[[User, str], str]
    others: tuple[str, ...] = ()

    def found(self, user: User, words: Sequence[str]) -> Found | None:
        """Return what ``user`` finds by all of ``words``, in one query; None where there is nothing."""
        rows = self.rows(user)
        for word in words:
            by_name = (Q(**{f"{name}__contains": word}) for name in self.texts)
            by_code = (Q(**{f"{name}__icontains": word}) for name in (self.key, *self.others))
            rows = rows.filter(_any(*by_name, *by_code))
        asked = " ".join(words)
        begins = (Q(**{f"{name}__startswith": asked}) | Q(**{f"{name}__contains": f" {asked}"}) for name in self.texts)
        nearness = Case(
            When(Q(**{f"{self.key}__iexact": asked}), then=Value(0)),
            *(When(begin, then=Value(place)) for place, begin in enumerate(begins, 1)),
            default=Value(len(self.texts) + 1),
            output_field=IntegerField(),
        )
        # One query for the nearest and for how many there are.
        nearest = list(
            rows.annotate(total=Window(Count("pk")), nearness=nearness).order_by("nearness", self.key)[:MOST]
        )
        if not nearest:
            return None
        hits = tuple(self.hit(row, user) for row in nearest)
        return Found(self.label, hits, nearest[0].total, self.every(user, asked))


def find(user: User, words: Sequence[str]) -> list[Found]:
    """Return what ``user`` finds by all of ``words``, kind by kind; without a word nothing."""
    return [found for kind in KINDS if words and (found := kind.found(user, words)) is not None]


def exactly(found: Sequence[Found], asked: str) -> Hit | None:
    """Return the one thing whose code or number is ``asked``; None where there is none, or more than one."""
    same = [hit for each in found for hit in each.hits if hit.key.lower() == asked.lower()]
    return same[0] if len(same) == 1 else None


def _any(*conditions: Q) -> Q:
    whole = Q()
    for condition in conditions:
        whole |= condition
    return whole


def row_url(row: Model) -> str:
    """Return the page of ``row`` in the back office."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def list_url(model: type[Model]) -> Callable[[User, str], str]:
    """Return the address of the list of ``model`` in the back office, narrowed by what is asked."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return lambda _user, asked: f"{reverse(name)}?{urlencode({'q': asked})}"


def note(*parts: Any) -> str:
    """Return what there is of ``parts`` in one line."""
    return " · ".join(str(part) for part in parts if part)


_PLACE = ("region", "town", "park", "former_zone")


def _platform(row: Platform, _user: User) -> Hit:
    return Hit(row.site_name, row.name, note(row.code, row.name), row_url(row), row.code)


def _application(row: Application, user: User) -> Hit:
    own = user.role == Role.COUNTY
    url = reverse("desk:application", args=[row.number]) if own else row_url(row)
    told = note(row.number, row.round, row.get_status_display(), row.region and row.region.name)
    return Hit(row.site_name, row.name, told, url, row.number)


def _applications_url(user: User, asked: str) -> str:
    if user.role == Role.COUNTY:
        return f"{reverse('desk:home')}?{urlencode({'q': asked, 'round': 'all'})}#list-title"
    return list_url(Application)(user, asked)


def _complaint(row: Complaint, _user: User) -> Hit:
    place = row.platform.site_name
    return Hit(row.number, row.number, note(place, row.get_status_display()), row_url(row), row.number)


def _region(row: Region, _user: User) -> Hit:
    return Hit(row.name, row.name, note(row.code, row.get_kind_display()), row_url(row), row.code)


def _town(row: Town, _user: User) -> Hit:
    return Hit(row.name, row.name, note(row.code, row.region.name), row_url(row), row.code)


KINDS: list[Kind] = [
    Kind(
        "平台",
        lambda user: Platform.objects.visible_to(user).select_related(*_PLACE),
        ("town__search_text", "search_text"),
        "code",
        _platform,
        list_url(Platform),
        others=("operator_name", "operator_code"),
    ),
    Kind(
        "申报",
        lambda user: Application.objects.visible_to(user).select_related(*_PLACE, "round"),
        ("town__search_text", "search_text"),
        "number",
        _application,
        _applications_url,
        others=("operator_name", "operator_code"),
    ),
    Kind(
        "投诉",
        lambda user: Complaint.objects.visible_to(user).select_related(*(f"platform__{each}" for each in _PLACE)),
        ("platform__town__search_text", "platform__search_text"),
        "number",
        _complaint,
        list_url(Complaint),
    ),
    Kind("地区", lambda user: Region.objects.visible_to(user), ("search_text",), "code", _region, list_url(Region)),
    Kind(
        "乡镇（街道）",
        lambda user: Town.objects.visible_to(user).select_related("region"),
        ("search_text",),
        "code",
        _town,
        list_url(Town),
    ),
]
