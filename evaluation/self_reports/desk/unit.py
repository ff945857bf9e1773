"""What a unit sees behind the link of its self-report: the figures of the period, no account.

The address is the key: nothing here logs it, and no answer of these pages goes into a log with it.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from evaluation.models import SelfReport, SelfReportLink
from evaluation.schemes.grading import plain
from evaluation.self_reports.choices import SelfReportStatus
from evaluation.self_reports.desk.forms import HandInForm, LinesForm
from evaluation.self_reports.queries.lines import Line, gaps_of, lines_of
from evaluation.self_reports.queries.reports import due_on
from evaluation.self_reports.services import filling, links
from evaluation.self_reports.services.ownership import check_writable
from platforms import deadlines
from platforms.applications.choices import ApplicationStatus
from platforms.dates import day_in_words, moment_in_words
from platforms.errors import Refusal, StaleVersion
from platforms.files.choices import EvidenceKind
from platforms.identity import ours
from platforms.models import EvidenceFile
from platforms.notices.clauses import activate
from platforms.one_use import repeatable
from platforms.pages import evidence
from platforms.pages.files import send_kept
from platforms.pages.moves import METHODS, version_of
from platforms.rounds.choices import RoundStatus
from platforms.rounds.queries.counted_period import period_of_round
from platforms.turning_away import too_often, unknown_keys, wait_for

View = Callable[..., HttpResponseBase]
TITLE = "绩效评价自评"


def holder(view: View) -> View:
    """Let in who holds the open link of a report and pass it on; unknown ones are 404, ended ones 410."""

    @wraps(view)
    @sensitive_variables("token")
    def inner(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        link = links.find(token)
        response: HttpResponseBase
        if link is None:
            seconds = wait_for(unknown_keys)
            response = too_often(request, "打开无效链接", seconds) if seconds else _closed(request, "", status=404)
        elif why := _ended(link):
            response = _closed(request, why, status=410)
        else:
            activate(link.report.assessment.evaluation.round.notice_id)
            response = view(request, token, link, **kwargs)
        # Django logs the address of every answer from 400 on; this address is a key.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    return inner


def _ended(link: SelfReportLink) -> str:
    """Return why ``link`` opens nothing any more, or nothing; what was handed in can be looked at all the same."""
    report = link.report
    try:
        links.check_open(link)
        if report.assessment.application.status != ApplicationStatus.ACCEPTED:
            return "申报表已撤回，自评不再填报。"
        if report.assessment.evaluation.round.status == RoundStatus.PUBLISHED:
            return "本年度认定结果已公布，自评不再填报。"
        if not _is_in(report):
            check_writable(report, timezone.now())
    except Refusal as refusal:
        return str(refusal)
    return ""


def _is_in(report: SelfReport) -> bool:
    return report.status in (SelfReportStatus.HANDED_IN, SelfReportStatus.CHECKED)


def _closed(request: HttpRequest, why: str, *, status: int) -> HttpResponse:
    return render(request, "self_reports/closed.html", {"why": why}, status=status)


@holder
@repeatable
@require_http_methods(METHODS)
def start(request: HttpRequest, token: str, link: SelfReportLink) -> HttpResponse:
    """The report on one page, saved while it is typed; once it was handed in, its receipt."""
    report = link.report
    if _is_in(report):
        if request.method == "POST":
            return _closed(request, "自评已提交，没有保存。需要修改的，请联系发出链接的经信部门退回。", status=410)
        return _receipt(request, report)
    if request.method != "POST":
        links.open_link(link=link, at=timezone.now())
        return _page(request, token, link, LinesForm(lines=lines_of(report)))
    form = LinesForm(request.POST, lines=lines_of(report))
    form.is_valid()
    try:
        link.report = filling.save(link=link, entries=form.entries(), version=version_of(request), at=timezone.now())
    except Refusal as refusal:
        if isinstance(refusal, StaleVersion) or refusal.field not in form.fields:
            return _page(request, token, link, form, refusal=str(refusal), status=409)
        form.refuse(refusal)
    if form.errors or _by_itself(request):
        return _page(request, token, link, form)
    if "continue" in request.POST:
        return redirect("self_report:hand_in", token)
    messages.success(request, "已保存。")
    return redirect("self_report:start", token)


def _by_itself(request: HttpRequest) -> bool:
    """Say whether the page itself saves, and not the browser asks for a new page."""
    return "HX-Request" in request.headers


def _page(
    request: HttpRequest, token: str, link: SelfReportLink, form: LinesForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    report = link.report
    due = due_on(report)
    lines = lines_of(report)
    gaps = gaps_of(lines)
    # The page that was not saved stays on what it was made from, so that the next save finds out again.
    stale = bool(refusal)
    wrong = [
        (form[name].auto_id, f"{_title(form, name)}{form[name].label}：{each[0]}") for name, each in form.errors.items()
    ]
    context = {
        "report": report,
        "application": report.assessment.application,
        "evaluation": report.assessment.evaluation,
        "period": _period(report),
        "due": day_in_words(due),
        "left": deadlines.in_words(deadlines.days_left(due, timezone.localdate())),
        "heads": _heads(token, form, lines),
        "form": form,
        "wrong": wrong,
        "gaps": gaps,
        "done": len({line.asked.code for line in lines} - {gap.code for gap in gaps}),
        "total": len(lines),
        "refusal": refusal,
        "version": request.POST.get("version", "") if stale else report.version,
        "saved_time": f"{timezone.localtime(report.saved_at):%H:%M}" if report.saved_at else "",
        "hand_in_url": reverse("self_report:hand_in", args=[token]),
        "sender": _sender(report),
    }
    template = (
        "self_reports/saved.html" if _by_itself(request) and request.method == "POST" else "self_reports/fill.html"
    )
    return render(request, template, context, status=status)


def _title(form: LinesForm, name: str) -> str:
    return next((f"“{line.asked.title}”" for line in form.lines if name.rpartition("-")[0] == line.asked.code), "")


def _heads(token: str, form: LinesForm, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return the lines under the heads of the scheme, each with its boxes."""
    heads: list[dict[str, Any]] = []
    for line in lines:
        code, label = line.asked.code, line.row.indicator.head_label
        if not heads or heads[-1]["label"] != label:
            heads.append({"label": label, "lines": []})
        boxes = [form[f"{code}-remark"], form[f"{code}-link"]]
        files = len(line.files)
        heads[-1]["lines"].append(
            {
                "line": line,
                "value": form[f"{code}-value"] if line.asked.takes_value else None,
                "boxes": boxes,
                # What holds something, is asked for or is wrong stands open.
                "is_open": line.asked.needs_proof
                or line.row.question
                or any(box.errors or box.value() for box in boxes),
                "stated": _number(line.stated),
                "files": files,
                "files_url": reverse("self_report:files", args=[token, code]),
            }
        )
    return heads


