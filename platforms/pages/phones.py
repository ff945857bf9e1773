"""Numbers of people that a page shows starred: one is shown in full on a press, and the log says to whom.

A room adds its own by a name and a :class:`Numbers` in :data:`NUMBERS`; its pages show ``components/phone.html`` with
what :func:`starred` returns, and ``components/phone_form.html`` once. Lists and files never hold more than the stars.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from platforms.accounts.services import phones
from platforms.errors import Refusal
from platforms.masking import mask_phone
from platforms.models import User
from platforms.pages.access import current_user, officer


@dataclass(frozen=True)
class Numbers:
    """One kind of numbers: the ``rows`` that a person reads and the ``permission`` for that, and of a row its number,
    what the log calls it (``code``), ``whose`` the number is, with a masked name, and what ``stars`` leave of it."""

    rows: Callable[[User], QuerySet[Any]]
    permission: str
    number: Callable[[Any], str]
    code: Callable[[Any], str]
    whose: Callable[[Any], str]
    stars: Callable[[str], str] = mask_phone


NUMBERS: dict[str, Numbers] = {}


def visible(model: type[models.Model]) -> Callable[[User], QuerySet[Any]]:
    """Return the rows of ``model`` that a person sees."""
    return lambda user: model._default_manager.visible_to(user)  # type: ignore[attr-defined]


def may_show(user: User) -> bool:
    """Say whether ``user`` may have a number shown at all."""
    return user.has_perm(phones.PERMISSION)


def starred(kind: str, row: Any, *, shows: bool) -> dict[str, str]:
    """Return the number of ``row`` for ``components/phone.html``: starred, and where it is shown if it ``shows``."""
    numbers = NUMBERS[kind]
    text = numbers.stars(numbers.number(row))
    return {
        "text": text,
        "url": reverse("desk:phone", args=[kind, row.pk]) if shows and text != numbers.number(row) else "",
        "whose": numbers.whose(row),
    }


@officer(phones.PERMISSION)
@require_POST
def show(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show one number, this once."""
    user = current_user(request)
    if kind not in NUMBERS:
        raise Http404
    numbers = NUMBERS[kind]
    if not user.has_perm(numbers.permission):
        raise PermissionDenied("您的角色不能查看这一类记录。")
    row = get_object_or_404(numbers.rows(user), pk=pk)
    code, whose = numbers.code(row), numbers.whose(row)
    try:
        number = phones.show(target=row, code=code, whose=whose, number=numbers.number(row), by=user, at=timezone.now())
    except Refusal as refusal:
        raise Http404(str(refusal)) from refusal
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = ""
    context = {
        "crumbs": [{"label": "手机号", "url": ""}],
        "whose": f"{code} {whose}",
        "number": number,
        "back": back,
    }
    return render(request, "desk/phone.html", context)
