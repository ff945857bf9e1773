"""待办: what waits for a person, how many, since when, one link each."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from evaluation.choices import AssessmentStatus
from evaluation.models import Assessment, Publication
from evaluation.queries import revocations
from funding.choices import RunStatus
from funding.models import AllocationRun
from platforms.choices import ApplicationStatus, PhaseNumber, Role
from platforms.models import Application, ApplicationMove, Liaison, User
from platforms.queries import (
    activities,
    bans,
    complaints,
    fee_cases,
    follow_ups,
    grounds,
    link_states,
    periodic_returns,
    rectifications,
)
from platforms.queries.batches import complete_count
from platforms.queries.mails import needing_hands
from platforms.queries.reporting import can_report
from platforms.queries.rounds import current_round
from platforms.queries.tasks import waiting


@dataclass(frozen=True)
class Todo:
    """One thing that waits: ``text`` says what to do, ``since`` when the oldest of ``count`` came in."""

    text: str
    count: int
    url: str
    since: datetime | None


def todo_for(user: User) -> list[Todo]:
    """Return what waits for ``user``, the most pressing first; nothing that this person cannot act on."""
    makers = {Role.COUNTY: _county, Role.CITY: _city, Role.FINANCE: _finance}
    maker = makers.get(Role(user.role))
    return [todo for todo in maker(user) if todo.count] if maker else []


def _todo(text: str, rows: QuerySet, field: str, url: str) -> Todo:
    found = rows.aggregate(count=Count("pk"), since=Min(field))
    return Todo(text, found["count"], url, found["since"])


def _county(user: User) -> list[Todo]:
    home = reverse("desk:home")
    returned, draft = Q(status=ApplicationStatus.RETURNED), Q(status=ApplicationStatus.DRAFT)
    handed = draft & Q(fill_links__handed_over_at__isnull=False, fill_links__revoked_at__isnull=True)
    # One look for all three: the first page after login is opened more often than any other.
    asked = ApplicationMove.objects.filter(application=OuterRef("pk"), name="return").order_by("-pk").values("at")[:1]
    own = (
        Application.objects.visible_to(user)
        .annotate(asked_at=Subquery(asked))
        .aggregate(
            returned=Count("pk", filter=returned, distinct=True),
            returned_since=Min("asked_at", filter=returned),
            handed=Count("pk", filter=handed, distinct=True),
            handed_since=Min("fill_links__handed_over_at", filter=handed),
            draft=Count("pk", filter=draft, distinct=True),
            draft_since=Min("created_at", filter=draft),
        )
    )
    return [
        Todo("补正被退回的申报表", own["returned"], f"{home}?status=returned", own["returned_since"]),
        *_to_report(user),
        *_tasks(user),
        Todo("核对运营单位交回的申报表", own["handed"], f"{home}?status=draft", own["handed_since"]),
        Todo("完成并提交草稿", own["draft"], f"{home}?status=draft", own["draft_since"]),
        *_cases(user),
        *_activities(user),
        *_supervision(user),
        *_services(user),
    ]


def _cases(user: User) -> list[Todo]:
    """Return the complaints to look into and to decide, and the facts for a revocation to decide."""
    listing = reverse("admin:platforms_complaint_changelist")
    figures = complaints.waiting_figures(user)
    found = [
        Todo("核查投诉", figures["examine"], listing, figures["examine_since"]),
        Todo("认定已核查的投诉", figures["decide"], f"{listing}?status__exact=examined", figures["decide_since"]),
    ]
    if user.role != Role.CITY:
        return found
    facts = reverse("admin:platforms_ground_changelist")
    waiting = grounds.waiting_for(user)
    proposals = reverse("admin:evaluation_revocationproposal_changelist")
    reliefs = reverse("admin:platforms_banrelief_changelist")
    open_ones = "?status__exact=proposed"
    return [
        *found,
        _todo("认定撤销情形事实", waiting, "noted_at", f"{facts}{open_ones}"),
        _todo("决定撤销认定", revocations.waiting_for(user), "proposed_at", f"{proposals}{open_ones}"),
        _todo("决定限制申报的解除和放开", bans.waiting_for(user), "proposed_at", f"{reliefs}{open_ones}"),
    ]


def _activities(user: User) -> list[Todo]:
    """Return the invitations to answer, the activities to report, and what is due to be handed in."""
    today = timezone.localdate()
    listing, returns = reverse("desk:activities"), reverse("desk:returns")
    reports = _todo("登记和总结活动", activities.to_report(user, today), "planned_at", listing)
    return [
        _todo("答复活动邀请", activities.open_invitations(user), "invited_at", f"{listing}?state=to_answer"),
        Todo(reports.text, reports.count, reports.url, None),
        Todo("定期报送", periodic_returns.owed(user, today).count(), returns, None),
    ]


def _supervision(user: User) -> list[Todo]:
    """Return what is to be mended and answered, the answers to check, and the calls still to be made."""
    listing, figures = reverse("desk:rectifications"), rectifications.waiting_figures(user)
    return [
        Todo("答复整改", figures["answer"], listing, figures["answer_since"]),
        Todo("复核整改答复", figures["check"], f"{listing}?state=answered", figures["check_since"]),
        _todo("完成企业回访", follow_ups.to_call(user), "sample__drawn_at", reverse("desk:follow_ups")),
    ]


def _to_report(user: User) -> list[Todo]:
    """Return what the person can report today, and the liaison officer where one is still to be named."""
    round_, today = current_round(), timezone.localdate()
    if round_ is None or not can_report(round_, user.region, on=today):
        return []
    named = user.region is None or Liaison.objects.visible_to(user).filter(round=round_).exists()
    return [
        Todo("明确本年度工作联络员", 0 if named else 1, reverse("desk:liaison"), None),
        Todo("上报填写完整的申报表", complete_count(user, round_), reverse("desk:batch_new"), None),
    ]


def _city(user: User) -> list[Todo]:
    applications = reverse("admin:platforms_application_changelist")
    assessments = reverse("admin:evaluation_assessment_changelist")
    judged = Assessment.objects.visible_to(user).filter(application__status=ApplicationStatus.ACCEPTED)
    return [
        _todo(
            "审核已提交的申报表",
            Application.objects.visible_to(user).filter(status=ApplicationStatus.SUBMITTED),
            "last_submitted_at",
            f"{applications}?status__exact=submitted",
        ),
        *_to_report(user),
        *_tasks(user),
        _todo(
            "评分",
            judged.filter(status=AssessmentStatus.OPEN),
            "evaluation__started_at",
            f"{assessments}?status__exact=open",
        ),
        _todo(
            "核定档次",
            judged.filter(status=AssessmentStatus.SCORED),
            "scored_at",
            f"{assessments}?status__exact=scored",
        ),
        *_cases(user),
        *_activities(user),
        *_supervision(user),
        *_services(user),
        *_mails(user),
    ]


def _tasks(user: User) -> list[Todo]:
    """Return the tasks of the phases that the person is to do and that are late, or due within some days."""
    todo = []
    for each in waiting(user, timezone.localdate()):
        board = f"{reverse('desk:tasks')}?year={each.year}&phase={each.phase}"
        board += "&region=HY" if user.role == Role.CITY else ""
        name = PhaseNumber(each.phase).label.split("：")[1]
        todo += [
            Todo(f"办理逾期的阶段任务（{name}）", each.late, f"{board}&state=late", _morning(each.late_since)),
            Todo(f"办理即将到期的阶段任务（{name}）", each.soon, f"{board}&state=soon", _morning(each.soon_since)),
        ]
    return todo


def _services(user: User) -> list[Todo]:
    """Return the platforms that are not linked or fell silent, and the fees for what must be free."""
    linked, fees = reverse("desk:link_states"), reverse("desk:fee_cases")
    by_city = user.role == Role.CITY
    (unlinked, unlinked_since), (silent, silent_since) = link_states.waiting(user, timezone.localdate()).values()
    cases = fee_cases.waiting(user)
    return [
        Todo("催办未联通的平台" if by_city else "联通未联通的平台", unlinked, f"{linked}?state=unlinked",
             _morning(unlinked_since)),
        Todo("催办无新服务记录的平台" if by_city else "督促无新服务记录的平台", silent, f"{linked}?state=silent",
             _morning(silent_since)),
        Todo("处理已说明的公益性服务收费", cases["explained"], f"{fees}?state=explained", cases["explained_since"])
        if by_city
        else Todo("说明公益性服务收费", cases["open"], fees, None),
    ]  # fmt: skip


def _morning(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, timezone.get_current_timezone()) if day else None


def _mails(user: User) -> list[Todo]:
    outbox = reverse("admin:platforms_mail_changelist")
    (failed, failed_since), (by_hand, by_hand_since) = needing_hands(user).values()
    return [
        Todo("处理没有送出的邮件", failed, f"{outbox}?state__exact=failed", failed_since),
        Todo("复制并发送邮件文本", by_hand, f"{outbox}?state__exact=waiting", by_hand_since),
    ]


def _finance(user: User) -> list[Todo]:
    runs = AllocationRun.objects.visible_to(user)
    listing = reverse("admin:funding_allocationrun_changelist")
    at_work = (RunStatus.DRAFT, RunStatus.SIGNED, RunStatus.LOCKED)
    unfunded = Publication.objects.visible_to(user).exclude(round__allocation_runs__status__in=at_work)
    return [
        _todo(
            "复核资金分配",
            runs.filter(status=RunStatus.SIGNED).exclude(signed_by=user),
            "signed_at",
            f"{listing}?status__exact=signed",
        ),
        _todo("签署资金测算", runs.filter(status=RunStatus.DRAFT), "made_at", f"{listing}?status__exact=draft"),
        _todo("为已公布的年度测算资金", unfunded, "published_at", listing),
    ]
