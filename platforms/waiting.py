"""A list narrowed to what waits for the person who reads it, as a line of 待办 leads to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Model, QuerySet
from django.http import HttpRequest

if TYPE_CHECKING:
    from platforms.models import User

#: The parameter of the address that names what waits.
PARAMETER = "waiting"


@dataclass(frozen=True)
class Narrowed:
    """What a list is narrowed to: the ``keys`` of its rows, of the ``model``, and what is to be done with them."""

    model: type[Model]
    text: str
    keys: QuerySet


#: Says what a name in an address stands for; filled at the start, since what waits is known above all lists.
FINDERS: "list[Callable[[User, str], Narrowed | None]]" = []


def narrowed_to(request: HttpRequest, model: type[Model]) -> Narrowed | None:
    """Return what the address narrows a list of ``model`` to; a name that stands for nothing there narrows nothing."""
    name = request.GET.get(PARAMETER, "")
    if not name or not request.user.is_authenticated:
        return None
    for find in FINDERS:
        found = find(request.user, name)
        if found is not None and found.model is model:
            return found
    return None
