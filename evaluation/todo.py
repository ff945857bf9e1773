"""What waits in an evaluation: reports, marks, grades, flags, notices, objections, hearings, renewals, decisions."""

from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from evaluation.amendments.queries import amendments
from evaluation.certification.queries import plans
from evaluation.flags import queries as flags
from evaluation.hearings import queries as hearings
from evaluation.marking.choices import AssessmentStatus, JudgedBy, SheetKind, SheetStatus
from evaluation.marking.queries.blindness import seeing
from evaluation.marking.queries.judges import short_of_judges
from evaluation.marking.queries.neighbours import fillable
from evaluation.models import Assessment, Evaluation, PublicNotice, Sheet
from evaluation.public_notice.choices import NoticeStatus
from evaluation.public_notice.queries import notices, objections
from evaluation.renewal import queries as renewals
from evaluation.revocation import queries as revocations
from evaluation.self_reports.queries import reports
from platforms.applications.choices import ApplicationStatus
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.models import Round, User
from platforms.rounds.choices import RoundStatus
from platforms.rounds.phases import evaluation_phase
from platforms.workbench.queries.dashboard import Step
from platforms.workbench.queries.todo import Opened, Source, Waiting, each_round


def _marks(user: User, opened: Opened) -> Iterator[Waiting]:
    listing = reverse("admin:evaluation_assessment_changelist")
    rows = seeing(Assessment.objects.visible_to(user), user).filter(application__status=ApplicationStatus.ACCEPTED)
    # What assessors judge waits for them.
    by_assessors = Exists(Sheet.objects.filter(assessment=OuterRef("pk"), kind=SheetKind.ASSESSOR))
    by_city = rows.filter(~by_assessors, evaluation__judged_by=JudgedBy.CITY, status=AssessmentStatus.OPEN)
    scored, to_round = rows.filter(status=AssessmentStatus.SCORED), "evaluation__round"
    yield each_round(opened, "open", "完成评分", by_city, to_round, listing, since="evaluation__started_at")
    yield each_round(opened, "scored", "核定档次", scored, to_round, listing, since="scored_at")


def _judges(user: User, opened: Opened) -> Iterator[Waiting]:
    """Find platforms that lack an assessor, and those on which two differ and nobody was asked to decide."""
    listing = reverse("admin:evaluation_assessment_changelist")
    rows = short_of_judges(Assessment.objects.visible_to(user))
    short = Assessment.objects.filter(pk__in=rows.order_by().values("pk"))
    thirds = Sheet.objects.visible_to(user).filter(
        assessment__evaluation__round__in=[each.pk for each in opened.at_work],
        assessment__application__status=ApplicationStatus.ACCEPTED, kind=SheetKind.THIRD, judge__isnull=True,
    )  # fmt: skip

    def told(now: Opened, key: int) -> tuple[str, str]:
        round_ = Evaluation.objects.select_related("round").get(pk=key).round
        page = reverse("admin:evaluation_evaluation_differences", args=(key,))
        return now.text("指定复评人", round_), f"{page}?third=none"

    start, to_round = "evaluation__started_at", "evaluation__round"
    yield each_round(opened, "short", "分派评审员", short, to_round, listing, since=start)
    by = "assessment__evaluation"
    yield Waiting("third", "指定复评人", thirds, "", since="opened_at", by=by, told=told, exact=True)


def _sheets(user: User, opened: Opened) -> Iterator[Waiting]:
    """Find sheets that a county, an assessor, or an officer of the city who was assigned some has to fill."""
    own = fillable(Sheet.objects.visible_to(user), user)
    rows = own.filter(status=SheetStatus.OPEN, assessment__status=AssessmentStatus.OPEN)
    text = "完成县级初评" if user.role == Role.COUNTY else "填写评分表"
    listing, to_round = reverse("admin:evaluation_sheet_changelist"), "assessment__evaluation__round"
    yield each_round(opened, "open", text, rows, to_round, listing, since="opened_at")


def _revocations(user: User, _opened: Opened) -> Iterator[Waiting]:
    listing = reverse("admin:evaluation_revocationproposal_changelist")
    yield Waiting("proposed", "决定撤销认定", revocations.waiting_for(user), listing, since="proposed_at")


def _amendments(user: User, _opened: Opened) -> Iterator[Waiting]:
    listing = reverse("admin:evaluation_amendment_changelist")
    yield Waiting("proposed", "决定更正和变更", amendments.waiting_for(user), listing, since="proposed_at")


def _publications(user: User, _opened: Opened) -> Iterator[Waiting]:
    """Find plans of publication that somebody else proposed, and own ones whose preparation was broken off."""
    listing = reverse("admin:evaluation_publicationplan_changelist")
    yield Waiting("proposed", "批准公布认定结果", plans.waiting_for(user), listing, since="proposed_at")
    yield Waiting("unprepared", "继续准备公布内容", plans.unprepared(user), listing, since="proposed_at")


def _notices(user: User, _opened: Opened) -> Iterator[Waiting]:
    listing = reverse("admin:evaluation_publicnotice_changelist")
    yield Waiting("proposed", "批准公示", notices.waiting_for(user), listing, since="proposed_at")


def _reports(user: User, opened: Opened) -> Iterator[Waiting]:
    """Find what units reported of themselves, for who checks it: the county, the city for key industries."""
    rows, listing = reports.to_check(user).order_by(), reverse("self_reports:index")
    to_round = "assessment__evaluation__round"
    yield each_round(opened, "check", "审核自评", rows, to_round, listing, "round", since="handed_in_at")