def _number(value: Any) -> str:
    return "" if value is None else plain(Fraction(value))


def _sender(report: SelfReport) -> str:
    region = report.assessment.application.region
    return f"{region.name}经信部门" if region else ours().industry_bureau.short


def _period(report: SelfReport) -> str:
    period = period_of_round(report.assessment.evaluation.round)
    return f"{day_in_words(period.first)}至{day_in_words(period.last)}" if period else ""


@holder
@require_http_methods(METHODS)
def hand_in(request: HttpRequest, token: str, link: SelfReportLink) -> HttpResponse:
    """Ask before the report goes to the county, and hand it in."""
    report, start_url = link.report, reverse("self_report:start", args=[token])
    if _is_in(report):
        return redirect(start_url)
    form = HandInForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        form.fields["filled_by"].initial = report.filled_by
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            filling.hand_in(
                link=link, filled_by=form.cleaned_data["filled_by"], version=version_of(request), at=timezone.now()
            )
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, "自评已提交。")
            return redirect(start_url)
    report.refresh_from_db(fields=["version"])
    sender = _sender(report)
    context = {
        "base": "fill/base.html",
        "crumbs": [{"label": TITLE, "url": start_url}, {"label": "提交", "url": ""}],
        "title": "提交自评",
        "what": f"将把“{report.assessment.application.name}”的自评提交给{sender}审核。",
        "effects": ["提交后不能再修改；审核退回的，可以按意见修改后重新提交。", "提交后显示回执，可以打印留存。"],
        "gaps": [{"message": gap.sentence, "url": f"{start_url}#line-{gap.code}"} for gap in gaps_of(lines_of(report))],
        "form": form,
        "hidden": [{"name": "version", "value": report.version}],
        "verb": "提交自评",
        "cancel_url": start_url,
        "refusal": refusal,
    }
    return render(request, "desk/confirm.html", context, status=409 if refusal else 200)


