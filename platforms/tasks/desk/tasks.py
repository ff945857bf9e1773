"""One task of one platform at the desk: what is asked, what was done, and what can be done now; and many at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platforms.audit.queries import events_of, happening
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.files.choices import EvidenceKind
from platforms.files.queries import counts_of, files_of
from platforms.models import Task, TaskTemplate, User
from platforms.moments import moment
from platforms.notices.clauses import activate
from platforms.pages import evidence
from platforms.pages.access import current_user, officer
from platforms.rounds.choices import RoundStatus
from platforms.tasks.desk.forms import DueForm, FinishForm, WhyForm
from platforms.tasks.queries import own_tasks, standing_of
from platforms.tasks.services import phase_dates, tasks

_NOT_OWN = "这个平台的任务由所属区县（市）、管委会办理，您可以查看，不能办理。"


@officer("platforms.view_task")
@require_safe
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, how it stands, its files and its past."""
    return _page(request, _visible(request, pk))


@officer("platforms.change_task")
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark the task as done."""
    row = _own(request, pk)
    form = FinishForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form=form, status=200)
    try:
        tasks.finish(task=row, evidence=form.cleaned_data["evidence"], by=current_user(request), at=timezone.now())
    except Refusal as refusal:
        return _page(request, _visible(request, pk), form=form, refusal=str(refusal), status=409)
    messages.success(request, f"已登记完成：{row.template}（{row.platform}）。")
    return redirect("desk:task", row.pk)


@officer("platforms.add_evidencefile")
@require_POST
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """Take files that prove the task."""
    row = _own(request, pk)
    back = f"{reverse('desk:task', args=[row.pk])}#id_attachments"
    answer, form, refused = evidence.receive(
        request, kind=EvidenceKind.TASK, key=row.pk, region=row.platform.region, back=back
    )
    if answer is not None:
        return answer
    return _page(request, row, upload=form, refused=refused, status=409 if refused else 200)


#: Acts with a page of their own: title, sentence, verb, label of the reason (None: no form), is the reason needed.
ACTS: dict[str, tuple[str, str, str, str, bool]] = {
    "block": ("登记受阻", "将登记这项任务受阻：暂时无法推进，期限照常计算。", "登记受阻", "受阻原因", True),
    "unblock": ("解除受阻", "将解除受阻，任务恢复为待办。", "解除受阻", "解决情况", False),
    "reopen": ("重新打开", "将把已登记完成的任务重新打开，恢复为待办。", "重新打开", "理由", True),
    "due": ("调整期限", "将调整这个平台这项任务的期限，原期限、理由和调整人都会保留。", "调整期限", "理由", True),
}


@officer("platforms.change_task")
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Ask why, then do it."""
    if name not in ACTS:
        raise Http404
    row, user = _visible(request, pk), current_user(request)
    if name == "due" and user.role != Role.CITY:
        raise PermissionDenied("任务期限由市经信局调整。")
    if name not in ("due", "reopen") and not tasks.is_own(row, user):
        raise PermissionDenied(_NOT_OWN)
    if name not in _may(user, row):
        messages.warning(request, f"任务现为“{standing_of(row, timezone.localdate()).text}”，不能{ACTS[name][0]}。")
        return redirect("desk:task", row.pk)
    title, what, verb, label, needed = ACTS[name]
    data = request.POST if request.method == "POST" else None
    form: WhyForm = DueForm(data, label=label) if name == "due" else WhyForm(data, label=label, required=needed)
    refusal = ""
    if data is not None and form.is_valid():
        try:
            _do(name, row, form.cleaned_data, user)
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"已{title}：{row.template}（{row.platform}）。")
            return redirect("desk:task", row.pk)
    context = {
        "base": "desk/base.html",
        "crumbs": [*_trail(row), {"label": title, "url": ""}],
        "title": f"{title}：{row.template}",
        "what": what,
        "names": [str(row.platform)],
        "verb": verb,
        "form": form,
        "refusal": refusal,
        "cancel_url": reverse("desk:task", args=[row.pk]),
    }
    return render(request, "desk/confirm.html", context, status=409 if refusal else 200)


@officer("platforms.change_task")
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """Mark one task (``?template=``) of several platforms as done with one note."""
    key = request.GET.get("template", "")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return redirect("desk:tasks")
    template = get_object_or_404(TaskTemplate.objects.visible_to(request.user).select_related("round"), pk=int(key))
    user, today = current_user(request), timezone.localdate()
    if template.round.status == RoundStatus.PUBLISHED:
        raise PermissionDenied(f"{template.round}结果已公布，阶段任务不能再变动。")
    rows = list(
        own_tasks(user).filter(template=template, done_at__isnull=True).select_related("platform", "template")
        .order_by("platform__code")
    )  # fmt: skip
    form, refusal = FinishForm(), ""
    picked: set[str] = set()
    board = _board_url(template)
    if request.method == "POST":
        form, picked = FinishForm(request.POST), set(request.POST.getlist("task"))
        chosen = [row for row in rows if str(row.pk) in picked]
        if form.is_valid():
            try:
                gone = len(picked) - len(chosen)
                done = tasks.finish_many(
                    tasks=chosen, evidence=form.cleaned_data["evidence"], by=user, at=timezone.now()
                )
                left = f"另有 {gone} 个已办理或不属本地区，没有变动。" if gone else ""
                messages.success(request, f"已登记 {len(done)} 个平台完成“{template}”。{left}")
                return redirect(board)
            except Refusal as refused:
                refusal = str(refused)
    counts = counts_of(EvidenceKind.TASK, [row.pk for row in rows]) if template.needs_file else {}
    context = {
        "crumbs": [{"label": "阶段", "url": board}, {"label": "批量登记", "url": ""}],
        "template": template,
        "lines": [
            {
                "task": row,
                "standing": standing_of(row, today),
                "ticked": str(row.pk) in picked,
                "may": not template.needs_file or row.pk in counts,
            }
            for row in rows
        ],
        "form": form,
        "refusal": refusal,
        "back_url": board,
    }
    return render(request, "tasks/tasks_bulk.html", context, status=409 if refusal else 200)


