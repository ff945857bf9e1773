"""Calls after a service at the desk: the samples, drawing one, its list and file, and entering call after call."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from platforms.applications.queries.standings import lately_in_operation
from platforms.choices import Role
from platforms.errors import Refusal, StaleVersion
from platforms.excel.list_file import Row
from platforms.follow_ups import queries
from platforms.follow_ups import services as follow_ups
from platforms.follow_ups.choices import FollowUpResult
from platforms.follow_ups.desk.forms import CallForm, SampleForm
from platforms.follow_ups.desk.labels import (
    CALL_COLUMNS,
    SAMPLE_COLUMNS,
    answer_pairs,
    call_file_columns,
    differences_of,
    record_pairs,
    rule_pairs,
)
from platforms.follow_ups.queries import DIFFERENT, OPEN
from platforms.models import FollowUp, FollowUpSample, Platform, User
from platforms.one_use import creates
from platforms.pages.access import current_user, officer
from platforms.pages.lists import Column, Filter, ListPage, Value, leads_to
from platforms.pages.moves import version_of
from platforms.reference.queries.regions import regions_on

STATES = {OPEN: "待回访", **dict(FollowUpResult.choices), DIFFERENT: "与记录不符"}


def trail(sample: FollowUpSample | None = None) -> list[dict[str, str]]:
    """Return the crumbs down to ``sample``."""
    crumbs = [{"label": "回访", "url": reverse("desk:follow_ups")}]
    if sample is not None:
        crumbs.append({"label": sample.number, "url": reverse("desk:follow_up", args=[sample.number])})
    return crumbs


class Samples(ListPage):
    """The samples and how far each is."""

    title, noun, label = "回访", "回访样本", "回访样本"
    unit = "个样本"
    lead = "从服务记录中抽取样本，逐家电话核实服务是否属实、是否收费、是否满意。"
    place = "desk:follow_ups"
    columns = SAMPLE_COLUMNS
    link = leads_to("desk:follow_up", "number")
    none_yet = "尚未抽取样本。"
    none_text = "写明范围、服务日期和样本量，由系统随机抽取。"
    size = 50

    def rows(self) -> QuerySet[Any]:
        return queries.samples_of(self.user)

    def buttons(self) -> list[dict[str, Any]]:
        draw = {"label": "抽取样本", "url": reverse("desk:follow_up_new"), "kind": "main", "first": True}
        return [
            *([draw] if self.user.has_perm("platforms.add_followupsample") else []),
            {"label": "与记录不符", "url": reverse("desk:follow_up_differences"), "kind": "plain"},
            {"label": "统计", "url": reverse("desk:follow_up_figures"), "kind": "plain"},
        ]


index = officer("platforms.view_followupsample")(require_safe(Samples.page))


@officer("platforms.add_followupsample")
@creates
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draw a sample by a rule; the rule is kept with it."""
    user = current_user(request)
    regions = {each.code: each for each in regions_on(timezone.localdate())} if user.role == Role.CITY else {}
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
    return render(request, "follow_ups/follow_up_new.html", context)


def _served_lately(user: User) -> Any:
    """Return the platforms of which services are called about; those that ended lately served until then."""
    return lately_in_operation(Platform.objects.visible_to(user), timezone.localdate()).select_related("region")


def visible(request: HttpRequest, number: str) -> FollowUpSample:
    """Return the sample called ``number`` if this person may see it, else answer 404."""
    rows = FollowUpSample.objects.visible_to(request.user).select_related("region", "of_region", "platform", "drawn_by")
    return get_object_or_404(rows, number=number)


