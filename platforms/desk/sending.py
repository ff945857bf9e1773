"""A list of the desk as a file: exactly what is shown, noted in the log."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from platforms.pages.access import person
from platforms.resources.list_file import Row, list_response, safe
from platforms.services import audit


def send_list(
    request: HttpRequest, title: str, count: int, rows: Iterable[Row], notes: list[Row], kind: str
) -> HttpResponseBase:
    """Send ``rows`` (the heads first, formula-safe) as a file of ``kind``; ``notes`` are what it says about itself."""
    now = timezone.localtime()
    audit.record(verb=f"导出列表：{title}", by=person(request), at=now, reason=f"{count} 条，{kind}")
    about: list[list[Any]] = [
        ["列表", title],
        ["条数", count],
        *(list(note) for note in notes),
        ["导出时间", f"{now:%Y-%m-%d %H:%M}"],
        ["导出人", person(request).name],
    ]
    return list_response(f"{title}-{count}条-{now:%Y%m%d}.{kind}", title, rows, [safe(note) for note in about])
