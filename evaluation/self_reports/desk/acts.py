"""What the county does with self-reports, one by one and in bulk: send, check, send back, let in later; settle."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from evaluation.models import SelfReport
from evaluation.self_reports.choices import SelfReportStatus
from evaluation.self_reports.desk.forms import LeaveForm, SendBackForm
from evaluation.self_reports.desk.reports import trail, visible
from evaluation.self_reports.queries import reports as queries
from evaluation.self_reports.queries.lines import lines_of
from evaluation.self_reports.services import checking, links, settling
from evaluation.self_reports.services.links import Sent
from evaluation.self_reports.services.ownership import owns
from evaluation.self_reports.workflow import SELF_REPORT
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.identity import ours
from platforms.models import User
from platforms.move_table import Move
from platforms.one_use import creates, shown_once
from platforms.pages.access import current_user, officer
from platforms.pages.moves import METHODS, Act, MovePage

#: Most names that a page of confirmation lists.
MOST_NAMES = 100
NOT_OWN = "自评由平台所属区县（市）、管委会办理，重点行业平台由市经信局办理，您可以查看，不能办理。"


def own(request: HttpRequest, number: str) -> SelfReport:
    """Return the report of ``number`` if it is this person's to work on, else answer 404 or 403."""
    report = visible(request, number)
    if not owns(report, current_user(request)):
        raise PermissionDenied(NOT_OWN)
    return report


