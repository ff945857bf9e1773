"""Calls after a service at the desk: the samples, drawing one, its list and file, and entering call after call."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from platforms.choices import Role
from platforms.desk.follow_up_forms import CallForm, SampleForm
from platforms.desk.follow_up_words import (
    answer_pairs,
    call_columns,
    call_row,
    differences_of,
    file_rows,
    record_pairs,
    rule_pairs,
    sample_row,
)
from platforms.errors import Refusal, StaleVersion
from platforms.models import FollowUp, FollowUpSample, Platform, Region, User
from platforms.one_use import creates
from platforms.pages.access import officer, person
from platforms.queries import follow_ups as queries
from platforms.queries.follow_ups import DIFFERENT, OPEN
from platforms.queries.standings import lately_in_operation
from platforms.resources.list_file import list_response
from platforms.services import audit, follow_ups
from platforms.supervision_choices import FollowUpResult

PAGE = 50
STATES = ((OPEN, "待回访"), *FollowUpResult.choices, (DIFFERENT, "与记录不符"))
COLUMNS = [
    {"label": "样本编号"}, {"label": "抽样范围"}, {"label": "服务日期"}, {"label": "样本量", "unit": "条", "num": True},
    {"label": "已回访", "unit": "条", "num": True}, {"label": "与记录不符", "unit": "条", "num": True},
    {"label": "抽取"}, {"label": "进度"},
]  # fmt: skip


def trail(sample: FollowUpSample | None = None) -> list[dict[str, str]]:
    """Return the crumbs down to ``sample``."""
    crumbs = [{"label": "回访", "url": reverse("desk:follow_ups")}]
    if sample is not None:
        crumbs.append({"label": sample.number, "url": reverse("desk:follow_up", args=[sample.number])})
    return crumbs


@officer("platforms.view_followupsample")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The samples and how far each is."""
    page = Paginator(queries.samples_of(person(request)), PAGE).get_page(request.GET.get("page"))
    context = {
        "crumbs": [],
        "page": page,
        "columns": COLUMNS,
        "rows": [sample_row(each) for each in page],
        "may_draw": person(request).has_perm("platforms.add_followupsample"),
    }
    return render(request, "desk/follow_ups.html", context)


