"""After an act the next: what waits for the same act, in the order of the list that one came from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.template.loader import render_to_string

#: Names in an address the filters, search, order and place of the list that one came from; the back office's own name.
LIST = "_changelist_filters"
#: So many rows are looked at one by one for whether a person may act on them.
MOST_LOOKED_AT = 200
#: Sent with an act: show what waits next instead of what was acted on.
GO_ON = "go_on"


@dataclass(frozen=True)
class Ahead:
    """What waits after one row: the address of the next one, empty where none does, and how many are left."""

    url: str = ""
    left: int = 0


def ahead(keys: Sequence[Any], here: Any, url_of: Callable[[Any], str]) -> Ahead:
    """Return what waits after ``here``; ``keys`` are those of all that waits, in the order of the list.

    After the last one comes the first. ``here`` itself is not counted, whether it is among ``keys`` or not.
    """
    place = keys.index(here) if here in keys else -1
    rest = [*keys[place + 1 :], *keys[: max(place, 0)]]
    return Ahead(url_of(rest[0]), len(rest)) if rest else Ahead()


def kept(request: HttpRequest, url: str) -> str:
    """Return ``url`` with the filters that this request carries of the list it came from."""
    filters = request.GET.get(LIST, "")
    return f"{url}?{urlencode({LIST: filters})}" if filters else url


def back_to(request: HttpRequest, url: str) -> str:
    """Return the list at ``url`` as one left it: the same filters, order and page."""
    filters = request.GET.get(LIST, "")
    return f"{url}?{filters}" if filters else url


def tell(request: HttpRequest, what: str, *, next: Ahead, unit: str, list_url: str = "", done_url: str = "") -> None:
    """Say what was done; below it stand the next one that waits, what was acted on (``done_url``), and the list."""
    if not next.url and not done_url:
        messages.success(request, what)
        return
    context = {"what": what, "next": next, "unit": unit, "list_url": list_url, "done_url": done_url}
    messages.success(request, render_to_string("components/done_next.html", context))
