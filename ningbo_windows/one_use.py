"""A press of a button is carried out once: the second one is answered with what the first one made (T12).

The claim on a press and what the press does are one transaction: of presses that come at the same moment one is
carried out, the others wait and are led to what it made. A refused press gives its claim back.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ningbo_windows.middleware import Handler, failure_page
from ningbo_windows.typed_text import keep_typed, told
from platforms.accounts.services import presses
from platforms.files.services import scanner
from platforms.models import Press, User
from platforms.one_use import KEY, Outcome

View = Callable[..., HttpResponse]

DOORS = ("/admin/", "/desk/", "/fill/", "/complaints/")
#: Of these the session itself is the subject.
LEFT_OUT = ("/admin/login/", "/admin/logout/", "/admin/password_change/")
ALREADY_DONE = "这项操作刚才已经办理，没有重复办理。以下是首次提交的结果。"
#: Longest form; the key of ours has 22 characters.
LONGEST_KEY = 64
#: Stands for the token of a fill link, which is stored nowhere.
TOKEN = "<token>"  # noqa: S105 - a placeholder
REFUSED = (PermissionDenied, Http404, BadRequest, SuspiciousOperation)


class OneUseMiddleware:
    """Carry out each POST of a form once; the views say in ``platforms/one_use.py`` where it is otherwise."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return keep_typed(request, self.get_response(request))

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        digest = self._digest(request, view)
        if not digest:
            return None
        try:
            return self._once(request, digest, lambda: view(request, *args, **kwargs), str(kwargs.get("token", "")))
        except REFUSED:
            raise
        except Exception as error:
            # Django asks the middleware about failures of views, but not about those of middleware.
            if (answer := failure_page(request, error)) is None:
                raise
            return answer

    def _digest(self, request: HttpRequest, view: View) -> str:
        """Return what this press is known by, or nothing where it may be made any number of times."""
        if request.method != "POST" or not request.path.startswith(DOORS) or request.path.startswith(LEFT_OUT):
            return ""
        if getattr(view, "repeatable", False):
            return ""
        is_known = request.user.is_authenticated
        if not is_known and request.path.startswith(("/admin/", "/desk/")):
            return ""
        try:
            key = request.POST.get(KEY, "")
            key = key if len(key) <= LONGEST_KEY else ""
            if not key and not _creates(request, view):
                return ""
            parts = [key, request.get_full_path(), request.user.pk if is_known else None, list(_content(request))]
        except SuspiciousOperation:
            # Too large or broken: the view says so.
            return ""
        return salted_hmac("press", json.dumps(parts), algorithm="sha256").hexdigest()

    def _once(self, request: HttpRequest, digest: str, act: Callable[[], HttpResponse], token: str) -> HttpResponse:
        by = request.user if isinstance(request.user, User) else None
        route = (request.resolver_match.route if request.resolver_match else "")[:200]
        refusal: Exception | None = None
        answer = HttpResponse()
        if by is not None:
            for upload in (each for _, files in request.FILES.lists() for each in files):
                scanner.ask_first(cast(BinaryIO, upload))
        with transaction.atomic():
            press = presses.claim(digest=digest, route=route, by=by, at=timezone.now())
            if press is not None:
                try:
                    answer = act()
                except REFUSED as refused:
                    # What the view wrote about the refusal stays.
                    refusal = refused
                outcome = None if refusal else _outcome(request, answer)
                if outcome is None:
                    presses.release(press=press)
                else:
                    target = outcome.record.replace(token, TOKEN) if token else outcome.record
                    presses.settle(press=press, target=target, note=outcome.note)
        if refusal is not None:
            raise refusal
        return answer if press is not None else _repeated(request, presses.carried_out(digest), token)


def _creates(request: HttpRequest, view: View) -> bool:
    """Say whether a view makes rows: one that says so itself, or an add page of the back office."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    return getattr(view, "creates", False) or (request.path.startswith("/admin/") and str(name).endswith("_add"))


def _content(request: HttpRequest) -> Iterator[list[Any]]:
    """Yield what was typed: names and values, and files by their content."""
    for name in sorted(request.POST):
        if name not in (KEY, "csrfmiddlewaretoken"):
            yield [name, request.POST.getlist(name)]
    for name in sorted(request.FILES):
        for upload in request.FILES.getlist(name):
            digest = hashlib.sha256()
            for chunk in upload.chunks():
                digest.update(chunk)
            upload.seek(0)
            yield [name, upload.name, digest.hexdigest()]


def _outcome(request: HttpRequest, answer: HttpResponse) -> Outcome | None:
    """Return where a press led to that was carried out, or None for one that was refused."""
    outcome: Outcome | None = getattr(answer, "outcome", None)
    if outcome is not None or not isinstance(answer, HttpResponseRedirect):
        return outcome
    is_refused, _ = told(request)
    return None if is_refused else Outcome(answer.url, "")


def _repeated(request: HttpRequest, press: Press | None, token: str) -> HttpResponse:
    """Lead to what the first press made."""
    messages.info(request, f"{ALREADY_DONE}{press.note if press is not None else ''}")
    target = press.target if press is not None else ""
    return HttpResponseRedirect(target.replace(TOKEN, token) if target else request.get_full_path())
