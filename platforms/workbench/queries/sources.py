"""What waits among applications and platforms: forms, tasks, returns, cases, mails, and what the counties owe."""

from collections.abc import Iterator

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Cast
from django.urls import reverse

from platforms.activities import queries as activities
from platforms.activities.rules import REPORT_DAYS
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries import bans
from platforms.applications.queries.batches import complete_count
from platforms.applications.queries.reporting import unreported_regions
from platforms.background import queries as background
from platforms.cases.queries import complaints, fee_cases, grounds
from platforms.choices import Role
from platforms.follow_ups import queries as follow_ups
from platforms.mail.queries import BY_SOMEBODY, FAILED
from platforms.models import Application, FillLink, Liaison, Mail, User
from platforms.periodic_reports import queries as periodic_reports
from platforms.rectifications import queries as rectifications
from platforms.rounds.choices import RoundStatus
from platforms.rounds.phases import phase_label, short_label
from platforms.system_links import queries as link_states
from platforms.tasks import queries as tasks
from platforms.workbench.agenda import Todo
from platforms.workbench.queries.todo import Opened, Source, Waiting, each_round, joined

#: What is done about platforms that are not linked, and about those that fell silent.
LINKS = ("办理平台接入", "督促长期未报送服务记录的平台")
LINKS_OF_COUNTIES = ("督办未接入的平台（区县）", "督办长期未报送服务记录的平台（区县）")


def _own_forms(user: User, opened: Opened) -> Iterator[Waiting]:
    """Find what was returned, what the operating units gave back, and the drafts that the county writes itself."""
    home, rows = reverse("desk:home"), Application.objects.visible_to(user)
    handed = FillLink.objects.filter(
        application=OuterRef("pk"), handed_over_at__isnull=False, revoked_at__isnull=True
    ).order_by("handed_over_at")
    drafts = rows.filter(status=ApplicationStatus.DRAFT)
    given_back = drafts.filter(Exists(handed)).annotate(given_back_at=_first(handed, "handed_over_at"))
    returned = rows.filter(status=ApplicationStatus.RETURNED)
    yield each_round(opened, "returned", "补正被退回的申报表", returned, "round", home, "year", due="correction_due_on")
    yield each_round(
        opened, "handed", "核对运营单位交回的申报表", given_back, "round", home, "year", since="given_back_at"
    )
    yield each_round(
        opened, "draft", "完成并提交草稿", drafts.filter(~Exists(handed)), "round", home, "year", since="created_at"
    )


def _to_judge(user: User, opened: Opened) -> Iterator[Waiting]:
    listing = reverse("admin:platforms_application_changelist")
    submitted = Application.objects.visible_to(user).filter(status=ApplicationStatus.SUBMITTED)
    yield each_round(opened, "submitted", "审核已提交的申报表", submitted, "round", listing, since="last_submitted_at")


def _to_report(user: User, opened: Opened) -> Iterator[Todo]:
    """Find what the person can report today, and the liaison officer where one is still to be named.

    The drafts among them are counted on the rail already.
    """
    today = opened.on
    for each in opened.at_work:
        if each not in opened.may_report:
            continue
        named = user.region is None or Liaison.objects.visible_to(user).filter(round=each).exists()
        year, due = opened.word(each) or "本年度", each.report_due_on
        liaison, report = (opened.url(reverse(name), each) for name in ("desk:liaison", "desk:batch_new"))
        yield Todo(f"明确{year}工作联络员", 0 if named else 1, liaison)
        ready = complete_count(user, each)
        late = ready if due < today else 0
        yield Todo(opened.text("上报填写完整的申报表", each), ready, report, due=due, late=late)


def _tasks(user: User, opened: Opened) -> Iterator[Waiting]:
    rows, board = tasks.pressing(user, opened.on), reverse("desk:tasks")
    yield _by_phase(Waiting("own", "办理阶段任务", rows, board, due="due_on", of="platform"))


def _tasks_of_counties(user: User, opened: Opened) -> Iterator[Waiting]:
    rows, board = tasks.late_at_counties(user, opened.on), reverse("desk:tasks")
    yield _by_phase(
        Waiting("counties", "督办逾期阶段任务的平台", rows, board, due="due_on", of="platform", others=True)
    )