@officer("platforms.add_followupsample")
@creates
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draw a sample by a rule; the rule is kept with it."""
    user = person(request)
    regions = {each.code: each for each in Region.objects.all()} if user.role == Role.CITY else {}
    platforms = {each.code: each for each in _served_lately(user)}
    form = SampleForm(
        request.POST if request.method == "POST" else None,
        initial={"until_on": timezone.localdate()},
        regions=[(code, region.name) for code, region in regions.items()],
        platforms=[(code, each.name) for code, each in platforms.items()],
    )
    if form.is_bound and form.is_valid():
        values = dict(form.cleaned_data)
        values["of_region"] = regions.get(values.get("of_region", ""))
        values["platform"] = platforms.get(values["platform"])
        try:
            sample = follow_ups.draw_sample(rule=follow_ups.Rule(**values), by=user, at=timezone.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            drawn = sample.calls.count()
            messages.success(request, f"已从 {sample.population} 条记录中抽取 {drawn} 条，样本编号 {sample.number}。")
            return redirect("desk:follow_up", sample.number)
    context = {
        "crumbs": [*trail(), {"label": "抽取样本", "url": ""}],
        "form": form,
        "cancel_url": reverse("desk:follow_ups"),
    }
    return render(request, "desk/follow_up_new.html", context)


def _served_lately(user: User) -> Any:
    """Return the platforms of which services are called about; those that ended lately served until then."""
    return lately_in_operation(Platform.objects.visible_to(user), timezone.localdate()).select_related("region")


def visible(request: HttpRequest, number: str) -> FollowUpSample:
    """Return the sample called ``number`` if this person may see it, else answer 404."""
    rows = FollowUpSample.objects.visible_to(request.user).select_related("region", "of_region", "platform", "drawn_by")
    return get_object_or_404(rows, number=number)


def _state(request: HttpRequest) -> str:
    state = request.GET.get("state", "")
    return state if state in dict(STATES) else ""


@officer("platforms.view_followupsample")
@require_safe
def sample(request: HttpRequest, number: str) -> HttpResponse:
    """The rule of a sample, how far it is, and its calls; with ``?again=1`` it is drawn again to compare."""
    row, user, state = visible(request, number), person(request), _state(request)
    counts = queries.tally(row)
    pages = Paginator(queries.calls_of(row, state), PAGE)
    pages.count = counts[state or "all"]  # known already
    page = pages.get_page(request.GET.get("page"))
    options = [{"label": "全部", "url": request.path, "active": not state, "count": counts["all"]}]
    options += [
        {"label": label, "url": f"?state={value}", "active": state == value, "count": counts[value]}
        for value, label in STATES
        if counts[value] or state == value
    ]
    may_call = queries.may_call(row, user)
    following = queries.next_open(row) if may_call and counts[OPEN] else None
    context = {
        "crumbs": trail(row),
        "sample": row,
        "pairs": rule_pairs(row),
        "page": page,
        "columns": call_columns(),
        "rows": [call_row(each, row) for each in page],
        "groups": [{"label": "结果", "options": options}],
        "clear_url": request.path if state else "",
        "counts": counts,
        "done": counts["all"] - counts[OPEN],
        "next_url": _call_url(following) if following else "",
        "moves": _moves(following, row),
        "exports": [
            (kind, reverse("desk:follow_up_list", args=[row.number, kind]) + (f"?state={state}" if state else ""))
            for kind in ("xlsx", "csv")
        ],
        "again": _drawn_again(row) if request.GET.get("again") == "1" else None,
    }
    return render(request, "desk/follow_up.html", context)


def _moves(following: FollowUp | None, row: FollowUpSample) -> list[dict[str, Any]]:
    again = {"label": "核对抽样", "url": f"{reverse('desk:follow_up', args=[row.number])}?again=1", "kind": "plain"}
    if following is None:
        return [again]
    return [{"label": "开始回访", "url": _call_url(following), "kind": "main"}, again]


def _drawn_again(row: FollowUpSample) -> dict[str, str]:
    digest, population = follow_ups.drawn_again(row)
    if digest == row.digest:
        text = f"按同样的规则和种子重新抽取，得到同样的样本（现有 {population} 条符合条件的记录）。"
        return {"tone": "good", "text": text}
    counts = f"当时 {row.population} 条，现在 {population} 条"
    text = f"按同样的规则和种子重新抽取，结果不同：抽取之后服务记录有增减或更正（{counts}）。"
    return {"tone": "wait", "text": text}


def _call_url(call: FollowUp) -> str:
    return reverse("desk:follow_up_call", args=[call.sample.number, call.position])


@officer("platforms.view_followupsample")
@require_safe
def export(request: HttpRequest, number: str, kind: str) -> HttpResponseBase:
    """Send the calls of a sample as they are narrowed; it is noted in the log."""
    row, user = visible(request, number), person(request)
    calls = queries.calls_of(row, _state(request))
    count = calls.count()
    reason = f"{count} 条，{kind}"
    audit.record(verb="导出回访", by=user, at=timezone.now(), target=row, reason=reason)
    notes = [[pair["label"], str(pair["value"])] for pair in rule_pairs(row)]
    rows = file_rows(calls, in_full=queries.may_see_phone(row, user))
    return list_response(f"回访-{row.number}-{count}条.{kind}", "回访", rows, notes)


@officer("platforms.view_followup")
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Enter what came of one call; saved, the next one that is open comes up. Others than who drew it only read."""
    row, user = visible(request, number), person(request)
    one = get_object_or_404(row.calls.select_related("platform", "enterprise", "called_by"), position=position)
    if not queries.may_call(row, user):
        if request.method == "POST":
            raise PermissionDenied("这个样本由抽取样本的一方回访，您可以查看，不能登记。")
        return render(request, "desk/follow_up_call.html", _call_context(row, one))
    form = CallForm(request.POST if request.method == "POST" else None, initial=_initial(one))
    refusal, status = "", 200
    if form.is_bound and form.is_valid():
        try:
            saved = follow_ups.note_call(
                call=one, version=_version(request), by=user, at=timezone.now(), **form.cleaned_data
            )
        except StaleVersion as stale:
            refusal, status = str(stale), 409
            one.refresh_from_db()
        except Refusal as refused:
            form.refuse(refused)
        else:
            return _next(request, row, saved)
    context = _call_context(row, one) | {"form": form, "refusal": refusal}
    return render(request, "desk/follow_up_call.html", context, status=status)


def _call_context(row: FollowUpSample, one: FollowUp) -> dict[str, Any]:
    counts, position = queries.tally(row), one.position
    return {
        "crumbs": [*trail(row), {"label": f"第 {position} 条", "url": ""}],
        "sample": row,
        "call": one,
        "pairs": record_pairs(one),
        "answers": answer_pairs(one) if one.result else [],
        "differs": differences_of(one),
        "left": counts[OPEN],
        "all": counts["all"],
        "previous_url": reverse("desk:follow_up_call", args=[row.number, position - 1]) if position > 1 else "",
        "following_url": _following(row, position, counts["all"]),
        "back_url": reverse("desk:follow_up", args=[row.number]),
    }


def _following(row: FollowUpSample, position: int, last: int) -> str:
    return reverse("desk:follow_up_call", args=[row.number, position + 1]) if position < last else ""


def _initial(one: FollowUp) -> dict[str, Any]:
    names = ("result", "satisfaction", "fee_taken", "phone", "note")
    return {name: getattr(one, name) for name in names}


def _next(request: HttpRequest, row: FollowUpSample, saved: FollowUp) -> HttpResponse:
    """Say what was saved and lead to the next call that is open, or back to the sample."""
    differs = saved.existence_differs or saved.fee_differs or saved.satisfaction_differs
    said = f"第 {saved.position} 条已登记：{saved.get_result_display()}{'，与记录不符' if differs else ''}。"
    following = queries.next_open(row, after=saved.position)
    if following is None:
        messages.success(request, f"{said}样本已全部回访。")
        return redirect("desk:follow_up", row.number)
    messages.success(request, said)
    return redirect("desk:follow_up_call", row.number, following.position)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
