"""What every request passes: where it came from, how long a session lives, which pages may be kept."""

import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode

from ningbo_windows.typed_text import typed_page, typed_texts
from ningbo_windows.unavailable import unavailable, why_unavailable
from ningbo_windows.way_back import way_back
from platforms.client_address import client_address, request_address
from platforms.notices.clauses import citing
from platforms.pages.access import asked_by_page
from platforms.storable import is_storable

Handler = Callable[[HttpRequest], HttpResponse]

_UNSTORABLE = "提交的内容中含有无法保存的字符，没有保存，请返回上一页，删除后重新提交。"
LAST_SEEN, LOGGED_IN = "last_seen", "logged_in"
#: Seconds after which a session is told again that somebody is there.
SEEN_EVERY = 15


class TroubleMiddleware:
    """Give each request its address, and each failure a Chinese page with a number that the log knows too."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_address.set(client_address(request))
        try:
            if "\x00" in request.get_full_path() or "%00" in request.get_full_path():
                return _refused(request, 400, {"reason": "地址中含有无效字符。"})
            if _length_of(request) > settings.REQUEST_MAX_BYTES:
                # Before anything reads it: what is read is also written to disk.
                return _refused(request, 413, {"limit": _megabytes(settings.REQUEST_MAX_BYTES)})
            # What the last request of this thread cited is forgotten.
            with citing(None):
                return self.get_response(request)
        finally:
            request_address.reset(token)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return failure_page(request, error)


def failure_page(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Return the page that says in words what failed, or None for a failure that has no words of its own."""
    if isinstance(error, (RequestDataTooBig, TooManyFieldsSent)):
        return _refused(request, 413, {})
    # The words are those of PostgreSQL and Python.
    nul = isinstance(error, DatabaseError | ValueError) and "NUL" in str(error)
    half = isinstance(error, UnicodeEncodeError) and "surrogates" in error.reason
    if nul or half:
        return _unstorable(request)
    sentence = why_unavailable(error)
    return unavailable(request, sentence) if sentence else None


class StorableTextMiddleware:
    """Let no text in that cannot be kept: from addresses, cookies and names of files here, from forms in their fields.

    A form says so beside the field and keeps what was typed; what no field looked at ends here too, and not in a 500.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Before a session is looked up by its cookie.
        if all(map(is_storable, request.COOKIES.values())):
            return self.get_response(request)
        return _refused(request, 400, {"reason": "浏览器发来的内容中含有无效字符。"})

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Look at what was sent, after the check that it was sent by a page of ours."""
        try:
            sent = list(_texts(request.GET))
            if not _asks_interface(request):  # its bodies are no forms
                sent += [str(file.name) for _, files in request.FILES.lists() for file in files]
                sent += request.POST
        except (RequestDataTooBig, TooManyFieldsSent):
            return _refused(request, 413, {})
        return None if all(map(is_storable, sent)) else _unstorable(request)


def _unstorable(request: HttpRequest) -> HttpResponse:
    """Answer a text that cannot be kept and that no field looked at."""
    if asked_by_page(request):
        return HttpResponse(_UNSTORABLE, status=400, content_type="text/plain; charset=utf-8")
    return _refused(request, 400, {"reason": _UNSTORABLE})


def _texts(fields: QueryDict) -> Iterator[str]:
    for name, values in fields.lists():
        yield name
        yield from values


def _refused(request: HttpRequest, status: int, context: dict[str, str]) -> HttpResponse:
    """Return the page of ``status``, or one sentence to a program that asks the interface."""
    if not _asks_interface(request):
        return render(request, f"{status}.html", context | way_back(request), status=status)
    limit = f"，上限为 {context['limit']}" if "limit" in context else ""
    return _plain_answer(status, context.get("reason", f"请求内容过大{limit}。"))


def _asks_interface(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _plain_answer(status: int, detail: str) -> HttpResponse:
    return JsonResponse({"detail": detail}, status=status, json_dumps_params={"ensure_ascii": False})


def _length_of(request: HttpRequest) -> int:
    """Return how many bytes the request says that it carries; a length that is no number counts as none."""
    text = str(request.META.get("CONTENT_LENGTH") or "")
    return int(text) if text.isascii() and text.isdigit() else 0


def _megabytes(size: int) -> str:
    return f"{size // 1024 // 1024} MB"


class SessionLimitMiddleware:
    """End a session after idling and after a day's work, whatever background calls are made.

    A request with the header ``X-Background`` (polling, a save that is tried again) is no sign of life; the save of
    what somebody is typing is one.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = time.time()
        started = request.session.setdefault(LOGGED_IN, now)
        seen = request.session.setdefault(LAST_SEEN, now)
        # A clock set back must not keep a session alive for ever.
        idle, age = abs(now - seen), abs(now - started)
        if idle > settings.SESSION_IDLE_SECONDS or age > settings.SESSION_ABSOLUTE_SECONDS:
            logout(request)
            if asked_by_page(request):
                return HttpResponse("登录已超时，请重新登录。", status=401)
            texts = typed_texts(request)
            target = f"{settings.LOGIN_URL}?{urlencode({'next': request.path if request.method == 'GET' else '/'})}"
            if texts:
                said = ["登录已超时，请重新登录。"]
                return typed_page(request, said, texts, go_on=target, verb="重新登录", status=401)
            messages.info(request, "登录已超时，请重新登录。")
            return HttpResponseRedirect(target)
        if not request.headers.get("X-Background") and now - seen > SEEN_EVERY:
            request.session[LAST_SEEN] = now
        return self.get_response(request)


class FirstPasswordMiddleware:
    """Let nobody work on a password that somebody else has seen: it must be changed first, at every door."""

    WORK = ("/admin/", "/desk/")
    OPEN = ("/admin/password_change/", "/admin/logout/", "/admin/jsi18n/")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        waits = request.user.is_authenticated and request.user.must_change_password
        if not waits or not request.path.startswith(self.WORK) or request.path.startswith(self.OPEN):
            return self.get_response(request)
        if asked_by_page(request):
            return HttpResponse("请先修改初始密码。", status=403)
        if request.method == "GET":
            messages.info(request, "这是初始密码，请先修改，修改后即可使用系统。")
        return HttpResponseRedirect("/admin/password_change/")


class PrivatePagesMiddleware:
    """Keep what a person sees after login, and all links of operating units, out of every cache."""

    PRIVATE = ("/admin/", "/desk/", "/fill/")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(self.PRIVATE) or request.user.is_authenticated:
            response["Cache-Control"] = "no-store, private"
        return response


class LookAheadMiddleware:
    """Let a HEAD change nothing: who only asks what a download would be has not read it, and no log says so.

    The answer is made as for a GET, so that its headers are the same, and all that it wrote is taken back.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "HEAD" or not request.path.startswith(PrivatePagesMiddleware.PRIVATE):
            return self.get_response(request)
        with transaction.atomic():
            response = self.get_response(request)
            transaction.set_rollback(True)
        return response
