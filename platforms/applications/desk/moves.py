"""Submitting, below all that will be submitted, and withdrawing: on a page that says exactly what will happen."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from platforms import deadlines
from platforms.applications import completeness
from platforms.applications.desk.access import movable_application
from platforms.applications.desk.section_page import BACK, CHECK, Place, version_of
from platforms.applications.desk.sections import desk_place, trail
from platforms.applications.queries.forms import form_data
from platforms.applications.queries.quotas import quota_use
from platforms.applications.queries.withdrawal import comes_after
from platforms.applications.queries.wording import sheets_of
from platforms.applications.services import batches
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import Application
from platforms.moments import moment
from platforms.pages.access import current_user, officer
from platforms.pages.forms import ReasonForm
from platforms.periodic_reports.services import acceptance
from platforms.rounds.choices import RoundStatus

_BACK = f"?{BACK}={CHECK}"
METHODS = ["GET", "HEAD", "POST"]


@officer("platforms.submit_application")
@require_http_methods(METHODS)
def submit(request: HttpRequest, number: str) -> HttpResponse:
    """Show all answers of a draft with the way to change each, and submit it; over the quota a reason is asked for."""
    row = movable_application(request, number, "submit")
    use = quota_use(round=row.round, region=row.region) if row.region else None
    form = None
    warning = ""
    if use is not None and use.next_is_over:
        warning = (
            f"本地区{row.round}名额 {use.places} 个，已申报 {use.used} 个。"
            "名额供参考，超出的请说明理由，理由将由市经信局看到。"
        )
        form = ReasonForm(request.POST or None, label="超出名额的理由", most=400)
    late = deadlines.is_late(row.round.report_due_on, timezone.localdate())
    effects = [
        "提交后由市经信局审核，审核期间不能修改。",
        "提交时的内容和附件清单将保存为一个版本。",
        "已发出的填报链接不能再用来修改。",
    ]
    if late:
        day = row.round.report_due_on
        effects.append(f"已过上报截止日期（{day.year}年{day.month}月{day.day}日），将标记为逾期提交。")
    if row.round.status == RoundStatus.EVALUATING:
        effects.append("申报已截止，将使用延期申报许可 1 份。")

    def act(reason: str) -> Application:
        # One application is a report of one: there is a receipt for whatever the city gets.
        batch = batches.report(
            round=row.round,
            region=row.region,
            applications={row: version_of(request)},
            over_quota_reason=reason,
            by=current_user(request),
            at=timezone.now(),
        )
        messages.info(request, f"上报回执编号 {batch.number}，可在“上报回执”中查看和打印。")
        return row

    page = {
        "title": "核对并提交",
        "template": "applications/submit.html",
        "what": f"将向市经信局提交申报表 {row.number}“{row.name}”。",
        "effects": effects,
        "warning": warning,
        "verb": "提交这份申报表",
    }
    return _page(request, row, page, form, act, "已提交申报表 {number}，现由市经信局审核。", gaps=True)


@officer("platforms.withdraw_application")
@require_http_methods(METHODS)
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw with a reason."""
    row = movable_application(request, number, "withdraw")
    form = ReasonForm(request.POST or None, label="撤回理由", most=1000)

    def act(reason: str) -> Application:
        return acceptance.withdraw(application=row, reason=reason, by=current_user(request), at=timezone.now())

    page = {
        "title": "撤回申报",
        "what": f"将撤回申报表 {row.number}“{row.name}”，撤回后不能恢复。",
        "effects": ["这份申报表不再参加审核和评价。", "该地点可以重新建立申报。", "已提交的版本和流转记录仍然保留。"],
        "warning": "".join(found.told for found in comes_after(row)),
        "verb": "撤回这份申报表",
        "danger": True,
    }
    return _page(request, row, page, form, act, "已撤回申报表 {number}。")


def _page(
    request: HttpRequest,
    row: Application,
    page: dict[str, Any],
    form: ReasonForm | None,
    act: Callable[[str], Application],
    done: str,
    *,
    gaps: bool = False,
) -> HttpResponse:
    """Show the page of a move, or make the move and lead back to where the application is now."""
    refusal, status = "", 200
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            moved = act(form.cleaned_data["reason"] if form else "")
        except (Gone, StaleVersion) as late:
            messages.warning(request, str(late))
            return redirect("desk:application", row.number)
        except Refusal as refused:
            refusal, status = str(refused), 409
        else:
            messages.success(request, done.format(number=moved.number))
            return redirect("desk:application", moved.number)
    place = desk_place(request, row)
    data = form_data(row) if gaps else None
    missing = completeness.gaps(data) if data else ()
    context = {
        "base": "desk/base.html",
        "crumbs": [*trail(row), {"label": page["title"], "url": ""}],
        "form": form,
        "hidden": [{"name": "version", "value": row.version}],
        "cancel_url": place.overview_url,
        "refusal": refusal,
        "gaps": [
            {"message": gap.message, "url": f"{place.section_url(gap.section)}{_BACK}#id_{gap.field}"}
            for gap in missing
        ],
        "application": row,
    }
    if data:
        context |= _answers(row, data, place)
    template = page.get("template", "desk/confirm.html")
    return render(request, template, context | page, status=status)


def _answers(row: Application, data: dict[str, Any], place: Place) -> dict[str, Any]:
    """Return all answers with the addresses at which they are changed, from where one comes back to this page."""
    sheets = sheets_of(data)
    for sheet in sheets:
        for pair in sheet.pairs:
            pair["edit_url"] = f"{place.section_url(sheet.slug)}{_BACK}#id_{pair['name']}"
    return {
        "sheets": [replace(sheet, edit_url=f"{place.section_url(sheet.slug)}{_BACK}") for sheet in sheets],
        "files": [{"name": each.shown_name, "kind": each.get_kind_display()} for each in row.attachments.all()],
        "files_url": f"{place.section_url('attachments')}{_BACK}",
        "warnings": [each.message for each in completeness.warnings(data)],
        "saved": moment(row.saved_at),
    }
