"""Where a new form can start from: the earlier application of the same place, or another form with the operator.

What was taken over stands in ``Application.taken_over``: by column or kind of rows the number of the form that it came
from, and the fingerprint of what was taken. What was changed since no longer counts as taken over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from platforms.applications.choices import ApplicationStatus
from platforms.applications.models.platform import Site
from platforms.applications.queries.forms import forms_of, rows_of
from platforms.applications.queries.sites import place_of, same_place
from platforms.applications.sections import RowKind, Section, row_kind, section
from platforms.choices import PlatformType, Role
from platforms.merging import fingerprint
from platforms.models import Application, Round, User
from platforms.values import plain

#: What may be taken over, in form order: sections of fields and kinds of rows. The figures of a year, the attachments
#: and the commitment are made anew each time.
PARTS = ("platform", "operator", "venue", "staff", "services", "partners", "rules", "plan")
#: What another place of the same operator has in common with this one.
OPERATOR_PARTS = ("operator",)
#: Named anew by the rule, with a reason of its own.
NOT_TAKEN = ("name", "name_reason")

K = TypeVar("K")

_MOST_SHOWN = 50
_ROWS = ("staff", "services", "partners", "rules")


@dataclass(frozen=True)
class Source:
    """An application to start from, and the parts that go with it."""

    application: Application
    same_place: bool
    parts: tuple[str, ...]


def part(name: str) -> Section | RowKind:
    """Return the section or kind of rows called ``name``, one of :data:`PARTS`."""
    return row_kind(name) if name in _ROWS else section(name)


@dataclass(frozen=True)
class Offer:
    """The last form of a place, from which a new one can be filled with one press: ``count`` places of it."""

    application: Application
    count: int


def offer_for(application: Application, *, user: User) -> Application | None:
    """Return the form that ``application``, of which nothing was taken over yet, is offered to start from."""
    if application.status != ApplicationStatus.DRAFT or application.taken_over:
        return None
    here = _own(user).exclude(pk=application.pk).filter(same_place(application))
    return here.select_related("round", "region", "town", "park").order_by("-round__year", "-saved_at").first()


def offers_at(sites: Mapping[K, Site], *, round: Round, user: User) -> dict[K, Offer]:
    """Return the last form of each of ``sites`` from before ``round``, by the key of the site."""
    places = {key: place_of(site) for key, site in sites.items()}
    wanted, last = set(places.values()), dict[tuple[str, Any], Application]()
    for row in (
        _own(user)
        .filter(round__year__lt=round.year)
        .select_related("round", "region", "town", "park")
        .order_by("round__year", "saved_at")
    ):
        if (place := place_of(row)) in wanted:
            last[place] = row
    forms = forms_of(list(last.values())) if last else {}
    found = {key: last[place] for key, place in places.items() if place in last}
    return {key: Offer(row, count_of(forms[row.pk])) for key, row in found.items()}


def count_of(source: Mapping[str, Any], form: Mapping[str, Any] | None = None) -> int:
    """Return how many fields and rows of ``source`` are taken over, into the empty places of ``form``."""
    found = 0
    for known in map(part, PARTS):
        if isinstance(known, RowKind):
            found += 0 if form and form[known.name] else len(source[known.name])
        else:
            names = [name for name in known.fields if name not in NOT_TAKEN and not _is_open(source[known.slug][name])]
            found += sum(1 for name in names if form is None or _is_open(form[known.slug][name]))
    return found


def taken(application: Application, names: Sequence[str] | None = None) -> dict[str, str]:
    """Return what was taken over and not changed since, of ``names`` or all: the number of its form by name."""
    kept = application.taken_over or {}
    return {
        name: each["number"]
        for name, each in kept.items()
        if (names is None or name in names) and each["mark"] == mark_of(application, name)
    }


def mark_of(application: Application, name: str) -> str:
    """Return the fingerprint of what stands in the column, or the rows of the kind, called ``name``."""
    is_rows = name in _ROWS
    return fingerprint(rows_of(application, name) if is_rows else plain(getattr(application, name)))


def _is_open(value: Any) -> bool:
    return value in (None, "")


def sources_for(application: Application, *, user: User, words: str = "") -> list[Source]:
    """Return what ``user`` may start ``application`` from: the same place first, then the latest of each operator.

    With ``words`` only those whose name, number or operator contain them.
    """
    own = _own(user).exclude(pk=application.pk).select_related("round", "region", "town", "park")
    if words:
        own = own.filter(Q(name__icontains=words) | Q(number__icontains=words) | Q(operator_name__icontains=words))
    here = list(own.filter(same_place(application)).order_by("-round__year", "-saved_at")[:_MOST_SHOWN])
    found = [Source(row, True, PARTS) for row in here]
    known = {row.operator_code for row in here}
    others = own.exclude(operator_code="").exclude(same_place(application)).order_by("-saved_at")
    for row in others[: 4 * _MOST_SHOWN]:
        if row.operator_code not in known:
            known.add(row.operator_code)
            found.append(Source(row, False, OPERATOR_PARTS))
    return found[:_MOST_SHOWN]


def _own(user: User) -> QuerySet[Application]:
    rows = Application.objects.visible_to(user).exclude(status=ApplicationStatus.WITHDRAWN)
    return rows.filter(type=PlatformType.INDUSTRY) if user.role == Role.CITY else rows
