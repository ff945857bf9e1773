"""Who comes in at the desk, and to which application.

Somebody else's application is 404, one that may be seen but not changed is 403 with a sentence saying why.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from ningbo_windows.middleware import asked_by_page
from platforms.models import Application, User
from platforms.services.ownership import is_own
from platforms.workflow import APPLICATION, Move

View = Callable[..., HttpResponseBase]


def officer(permission: str = "platforms.view_application") -> Callable[[View], View]:
    """Let in who holds ``permission``: others get 403, who is not logged in goes to the login."""

    def wrap(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if asked_by_page(request):
                    return HttpResponse("登录已过期，请重新登录。", status=401)
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perm(permission):
                raise PermissionDenied("申报工作台供区县(市)、管委会和市经信局的经办人员使用，您的角色没有这项权限。")
            try:
                return view(request, *args, **kwargs)
            except NotNow as late:
                messages.warning(request, str(late))
                return redirect("desk:application", late.application.number)

        return inner

    return wrap


def person(request: HttpRequest) -> User:
    """Return who is at the desk; :func:`officer` has made sure that it is somebody."""
    return cast(User, request.user)


def visible_application(request: HttpRequest, number: str) -> Application:
    """Return the application called ``number`` if this person may see it, else answer 404."""
    rows = Application.objects.visible_to(request.user).select_related("round", "region", "town", "park", "created_by")
    return get_object_or_404(rows, number=number)


def why_closed(user: User, application: Application) -> str:
    """Return why ``user`` cannot change the form of ``application`` now, or nothing if it can be changed."""
    if not user.has_perm("platforms.change_application") or not is_own(application, user):
        return "这份申报表由所属区县(市)、管委会填写，您可以查看，不能修改。"
    if not application.is_editable:
        return f"申报表现为“{application.get_status_display()}”，不能修改；需要修改的，请联系市经信局退回。"
    return ""


def own_application(request: HttpRequest, number: str, *, editable: bool = True) -> Application:
    """Return the application called ``number`` if it is this person's to write, else 404 or 403.

    With ``editable`` it must also be a draft or returned. A form that is being sent is checked by the service instead,
    so that what was typed is shown again beside the refusal.
    """
    application = visible_application(request, number)
    user = person(request)
    reason = why_closed(user, application)
    if reason and (editable or not is_own(application, user)):
        raise PermissionDenied(reason)
    return application


def open_moves(user: User, application: Application) -> list[Move]:
    """Return the moves that ``user`` can make at the desk: those of the table, on an application of its own.

    Accepting and returning is the work of the back office, where the whole file is laid out.
    """
    if not is_own(application, user):
        return []
    return [
        move
        for move in APPLICATION.open_to(status=application.status, role=user.role)
        if user.has_perm(move.permission) and move.name in ("submit", "resubmit", "withdraw")
    ]


class NotNow(Exception):
    """The move is this person's to make, but not in the state that the application is in now."""

    def __init__(self, application: Application, move: Move) -> None:
        super().__init__(f"申报表现为“{application.get_status_display()}”，不能再办理“{move.label}”，没有作任何改动。")
        self.application = application


def movable_application(request: HttpRequest, number: str, name: str) -> Application:
    """Return the application called ``number`` if this person can make the move ``name`` now, else 404 or 403.

    Raises:
        NotNow: it is the person's own, but in another state; :func:`officer` leads back to it with the sentence.
    """
    application, user = visible_application(request, number), person(request)
    move = APPLICATION.move(name)
    if not is_own(application, user) or user.role not in move.actors or not user.has_perm(move.permission):
        raise PermissionDenied(f"这份申报表由所属区县(市)、管委会办理，您不能办理“{move.label}”。")
    if application.status not in move.sources:
        raise NotNow(application, move)
    return application