def _page(
    request: HttpRequest,
    row: Task,
    *,
    form: FinishForm | None = None,
    refusal: str = "",
    upload: evidence.EvidenceForm | None = None,
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    user, standing = current_user(request), standing_of(row, timezone.localdate())
    may = _may(user, row)
    past = [happening(event) for event in events_of(row)[:50]]
    open_to_me = tasks.is_own(row, user) and not _settled(row)
    moves = [
        {"label": ACTS[name][0], "url": reverse("desk:task_act", args=[row.pk, name]), "kind": "plain"} for name in may
    ]
    context = {
        "crumbs": _trail(row),
        "task": row,
        "title": row.template.title,
        "region": row.platform.name,
        "state": {"label": standing.text, "tone": standing.tone},
        "moves": moves,
        "pairs": _pairs(row),
        "form": (form or FinishForm()) if open_to_me and row.done_at is None else None,
        "refusal": refusal,
        "evidence": evidence.panel(
            files_of(EvidenceKind.TASK, row.pk),
            action=reverse("desk:task_files", args=[row.pk]) if open_to_me else "",
            form=upload,
            refused=refused or [],
        ),
        "events": [{"when": moment(each.when), "who": each.who, "what": each.what, "why": _why(each)} for each in past],
        "dates": [
            {
                "when": moment(each.changed_at),
                "who": each.changed_by.name,
                "what": f"{each.old.isoformat()} 改为 {each.new.isoformat()}",
                "why": each.reason,
            }
            for each in row.date_changes.select_related("changed_by")
        ],
    }
    return render(request, "tasks/task.html", context, status=status)


def _why(event: Any) -> str:
    told = [f"{each.label}：{each.new}" for each in event.changes if each.label == "完成情况" and each.new]
    return "；".join([event.why, *told] if event.why else told)


def _pairs(row: Task) -> list[dict[str, Any]]:
    template = row.template
    pairs = [
        {"label": "窗口平台", "value": f"{row.platform.name}（{row.platform.code}）"},
        {"label": "地区", "value": row.platform.region.name if row.platform.region else "市级"},
        {"label": "阶段", "value": f"{template.round} {template.phase_label}"},
        {"label": "完成标准", "value": template.proof},
        {"label": "依据", "value": template.clause},
        {"label": "完成期限", "value": day_in_words(row.due_on)},
        {"label": "佐证材料", "value": "须上传文件" if template.needs_file else "可以上传文件"},
    ]
    if row.done_at is not None and row.done_by is not None:
        pairs += [
            {"label": "完成情况", "value": row.evidence},
            {"label": "登记完成", "value": f"{moment(row.done_at)}，{row.done_by.name}"},
        ]
    if row.blocked_at is not None and row.blocked_by is not None:
        pairs += [
            {"label": "受阻原因", "value": row.blocked_reason},
            {"label": "受阻时间", "value": f"{moment(row.blocked_at)}起，{row.blocked_by.name}登记"},
        ]
    return [pair for pair in pairs if pair["value"]]


def _may(user: User, row: Task) -> list[str]:
    """Return the acts that ``user`` can do with ``row`` as it stands."""
    if _settled(row) or not user.has_perm("platforms.change_task"):
        return []
    own, by_city = tasks.is_own(row, user), user.role == Role.CITY
    tests: dict[str, Callable[[], bool]] = {
        "block": lambda: own and row.done_at is None,
        "unblock": lambda: own and row.blocked_at is not None,
        "reopen": lambda: (own or by_city) and row.done_at is not None,
        "due": lambda: by_city and row.done_at is None,
    }
    return [name for name, test in tests.items() if test()]


def _do(name: str, row: Task, data: dict[str, Any], user: User) -> None:
    services: dict[str, Callable[..., Any]] = {"block": tasks.block, "unblock": tasks.unblock, "reopen": tasks.reopen}
    if name == "due":
        phase_dates.move_task(task=row, due_on=data["due_on"], reason=data["reason"], by=user, at=timezone.now())
    else:
        services[name](task=row, reason=data["reason"], by=user, at=timezone.now())


def _settled(row: Task) -> bool:
    return row.template.round.status == RoundStatus.PUBLISHED


def _visible(request: HttpRequest, pk: int) -> Task:
    rows = Task.objects.visible_to(request.user).filter(dropped=False)
    rows = rows.select_related("platform__region", "template__round", "done_by", "blocked_by")
    found: Task = get_object_or_404(rows, pk=pk)
    activate(found.template.round.notice_id)
    return found


def _own(request: HttpRequest, pk: int) -> Task:
    row = _visible(request, pk)
    if not tasks.is_own(row, current_user(request)):
        raise PermissionDenied(_NOT_OWN)
    return row


def _board_url(template: TaskTemplate) -> str:
    return f"{reverse('desk:tasks')}?year={template.round.year}&phase={template.phase}"


def _trail(row: Task) -> list[dict[str, str]]:
    here = reverse("desk:task", args=[row.pk])
    return [{"label": "阶段", "url": _board_url(row.template)}, {"label": f"{row.template}", "url": here}]
