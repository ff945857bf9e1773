"""The county's report (上报) at the desk: what can go in, what exactly will, and the receipt for it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from platforms import deadlines
from platforms.applications.desk.case_forms import ReportForm
from platforms.applications.desk.sections import trail
from platforms.applications.excel.summary import make_batch_summary
from platforms.applications.pages.receipt import kind_of, receipt_context
from platforms.applications.queries.batches import Candidate, candidates, counted, own_batches, own_drafts
from platforms.applications.queries.filing_extensions import extension_sentence, usable_for
from platforms.applications.queries.listing import own_applications
from platforms.applications.queries.quotas import quota_use
from platforms.applications.services import batches
from platforms.applications.services.filing import OverQuota
from platforms.applications.services.ownership import STALE
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import Application, Batch, Liaison, Round, User
from platforms.pages.access import current_user, officer
from platforms.pages.downloads import MEDIA_TYPES, download
from platforms.pages.lists import Column, ListPage, Value, leads_to, when
from platforms.pages.years import ONE_YEAR, by_year, round_here, year_url
from platforms.rounds.choices import RoundStatus

_PICKED = re.compile(r"([0-9A-Z-]{4,24}):(\d{1,9})", re.ASCII)


class NotThese(Refusal):
    """What was picked cannot go in as it stands; the officer picks again."""


def _state_of(is_late: bool, withdrawn: int) -> dict[str, str]:
    """Return label and tone of a report of which some may be withdrawn since."""
    state = "逾期" if is_late else "按时"
    label = f"{state}（{withdrawn} 份已撤回）" if withdrawn else state
    return {"label": label, "tone": "bad" if is_late else "good"}


class Batches(ListPage):
    """The own reports of a round, the latest first."""

    title = noun = "上报回执"
    unit = "批"
    lead = "每次上报生成一份回执，列明上报的申报表、版本和校验码。第二次起为补充上报。"
    place = "desk:batches"
    filters = (ONE_YEAR,)
    columns = (
        Column("回执编号", "number"),
        Column("年度", Value(("round__year",), "{}年度".format)),
        Column("批次", Value(("sequence",), kind_of)),
        Column("份数", "items_count", unit="份", num=True),
        Column("上报时间", when("reported_at")),
        Column("上报人", "reported_by__name"),
        Column("状态", Value(("is_late", "withdrawn"), _state_of)),
    )
    link = leads_to("desk:batch", "number")

    def rows(self) -> QuerySet[Any]:
        return own_batches(self.user).filter(round=round_here(self.request))

    def crumbs(self) -> list[dict[str, str]]:
        return [*trail(home=year_url(self.request, "desk:home")), {"label": self.title, "url": ""}]

    def buttons(self) -> list[dict[str, Any]]:
        if not self.user.has_perm("platforms.add_batch"):
            return []
        return [{"label": "上报", "url": year_url(self.request, "desk:batch_new"), "kind": "main", "first": True}]

    def why_empty(self, *, can_begin: bool) -> tuple[str, str]:
        return f"{round_here(self.request)}尚未上报。", "申报表填写完整后，可以一次上报多份。" if can_begin else ""


index = officer("platforms.view_batch")(require_safe(by_year(Batches.page)))


@officer("platforms.add_batch")
@require_http_methods(["GET", "HEAD", "POST"])
@by_year
def new(request: HttpRequest) -> HttpResponse:
    """Pick what goes in, read what exactly will happen, report."""
    round_ = round_here(request)
    if request.method != "POST":
        return _pick_page(request, round_)
    try:
        shown = _picked(request, round_)
        if request.POST.get("step") != "report":
            _check_ready(current_user(request), round_, shown)
            initial = {name: request.POST.get(name, "") for name in ("reason", "note")}
            return _confirm_page(
                request, round_, shown, _form(current_user(request), round_, len(shown), initial=initial)
            )
    except NotThese as refused:
        return _pick_page(request, round_, refusal=str(refused))
    return _report(request, round_, shown)


def _report(request: HttpRequest, round_: Round, shown: dict[Application, int]) -> HttpResponse:
    user = current_user(request)
    form = _form(user, round_, len(shown), data=request.POST)
    if not form.is_valid():
        return _confirm_page(request, round_, shown, form)
    try:
        batch = batches.report(
            round=round_,
            region=user.region,
            applications=shown,
            over_quota_reason=form.cleaned_data.get("reason", ""),
            note=form.cleaned_data["note"],
            by=user,
            at=timezone.now(),
        )
    except batches.AlreadyReported as again:
        messages.info(request, str(again))
        return redirect("desk:batch", again.batch.number)
    except (Gone, StaleVersion) as late:
        return _pick_page(request, round_, refusal=str(late))
    except Refusal as refused:
        form = _form(user, round_, len(shown), data=request.POST, ask=isinstance(refused, OverQuota))
        return _confirm_page(request, round_, shown, form, refusal=str(refused))
    messages.success(request, f"已上报 {len(shown)} 份申报表，回执编号 {batch.number}。")
    return redirect("desk:batch", batch.number)


def _unknown(round_: Round) -> str:
    return f"所选的申报表中有的已被删除，或不是本地区{round_}的申报表。请重新选择。"


def _picked(request: HttpRequest, round_: Round) -> dict[Application, int]:
    """Return the applications that were ticked with the versions that were shown.

    Raises:
        NotThese: none, or one that is not there for this person.
    """
    versions: dict[str, int] = {}
    for value in request.POST.getlist("application")[: batches.MOST_ITEMS + 1]:
        found = _PICKED.fullmatch(value)
        if found is None:
            raise NotThese(_unknown(round_))
        versions[found[1]] = int(found[2])
    if not versions:
        raise NotThese("请至少选择一份申报表。")
    rows = own_applications(current_user(request)).filter(round=round_, number__in=versions)
    shown = {row: versions[row.number] for row in rows.order_by("number")}
    if len(shown) < len(versions):
        raise NotThese(_unknown(round_))
    return shown


def _check_ready(user: User, round_: Round, shown: dict[Application, int]) -> None:
    """Refuse what lacks something, before the last question is asked; the service checks again.

    Raises:
        NotThese: the sentence names the first one that cannot go in.
    """
    rows = list(own_drafts(user, round_).filter(pk__in=[row.pk for row in shown]))
    still = {row.pk for row in rows}
    for row, version in shown.items():
        if row.pk not in still:
            raise NotThese(f"申报表 {row.number} 现为“{row.get_status_display()}”，不能再上报。请重新选择。")
        if row.version != version:
            raise NotThese(f"申报表 {row.number}：{STALE}")
    for each in candidates(rows, role=user.role, on=timezone.localdate()):
        if not each.is_ready:
            why = "".join(each.against) or f"还有 {len(each.gaps)} 处需要补充或更正。"
            raise NotThese(f"申报表 {each.application.number}“{each.application.name}”不能上报：{why}")


def _form(user: User, round_: Round, count: int, *, ask: bool = False, **more: Any) -> ReportForm:
    """Return the form of the last page; it asks for a reason where ``count`` more go over the quota."""
    over = user.region is not None and quota_use(round=round_, region=user.region).over_after(count) > 0
    return ReportForm(ask_reason=ask or over, **more)


def _pick_page(request: HttpRequest, round_: Round, *, refusal: str = "") -> HttpResponse:
    user, today = current_user(request), timezone.localdate()
    context: dict[str, Any] = {
        "crumbs": [*trail(home=year_url(request, "desk:home")), {"label": "上报", "url": ""}],
        "round": round_,
        "refusal": refusal,
        "closed": _closed_text(round_, user, today),
        "by_county": user.region is not None,
    }
    if not context["closed"]:
        rows = candidates(list(own_drafts(user, round_)), role=user.role, on=today)
        leave = _leave_of(round_, user, today)
        posted = set(request.POST.getlist("application")) if request.method == "POST" else None
        context |= {
            "lines": _checklist(rows, leave, posted),
            "leave": leave,
            "ready": sum(each.is_ready for each in rows),
            "late": deadlines.is_late(round_.report_due_on, today),
            "use": quota_use(round=round_, region=user.region) if user.region else None,
            "liaison": Liaison.objects.visible_to(user).filter(round=round_).first(),
            "kept": [{"name": name, "value": request.POST.get(name, "")} for name in ("reason", "note")],
        }
    return render(request, "applications/batch_new.html", context, status=409 if refusal else 200)


@dataclass(frozen=True)
class _Leave:
    """What may still go in after the closing: ``any_drafts`` of any kind, and the drafts ``named`` (by key)."""

    any_drafts: int
    named: frozenset[int]
    sentences: tuple[str, ...]

    def admits(self, application: Application) -> bool:
        """Whether ``application`` may go in at all."""
        return self.any_drafts > 0 or application.pk in self.named


def _leave_of(round_: Round, user: User, on: date) -> _Leave | None:
    """Return the extensions that hold for the person's region today; None while filing is open to all."""
    if round_.status != RoundStatus.EVALUATING:
        return None
    found = usable_for(round=round_, region=user.region, on=on)
    return _Leave(
        any_drafts=sum(each.left for each in found if each.extension.application_id is None),
        named=frozenset(each.extension.application_id for each in found if each.extension.application_id is not None),
        sentences=tuple(extension_sentence(each) for each in found),
    )


