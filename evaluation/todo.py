"""What waits in an evaluation: reports, marks, grades, flags, notices, objections, hearings, renewals, decisions."""

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from evaluation.amendments.queries import amendments
from evaluation.certification.queries import plans
from evaluation.flags import queries as flags
from evaluation.hearings import queries as hearings
from evaluation.marking.choices import AssessmentStatus, JudgedBy, SheetKind, SheetStatus
from evaluation.marking.queries.blindness import seeing
from evaluation.marking.queries.graded import judged
from evaluation.marking.queries.judges import short_of_judges
from evaluation.marking.queries.neighbours import fillable
from evaluation.models import Assessment, Evaluation, Sheet
from evaluation.public_notice.queries import notices, objections
from evaluation.renewal import queries as renewals
from evaluation.revocation import queries as revocations
from evaluation.self_reports.queries import reports
from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.reporting import may_begin
from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.models import User
from platforms.workbench.queries.todo import Opened, Source, Todo, counted, counted_by_round


def _marks(user: User, opened: Opened) -> list[Todo]:
    assessments = reverse("admin:evaluation_assessment_changelist")
    rows = seeing(Assessment.objects.visible_to(user), user).filter(application__status=ApplicationStatus.ACCEPTED)

    def marked(text: str, some: QuerySet[Assessment], status: str, field: str) -> list[Todo]:
        url = f"{assessments}?status__exact={status}"
        return counted_by_round(opened, text, some.filter(status=status), "evaluation__round", field, url)

    # What assessors judge waits for them.
    by_assessors = Exists(Sheet.objects.filter(assessment=OuterRef("pk"), kind=SheetKind.ASSESSOR))
    by_city = rows.filter(~by_assessors, evaluation__judged_by=JudgedBy.CITY)
    return [
        *marked("评分", by_city, AssessmentStatus.OPEN, "evaluation__started_at"),
        *marked("核定档次", rows, AssessmentStatus.SCORED, "scored_at"),
    ]


def _judges(user: User, opened: Opened) -> list[Todo]:
    """Platforms that lack an assessor, and those on which two differ and nobody was asked to decide."""
    found = []
    for evaluation in Evaluation.objects.visible_to(user).filter(round__in=opened.at_work).select_related("round"):
        key = (evaluation.pk,)
        thirds = Sheet.objects.filter(assessment__in=judged(evaluation.round), kind=SheetKind.THIRD, judge__isnull=True)
        found += [
            counted(
                opened.text("分派评审员", evaluation.round),
                short_of_judges(evaluation),
                "evaluation__started_at",
                reverse("admin:evaluation_evaluation_judges", args=key),
            ),
            counted(
                opened.text("指定第三人", evaluation.round),
                thirds,
                "opened_at",
                reverse("admin:evaluation_evaluation_differences", args=key),
            ),
        ]
    return found


def _sheets(user: User, opened: Opened) -> list[Todo]:
    """Sheets that a county, an assessor, or an officer of the city who was assigned some has to fill."""
    own = fillable(Sheet.objects.visible_to(user), user)
    rows = own.filter(status=SheetStatus.OPEN, assessment__status=AssessmentStatus.OPEN)
    url = f"{reverse('admin:evaluation_sheet_changelist')}?status__exact={SheetStatus.OPEN}"
    text = "县级初评" if user.role == Role.COUNTY else "填写评分表"
    return counted_by_round(opened, text, rows, "assessment__evaluation__round", "opened_at", url)


def _revocations(user: User, _opened: Opened) -> list[Todo]:
    proposals = reverse("admin:evaluation_revocationproposal_changelist")
    waiting = revocations.waiting_for(user)
    return [counted("决定撤销认定", waiting, "proposed_at", f"{proposals}?status__exact=proposed")]


def _amendments(user: User, _opened: Opened) -> list[Todo]:
    listed = reverse("admin:evaluation_amendment_changelist")
    return [counted("决定更正和变更", amendments.waiting_for(user), "proposed_at", f"{listed}?status__exact=proposed")]