def _moves(row: FollowUpSample, *, may_call: bool, tally: dict[str, int]) -> list[dict[str, Any]]:
    again = {"label": "核对抽样", "url": f"{reverse('desk:follow_up', args=[row.number])}?again=1", "kind": "plain"}
    following = queries.next_open(row) if may_call and tally[OPEN] else None
    begin = {"label": "开始回访", "url": _call_url(following), "kind": "main"} if following else None
    calls = {"label": "电话名单", "url": reverse("desk:follow_up_calls", args=[row.number]), "kind": "plain"}
    to_ring = may_call and tally[OPEN] + tally[FollowUpResult.NOT_REACHED]
    return [*([begin] if begin else []), *([calls] if to_ring else []), again]


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


class Calls(ListPage):
    """The rule of a sample, how far it is, and its calls; with ``?again=1`` it is drawn again to compare."""

    title, noun, label = "回访样本", "回访", "回访名单"
    file_title = "回访"
    place, file_place = "desk:follow_up", "desk:follow_up_list"
    template = "follow_ups/follow_up.html"
    filters = (Filter("state", "结果", words=STATES, some=True),)
    columns = CALL_COLUMNS
    size = 50

    def __init__(self, request: HttpRequest, number: str) -> None:
        super().__init__(request, number=number)
        self.target = self.sample = visible(request, number)
        self.file_name = f"回访-{number}"
        self.link = Value(("position",), lambda position: reverse("desk:follow_up_call", args=[number, position]))

    @cached_property
    def tally(self) -> dict[str, int]:
        counts = queries.tally(self.sample)
        return {**counts, "": counts["all"]}

    def rows(self) -> QuerySet[Any]:
        return queries.calls_of(self.sample, self.values["state"])

    def file_heads(self) -> tuple[Column, ...]:
        return call_file_columns(in_full=queries.may_see_phone(self.sample, self.user))

    def notes(self) -> list[Row]:
        return [[pair["label"], str(pair["value"])] for pair in rule_pairs(self.sample)]

    def crumbs(self) -> list[dict[str, str]]:
        return trail(self.sample)

    def extra(self) -> dict[str, Any]:
        row = self.sample
        return {
            "sample": row,
            "pairs": rule_pairs(row),
            "all": self.tally["all"],
            "done": self.tally["all"] - self.tally[OPEN],
            "moves": _moves(row, may_call=queries.may_call(row, self.user), tally=self.tally),
            "again": _drawn_again(row) if self.request.GET.get("again") == "1" else None,
        }


sample = officer("platforms.view_followupsample")(require_safe(Calls.page))
export = officer("platforms.view_followupsample")(require_safe(Calls.file))


@officer("platforms.view_followup")
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Enter what came of one call; saved, the next one that is open comes up. Others than who drew it only read."""
    row, user = visible(request, number), current_user(request)
    one = get_object_or_404(row.calls.select_related("platform", "enterprise", "called_by"), position=position)
    if not queries.may_call(row, user):
        if request.method == "POST":
            raise PermissionDenied("这个样本由抽取样本的一方回访，您可以查看，不能登记。")
        return render(request, "follow_ups/follow_up_call.html", _call_context(row, one, current_user(request)))
    form = CallForm(request.POST if request.method == "POST" else None, initial=_initial(one))
    refusal, status = "", 200
    if form.is_bound and form.is_valid():
        try:
            saved = follow_ups.note_call(
                call=one, version=version_of(request), by=user, at=timezone.now(), **form.cleaned_data
            )
        except StaleVersion as stale:
            refusal, status = str(stale), 409
            one.refresh_from_db()
        except Refusal as refused:
            form.refuse(refused)
        else:
            return _next(request, row, saved)
    context = _call_context(row, one, current_user(request)) | {"form": form, "refusal": refusal}
    return render(request, "follow_ups/follow_up_call.html", context, status=status)


def _call_context(row: FollowUpSample, one: FollowUp, user: User) -> dict[str, Any]:
    counts, position = queries.tally(row), one.position
    return {
        "crumbs": [*trail(row), {"label": f"第 {position} 条", "url": ""}],
        "sample": row,
        "call": one,
        "pairs": record_pairs(one),
        "answers": answer_pairs(one, user) if one.result else [],
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
