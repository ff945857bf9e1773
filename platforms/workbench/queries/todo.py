"""待办: what waits for a person, how many, since when, one link each.

A part adds its own by a function that takes a person and the open rounds, and a :class:`Source` in :data:`SOURCES`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from platforms.activities import queries as activities
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries import bans
from platforms.applications.queries.batches import complete_count
from platforms.applications.queries.reporting import can_report
from platforms.background import queries as background
from platforms.cases.queries import complaints, fee_cases, grounds
from platforms.choices import Role
from platforms.follow_ups import queries as follow_ups
from platforms.mail.queries import needing_hands
from platforms.models import Application, ApplicationMove, Liaison, Round, User
from platforms.periodic_reports import queries as periodic_reports
from platforms.rectifications import queries as rectifications
from platforms.rounds.phases import phase_label, short_label
from platforms.rounds.queries.rounds import AT_WORK, OPENED
from platforms.system_links import queries as link_states
from platforms.tasks.queries import waiting


@dataclass(frozen=True)
class Todo:
    """One thing that waits: ``text`` says what to do, ``since`` when the oldest of ``count`` came in."""

    text: str
    count: int
    url: str
    since: datetime | None


class Opened:
    """The rounds that filing was opened for, the earliest first.

    What waits names its year where several rounds are at work, or one that is not the current one.
    """

    @cached_property
    def rounds(self) -> list[Round]:
        return list(Round.objects.filter(status__in=OPENED).order_by("year"))

    @property
    def at_work(self) -> list[Round]:
        return [each for each in self.rounds if each.status in AT_WORK]

    @property
    def is_plain(self) -> bool:
        return self.at_work in ([], self.rounds[-1:])

    def word(self, round_: Round) -> str:
        """Return the year for a sentence, or nothing where it goes without saying."""
        return "" if self.is_plain else str(round_)

    def text(self, text: str, round_: Round) -> str:
        """Return ``text`` with the year behind it where that is needed."""
        return text if self.is_plain else f"{text}（{round_}）"

    def url(self, url: str, round_: Round, field: str = "year") -> str:
        """Return ``url`` for the year; ``field`` is the filter of a list of the back office."""
        if self.is_plain:
            return url
        value = round_.year if field == "year" else round_.pk
        return f"{url}{'&' if '?' in url else '?'}{field}={value}"


@dataclass(frozen=True)
class Source:
    """A kind of things that wait for people of ``roles``; the ``place`` says which stand first, the lowest."""

    place: int
    roles: tuple[Role, ...]
    find: Callable[[User, Opened], Iterable[Todo]]


def todo_for(user: User) -> list[Todo]:
    """Return what waits for ``user`` in all open rounds, the most pressing first; nothing that cannot be acted on."""
    opened = Opened()
    sources = sorted((each for each in SOURCES if user.role in each.roles), key=lambda each: each.place)
    return [todo for source in sources for todo in source.find(user, opened) if todo.count]


def counted(text: str, rows: QuerySet, field: str, url: str) -> Todo:
    """Count ``rows``; ``field`` says since when a row waits."""
    found = rows.aggregate(count=Count("pk"), since=Min(field))
    return Todo(text, found["count"], url, found["since"])


def counted_by_round(opened: Opened, text: str, rows: QuerySet, to_round: str, field: str, url: str) -> list[Todo]:
    """Count ``rows`` for each round at work; ``to_round`` is their way to it and the filter of their list."""
    found = rows.filter(**{f"{to_round}__in": opened.at_work}).order_by().values_list(to_round)
    counts = {key: (count, since) for key, count, since in found.annotate(count=Count("pk"), since=Min(field))}
    return [
        Todo(opened.text(text, each), n, opened.url(url, each, f"{to_round}__id__exact"), since)
        for each in opened.at_work
        for n, since in ([counts[each.pk]] if each.pk in counts else [])
    ]


def _county(user: User, opened: Opened) -> list[Todo]:
    home = reverse("desk:home")
    returned, draft = Q(status=ApplicationStatus.RETURNED), Q(status=ApplicationStatus.DRAFT)
    handed = draft & Q(fill_links__handed_over_at__isnull=False, fill_links__revoked_at__isnull=True)
    # One look for all three and all years: the first page after login is opened more often than any other.
    asked = ApplicationMove.objects.filter(application=OuterRef("pk"), name="return").order_by("-pk").values("at")[:1]
    own = (
        Application.objects.visible_to(user)
        .filter(round__in=opened.at_work)
        .annotate(asked_at=Subquery(asked))
        .order_by()
        .values("round")
        .annotate(
            returned=Count("pk", filter=returned, distinct=True),
            returned_since=Min("asked_at", filter=returned),
            handed=Count("pk", filter=handed, distinct=True),
            handed_since=Min("fill_links__handed_over_at", filter=handed),
            draft=Count("pk", filter=draft, distinct=True),
            draft_since=Min("created_at", filter=draft),
        )
    )
    by_round: dict[int, dict[str, Any]] = {row["round"]: dict(row) for row in own}

    def forms(text: str, key: str, status: str) -> list[Todo]:
        url = f"{home}?status={status}"
        return [
            Todo(opened.text(text, each), row[key], opened.url(url, each), row[f"{key}_since"])
            for each in opened.at_work
            for row in ([by_round[each.pk]] if each.pk in by_round else [])
        ]

    return [
        *forms("补正被退回的申报表", "returned", "returned"),
        *_to_report(user, opened),
        *_tasks(user, opened),
        *forms("核对运营单位交回的申报表", "handed", "draft"),
        *forms("完成并提交草稿", "draft", "draft"),
    ]


def _cases(user: User, _opened: Opened) -> list[Todo]:
    """Return the complaints to look into and to decide, and the facts for a revocation to decide."""
    listing = reverse("admin:platforms_complaint_changelist")
    figures = complaints.waiting_figures(user)
    found = [
        Todo("核查投诉", figures["examine"], listing, figures["examine_since"]),
        Todo("认定已核查的投诉", figures["decide"], f"{listing}?status__exact=examined", figures["decide_since"]),
    ]
    if user.role == Role.CITY:
        facts = reverse("admin:platforms_ground_changelist")
        waiting = grounds.waiting_for(user)
        found.append(counted("核实撤销情形", waiting, "noted_at", f"{facts}?status__exact=proposed"))
    return found


def _reliefs(user: User, _opened: Opened) -> list[Todo]:
    reliefs = reverse("admin:platforms_banrelief_changelist")
    waiting = bans.waiting_for(user)
    return [counted("决定限制申报的解除和放开", waiting, "proposed_at", f"{reliefs}?status__exact=proposed")]


def _activities(user: User, _opened: Opened) -> list[Todo]:
    """Return the invitations to answer, the activities to report, and what is due to be handed in."""
    today = timezone.localdate()
    listing, schedules = reverse("desk:activities"), reverse("desk:returns")
    reports = counted("登记和总结活动", activities.to_report(user, today), "planned_at", listing)
    return [
        counted("答复活动邀请", activities.open_invitations(user), "invited_at", reverse("desk:invitations")),
        Todo(reports.text, reports.count, reports.url, None),
        Todo("定期报送", periodic_reports.owed(user, today).count(), schedules, None),
    ]


def _supervision(user: User, _opened: Opened) -> list[Todo]:
    """Return what is to be mended and answered, the answers to check, and the calls still to be made."""
    listing, figures = reverse("desk:rectifications"), rectifications.waiting_figures(user)
    return [
        Todo("答复整改", figures["answer"], listing, figures["answer_since"]),
        Todo("复核整改答复", figures["check"], f"{listing}?state=answered", figures["check_since"]),
        counted("完成企业回访", follow_ups.to_call(user), "sample__drawn_at", reverse("desk:follow_ups")),
    ]


def _to_report(user: User, opened: Opened) -> list[Todo]:
    """Return what the person can report today, and the liaison officer where one is still to be named."""
    today, found = timezone.localdate(), []
    for each in opened.at_work:
        if not can_report(each, user.region, on=today):
            continue
        named = user.region is None or Liaison.objects.visible_to(user).filter(round=each).exists()
        year = opened.word(each) or "本年度"
        liaison, report = (opened.url(reverse(name), each) for name in ("desk:liaison", "desk:batch_new"))
        found += [
            Todo(f"明确{year}工作联络员", 0 if named else 1, liaison, None),
            Todo(opened.text("上报填写完整的申报表", each), complete_count(user, each), report, None),
        ]
    return found


def _city(user: User, opened: Opened) -> list[Todo]:
    waiting = f"{reverse('admin:platforms_application_changelist')}?status__exact=submitted"
    submitted = Application.objects.visible_to(user).filter(status=ApplicationStatus.SUBMITTED)
    return [
        *counted_by_round(opened, "审核已提交的申报表", submitted, "round", "last_submitted_at", waiting),
        *_to_report(user, opened),
        *_tasks(user, opened),
    ]


def _tasks(user: User, opened: Opened) -> list[Todo]:
    """Return the tasks of the phases that the person is to do and that are late, or due within some days."""
    todo, rounds = [], {each.year: each for each in opened.rounds}
    for each in waiting(user, timezone.localdate()):
        board = f"{reverse('desk:tasks')}?year={each.year}&phase={each.phase}"
        board += "&region=HY" if user.role == Role.CITY else ""
        phase = short_label(phase_label(rounds[each.year].terms, each.phase))
        name = "，".join(filter(None, (opened.word(rounds[each.year]), phase)))
        todo += [
            Todo(f"办理逾期的阶段任务（{name}）", each.late, f"{board}&state=late", _morning(each.late_since)),
            Todo(f"办理即将到期的阶段任务（{name}）", each.soon, f"{board}&state=soon", _morning(each.soon_since)),
        ]
    return todo


def _services(user: User, _opened: Opened) -> list[Todo]:
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


def _mails(user: User, _opened: Opened) -> list[Todo]:
    outbox = reverse("admin:platforms_mail_changelist")
    (failed, failed_since), (by_hand, by_hand_since) = needing_hands(user).values()
    return [
        Todo("处理未送达邮件", failed, f"{outbox}?state__exact=failed", failed_since),
        Todo("人工发送通知", by_hand, f"{outbox}?state__exact=waiting", by_hand_since),
    ]


def _background(user: User, _opened: Opened) -> list[Todo]:
    return [counted("查看后台处理结果", background.to_look_at(user), "finished_at", reverse("desk:background"))]


_OFFICERS = (Role.COUNTY, Role.CITY)
SOURCES: list[Source] = [
    Source(10, (Role.COUNTY,), _county),
    Source(10, (Role.CITY,), _city),
    Source(30, _OFFICERS, _cases),
    Source(50, (Role.CITY,), _reliefs),
    Source(60, _OFFICERS, _activities),
    Source(70, _OFFICERS, _supervision),
    Source(80, _OFFICERS, _services),
    Source(90, (Role.CITY,), _mails),
    Source(100, tuple(Role), _background),
]