@officer("evaluation.send_selfreport")
@creates
@require_http_methods(METHODS)
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Send the link of one report; its address is on the answer and nowhere else."""
    report, refusal = own(request, number), ""
    if request.method == "POST":
        try:
            sent = links.send(report=report, by=current_user(request), at=timezone.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return _sent_page(request, [sent], trail(report), reverse("self_reports:report", args=[number]))
    effects = ["原链接随即作废，已填写的内容保留。"] if report.sent else []  # type: ignore[attr-defined]
    address = report.assessment.application.contact_email
    effects.append(
        f"链接同时写入待发邮件，收件人为运营单位联系人（{address}）。"
        if address
        else "申报表没有填写联系邮箱，链接须人工转发。"
    )
    context = {
        "base": "desk/base.html",
        "crumbs": [*trail(report), {"label": "发送自评链接", "url": ""}],
        "title": "发送自评链接",
        "what": f"将为“{report.assessment.application.name}”生成自评链接。",
        "effects": effects,
        "verb": "发送自评链接",
        "cancel_url": reverse("self_reports:report", args=[number]),
        "refusal": refusal,
    }
    return render(request, "desk/confirm.html", context, status=409 if refusal else 200)


@officer("evaluation.send_selfreport")
@creates
@require_http_methods(METHODS)
def send_all(request: HttpRequest) -> HttpResponse:
    """Send the links of all units of one's own that have none."""
    user, refusal = current_user(request), ""
    rows = list(queries.to_send(user, timezone.localdate()))
    back, crumbs = reverse("self_reports:index"), [{"label": "自评", "url": reverse("self_reports:index")}]
    if request.method == "POST" and rows:
        try:
            sent = links.send_all(reports=rows, by=user, at=timezone.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return _sent_page(request, sent, crumbs, back)
    if not rows:
        messages.info(request, "没有需要发送链接的自评。")
        return redirect(back)
    without = sum(not row.assessment.application.contact_email for row in rows)
    effects = ["链接写入待发邮件，并在办理后显示一次，可以复制转发。"]
    if without:
        effects.append(f"其中 {without} 个平台的申报表没有填写联系邮箱，链接须人工转发。")
    context = _bulk(rows, crumbs, "发送自评链接", f"发送 {len(rows)} 个平台的自评链接") | {
        "what": f"将为 {len(rows)} 个平台各生成一个自评链接。", "effects": effects, "refusal": refusal,
    }  # fmt: skip
    return render(request, "desk/confirm.html", context, status=409 if refusal else 200)


def _bulk(rows: Sequence[SelfReport], crumbs: list[dict[str, str]], title: str, verb: str) -> dict[str, Any]:
    names = [f"{row.number} {row.assessment.application.name}" for row in rows[:MOST_NAMES]]
    return {
        "base": "desk/base.html",
        "crumbs": [*crumbs, {"label": title, "url": ""}],
        "title": title,
        "names": names,
        "names_total": len(rows),
        "verb": verb,
        "cancel_url": reverse("self_reports:index"),
    }


def _sent_page(request: HttpRequest, sent: Sequence[Sent], crumbs: list[dict[str, str]], back: str) -> HttpResponse:
    """Show the links just made, this once."""
    made = []
    for place, each in enumerate(sent):
        path = reverse("self_report:start", args=[each.token])
        address = f"{settings.SITE_URL}{path}" if settings.PRODUCTION else request.build_absolute_uri(path)
        report = each.link.report
        name, region = report.assessment.application.name, report.assessment.application.region
        sender = region.name if region else ours().industry_bureau.short
        message = (
            f"{each.link.recipient}：请填报“{name}”的{report.assessment.evaluation}自评。打开下面的地址即可填写，"
            f"不需要账号，可以分多次填写：\n{address}\n请在{day_in_words(queries.due_on(report))}前填完并提交。"
            f"凭本链接即可填写，请勿转发。（{sender}）"
        )
        made.append(
            {"id": f"message-{place}", "name": name, "recipient": each.link.recipient, "address": address,
             "message": message, "mailed": each.mailed}
        )  # fmt: skip
    context = {
        "crumbs": [*crumbs, {"label": "发送自评链接", "url": ""}],
        "title": "自评链接",
        "made": made,
        "without": "申报表没有填写联系邮箱，请复制转发。",
        "back_url": back,
    }
    answer = render(request, "desk/sent.html", context)
    note = "自评链接已生成，地址只显示一次；没有复制的，请重新发送。"
    return shown_once(answer, record=back, note=note)


class ReportMoves(MovePage):
    """Checking a report and sending it back."""

    workflow = SELF_REPORT
    noun = "自评"
    argument = "report"
    row_page = "self_reports:report"
    unit, list_page = "份", "self_reports:index"

    def find(self, request: HttpRequest, number: str) -> SelfReport:
        return visible(request, number)

    def refusal(self, row: SelfReport, move: Move, user: User) -> str:
        if not user.has_perm(move.permission):
            return f"您没有“{move.label}”的权限。"
        return "" if owns(row, user) else NOT_OWN

    def trail(self, row: SelfReport) -> list[dict[str, str]]:
        return trail(row)

    def names(self, row: SelfReport) -> dict[str, str]:
        return {"number": row.number, "name": row.assessment.application.name}

    def form_options(self, row: SelfReport, move: Move, user: User) -> dict[str, Any]:  # noqa: ARG002
        return {"lines": lines_of(row)}

    def waiting(self, user: User, move: Move) -> list[str]:  # noqa: ARG002 - both moves start from one status
        return list(queries.to_check(user).values_list("assessment__application__number", flat=True))

    def _make(self, request: HttpRequest, row: Any, move: Move, values: dict[str, Any]) -> HttpResponse:
        questions = {
            name.removeprefix("question-"): values.pop(name) for name in list(values) if name.startswith("question-")
        }
        return super()._make(request, row, move, values | ({"questions": questions} if questions else {}))


ReportMoves.acts = {
    "check": Act(
        checking.check,
        "将审核通过“{name}”的自评，并提交市经信局。",
        "已审核通过并提交",
        ("填报数值记入评分表；之后不能再退回。",),
    ),
    "return": Act(
        checking.send_back,
        "将把“{name}”的自评退回运营单位，由其按意见修改后重新提交。",
        "已退回",
        ("运营单位使用原链接修改。", "自评截止日期已过的，须另行准予延期。"),
        SendBackForm,
    ),
}
move = officer("evaluation.check_selfreport")(require_http_methods(METHODS)(ReportMoves().view))


@officer("evaluation.check_selfreport")
@require_http_methods(METHODS)
def check_all(request: HttpRequest) -> HttpResponse:
    """Check all reports of one's own that wait, or none."""
    user, refusal = current_user(request), ""
    rows = list(queries.to_check(user))
    back, crumbs = reverse("self_reports:index"), [{"label": "自评", "url": reverse("self_reports:index")}]
    if request.method == "POST" and rows:
        seen = {int(pk) for pk in request.POST.getlist("seen") if pk.isascii() and pk.isdigit() and len(pk) < 19}
        try:
            count = checking.check_all(reports=[row for row in rows if row.pk in seen], by=user, at=timezone.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"已审核通过并提交 {count} 份自评。")
            return redirect(back)
    if not rows:
        messages.info(request, "没有待审核的自评。")
        return redirect(back)
    context = _bulk(rows, crumbs, "审核通过并提交", f"提交 {len(rows)} 份自评") | {
        "what": f"将审核通过 {len(rows)} 份自评，并提交市经信局。",
        "effects": ["填报数值记入评分表；之后不能再退回。"],
        "hidden": [{"name": "seen", "value": row.pk} for row in rows],
        "refusal": refusal,
    }
    return render(request, "desk/confirm.html", context, status=409 if refusal else 200)


@officer("evaluation.extend_selfreport")
@creates
@require_http_methods(METHODS)
def let_in(request: HttpRequest, number: str) -> HttpResponse:
    """Let one unit report later, with the day and the reason."""
    report, refusal = own(request, number), ""
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            leave = checking.let_in(report=report, by=current_user(request), at=timezone.now(), **form.cleaned_data)
        except Refusal as refused:
            if refused.field in form.fields:
                form.refuse(refused)
            else:
                refusal = str(refused)
        else:
            messages.success(
                request, f"已准予“{report.assessment.application.name}”延期至{day_in_words(leave.until)}。"
            )
            return redirect("self_reports:report", number)
    elif not form.is_bound and report.status not in (SelfReportStatus.WAITING, SelfReportStatus.RETURNED):
        messages.info(request, "自评已提交，不需要延期。")
        return redirect("self_reports:report", number)
    context = {
        "base": "desk/base.html",
        "crumbs": [*trail(report), {"label": "准予延期", "url": ""}],
        "title": "准予延期",
        "what": f"将准予“{report.assessment.application.name}”在截止日期"
        f"{day_in_words(queries.due_on(report))}之后填报自评。",
        "effects": [
            "准予延期逐次记录经办人、日期和理由，市经信局可以查看。",
            "已登记未自评的，补报审核通过后撤销登记。",
        ],
        "form": form,
        "verb": "准予延期",
        "cancel_url": reverse("self_reports:report", args=[number]),
        "refusal": refusal,
    }
    return render(request, "desk/confirm.html", context, status=409 if refusal else 200)


@officer("evaluation.settle_selfreport")
@require_http_methods(METHODS)
def settle(request: HttpRequest) -> HttpResponse:
    """Settle, for all units of an evaluation whose day is over, that they reported nothing."""
    user, today = current_user(request), timezone.localdate()
    evaluations = queries.evaluations_of(user)
    evaluation = evaluations.get(request.GET.get("round", "")) or next(iter(evaluations.values()), None)
    back, crumbs = reverse("self_reports:index"), [{"label": "自评", "url": reverse("self_reports:index")}]
    rows = list(queries.unreported(today, evaluation)) if evaluation else []
    if request.method == "POST" and evaluation:
        count = settling.settle(evaluation=evaluation, by=user, at=timezone.now())
        messages.success(request, f"已登记 {count} 个平台未自评。")
        return redirect(back)
    if not rows:
        messages.info(request, "没有逾期未报的自评。")
        return redirect(back)
    context = _bulk(rows, crumbs, "登记未自评", f"登记 {len(rows)} 个平台未自评") | {
        "what": f"将登记 {len(rows)} 个平台逾期未提交自评。",
        "effects": [
            "评分按评价方案对未自评的规定办理。",
            "系统同时提出撤销情形事实，是否成立由市经信局另行认定。",
            "此后准予延期并补报的，登记随审核通过撤销。",
        ],
        "danger": True,
    }
    return render(request, "desk/confirm.html", context)