def _publications(user: User, _opened: Opened) -> list[Todo]:
    """Plans of publication that somebody else proposed, and own ones whose preparation was broken off."""
    listed = f"{reverse('admin:evaluation_publicationplan_changelist')}?status__exact=proposed"
    return [
        counted("批准公布认定结果", plans.waiting_for(user), "proposed_at", listed),
        counted("继续准备公布内容", plans.unprepared(user), "proposed_at", listed),
    ]


def _notices(user: User, _opened: Opened) -> list[Todo]:
    listed = reverse("admin:evaluation_publicnotice_changelist")
    waiting = notices.waiting_for(user)
    return [counted("批准公示", waiting, "proposed_at", f"{listed}?status__exact=proposed")]


def _reports(user: User, _opened: Opened) -> list[Todo]:
    """What units reported of themselves, for who checks it: the county, the city for key industries."""
    listed = reverse("self_reports:index")
    return [counted("审核自评", reports.to_check(user), "handed_in_at", f"{listed}?state=handed_in")]


def _flags(user: User, _opened: Opened) -> list[Todo]:
    found = flags.waiting_figures(user, timezone.localdate())
    url = reverse("admin:evaluation_flag_changelist")
    to_answer = [
        Todo("答复逾期的核实事项", found["late"], f"{url}?late=yes", found["late_since"]),
        Todo("答复核实事项", found["answer"], url, found["answer_since"]),
    ]
    if not user.has_perm("evaluation.resolve_flag"):
        return to_answer
    return [
        *to_answer,
        Todo("办结已答复的核实事项", found["resolve"], f"{url}?status__exact=answered", found["resolve_since"]),
    ]


def _hearings(user: User, _opened: Opened) -> list[Todo]:
    """What operators were told and have not opened or answered yet, and for the city what they said."""
    url, today = reverse("hearings:index"), timezone.localdate()
    return [
        counted("陈述期限将到", hearings.soon_over(user, today), "sent_at", f"{url}?state=waiting"),
        counted("转交告知书", hearings.to_pass_on(user, today), "sent_at", f"{url}?state=unopened"),
        counted("复核陈述", hearings.to_reply(user, today), "answered_at", f"{url}?state=answered"),
    ]


def _objections(user: User, _opened: Opened) -> list[Todo]:
    found = objections.waiting_figures(user, timezone.localdate())
    url = reverse("admin:evaluation_objection_changelist")
    given = f"{url}?status__exact=received"
    mine = f"{url}?status__exact=assigned&mine=yes"
    return [
        Todo("分办逾期的异议", found["late_assign"], f"{given}&late=yes", found["late_assign_since"]),
        Todo("答复逾期的异议", found["late_answer"], f"{mine}&late=yes", found["late_answer_since"]),
        Todo("分办异议", found["assign"], given, found["assign_since"]),
        Todo("答复异议", found["answer"], mine, found["answer_since"]),
    ]


def _renewals(user: User, opened: Opened) -> list[Todo]:
    """Certificates of one's own that end soon and that nobody renews, while a round takes applications."""
    today = timezone.localdate()
    filing = [each for each in opened.at_work if may_begin(each, user.region, on=today)]
    if not filing:
        return []
    text = f"办理续期申报（{day_in_words(filing[-1].report_due_on)}前上报）"
    url = f"{reverse('evaluation:certificates')}?renewal=open"
    return [Todo(text, renewals.to_renew(user, today).count(), url, None)]


_OFFICERS = (Role.COUNTY, Role.CITY)
#: What was asked by a day, the overdue first, stands before everything else.
SOURCES = (
    Source(5, _OFFICERS, _flags),
    Source(10, _OFFICERS, _hearings),
    Source(5, (Role.CITY,), _objections),
    Source(15, _OFFICERS, _reports),
    Source(15, _OFFICERS, _renewals),
    Source(20, (Role.COUNTY, Role.ASSESSOR, Role.CITY), _sheets),
    Source(20, (Role.CITY,), _marks),
    Source(20, (Role.CITY,), _judges),
    Source(30, (Role.CITY,), _publications),
    Source(30, (Role.CITY,), _notices),
    Source(40, (Role.CITY,), _revocations),
    Source(40, (Role.CITY,), _amendments),
)
