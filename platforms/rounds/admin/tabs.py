"""The page of a round in tabs: each is an address of its own, and saves its own fields alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from platforms import deadlines
from platforms.applications.queries.quotas import QuotaUse, quota_table
from platforms.choices import Role
from platforms.models import FilingException, Question, Round, User
from platforms.notices.models import value_of
from platforms.pages.date_changes import changes_of
from platforms.planning.queries.coverage import BUILT, STATES, STRONG_TOWNS, by_region, progress, strong_towns, tally
from platforms.reference.queries.imports import last_strong_towns
from platforms.rounds.admin.dates import tasks_context
from platforms.rounds.admin.overrides import overrides_of, period_in_words
from platforms.rounds.choices import RoundStatus
from platforms.rounds.phases import phase_label
from platforms.rounds.queries.counted_period import period_of_round
from platforms.rounds.queries.opening import checklist
from platforms.rounds.queries.quotas import has_any_for
from platforms.rounds.readiness import Finding, Weight
from platforms.rounds.timeline import line_of, share
from platforms.tones import Tone

#: The name of the tab in the address.
NAME = "tab"
BASICS, DATES, QUOTAS, READINESS = "basics", "dates", "quotas", "readiness"
TASKS, QUESTIONS, NOTICE, PROGRESS = "tasks", "questions", "notice", "progress"


@dataclass(frozen=True)
class Tab:
    """One tab: its ``fields`` of the round, and the permission that it asks for beside that for the round."""

    key: str
    label: str
    fields: tuple[str, ...] = ()
    permission: str = ""


TABS = (
    Tab(BASICS, "概况", ("year", "title", "status", "target", "cap_yuan")),
    Tab(READINESS, "筹备清单", permission="platforms.move_round"),
    Tab(DATES, "日期", ("report_due_on", "counted_from", "counted_until")),
    Tab(QUOTAS, "名额", permission="platforms.view_quota"),
    Tab(TASKS, "阶段任务", permission="platforms.change_tasktemplate"),
    Tab(QUESTIONS, "补充问题", permission="platforms.view_question"),
    Tab(NOTICE, "通知", ("notice",)),
    Tab(PROGRESS, "建设进度", permission="platforms.view_application"),
)


def tabs_of(user: User) -> list[Tab]:
    """Return the tabs that ``user`` has."""
    return [each for each in TABS if not each.permission or user.has_perm(each.permission)]


def chosen(user: User, key: str) -> Tab:
    """Return the tab ``key`` of ``user``, the first one where there is none such."""
    mine = tabs_of(user)
    return next((each for each in mine if each.key == key), mine[0])


def links(round: Round, user: User, now: Tab) -> list[dict[str, Any]]:
    """Return the tabs as ``desk/tabs.html`` takes them."""
    here = reverse("admin:platforms_round_change", args=(round.pk,))
    return [{"label": each.label, "url": f"{here}?{NAME}={each.key}", "active": each == now} for each in tabs_of(user)]


def shown(round: Round, user: User, now: Tab) -> dict[str, Any]:
    """Return what the tab ``now`` shows beside its form."""
    return {"tab": now.key, **_MAKERS[now.key](round, user)} if now.key in _MAKERS else {"tab": now.key}


# Dates -----------------------------------------------------------------------------------------------------------


def _dates(round: Round, user: User) -> dict[str, Any]:
    today = timezone.localdate()
    period = period_of_round(round)
    spans: list[tuple[str, date, date]] = []
    if user.has_perm("platforms.view_phase"):
        terms = round.terms
        spans = [
            (phase_label(terms, each.number), each.starts_on, each.ends_on) for each in round.phases.order_by("number")
        ]
    spans.append(("上报截止", round.report_due_on, round.report_due_on))
    if period is not None:
        spans.append(("评价期间", period.first, period.last))
    if round.published_on is not None:
        spans.append(("公布", round.published_on, round.published_on))
    line = line_of(day for _, first, last in spans for day in (first, last))
    assert line is not None  # the day of the reports is always there
    rows = [
        {
            "label": label,
            "days": first.isoformat() if first == last else f"{first.isoformat()} 至 {last.isoformat()}",
            "state": _state_of(first, last, today),
            "parts": [{"x": stretch.x, "width": stretch.width, "tone": _state_of(first, last, today)["tone"]}],
            "mark": line.mark(today),
        }
        for label, first, last in spans
        for stretch in (line.stretch(first, last),)
    ]
    return {
        "timeline": {
            "rows": rows,
            "first": line.first.isoformat(),
            "last": line.last.isoformat(),
            "has_mark": line.mark(today) is not None,
        },
        "counted": period_in_words(round),
        "date_changes": changes_of(round) if user.has_perm("platforms.view_datechange") else [],
        "dates_url": _dates_url(round, user),
    }


def _dates_url(round: Round, user: User) -> str:
    under_way = round.status in (RoundStatus.FILING, RoundStatus.EVALUATING)
    may = under_way and user.has_perm("platforms.change_phase")
    return reverse("admin:platforms_round_dates", args=(round.pk,)) if may else ""


def _state_of(first: date, last: date, today: date) -> dict[str, str]:
    """Return how something from ``first`` to ``last`` stands, with the days that are left."""
    if today > last:
        return {"label": "已结束" if first != last else "已过", "tone": "good"}
    if first == last:
        return {"label": deadlines.in_words((last - today).days), "tone": "wait"}
    if today < first:
        return {"label": f"未开始，{deadlines.in_words((first - today).days)}", "tone": "neutral"}
    return {"label": f"进行中，{deadlines.in_words((last - today).days)}", "tone": "info"}


# Quotas ----------------------------------------------------------------------------------------------------------


def _quotas(round: Round, user: User) -> dict[str, Any]:
    found = quota_table(round=round, user=user)
    most = max((max(each.places or 0, each.used) for each in found), default=0)
    listing = f"{reverse('admin:platforms_quota_changelist')}?round__id__exact={round.pk}"
    lacking = [each.region.pk for each in found if each.places is None]
    may = round.status != RoundStatus.PUBLISHED and user.has_perm("platforms.add_quota")
    return {
        "quotas": [
            {
                "label": each.region.name,
                "places": "未设" if each.places is None else each.places,
                "used": each.used,
                "left": "" if each.left is None else each.left,
                "note": f"超出 {each.over} 个" if each.over else "",
                "parts": _parts(each, most),
            }
            for each in found
        ],
        "quota_total": {
            "places": sum(each.places or 0 for each in found),
            "used": sum(each.used for each in found),
            "left": sum(each.left or 0 for each in found),
        },
        "take_over_url": reverse("admin:platforms_round_take_over_quotas", args=(round.pk,))
        if may and has_any_for(round, lacking)
        else "",
        "quota_list_url": listing,
    }


def _parts(use: QuotaUse, most: int) -> list[dict[str, Any]]:
    """Return the bar of one region: its places, on them what is used, behind them what is over."""
    places, used = share(use.places or 0, most), share(use.used, most)
    within = used if use.places is None else min(used, places)
    parts: list[dict[str, Any]] = [
        {"x": 0, "width": places, "tone": "ground"},
        {"x": 0, "width": within, "tone": "info"},
        {"x": within, "width": used - within, "tone": "bad"},
    ]
    return [each for each in parts if each["width"]]


# The others ------------------------------------------------------------------------------------------------------


def _readiness(round: Round, user: User) -> dict[str, Any]:
    if round.status != RoundStatus.PREPARING:
        # What it was moved on without names applications of all regions.
        return {"begun": True, "overrides": overrides_of(round) if user.role == Role.CITY else []}
    lines = [_line(title, findings) for title, findings in checklist(round, on=timezone.localdate())]
    return {"readiness": lines, "ready": sum(each["tone"] == "good" for each in lines)}


def _line(title: str, findings: Sequence[Finding]) -> dict[str, Any]:
    tone: Tone = "good"
    label = "已齐备"
    if any(each.weight == Weight.STOPS for each in findings):
        tone, label = "bad", "须先办理"
    elif any(each.weight == Weight.ASKS for each in findings):
        tone, label = "wait", "待完善"
    elif findings:
        tone, label = "info", "提示"
    return {"title": title, "tone": tone, "label": label, "findings": findings}


def _tasks(round: Round, _user: User) -> dict[str, Any]:
    return tasks_context(round)


def _questions(round: Round, user: User) -> dict[str, Any]:
    listing = reverse("admin:platforms_question_changelist")
    return {
        "questions": Question.objects.visible_to(user).filter(round=round, retired=False).count(),
        "questions_url": f"{listing}?round__id__exact={round.pk}",
    }


def _notice(round: Round, user: User) -> dict[str, Any]:
    notice, terms = round.notice, value_of(round.notice_id).terms
    return {
        "notice_pairs": [
            {"label": "标题", "value": notice.title},
            {"label": "文号", "value": notice.number},
            {"label": "发文日期", "value": notice.issued_on.isoformat()},
            {"label": "状态", "value": notice.get_status_display()},
            {"label": "阶段", "value": "；".join(label for _, label in terms.phase_choices)},
            {"label": "档次", "value": "、".join(label for _, label in terms.grade_choices)},
            {"label": "认定有效期", "value": terms.validity_years, "unit": "年"},
            {"label": "建设目标", "value": terms.target, "unit": "个"},
        ],
        "notice_url": reverse("admin:platforms_notice_change", args=(notice.pk,))
        if user.has_perm("platforms.view_notice")
        else "",
    }


def _progress(round: Round, user: User) -> dict[str, Any]:
    towns = strong_towns(user=user, round=round, on=timezone.localdate())
    counts = tally(towns)
    told: dict[str, Any] = {
        "progress": progress(round=round, user=user),
        "regions": [(each, each.counts.values()) for each in by_region(towns)],
        "strong_towns": len(towns),
        "strong_built": counts[BUILT],
        "strong_states": list(zip(STATES.values(), counts.values(), strict=True)),
        # Who brought the list in is the city's business.
        "strong_import": None if user.region_id else last_strong_towns(),
        "strong_expected": STRONG_TOWNS if not user.region_id else None,
    }
    if user.role == Role.CITY and user.has_perm("platforms.view_batch"):
        listing = reverse("admin:platforms_filingexception_changelist")
        may_grant = round.status == RoundStatus.EVALUATING and user.has_perm("platforms.add_filingexception")
        told |= {
            "progress_url": f"{reverse('admin:platforms_batch_progress')}?year={round.year}",
            "exceptions": FilingException.objects.visible_to(user).filter(round=round).count(),
            "exceptions_url": f"{listing}?round__id__exact={round.pk}",
            "grant_url": reverse("admin:platforms_filingexception_add") if may_grant else "",
        }
    return told


_MAKERS: dict[str, Callable[[Round, User], dict[str, Any]]] = {
    DATES: _dates,
    QUOTAS: _quotas,
    READINESS: _readiness,
    TASKS: _tasks,
    QUESTIONS: _questions,
    NOTICE: _notice,
    PROGRESS: _progress,
}
