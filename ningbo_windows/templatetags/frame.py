"""What stands above every page of desk and back office: the year that it is about, and where it stands."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.template.context import Context

from ningbo_windows.rail import RailItem

register = template.Library()


@register.inclusion_tag("components/year.html", takes_context=True)
def year_switch(context: Context) -> dict[str, Any]:
    """Return the year of the page with the others to choose from, where choosing changes what it shows.

    A page at the desk is about a year as ``platforms.pages.years`` says, a list of the back office as its filter of
    the round says; the page of one round or of what was filed in one names it, that of any other thing names none.
    Elsewhere it is the current round.
    """
    from platforms.pages import years

    if shown := context.get("year"):
        return {"year": shown}
    if (listed := years.of_list(context.get("cl"))) is not None:
        return {"year": listed}
    request = context.get("request")
    if request is None or not request.user.is_authenticated:
        return {"year": {}}
    about = next((context[name] for name in ("original", "application", "row", "round") if context.get(name)), None)
    return {"year": {"round": years.of_row(about) if about else years.current(request.user), "options": []}}


@register.inclusion_tag("components/breadcrumb.html", takes_context=True)
def breadcrumb(context: Context, crumbs: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return the way from the first page of this person over the noun of the rail to the page.

    ``crumbs`` are ``{"label", "url"}`` from the noun, or what lies below it, down to the page itself.
    """
    request = context.get("request")
    path = request.path if request else ""
    return {"crumbs": whole(context.get("desk_home") or "", context.get("rail") or (), crumbs or (), path)}


@register.inclusion_tag("components/breadcrumb.html", takes_context=True)
def trail(context: Context, *steps: Any) -> dict[str, Any]:
    """As :func:`breadcrumb`, of ``steps`` written as label, address, label, address …; the page itself has no address.

    A step without a label is left out.
    """
    steps = (*steps, "")
    crumbs = [{"label": label, "url": url} for label, url in zip(steps[::2], steps[1::2], strict=False) if label]
    return breadcrumb(context, crumbs)


def whole(home: str, rail: Sequence[RailItem], crumbs: Sequence[Mapping[str, Any]], path: str) -> list[Any]:
    """Return ``crumbs`` below the first page ``home`` and the noun that the page ``path`` belongs to.

    Neither stands there twice, and the first page itself has none.
    """
    if not home:
        return list(crumbs)
    if path == home:
        return []
    above: list[Any] = [{"label": "首页", "url": home}]
    noun = next((item for item in rail if item.active), None)
    if noun is None:
        return [*above, *crumbs]
    same = [crumb for crumb in crumbs[:1] if _is(noun, crumb)]
    # The way back that the page knows keeps the filters of the list.
    above.append({"label": noun.label, "url": (same[0]["url"] if same else "") or noun.url})
    return [*above, *crumbs[len(same) :]]


def _is(noun: RailItem, crumb: Mapping[str, Any]) -> bool:
    return str(crumb["label"]) == noun.label or urlsplit(str(crumb["url"])).path == urlsplit(noun.url).path