def _closed_text(round_: Round, user: User, on: date) -> str:
    """Return why nothing can be reported now, or nothing."""
    if round_.status == RoundStatus.FILING:
        return ""
    if round_.status == RoundStatus.EVALUATING:
        leave = _leave_of(round_, user, on)
        if leave is not None and leave.sentences:
            return ""
        return f"{round_}申报已截止，不能再上报。确有特殊情况的，请联系市经信局办理延期申报许可。"
    return f"{round_}现为“{round_.get_status_display()}”，不能上报。"


def _checklist(rows: Sequence[Candidate], leave: _Leave | None, posted: set[str] | None) -> list[dict[str, Any]]:
    """Return one line per draft; what can go in is ticked, unless the officer ticked otherwise (``posted``)."""
    places = leave.any_drafts if leave else len(rows)
    lines = []
    for each in rows:
        row = each.application
        value = f"{row.number}:{row.version}"
        may = each.is_ready and (leave is None or leave.admits(row))
        ticked = may and (posted is None or value in posted)
        if ticked and posted is None and leave is not None and row.pk not in leave.named:
            ticked, places = places > 0, places - 1
        lines.append(
            {
                "application": row,
                "url": reverse("desk:application", args=[row.number]),
                "value": value,
                "may": may,
                "ticked": ticked,
                "gaps": [
                    {
                        "message": gap.message,
                        "url": f"{reverse('desk:section', args=[row.number, gap.section])}#id_{gap.field}",
                    }
                    for gap in each.gaps
                ],
                "against": each.against,
                "warnings": each.warnings,
                "closed_out": each.is_ready and not may,
                "checked": _checked(each.checked),
                "stamped": _stamped(each.stamped),
            }
        )
    return lines


