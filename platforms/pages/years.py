"""The year of a page: ``?year=2026`` in its address, switched in the top bar, kept by the links between such pages.

A page is about a year once its view asks :func:`round_asked`; only then the top bar names a year. Without a year in the
address it is the current round's. A round in preparation is chosen by name only, by those who prepare it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from platforms.models import Round
from platforms.notices.clauses import activate, is_chosen
from platforms.pages.lists import Filter, ListPage
from platforms.rounds.choices import RoundStatus

NAME = "year"
#: So far from a row its round may stand: a sheet, its assessment, the application, the round. Rows lead back, too.
_STEPS = 4
#: What a page of a list says about its place; it holds for one year only.
_PLACES = ("page", "after", "month", "phase")


@dataclass
class Years:
    """The rounds that a person may choose, the latest first, and which one the page is about.

    ``named`` says that the address names it; ``is_shown`` that the page is about a year.
    """

    rounds: list[Round]
    chosen: Round | None
    named: bool
    is_shown: bool = field(default=False)

    @property
    def is_current(self) -> bool:
        """Whether the page is about the current round, or one that is still to come."""
        current = _current(self.rounds)
        return self.chosen is None or current is None or self.chosen.year >= current.year


def years_of(request: HttpRequest) -> Years:
    """Return the years of this request, looked up once.

    Raises:
        Http404: the address names a year that there is not for this person.
    """
    found: Years | None = getattr(request, "years", None)
    if found is None:
        rounds = Round.objects.visible_to(request.user).order_by("-year")
        if not request.user.has_perm("platforms.change_round"):
            rounds = rounds.exclude(status=RoundStatus.PREPARING)
        found = _read(list(rounds), request.GET.get(NAME, ""))
        if found.chosen and not is_chosen():
            # A page that is about nothing else cites the notice of the year at hand.
            activate(found.chosen.notice_id)
        request.years = found  # type: ignore[attr-defined]
    return found


def _read(rounds: list[Round], text: str) -> Years:
    if not text:
        return Years(rounds, _current(rounds), named=False)
    chosen = next((each for each in rounds if str(each.year) == text), None)
    if chosen is None:
        raise Http404("没有这个年度。")
    return Years(rounds, chosen, named=True)


def _current(rounds: list[Round]) -> Round | None:
    # As platforms.rounds.queries.rounds.current_round, among the rounds that were read already.
    return next((each for each in rounds if each.status != RoundStatus.PREPARING), None)


def round_asked(request: HttpRequest) -> Round | None:
    """Return the round that the address names, else the current one; the page is about it from now on.

    Raises:
        Http404: the address names a year that there is not for this person.
    """
    years = years_of(request)
    years.is_shown = True
    activate(years.chosen.notice_id if years.chosen else None)
    return years.chosen


def round_here(request: HttpRequest) -> Round:
    """Return the round of a page below :func:`by_year`, which makes sure that there is one."""
    return cast(Round, round_asked(request))


def by_year(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Make a page about a year; before filing was opened for any round a plain page says so."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if round_asked(request) is None:
            return no_round_page(request)
        return view(request, *args, **kwargs)

    return inner


def no_round_page(request: HttpRequest) -> HttpResponse:
    """Say that there is no year yet; whoever prepares one is led to it."""
    preparing = years_of(request).rounds
    context = {
        "crumbs": [],
        "preparing": [
            {
                "label": str(each),
                "url": reverse("admin:platforms_round_change", args=[each.pk]),
                "look_url": f"?{urlencode({NAME: each.year})}",
            }
            for each in preparing
        ],
        "rounds_url": reverse("admin:platforms_round_changelist")
        if request.user.has_perm("platforms.change_round")
        else "",
    }
    return render(request, "desk/no_round.html", context)


def kept(request: HttpRequest) -> dict[str, str]:
    """Return the year as the address names it, for links to other pages about a year; nothing where it names none."""
    years = years_of(request)
    return {NAME: str(years.chosen.year)} if years.named and years.chosen else {}


def with_year(request: HttpRequest, url: str) -> str:
    """Return ``url`` with the year that the address of this page names, if it names one."""
    query = urlencode(kept(request))
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{query}"


def year_url(request: HttpRequest, name: str, *args: Any) -> str:
    """Return the address of the page called ``name``, about the year of this page."""
    return with_year(request, reverse(name, args=args))


class KeptYear(Filter):
    """The year of a list about one year: said by its page, switched in the top bar."""

    def read(self, request: HttpRequest) -> str:
        return kept(request).get(self.name, "")


class YearFilter(KeptYear):
    """The choice of a year for a list of all years."""

    def group(self, page: ListPage) -> dict[str, Any]:
        years = years_of(page.request)
        opened = {str(each.year): str(each) for each in years.rounds if each.status != RoundStatus.PREPARING}
        if len(opened) < 2 and not years.named:
            return {}
        options = [
            {"label": label, "url": page.address(**{self.name: year}), "active": page.values[self.name] == year}
            for year, label in {"": self.every, **opened}.items()
        ]
        return {"label": self.label, "options": options}


ONE_YEAR = KeptYear(NAME, "年度", chips=False, narrows=False, stays=True)
ANY_YEAR = YearFilter(NAME, "年度")


def switch(request: HttpRequest) -> dict[str, Any]:
    """Return what the top bar shows: the year of the page, the others with their addresses; nothing on other pages."""
    years: Years | None = getattr(request, "years", None)
    if years is None or not years.is_shown or years.chosen is None:
        return {}
    query = request.GET.copy() if request.method in ("GET", "HEAD") else QueryDict(mutable=True)
    for place in _PLACES:
        query.pop(place, None)
    options = []
    for each in years.rounds:
        query[NAME] = str(each.year)
        options.append(
            {
                "label": str(each),
                "note": each.get_status_display(),
                "url": f"{request.path}?{query.urlencode()}",
                "active": each.pk == years.chosen.pk,
            }
        )
    return {"round": years.chosen, "options": options if len(options) > 1 else []}


def of_list(changes: Any) -> dict[str, Any] | None:
    """Return what the top bar shows above a list of the back office: the round that its filter is set to, and all.

    ``changes`` is its ``ChangeList``. None where it has no filter of the round.
    """
    for spec in getattr(changes, "filter_specs", ()):
        field = getattr(spec, "field", None)
        if field is None or field.remote_field is None or field.remote_field.model is not Round:
            continue
        options = [
            {
                "label": each["display"] if number else "各年度",
                "note": "",
                "url": each["query_string"],
                "active": each["selected"],
            }
            for number, each in enumerate(spec.choices(changes))
        ]
        active = next((each["label"] for each in options if each["active"]), "各年度")
        return {"round": active, "options": options}
    return None


def of_row(row: Any, steps: int = _STEPS) -> Round | None:
    """Return the round that a page about ``row`` is about: itself, or what it was filed in; None for other rows.

    Nothing is read for it: what did not come with ``row``, at most ``steps`` away, is not named.
    """
    if isinstance(row, Round):
        return row
    came = row._state.fields_cache if isinstance(row, Model) else {}
    for name in ("round", "application", "evaluation", "assessment", "publication", "result", "run"):
        if steps and name in came and (found := of_row(came[name], steps - 1)) is not None:
            return found
    return None


def current(user: Any) -> str:
    """Return what the current round is called, for a page that is about no year; it came with the account."""
    year = getattr(user, "round_year", None)
    return f"{year}年度" if year and user.has_perm("platforms.view_round") else ""