def _by_phase(waiting: Waiting) -> Waiting:
    """Return tasks counted for each phase of each round: their board shows one at a time."""

    def told(now: Opened, number: int) -> tuple[str, str]:
        year, phase = divmod(number, 10)
        rounds = {each.year: each for each in now.rounds}
        if year not in rounds:
            return waiting.text, waiting.url
        name = short_label(phase_label(rounds[year].terms, phase))
        words = "，".join(filter(None, (now.word(rounds[year]), name)))
        return f"{waiting.text}（{words}）", joined(waiting.url, f"year={year}&phase={phase}")

    by = F("template__round__year") * 10 + F("template__phase")
    return Waiting(
        waiting.key, waiting.text, waiting.rows, waiting.url, due=waiting.due, of=waiting.of, by=by, told=told,
        others=waiting.others,
    )  # fmt: skip


def _complaints(user: User, opened: Opened) -> Iterator[Waiting]:
    listing = reverse("admin:platforms_complaint_changelist")
    examined, decided = complaints.to_examine(user), complaints.to_decide(user)
    yield Waiting("examine", "核查投诉", examined, listing, since="received_at", due="due_on")
    if user.role == Role.CITY:
        yield Waiting("decide", "认定已核查的投诉", decided, listing, since="examined_at", due="due_on")
        late = complaints.late_at_counties(user, opened.on)
        text = "督办逾期未办结的投诉（区县）"
        yield Waiting("counties", text, late, listing, since="received_at", due="due_on", others=True)


def _grounds(user: User, _opened: Opened) -> Iterator[Waiting]:
    facts, reliefs = reverse("admin:platforms_ground_changelist"), reverse("admin:platforms_banrelief_changelist")
    yield Waiting("decide", "核实撤销情形", grounds.waiting_for(user), facts, since="noted_at")
    waiting = bans.waiting_for(user)
    yield Waiting("reliefs", "决定限制申报的解除和放开", waiting, reliefs, since="proposed_at")


def _activities(user: User, opened: Opened) -> Iterator[Waiting]:
    listing, today = reverse("desk:activities"), opened.on
    invited = activities.open_invitations(user, today)
    table = reverse("desk:invitations")
    yield Waiting("answer", "答复活动邀请", invited, table, since="invited_at", due="activity__answer_by", exact=True)
    reports = activities.to_report(user, today)
    yield Waiting("report", "登记和总结活动", reports, listing, due="held_on", grace=REPORT_DAYS)


def _returns(user: User, opened: Opened) -> Iterator[Waiting]:
    today, listing = opened.on, reverse("desk:returns")
    yield Waiting("owed", "办理定期报送", periodic_reports.owed(user, today), listing, due="due_on")
    if user.role == Role.CITY:
        late = periodic_reports.late_at_counties(user, today)
        yield Waiting("counties", "督办逾期未报的定期报送（区县）", late, listing, due="due_on", others=True)


def _rectifications(user: User, opened: Opened) -> Iterator[Waiting]:
    """Find what is to be answered, what one found oneself (the platform answers that), and the answers to check."""
    listing, today = reverse("desk:rectifications"), opened.on
    answered, own = rectifications.to_answer(user), rectifications.to_enter(user)
    yield Waiting("answer", "答复整改", answered, listing, since="opened_at", due="due_on")
    yield Waiting("enter", "登记平台整改情况", own, listing, since="opened_at", due="due_on")
    yield Waiting("check", "复核整改答复", rectifications.to_check(user), listing, since="answered_at")
    if user.role == Role.CITY:
        late = rectifications.late_at_counties(user, today)
        yield Waiting("counties", "督办逾期未答复的整改（区县）", late, listing, due="due_on", others=True)


def _follow_ups(user: User, _opened: Opened) -> Iterator[Waiting]:
    calls = follow_ups.to_call(user)
    yield Waiting("calls", "完成企业回访", calls, reverse("desk:follow_ups"), since="sample__drawn_at", of="sample")


def _links(user: User, opened: Opened) -> Iterator[Waiting]:
    yield _by_state(link_states.own(user, opened.on), "own", LINKS)


