"""A long file is made in the background by the very view that sends a short one: the worker asks its address again.

Whoever may open the address, the rows, the columns and the line in the log are those of the view, as things stand when
the worker asks.
"""

from collections.abc import Callable, Iterable
from email.message import Message
from tempfile import TemporaryFile
from typing import TypeVar, cast

from django.contrib import messages
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import resolve

from platforms.errors import Refusal
from platforms.pages.in_background import Work, background, later

GONE = "该文件已不存在，或您已没有取得它的权限，未生成文件。"
NO_FILE = "未能生成文件，请返回原页面核对后重新提交。"

Item = TypeVar("Item")


def is_too_long(request: HttpRequest, count: int | None, most: int) -> bool:
    """Say whether ``count`` is more than a request should make; a worker makes all."""
    return work_of(request) is None and request.method == "GET" and count is not None and count > most


def made_later(request: HttpRequest, title: str, *, total: int, unit: str = "行") -> HttpResponseBase:
    """Hand the file at this address to the background and lead to the page that says how far it is."""
    asked = {"path": request.path, "query": request.GET.urlencode()}
    try:
        return later(request, make_file, title, total=total, unit=unit, asked=asked)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:background")


@background
def make_file(work: Work) -> None:
    """Ask the address as the person and keep what it answers."""
    request = _request(work)
    try:
        view, args, kwargs = resolve(request.path_info)
        answer = view(request, *args, **kwargs)
    except (PermissionDenied, Http404):
        raise Refusal(GONE) from None
    name = _name_of(answer)
    if answer.status_code != 200 or not name:
        told = [str(each) for each in messages.get_messages(request)]
        raise Refusal("".join(told) or NO_FILE)
    with TemporaryFile() as file:
        for piece in cast("Iterable[bytes]", answer):
            # Read to its end it closes what it opened; closing the answer would end a request, and its connections.
            file.write(piece)
        work.keep(name, File(file), answer["Content-Type"])
    with work.ending():
        work.job.done = work.job.total or work.job.done


def work_of(request: HttpRequest) -> Work | None:
    """Return the work that asks, or None where a browser does."""
    work: Work | None = getattr(request, "work", None)
    return work


def counted(request: HttpRequest, rows: Iterable[Item]) -> Iterable[Item]:
    """Return ``rows``; where a worker asks, it is told how many went by."""
    work = work_of(request)
    return rows if work is None else work.counted(rows)


def note(request: HttpRequest, act: Callable[[], object]) -> None:
    """Write down that a file leaves: now, and where a worker makes it once it is whole."""
    work = work_of(request)
    if work is None:
        act()
    else:
        work.at_end(act)


def _request(work: Work) -> HttpRequest:
    request = HttpRequest()
    request.method, request.user = "GET", work.by
    request.path = request.path_info = work.asked["path"]
    request.META = {"REQUEST_METHOD": "GET", "PATH_INFO": request.path, "QUERY_STRING": work.asked["query"]}
    request.GET = QueryDict(work.asked["query"])
    request.session = SessionStore()
    request._messages = SessionStorage(request)  # type: ignore[attr-defined]
    request.work = work  # type: ignore[attr-defined]
    return request


def _name_of(answer: HttpResponseBase) -> str:
    if not str(answer.get("Content-Disposition", "")).startswith("attachment"):
        return ""
    header = Message()
    header["Content-Disposition"] = answer["Content-Disposition"]
    return str(header.get_filename() or "")
