"""Who comes in at the desk, what a page in the background gets, and the line in the security log for who may not."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from platforms.accounts.services.failure_log import record_failure
from platforms.log_filter import hide_keys
from platforms.models import User

View = Callable[..., HttpResponseBase]


class NotNow(Exception):
    """A move is this person's to make, but not in the state that its subject is in now; ``back`` is the page of it."""

    def __init__(self, sentence: str, *, back: str) -> None:
        super().__init__(sentence)
        self.back = back


def asked_by_page(request: HttpRequest) -> bool:
    """Say whether a page asks that stands open, so that it must not get another page in return."""
    return bool(request.headers.get("X-Background") or request.headers.get("HX-Request"))


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
                raise PermissionDenied("申报工作台供区县（市）、管委会和市经信局的经办人员使用，您的角色没有这项权限。")
            try:
                return view(request, *args, **kwargs)
            except NotNow as late:
                messages.warning(request, str(late))
                return redirect(late.back)

        return inner

    return wrap


def current_user(request: HttpRequest) -> User:
    """Return who is at the desk; :func:`officer` has made sure that it is somebody."""
    return cast(User, request.user)


def log_denial(request: HttpRequest) -> None:
    """Leave the line in the security log that somebody asked for what is not theirs to do."""
    user = getattr(request, "user", None)
    record_failure(
        verb="访问被拒绝",
        by=user if isinstance(user, User) else None,
        at=timezone.now(),
        code=hide_keys(request.path)[:60],
        reason=request.method or "",
    )