def _flags(user: User, opened: Opened) -> Iterator[Waiting]:
    listing, today = reverse("admin:evaluation_flag_changelist"), opened.on
    answered = flags.waiting_for_answer(user, today)
    yield Waiting("answer", "答复核实事项", answered, listing, since="raised_at", due="due_on")
    if user.has_perm("evaluation.resolve_flag"):
        resolved = flags.waiting_for_end(user)
        yield Waiting("resolve", "办结已答复的核实事项", resolved, listing, since="answered_at")
        late = flags.late_at_counties(user, today)
        yield Waiting("counties", "督办逾期未答复的核实事项（区县）", late, listing, due="due_on", others=True)


def _hearings(user: User, opened: Opened) -> Iterator[Waiting]:
    """Find what operators were told and have not opened or answered yet, and for the city what they said."""
    listing, today = reverse("hearings:index"), opened.on
    soon, unopened = hearings.soon_over(user, today), hearings.to_pass_on(user, today)
    yield Waiting("soon", "提醒运营单位陈述", soon, listing, since="sent_at", due="answer_by")
    yield Waiting("unopened", "转交告知书", unopened, listing, since="sent_at", due="answer_by")
    yield Waiting("reply", "复核陈述", hearings.to_reply(user, today), listing, since="answered_at")


def _objections(user: User, _opened: Opened) -> Iterator[Waiting]:
    listing = reverse("admin:evaluation_objection_changelist")
    assigned, answered = objections.to_assign(user), objections.to_answer(user)
    yield Waiting("assign", "分办异议", assigned, listing, since="received_at", due="due_on")
    yield Waiting("answer", "答复异议", answered, listing, since="assigned_at", due="due_on")


def _renewals(user: User, opened: Opened) -> Iterator[Waiting]:
    """Find certificates of one's own that end soon and that nobody renews, while a round takes applications."""
    if opened.may_begin:
        text = f"办理续期申报（{day_in_words(opened.may_begin[-1].report_due_on)}前上报）"
        yield Waiting("open", text, renewals.to_renew(user, opened.on), reverse("evaluation:certificates"))


_COUNTY, _CITY, _OFFICERS = (Role.COUNTY,), (Role.CITY,), (Role.COUNTY, Role.CITY)
SOURCES = (
    Source("flags", 5, _OFFICERS, "核实事项", _flags),
    Source("hearings", 10, _OFFICERS, "告知和陈述", _hearings),
    Source("objections", 5, _CITY, "异议", _objections),
    Source("reports", 15, _OFFICERS, "自评", _reports),
    Source("renewals", 15, _COUNTY, "认定证书", _renewals),
    Source("renewals", 15, _CITY, "认定", _renewals),
    Source("sheets", 20, (Role.COUNTY, Role.ASSESSOR), "评分", _sheets),
    Source("sheets", 20, _CITY, "评价", _sheets),
    Source("marks", 20, _CITY, "评价", _marks),
    Source("judges", 20, _CITY, "评价", _judges),
    Source("publications", 30, _CITY, "认定", _publications),
    Source("notices", 30, _CITY, "公示", _notices),
    Source("revocations", 40, _CITY, "撤销情形", _revocations),
    Source("amendments", 40, _CITY, "认定", _amendments),
)


def steps(user: User, round_: Round) -> Iterator[Step]:
    """Say how far a round is from its evaluation to its publication.

    How many are graded, and that all of them are, is the city's to know until the public notice.
    """
    over = round_.status == RoundStatus.PUBLISHED
    begun = over or round_.status == RoundStatus.EVALUATING
    graded = (AssessmentStatus.CONFIRMED, AssessmentStatus.PUBLISHED)
    rows = Assessment.objects.filter(evaluation__round=round_, application__status=ApplicationStatus.ACCEPTED)
    counts, notice = {"all": 0, "graded": 0}, None
    if begun:
        counts = rows.aggregate(all=Count("pk"), graded=Count("pk", filter=Q(status__in=graded)))
        notice = PublicNotice.objects.filter(round=round_, status=NoticeStatus.OPENED).order_by("-starts_on").first()
    phase = next((each for each in round_.phases.all() if each.number == evaluation_phase(round_.terms)), None)
    key = f"round__id__exact={round_.pk}"
    knows = user.has_perm("evaluation.view_assessment") and counts["all"]
    yield Step(
        "评价",
        over or notice is not None or bool(knows and counts["all"] == counts["graded"]),
        phase.starts_on if phase else None,
        phase.ends_on if phase else None,
        f"已核定 {counts['graded']} / {counts['all']} 个" if knows else "",
        f"{reverse('admin:evaluation_assessment_changelist')}?evaluation__{key}" if knows else "",
    )
    listing = "admin:evaluation_publicnotice_changelist" if user.has_perm("evaluation.view_publicnotice") else ""
    yield Step(
        "公示",
        over,
        notice.starts_on if notice else None,
        notice.ends_on if notice else None,
        url=f"{reverse(listing)}?{key}" if notice and listing else "",
    )
    results = reverse("evaluation:results_latest") if over and user.role == Role.COUNTY else ""
    if over and user.has_perm("evaluation.view_certification"):
        results = f"{reverse('admin:evaluation_result_changelist')}?publication__{key}"
    yield Step("公布", over, first=round_.published_on, url=results)
