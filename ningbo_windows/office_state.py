"""What the first page of finance, assessors, auditor and administrators says beside 待办: how their things stand."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse

from evaluation.marking.choices import SheetStatus
from evaluation.models import Publication, Sheet
from funding.models import AllocationRelease, AllocationRun, PaymentBatch
from funding.payments.choices import BatchStatus
from funding.runs.choices import RunStatus
from platforms.audit.services.audit import recent_breaks
from platforms.background.queries import health
from platforms.choices import Role
from platforms.mail.queries import BY_SOMEBODY, FAILED
from platforms.models import AuditEvent, Mail, Round, User
from platforms.moments import moment
from platforms.stored_files import space_left
from platforms.tones import Tone

#: So many of the latest events of the log are checked when the auditor's page is shown.
CHECKED = 200
DAY = timedelta(days=1)
#: Of these the auditor reads what was done last.
WATCHED = (Round, AllocationRun, PaymentBatch)
#: Below this share of free space the disk is named in red.
LEAST_FREE = 0.1


@dataclass(frozen=True)
class Line:
    """One thing that is watched: its figure, where it stands, and its tone where it asks for something."""

    label: str
    value: str
    url: str = ""
    tone: Tone = "neutral"


@cache
def version() -> str:
    """Return the version of the product."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def _system(_user: User, at: datetime) -> list[Line]:
    state, url = health(at=at), reverse("desk:background_state")
    mails = Mail.objects.aggregate(failed=Count("pk", filter=FAILED), by_hand=Count("pk", filter=BY_SOMEBODY))
    free, share = space_left()
    return [
        Line("系统版本", version()),
        Line("后台处理程序", "运行正常" if state.is_alive else "未运行", url, "good" if state.is_alive else "bad"),
        Line("最近联系", moment(state.heard_at) or "从未联系", url),
        Line("等待处理", f"{state.waiting} 项", url),
        Line("24 小时内未完成", f"{state.failed} 项", url, "bad" if state.failed else "neutral"),
        Line("未送达邮件", f"{mails['failed']} 封", tone="bad" if mails["failed"] else "neutral"),
        Line("待人工发送邮件", f"{mails['by_hand']} 封"),
        Line("剩余存储空间", f"{free / 2**30:.1f} GB（{share:.0%}）", tone="bad" if share < LEAST_FREE else "good"),
    ]


def _security(_user: User, at: datetime) -> list[Line]:
    since = at - timedelta(hours=settings.AXES_COOLOFF_TIME)
    attempts = AccessAttempt.objects.filter(attempt_time__gte=since)
    locked = sorted(
        attempts.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT)
        .values_list("username", flat=True)
        .distinct()
    )
    failed = AuditEvent.objects.filter(verb="登录失败", at__gte=at - DAY).count()
    active = Count("pk", filter=Q(is_active=True))
    people = User.objects.aggregate(active=active, off=Count("pk", filter=Q(is_active=False)))
    accounts = reverse("admin:platforms_user_changelist")
    return [
        Line("登录锁定的账号", "、".join(locked) or "无", accounts, "bad" if locked else "good"),
        Line("24 小时内登录失败", f"{failed} 次"),
        Line("启用的账号", f"{people['active']} 个", f"{accounts}?is_active__exact=1"),
        Line("停用的账号", f"{people['off']} 个", f"{accounts}?is_active__exact=0"),
    ]


def _auditor(_user: User, at: datetime) -> list[Line]:
    log = reverse("admin:platforms_auditevent_changelist")
    wrong = recent_breaks(CHECKED)
    counts = AuditEvent.objects.filter(at__gte=at - DAY).aggregate(
        all=Count("pk"), refused=Count("pk", filter=Q(result="refused"))
    )
    return [
        Line(
            f"最近 {CHECKED} 条审计记录",
            "校验一致" if not wrong else f"序号 {wrong[0].serial} 处不一致",
            log,
            "bad" if wrong else "good",
        ),
        Line("24 小时内记录", f"{counts['all']} 条，其中拒绝 {counts['refused']} 条", log),
        *(Line(f"最近的{kind._meta.verbose_name}事项", _last(kind._meta.verbose_name), log) for kind in WATCHED),
    ]


def _last(kind: Any) -> str:
    """Return the latest event about things of this kind, as the log has it."""
    event = AuditEvent.objects.filter(object_type=kind).order_by("-serial").first()
    return f"{event.verb} {event.object_code}（{moment(event.at)}）" if event else "无"


def _finance(_user: User, _at: datetime) -> list[Line]:
    runs, batches = reverse("admin:funding_allocationrun_changelist"), reverse("admin:funding_paymentbatch_changelist")
    by_status = dict(AllocationRun.objects.order_by().values_list("status").annotate(n=Count("pk")))
    paid = dict(PaymentBatch.objects.order_by().values_list("status").annotate(n=Count("pk")))
    released = AllocationRelease.objects.count()
    published = Publication.objects.count()
    return [
        Line("已公布的认定结果", f"{published} 次", reverse("admin:evaluation_publication_changelist")),
        *(
            Line(f"资金测算：{label}", f"{by_status[status]} 次", f"{runs}?status__exact={status}")
            for status, label in RunStatus.choices
            if by_status.get(status)
        ),
        Line("已公布的资金分配", f"{released} 次", reverse("admin:funding_allocationrelease_changelist")),
        *(
            Line(f"拨付：{label}", f"{paid[status]} 批", f"{batches}?status__exact={status}")
            for status, label in BatchStatus.choices
            if paid.get(status)
        ),
    ]


def _assessor(user: User, _at: datetime) -> list[Line]:
    sheets = reverse("admin:evaluation_sheet_changelist")
    counts = dict(Sheet.objects.visible_to(user).order_by().values_list("status").annotate(n=Count("pk")))
    return [
        Line(f"评分表：{label}", f"{counts.get(status, 0)} 份", f"{sheets}?status__exact={status}")
        for status, label in SheetStatus.choices
    ]


_WATCHED: Mapping[str, Callable[[User, datetime], list[Line]]] = {
    Role.SYSADMIN: _system,
    Role.SECURITY: _security,
    Role.AUDITOR: _auditor,
    Role.FINANCE: _finance,
    Role.ASSESSOR: _assessor,
}


def state_for(user: User, at: datetime) -> list[Line]:
    """Return what ``user`` watches as it stands at ``at``; nothing for who works on business data."""
    watched = _WATCHED.get(user.role)
    return watched(user, at) if watched else []
