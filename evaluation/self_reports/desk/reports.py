"""Self-reports at the desk: the list with its file, and what one unit reported."""

from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from evaluation.models import SelfReport
from evaluation.schemes.grading import plain
from evaluation.self_reports.choices import WRITABLE, SelfReportStatus
from evaluation.self_reports.queries import reports as queries_of
from evaluation.self_reports.queries.lines import Line, lines_of
from evaluation.self_reports.queries.reports import STATES, TONES, Choice
from evaluation.self_reports.services.ownership import owns
from platforms import deadlines
from platforms.audit.queries import events_of, happening
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.masking import mask_name, may_see_people
from platforms.moments import moment
from platforms.notices.clauses import activate
from platforms.pages import evidence
from platforms.pages.access import current_user, officer
from platforms.pages.lists import (
    TODAY,
    Column,
    Filter,
    ListPage,
    Value,
    Words,
    day,
    leads_to,
    minute,
    region,
    short_name,
    text,
)
from platforms.scope import regions_of_officer

APPLICATION = "assessment__application"
STATE = ("status", "sent", "due", TODAY)


def state_words(status: str, sent: bool, due: Any, today: Any) -> dict[str, str]:
    """Return label and tone of a state, with the days left while it can be written."""
    state = queries_of.state_of(status, sent, due, today)
    label = STATES[state]
    if status in WRITABLE:
        label = f"{label}，{deadlines.in_words(deadlines.days_left(due, today))}"
    return {"label": label, "tone": TONES[state]}


class Reports(ListPage):
    """The self-reports of one evaluation: the county's own, the city's over all regions."""

    title = file_title = "自评"
    noun = "自评"
    unit = "份"
    lead = (
        "运营单位凭链接填报评价期间的数值和佐证材料，由所属区县（市）、管委会审核后提交；重点行业平台由市经信局办理。"
    )
    search = "平台名称或申报编号"
    place, file_place = "self_reports:index", "self_reports:list"
    filters = (
        Filter("round", "年度", every="", stays=True, narrows=False),
        Filter("state", "状态", words=STATES, some=True),
        Filter("leave", "延期", words={"yes": "已准予延期"}),
        Filter("region", "地区", most=12, city=True),
        text("q", "查找"),
    )
    columns = (
        Column("窗口平台", short_name(APPLICATION)),
        Column("状态", Value(STATE, state_words)),
        Column("地区", region(f"{APPLICATION}__region__name"), city=True),
        Column("截止日期", day("due")),
        Column("提交时间", Value(("handed_in_at",), lambda at: moment(at) or "—")),
        Column("审核时间", Value(("checked_at",), lambda at: moment(at) or "—")),
    )
    file_columns = (
        Column("申报编号", f"{APPLICATION}__number"),
        Column("窗口平台", short_name(APPLICATION)),
        Column("运营单位", f"{APPLICATION}__operator_name"),
        Column("地区", region(f"{APPLICATION}__region__name")),
        Column("状态", Value(STATE, lambda *facts: STATES[queries_of.state_of(*facts)])),
        Column("截止日期", day("due")),
        Column("延期至", day("leave_until")),
        Column("回执编号", "receipt"),
        Column("提交时间", minute("handed_in_at")),
        Column("审核时间", minute("checked_at")),
    )
    link = leads_to("self_reports:report", f"{APPLICATION}__number")
    none_yet = "暂无需要填报的自评。"
    none_text = "绩效评价启动后，每个参评平台各有一份自评。"
    size = 50
    choice_type = Choice

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.evaluations = queries_of.evaluations_of(self.user)
        latest = next(iter(self.evaluations), "")
        if self.values["round"] not in self.evaluations:
            self.values["round"] = latest
        if latest:
            activate(self.evaluations[self.values["round"]].round.notice_id)

    @cached_property
    def tally(self) -> dict[str, int]:
        counts = queries_of.tally(self.user, self.choice, self.today)
        return {"": sum(counts.values()), **counts}

    @cached_property
    def regions(self) -> list[tuple[str, str, int]]:
        return queries_of.regions_of(self.user, self.choice) if self.user.role == Role.CITY else []

    def rows(self) -> QuerySet[Any]:
        return queries_of.listed(self.user, self.choice, self.today)

    def words(self, filter: Filter) -> Words:
        if filter.name == "round":
            return {year: str(each.round) for year, each in self.evaluations.items()}
        return super().words(filter)

    def buttons(self) -> list[dict[str, Any]]:
        found = []
        if self.user.has_perm("evaluation.send_selfreport"):
            if count := queries_of.to_send(self.user, self.today).count():
                label = f"发送自评链接（{count} 个）"
                found.append({"label": label, "url": reverse("self_reports:send_all"), "kind": "main"})
            if count := queries_of.to_check(self.user).count():
                label = f"审核通过并提交（{count} 份）"
                found.append({"label": label, "url": reverse("self_reports:check_all"), "kind": "plain"})
        if self.user.has_perm("evaluation.settle_selfreport") and self.evaluations:
            evaluation = self.evaluations[self.values["round"]]
            if count := queries_of.unreported(self.today, evaluation).count():
                url = f"{reverse('self_reports:settle')}?round={evaluation.round.year}"
                found.append({"label": f"登记未自评（{count} 个）", "url": url, "kind": "danger"})
        return found


index = officer("evaluation.view_selfreport")(require_safe(Reports.page))
export = officer("evaluation.view_selfreport")(require_safe(Reports.file))


