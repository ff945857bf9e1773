"""A list as a file: exactly what is shown, noted in the log."""

from collections.abc import Iterable, Sequence
from typing import cast

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from platforms.audit.services import audit
from platforms.excel.list_file import Row, list_response, safe
from platforms.models import User
from platforms.pages.made_later import counted as counted_rows
from platforms.pages.made_later import is_too_long, made_later, note

#: Characters of a reason in the log.
_MOST_REASON = 200


def send_list(
    request: HttpRequest,
    title: str,
    count: int | None,
    rows: Iterable[Row],
    notes: Sequence[Row],
    kind: str,
    *,
    unit: str = "条",
    narrowed: str = "",
    target: Model | None = None,
    name: str = "",
) -> HttpResponseBase:
    """Send ``rows`` (the heads first, formula-safe) as a file of ``kind``; ``notes`` are what it says about itself.

    ``count`` is None where counting costs more than it tells; ``narrowed`` says in words what the list is narrowed to;
    ``target`` is the row that it is a list of, if it is one's; ``name`` begins the file's name, else the title does.
    A long workbook is made in the background; a csv flows from its first line on, however long it is.
    """
    if kind == "xlsx" and is_too_long(request, count, settings.ROWS_SENT_AT_ONCE):
        return made_later(request, f"导出列表：{title}", total=count or 0, unit=unit)
    now, user = timezone.localtime(), cast(User, request.user)
    counted = "" if count is None else f"{count} {unit}"
    said = [counted, kind, f"筛选：{narrowed}" if narrowed else ""]
    reason = "，".join(filter(None, said))[:_MOST_REASON]
    note(request, lambda: audit.record(verb=f"导出列表：{title}", by=user, at=now, target=target, reason=reason))
    about: list[Row] = [
        ["列表", title],
        *([] if count is None else [["条数" if unit == "条" else f"条数（{unit}）", count]]),
        *notes,
        ["筛选条件", narrowed or "无"],
        ["导出时间", f"{now:%Y-%m-%d %H:%M}"],
        ["导出人", user.name],
    ]
    name = "-".join(filter(None, [name or title, counted.replace(" ", ""), f"{now:%Y%m%d}"]))
    return list_response(f"{name}.{kind}", title, counted_rows(request, rows), [safe(note) for note in about])