def _receipt(request: HttpRequest, report: SelfReport) -> HttpResponse:
    """The receipt: number, moment, and what was handed in, to be printed."""
    lines = lines_of(report)
    context = {
        "report": report,
        "application": report.assessment.application,
        "pairs": [
            {"label": "回执编号", "value": report.receipt},
            {"label": "评价", "value": str(report.assessment.evaluation)},
            {"label": "评价期间", "value": _period(report)},
            {"label": "窗口平台", "value": report.assessment.application.name},
            {"label": "运营单位", "value": report.assessment.application.operator_name},
            {"label": "填报人", "value": report.filled_by},
            {"label": "提交时间", "value": moment_in_words(report.handed_in_at) if report.handed_in_at else ""},
        ],
        "columns": [
            {"label": "指标"}, {"label": "本期数值", "num": True}, {"label": "说明"}, {"label": "佐证", "num": True},
        ],
        "rows": [
            {
                "cells": [
                    line.asked.title,
                    f"{_number(line.row.value)} {line.row.indicator.unit}".strip() if line.asked.takes_value else "—",
                    line.row.remark or "—",
                    line.given.proofs,
                ]
            }
            for line in lines
        ],
        "sender": _sender(report),
        "is_checked": report.status == SelfReportStatus.CHECKED,
    }  # fmt: skip
    return render(request, "self_reports/receipt.html", context)


@holder
@require_http_methods(METHODS)
def files(request: HttpRequest, token: str, link: SelfReportLink, code: str) -> HttpResponse:
    """The proofs of one indicator, and more of them."""
    report, start_url = link.report, reverse("self_report:start", args=[token])
    line = next((each for each in lines_of(report) if each.asked.code == code), None)
    if line is None:
        raise Http404
    if _is_in(report):
        return redirect(start_url)
    here, row = reverse("self_report:files", args=[token, code]), line.row
    form, status = None, 200
    refused: list[str] = []
    if request.method == "POST":
        answer, form, refused = evidence.receive_with(
            request,
            add=lambda upload, note: filling.add_file(link=link, line=row, upload=upload, note=note, at=timezone.now()),
            back=here,
        )
        if answer is not None:
            return answer
        status = 409 if refused else 200
        line = next(each for each in lines_of(report) if each.asked.code == code)
    context = {
        "crumbs": [{"label": TITLE, "url": start_url}, {"label": line.asked.title, "url": ""}],
        "line": line,
        "application": report.assessment.application,
        "back_url": f"{start_url}#line-{code}",
        "evidence": evidence.panel(
            line.files,
            action=here,
            form=form,
            refused=refused,
            url_of=lambda each: reverse("self_report:file", args=[token, each.pk]),
        ),
    }
    return render(request, "self_reports/files.html", context, status=status)


@holder
@require_safe
def file(request: HttpRequest, token: str, link: SelfReportLink, pk: int) -> HttpResponseBase:  # noqa: ARG001
    """Send one of the proofs of the report."""
    keys = list(link.report.lines.values_list("pk", flat=True))
    rows = EvidenceFile.objects.filter(kind=EvidenceKind.SELF_REPORT, key__in=keys)
    return send_kept(get_object_or_404(rows, pk=pk), view=request.GET.get("view") == "1")