def _checked(state: bool | None) -> dict[str, str]:
    if state is None:
        return {"label": "未核对", "tone": "neutral"}
    return {"label": "已核对", "tone": "good"} if state else {"label": "核对后有修改", "tone": "wait"}


def _stamped(state: bool | None) -> dict[str, str]:
    if state is None:
        return {"label": "未上传", "tone": "neutral"}
    return {"label": "已上传", "tone": "good"} if state else {"label": "内容已变，须重新盖章", "tone": "wait"}


def _confirm_page(
    request: HttpRequest, round_: Round, shown: dict[Application, int], form: ReportForm, *, refusal: str = ""
) -> HttpResponse:
    user, today, count = current_user(request), timezone.localdate(), len(shown)
    liaison = Liaison.objects.visible_to(user).filter(round=round_, region=user.region).first() if user.region else None
    due = round_.report_due_on
    effects = [
        "上报后由市经信局审核，审核期间不能修改。",
        "上报时每份申报表的内容和附件清单保存为一个版本，并生成回执和汇总表。",
        "已发出的填报链接不能再用来修改。",
        "这些申报表同时上报；其中任一份不符合要求，整批不予上报。",
    ]
    if liaison is not None:
        effects.insert(0, f"工作联络员：{liaison.name}（{liaison.post}）{liaison.phone}。")
    if deadlines.is_late(due, today):
        effects.append(f"已过上报截止日期（{due.year}年{due.month}月{due.day}日），将标记为逾期。")
    if round_.status == RoundStatus.EVALUATING:
        effects.append(f"申报已截止，每份各使用延期申报许可 1 份，本次共使用 {count} 份。")
    use = quota_use(round=round_, region=user.region) if user.region else None
    warning = ""
    over = use.over_after(count) if use else 0
    if use is not None and over:
        warning = (
            f"本地区名额 {use.places} 个，已申报 {use.used} 个，本次上报 {count} 个，将超出 {over} 个。"
            "名额供参考，请说明理由，理由将由市经信局看到。"
        )
    context = {
        "crumbs": [
            *trail(home=year_url(request, "desk:home")),
            {"label": "上报", "url": year_url(request, "desk:batch_new")},
            {"label": "核对", "url": ""},
        ],
        "refusal": refusal,
        "what": f"将向市经信局上报 {count} 份{round_}申报表。",
        "names": [f"{row.number}　{row.name}" for row in shown],
        "names_total": count,
        "effects": effects,
        "warning": warning,
        "verb": f"上报这 {count} 份申报表",
        "form": form,
        "cancel_url": year_url(request, "desk:batch_new"),
        "hidden": [
            {"name": "step", "value": "report"},
            *({"name": "application", "value": f"{row.number}:{version}"} for row, version in shown.items()),
        ],
        "no_liaison": user.region is not None and liaison is None,
    }
    return render(request, "applications/batch_confirm.html", context, status=409 if refusal else 200)


@officer("platforms.view_batch")
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt of one report, to be read and printed; 404 for another region's."""
    batch = get_object_or_404(counted(Batch.objects.visible_to(request.user)), number=number)
    crumbs = [*trail(), {"label": "上报回执", "url": reverse("desk:batches")}, {"label": batch.number, "url": ""}]
    return render(
        request, "applications/batch.html", receipt_context(batch, current_user(request)) | {"crumbs": crumbs}
    )


@officer("platforms.export_application")
@require_safe
def summary(request: HttpRequest, number: str) -> HttpResponse:
    """Send the summary sheet (汇总表) of exactly this report."""
    batch = get_object_or_404(Batch.objects.visible_to(request.user).select_related("round", "region"), number=number)
    content = make_batch_summary(batch=batch, by=current_user(request), at=timezone.now())
    place = batch.region.name if batch.region else "市级"
    return download(content, f"汇总表-{place}-{batch.number}.xlsx", MEDIA_TYPES["xlsx"])
