"""Work in the background at the desk: the list of one's own, how far a job is, its file; and whether workers live."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from platforms.background import queries
from platforms.background.choices import UNFINISHED, JobState
from platforms.background.services import jobs
from platforms.errors import Refusal
from platforms.models import Job, User
from platforms.moments import moment
from platforms.pages.access import asked_by_page, current_user, officer
from platforms.pages.files import send_kept
from platforms.pages.lists import Column, Filter, ListPage, leads_to, when, word
from platforms.tones import Tone

TONES: dict[str, Tone] = {
    JobState.WAITING: "neutral",
    JobState.RUNNING: "wait",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
}
NOBODY_COMES = "后台处理程序未运行，请告知系统管理员。本项已登记，程序恢复后自动处理，无须重新提交。"
#: What the system administrator does about it.
NOT_RUNNING = "后台处理程序未运行：已提交的事项不会丢失，启动后自动处理。启动方法见《部署与运维》“后台处理程序”。"


class Jobs(ListPage):
    """What one asked for."""

    title = noun = label = "后台处理"
    unit = "项"
    lead = "耗时较长的导入、导出和打印在后台处理，可离开页面，完成后列入待办。结果保留 7 天。"
    place = "desk:background"
    filters = (Filter("state", "状态", words=dict(JobState.choices)),)
    columns = (
        Column("事项", "title"),
        Column("状态", word("state", JobState)),
        Column("提交时间", when("created_at")),
        Column("结束时间", when("finished_at")),
        Column("结果", "sentence"),
    )
    link = leads_to("desk:background_job", "pk")
    none_yet = "暂无后台处理事项。"

    def rows(self) -> QuerySet[Any]:
        rows = queries.of(self.user)
        return rows.filter(state=self.values["state"]) if self.values["state"] else rows


index = officer("platforms.view_job")(require_safe(Jobs.page))


def _mine(user: User, key: int) -> Job:
    return get_object_or_404(queries.of(user), pk=key)


@officer("platforms.view_job")
@require_safe
def job(request: HttpRequest, key: int) -> HttpResponse:
    """Show how far a job is, and once it ended what came of it."""
    now, row = timezone.now(), _mine(current_user(request), key)
    is_open = row.state in UNFINISHED
    if not is_open and row.seen_at is None and not asked_by_page(request):
        jobs.look_at(job=row, at=now)
    context = {
        "crumbs": [{"label": Jobs.title, "url": reverse("desk:background")}, {"label": row.title, "url": ""}],
        "job": row,
        "is_open": is_open,
        # What is written in one transaction cannot be counted while it is.
        "is_blind": row.state == JobState.RUNNING and not row.done,
        "tone": TONES[row.state],
        "pairs": _pairs(row, now),
        "moves": _moves(row),
        "warning": NOBODY_COMES if queries.nobody_comes(row, at=now) else "",
    }
    return render(request, "background/job.html", context)


def _pairs(row: Job, now: datetime) -> list[dict[str, Any]]:
    took = ((row.finished_at or now) - row.started_at).total_seconds() if row.started_at else 0
    pairs = [
        ("提交时间", moment(row.created_at)),
        ("开始时间", moment(row.started_at)),
        ("结束时间", moment(row.finished_at)),
        ("用时", f"{took:.0f} 秒" if row.started_at else ""),
        ("文件", row.shown_name),
        ("故障编号", row.error_number),
    ]
    return [{"label": label, "value": value} for label, value in pairs if value]


def _moves(row: Job) -> list[dict[str, Any]]:
    moves: list[dict[str, Any]] = []
    if row.stored_name:
        moves.append({"label": "下载", "url": reverse("desk:background_file", args=[row.pk]), "kind": "main"})
    if row.address:
        label = "查看检查结果" if row.by_post else "查看结果"
        moves.append({"label": label, "url": row.address, "kind": "main", "post": row.by_post})
    if row.may_restart:
        url = reverse("desk:background_restart", args=[row.pk])
        moves.append({"label": "重新处理", "url": url, "kind": "main", "post": True})
    return moves


@officer("platforms.view_job")
@require_safe
def file(request: HttpRequest, key: int) -> HttpResponseBase:
    """Send the file of a job; each time is in the log."""
    user = current_user(request)
    row = get_object_or_404(queries.of(user).exclude(stored_name=""), pk=key)
    answer, now = send_kept(row), timezone.now()
    jobs.note_download(job=row, by=user, at=now)
    jobs.look_at(job=row, at=now)
    return answer


@officer("platforms.view_job")
@require_POST
def restart(request: HttpRequest, key: int) -> HttpResponse:
    """Ask again for a job that failed."""
    user = current_user(request)
    row = _mine(user, key)
    try:
        jobs.restart(job=row, by=user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已重新提交“{row.title}”。")
    return redirect("desk:background_job", row.pk)


@officer("platforms.view_worker")
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """Show whether a worker lives and how much waits; nothing of what it is."""
    health = queries.health(at=timezone.now())
    pairs = [
        {"label": "运行中的程序", "value": health.workers, "unit": "个"},
        {"label": "最近联系", "value": moment(health.heard_at) or "从未联系"},
        {"label": "等待处理", "value": health.waiting, "unit": "项"},
        {"label": "最早提交", "value": moment(health.waiting_since) or "无"},
        {"label": "正在处理", "value": health.running, "unit": "项"},
        {"label": "24 小时内未完成", "value": health.failed, "unit": "项"},
    ]
    context = {
        "crumbs": [{"label": "运行状况", "url": ""}],
        "pairs": pairs,
        "is_alive": health.is_alive,
        "warning": "" if health.is_alive else NOT_RUNNING,
    }
    return render(request, "background/state.html", context)
