"""What this app holds about a platform, as sections of its page; a further one is a line of :data:`OWN`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, CharField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat, TruncDate
from django.urls import reverse

from platforms import deadlines
from platforms.activities.choices import ActivityStatus
from platforms.applications.choices import ApplicationStatus, EndedWhy
from platforms.cases.choices import ComplaintFinding, ComplaintStatus, GroundStatus
from platforms.cases.queries import grounds
from platforms.mail.choices import MailKind, MailState
from platforms.mail.queries import TONES as MAIL_TONES
from platforms.models import (
    Activity,
    Application,
    Complaint,
    Ground,
    Invitation,
    Mail,
    PeriodicReturn,
    Platform,
    Rectification,
    Standing,
    Task,
    User,
)
from platforms.notices.models import value_of
from platforms.periodic_reports import queries as returns
from platforms.rectifications import queries as rectifications
from platforms.rectifications.choices import RectificationStatus
from platforms.register.queries.life import Line, Link, Section, lines
from platforms.rounds.phases import phase_label, short_label
from platforms.tones import Tone

APPLICATION_TONES: Mapping[str, Tone] = {
    ApplicationStatus.SUBMITTED: "info",
    ApplicationStatus.RETURNED: "bad",
    ApplicationStatus.ACCEPTED: "good",
}
ACTIVITY_TONES: Mapping[str, Tone] = {
    ActivityStatus.PLANNED: "info",
    ActivityStatus.HELD: "wait",
    ActivityStatus.REPORTED: "good",
}
RECTIFICATION_TONES: Mapping[str, Tone] = {
    RectificationStatus.OPENED: "wait",
    RectificationStatus.ANSWERED: "info",
    RectificationStatus.REOPENED: "bad",
    RectificationStatus.CLOSED: "good",
}
COMPLAINT_TONES: Mapping[str, Tone] = {
    ComplaintStatus.RECEIVED: "wait",
    ComplaintStatus.EXAMINING: "info",
    ComplaintStatus.REOPENED: "wait",
    ComplaintStatus.EXAMINED: "info",
    ComplaintStatus.VERIFIED: "bad",
}
ENDING_TONES: Mapping[str, Tone] = {EndedWhy.REVOKED: "bad"}
#: Longer texts are cut in a cell.
MOST = 60


def all_of(name: str, counted: int, unit: str, **query: str) -> list[Link]:
    """Return the link to the list ``name`` that holds exactly the ``counted`` rows; none where there are none."""
    if not counted:
        return []
    return [{"label": f"全部 {counted} {unit}", "url": f"{reverse(name)}?{urlencode(query)}"}]


def day(value: date | None) -> str:
    """Return a day as lists write it, empty where there is none."""
    return value.isoformat() if value else ""


def cut(text: str) -> str:
    """Return ``text`` as a cell takes it."""
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"


def badge(label: str, tone: Tone = "neutral") -> dict[str, str]:
    """Return a state as a cell takes it."""
    return {"label": label, "tone": tone}


def _applications(user: User, platform: Platform) -> QuerySet[Any]:
    rows = Application.objects.visible_to(user).filter(platform=platform)
    return lines(
        rows, "applications", code="number", text="round__year", state="status", day=TruncDate("last_submitted_at"),
        until=TruncDate("accepted_at"),
    )  # fmt: skip


def _application(line: Line, _on: date) -> list[Any]:
    state = badge(ApplicationStatus(line.state).label, APPLICATION_TONES.get(line.state, "neutral"))
    return [line.code, f"{line.text}年度", state, day(line.day), day(line.until)]


def _standings(user: User, platform: Platform) -> QuerySet[Any]:
    rows = Standing.objects.visible_to(user).filter(platform=platform)
    return lines(
        rows, "certificates", code="certificate", state="ended_why", day="starts_on", until="ends_on",
        more=Cast("ended_on", CharField()),
    )  # fmt: skip


def _standing(line: Line, on: date) -> list[Any]:
    why = EndedWhy(line.state).label if line.state else ""
    if line.state and line.more <= on.isoformat():
        state = badge(why, ENDING_TONES.get(line.state, "neutral"))
    elif line.until is not None and line.until < on:
        state = badge(EndedWhy.EXPIRED.label)
    else:
        state = badge("尚未生效", "info") if line.day is not None and line.day > on else badge("有效", "good")
    return [line.code, state, day(line.day), day(line.until), line.more, why]


def _tasks(user: User, platform: Platform) -> QuerySet[Any]:
    rows = Task.objects.visible_to(user).filter(platform=platform, dropped=False)
    whose = Concat(
        Cast("template__round__year", TextField()), Value("/"), Cast("template__phase", TextField()), Value("/"),
        Cast("template__round__notice_id", TextField()), output_field=TextField(),
    )  # fmt: skip
    return lines(
        rows, "tasks", code="template__title", text=whose, day="due_on", until=TruncDate("done_at"),
        state=Case(When(blocked_at__isnull=False, then=Value("blocked")), default=Value(""), output_field=TextField()),
    )  # fmt: skip


def _task(line: Line, on: date) -> list[Any]:
    assert line.day is not None  # a task has a due day
    standing = deadlines.standing(due=line.day, on=on, done_on=line.until, blocked=line.state == "blocked")
    return [line.code, badge(standing.text, standing.tone), _phase(line.text), day(line.day), day(line.until)]


def _phase(whose: str) -> str:
    year, phase, notice = whose.split("/")
    return f"{year}年度{short_label(phase_label(value_of(int(notice)).terms, int(phase)))}"


def _boards(platform: Platform, found: Sequence[Line]) -> list[Link]:
    """Return one link for each board: a board is of one phase of one year."""
    board, links = reverse("desk:tasks"), []
    for whose, count in sorted(Counter(line.text for line in found).items()):
        year, phase, _notice = whose.split("/")
        query = urlencode({"year": year, "phase": phase, "q": platform.code})
        links.append({"label": f"{_phase(whose)} {count} 项", "url": f"{board}?{query}"})
    return links


def _activities(user: User, platform: Platform) -> QuerySet[Any]:
    invited = Invitation.objects.visible_to(user).filter(platform=platform).values("activity")
    rows = Activity.objects.visible_to(user).filter(Q(platform=platform) | Q(pk__in=invited))
    part = Case(When(platform=platform, then=Value("举办")), default=Value("受邀"), output_field=TextField())
    return lines(rows, "activities", code="number", text="title", state="status", more=part, day="held_on")


def _activity(line: Line, _on: date) -> list[Any]:
    state = badge(ActivityStatus(line.state).label, ACTIVITY_TONES.get(line.state, "neutral"))
    return [line.code, state, line.text, line.more, day(line.day)]


def _returns(user: User, platform: Platform) -> QuerySet[Any]:
    rows = PeriodicReturn.objects.visible_to(user).filter(platform=platform)
    settled = Case(
        When(handed_in_at__isnull=False, late=True, then=Value("late")),
        When(handed_in_at__isnull=False, then=Value("done")),
        When(closed_at__isnull=False, then=Value("never")),
        default=Value(""),
        output_field=TextField(),
    )
    return lines(
        rows, "returns", code=Concat("schedule__title", Value(" "), "label", output_field=TextField()),
        state=settled, day="due_on", until=TruncDate("handed_in_at"),
    )  # fmt: skip


def _return(line: Line, on: date) -> list[Any]:
    state = line.state or ("missing" if deadlines.is_late(line.day, on) else "open")
    return [line.code, badge(returns.STATES[state], returns.TONES[state]), day(line.day), day(line.until)]


def _rectifications(user: User, platform: Platform) -> QuerySet[Any]:
    rows = Rectification.objects.visible_to(user).filter(platform=platform)
    return lines(
        rows, "rectifications", code="number", text="problem", state="status", day=TruncDate("opened_at"),
        until="due_on",
    )  # fmt: skip


def _rectification(line: Line, on: date) -> list[Any]:
    assert line.until is not None  # it has a deadline
    label, tone = RectificationStatus(line.state).label, RECTIFICATION_TONES.get(line.state, "neutral")
    if rectifications.is_overdue(line.state, line.until, on):
        label, tone = f"{label}，{deadlines.in_words(deadlines.days_left(line.until, on))}", "bad"
    return [line.code, badge(label, tone), cut(line.text), day(line.day), day(line.until)]


def _complaints(user: User, platform: Platform) -> QuerySet[Any]:
    rows = Complaint.objects.visible_to(user).filter(platform=platform)
    return lines(
        rows, "complaints", code="number", text="finding", state="status", day=TruncDate("received_at"), until="due_on"
    )


def _complaint(line: Line, _on: date) -> list[Any]:
    state = badge(ComplaintStatus(line.state).label, COMPLAINT_TONES.get(line.state, "neutral"))
    finding = ComplaintFinding(line.text).label if line.text else ""
    return [line.code, state, finding, day(line.day), day(line.until)]


def _grounds(user: User, platform: Platform) -> QuerySet[Any]:
    rows = Ground.objects.visible_to(user).filter(platform=platform).exclude(status=GroundStatus.DISMISSED)
    kind = Concat(Cast("notice_id", TextField()), Value("/"), "ground", output_field=TextField())
    return lines(rows, "grounds", code="number", text="text", state="status", more=kind, day="happened_on")


def _ground(line: Line, _on: date) -> list[Any]:
    notice, key = line.more.split("/", maxsplit=1)
    state = badge(GroundStatus(line.state).label, grounds.TONES.get(GroundStatus(line.state), "neutral"))
    return [line.code, state, value_of(int(notice)).terms.ground(key).label, cut(line.text), day(line.day)]


def _mails(user: User, platform: Platform) -> QuerySet[Any]:
    rows = Mail.objects.visible_to(user).filter(application__platform=platform)
    return lines(
        rows, "mails", code="subject", text="kind", state="state", day=TruncDate("created_at"),
        until=TruncDate("sent_at"),
    )  # fmt: skip


def _mail(line: Line, _on: date) -> list[Any]:
    state = badge(MailState(line.state).label, MAIL_TONES.get(line.state, "neutral"))
    return [cut(line.code), state, MailKind(line.text).label, day(line.day), day(line.until)]


def _by_code(name: str, unit: str, key: str = "q") -> Any:
    return lambda platform, found: all_of(name, len(found), unit, **{key: platform.code})


OWN = (
    Section(
        "applications", 10, "申报", "platforms.view_application", _applications,
        ("申报编号", "年度", "状态", "最近提交", "受理日期"), _application, "尚未申报。",
        lambda line: reverse("desk:application", args=[line.code]),
        _by_code("admin:platforms_application_changelist", "份"),
    ),
    Section(
        "certificates", 30, "认定证书", "platforms.view_standing", _standings,
        ("证书编号", "状态", "有效期起", "有效期止", "终止日期", "终止原因"), _standing, "尚未取得认定证书。",
        lambda line: f"{reverse('evaluation:certificates')}?{urlencode({'q': line.code})}",
        _by_code("evaluation:certificates", "份"),
    ),
    Section(
        "tasks", 40, "阶段任务", "platforms.view_task", _tasks,
        ("任务", "进展", "阶段", "完成期限", "完成日期"), _task, "没有阶段任务。",
        lambda line: reverse("desk:task", args=[line.key]), _boards,
    ),
    Section(
        "activities", 60, "活动", "platforms.view_activity", _activities,
        ("活动编号", "状态", "活动名称", "举办或受邀", "活动日期"), _activity, "没有举办或受邀参加的活动。",
        lambda line: reverse("desk:activity", args=[line.code]), _by_code("desk:activities", "场", "platform"),
    ),
    Section(
        "returns", 70, "定期报送", "platforms.view_periodicreturn", _returns,
        ("报送", "状态", "报送期限", "报送日期"), _return, "没有须报送的内容。",
        lambda line: reverse("desk:return", args=[line.key]), _by_code("desk:returns", "份"),
    ),
    Section(
        "rectifications", 80, "整改", "platforms.view_rectification", _rectifications,
        ("整改编号", "状态", "存在问题", "下发日期", "整改期限"), _rectification, "没有整改。",
        lambda line: reverse("desk:rectification", args=[line.code]),
        _by_code("desk:rectifications", "件", "platform"),
    ),
    Section(
        "complaints", 90, "投诉", "platforms.view_complaint", _complaints,
        ("受理编号", "状态", "核查结论", "收到日期", "办理期限"), _complaint, "没有投诉。",
        lambda line: reverse("admin:platforms_complaint_change", args=[line.key]),
        _by_code("admin:platforms_complaint_changelist", "件"),
    ),
    Section(
        "grounds", 110, "撤销情形", "platforms.view_ground", _grounds,
        ("登记编号", "状态", "撤销情形", "事实", "发生日期"), _ground, "没有待确认或已确认的事实。",
        lambda line: reverse("admin:platforms_ground_change", args=[line.key]),
    ),
    Section(
        "mails", 130, "邮件", "platforms.view_mail", _mails,
        ("标题", "状态", "种类", "生成日期", "送出日期"), _mail, "没有与该平台申报有关的邮件。",
        lambda line: reverse("admin:platforms_mail_change", args=[line.key]),
        _by_code("admin:platforms_mail_changelist", "封"),
    ),
)  # fmt: skip