def _links_of_counties(user: User, opened: Opened) -> Iterator[Waiting]:
    yield _by_state(link_states.of_counties(user, opened.on), "counties", LINKS_OF_COUNTIES, others=True)


def _by_state(rows: QuerySet, key: str, texts: tuple[str, str], *, others: bool = False) -> Waiting:
    """Return platforms that are not linked (0) or silent (1), counted apart."""
    listing = reverse("desk:link_states")
    since = Case(When(turn=0, then=F("accepted_on")), default=F("quiet_since"))

    def told(_now: Opened, turn: int) -> tuple[str, str]:
        return texts[turn if turn < len(texts) else 0], listing

    return Waiting(
        key, texts[0], rows, listing, since=Cast(since, DateTimeField()), by="turn", told=told, others=others
    )


def _fees(user: User, _opened: Opened) -> Iterator[Waiting]:
    listing = reverse("desk:fee_cases")
    if user.role == Role.CITY:
        explained, at = fee_cases.explained(user), "fee_case__explained_at"
        url = f"{listing}?state=explained"
        yield Waiting("explained", "处理已说明的公益性服务收费", explained, url, since=at, exact=True)
    else:
        rows = fee_cases.to_explain(user)
        yield Waiting("open", "说明公益性服务收费", rows, listing, since=_moment("served_on"), exact=True)


def _mails(user: User, _opened: Opened) -> Iterator[Waiting]:
    outbox, mails = reverse("admin:platforms_mail_changelist"), Mail.objects.visible_to(user)
    yield Waiting("failed", "处理未送达邮件", mails.filter(FAILED), outbox, since="created_at")
    yield Waiting("by_hand", "人工发送通知", mails.filter(BY_SOMEBODY), outbox, since="created_at")


def _background(user: User, _opened: Opened) -> Iterator[Waiting]:
    yield Waiting(
        "ended", "查看后台处理结果", background.to_look_at(user), reverse("desk:background"), since="finished_at"
    )


def _batches_of_counties(_user: User, opened: Opened) -> Iterator[Waiting]:
    """Find the regions that have not reported although the day is over."""
    today, progress = opened.on, reverse("admin:platforms_batch_progress")
    for each in opened.at_work:
        if each.status == RoundStatus.FILING and each.report_due_on < today:
            text = opened.text("督办逾期未上报的地区", each)
            url = f"{progress}?year={each.year}&show=missing"
            yield Waiting(f"missing{each.year}", text, unreported_regions(each), url, exact=True, others=True)


def _first(rows: QuerySet, name: str) -> Subquery:
    return Subquery(rows.values(name)[:1])


def _moment(day: str) -> Cast:
    return Cast(day, DateTimeField())


_COUNTY, _CITY, _OFFICERS = (Role.COUNTY,), (Role.CITY,), (Role.COUNTY, Role.CITY)
SOURCES = (
    Source("forms", 10, _COUNTY, "申报", _own_forms),
    Source("submitted", 10, _CITY, "申报", _to_judge),
    Source("reporting", 11, _OFFICERS, "", _to_report, asks=True),
    Source("tasks", 12, _OFFICERS, "阶段", _tasks),
    Source("complaints", 30, _OFFICERS, "投诉", _complaints),
    Source("grounds", 35, _CITY, "撤销情形", _grounds),
    Source("activities", 60, _OFFICERS, "活动", _activities),
    Source("returns", 61, _OFFICERS, "定期报送", _returns),
    Source("rectifications", 70, _OFFICERS, "整改", _rectifications),
    Source("follow_ups", 71, _OFFICERS, "回访", _follow_ups),
    Source("links", 80, _OFFICERS, "联通", _links),
    Source("fees", 81, _OFFICERS, "服务", _fees),
    Source("mails", 90, _CITY, "邮件", _mails),
    Source("background", 100, tuple(Role), "后台处理", _background),
    Source("county_reports", 200, _CITY, "", _batches_of_counties),
    Source("county_tasks", 201, _CITY, "", _tasks_of_counties),
    Source("county_links", 202, _CITY, "", _links_of_counties),
)