def visible(request: HttpRequest, number: str) -> SelfReport:
    """Return the report of the application ``number`` if this person sees it, else answer 404."""
    rows = queries_of.visible(current_user(request))
    found = get_object_or_404(rows, assessment__application__number=number)
    activate(found.assessment.evaluation.round.notice_id)
    return found


def trail(report: SelfReport) -> list[dict[str, str]]:
    """Return the crumbs down to ``report``."""
    year = report.assessment.evaluation.round.year
    return [
        {"label": "自评", "url": f"{reverse('self_reports:index')}?round={year}"},
        {"label": report.number, "url": reverse("self_reports:report", args=[report.number])},
    ]


@officer("evaluation.view_selfreport")
@require_safe
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """What one unit reported, with its proofs, and what this person can do with it."""
    report, user, today = visible(request, number), current_user(request), timezone.localdate()
    state = state_words(report.status, report.sent, report.due, today)  # type: ignore[attr-defined]
    lines = lines_of(report)
    # The page of the unit saves itself: each save is in the log, and would bury here what people did.
    past = [happening(event) for event in events_of(report).exclude(verb="填写自评")[:50]]
    context = {
        "crumbs": [*trail(report)[:1], {"label": report.number, "url": ""}],
        "report": report,
        "title": "自评",
        "code": report.number,
        "region": report.assessment.application.name,
        "state": state,
        "moves": _moves(report, user.role if owns(report, user) else "", today),
        "pairs": _pairs(report, _name_for(request, report)),
        "lines": [_shown(line) for line in lines],
        "leaves": report.leaves.select_related("granted_by"),
        "is_in": report.status in (SelfReportStatus.HANDED_IN, SelfReportStatus.CHECKED, SelfReportStatus.RETURNED),
        "events": [{"when": moment(each.when), "who": each.who, "what": each.what, "why": each.why} for each in past],
    }
    return render(request, "self_reports/report.html", context)


def _name_for(request: HttpRequest, report: SelfReport) -> str:
    user, row_region = current_user(request), report.assessment.application.region_id
    seen = may_see_people(role=user.role, own_regions=regions_of_officer(user), row_region=row_region)
    return report.filled_by if seen else mask_name(report.filled_by)


def _moves(report: SelfReport, role: str, today: Any) -> list[dict[str, str]]:
    """Return what can be done with a report of one's own; nothing with another's, or when results are public."""
    number = report.number
    if not role or report.assessment.evaluation.round.status == "published":
        return []
    if report.status == SelfReportStatus.HANDED_IN:
        return [
            {"label": "审核通过并提交", "url": reverse("self_reports:move", args=[number, "check"]), "kind": "main"},
            {"label": "退回", "url": reverse("self_reports:move", args=[number, "return"]), "kind": "plain"},
        ]
    if report.status not in WRITABLE:
        return []
    late = deadlines.is_late(report.due, today)  # type: ignore[attr-defined]
    leave = {"label": "准予延期", "url": reverse("self_reports:let_in", args=[number]), "kind": "plain"}
    if late:
        return [leave]
    label = "重新发送链接" if report.sent else "发送自评链接"  # type: ignore[attr-defined]
    return [{"label": label, "url": reverse("self_reports:send", args=[number]), "kind": "main"}, leave]


def _pairs(report: SelfReport, filled_by: str) -> list[dict[str, Any]]:
    application, link = report.assessment.application, report.links.first()
    sent = f"{moment(link.sent_at)}发给{link.recipient}" if link else ""
    opened = (f"，{moment(link.opened_at)}首次打开" if link.opened_at else "，尚未打开") if link else ""
    pairs = [
        {"label": "评价", "value": str(report.assessment.evaluation)},
        {"label": "运营单位", "value": application.operator_name},
        {"label": "截止日期", "value": day_in_words(report.due)},  # type: ignore[attr-defined]
        {"label": "链接", "value": f"{sent}{opened}" or "尚未发送"},
    ]
    if report.receipt:
        pairs += [
            {"label": "回执编号", "value": report.receipt},
            {"label": "填报人", "value": filled_by},
            {"label": "提交时间", "value": moment(report.handed_in_at)},
        ]
    if report.status == SelfReportStatus.RETURNED:
        pairs.append({"label": "退回理由", "value": report.return_reason})
    if report.checked_by:
        pairs.append({"label": "审核", "value": f"{moment(report.checked_at)}，{report.checked_by.name}"})
    if report.assessment.unreported_at:
        pairs.append({"label": "未自评登记", "value": moment(report.assessment.unreported_at)})
    return pairs


def _shown(line: Line) -> dict[str, Any]:
    """Return one line as the page shows it: what was stated, what is reported, how far they lie apart."""
    row, stated = line.row, line.stated
    apart = ""
    if row.value is not None and stated is not None:
        step = Fraction(row.value) - Fraction(stated)
        sign = "+" if step > 0 else "−" if step < 0 else ""
        share = f"（{sign}{round(abs(step) * 100 / Fraction(stated))}%）" if stated and step else ""
        apart = f"{sign}{plain(abs(step))}{share}"
    return {
        "title": line.asked.title,
        "unit": row.indicator.unit,
        "takes_value": line.asked.takes_value,
        "stated": "" if stated is None else plain(Fraction(stated)),
        "value": "" if row.value is None else plain(Fraction(row.value)),
        "apart": apart,
        "remark": row.remark,
        "link": row.link,
        "question": row.question,
        "files": evidence.listed(line.files),
        "needs_proof": line.asked.needs_proof,
    }
