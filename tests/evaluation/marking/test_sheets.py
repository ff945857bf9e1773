"""What the county, two assessors and a third give: filled, handed in, sent back, laid together."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from evaluation.marking.choices import AssessmentStatus, SheetKind, SheetStatus
from evaluation.marking.queries.judges import apart
from evaluation.marking.services.assessments import complete, reopen
from evaluation.marking.services.entering import ScoreEntry, ScoresRefused
from evaluation.marking.services.sheets import hand_in, hand_in_all, lay_together, reopen_sheet, save_marks
from evaluation.models import Assessment, Evaluation, Mark, Scheme, Score, Sheet
from platforms.applications.choices import ApplicationStatus
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import Application, AuditEvent, User
from tests.evaluation import stage
from tests.evaluation.marking.judging import AT, WORDS, assigned, filled, full, judged_by_assessors
from tests.kept_rows import once

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N20")]


def last_events(count: int = 1) -> list[tuple[str, str, str, str]]:
    """Who did what to which platform and why, the newest first."""
    rows = AuditEvent.objects.order_by("-serial")[:count]
    return [(row.actor, row.verb, row.object_code, row.reason) for row in rows]


def lower(points: str) -> ScoreEntry:
    return ScoreEntry(points=Decimal(points), evidence=f"{points}分")


def _county_sheet(yinzhou: User) -> Sheet:
    round_ = stage.filed_round({"330212": {"A": 2}, "330282": {"A": 1}, "HY": {"A": 1}})
    stage.started(round_, first_scores=False)
    return Sheet.objects.filter(assessment__application__region__code="330212")[0]


@pytest.fixture
def county_sheet(yinzhou: User) -> Sheet:
    return once(_county_sheet, yinzhou)


@pytest.fixture
def assessment(db: None) -> Assessment:
    return once(judged_by_assessors)


@pytest.fixture
def first(assessment: Assessment, assessor: User) -> Sheet:
    return assigned(assessment, assessor)


@pytest.fixture
def second(assessment: Assessment, first: Sheet, assessor2: User) -> Sheet:
    return assigned(assessment, assessor2)


# The county --------------------------------------------------------------------------------------------------------


def test_each_platform_of_a_county_gets_one_sheet_and_those_of_the_city_none(county_sheet: Sheet) -> None:
    regions = Sheet.objects.values_list("kind", "assessment__application__region__code")
    assert sorted(regions) == [("county", "330212"), ("county", "330212"), ("county", "330282")]
    assert county_sheet.marks.count() == county_sheet.assessment.scores.count() == 20


def test_a_county_that_runs_the_platform_itself_is_marked(county_sheet: Sheet) -> None:
    assert county_sheet.runs_itself is True  # the stage files 县级直接运营
    operator = county_sheet.assessment.frozen_form
    assert operator.data["operator"]["operating_mode"] == "direct"


def test_a_county_fills_hands_in_and_is_locked(county_sheet: Sheet, yinzhou: User) -> None:
    save_marks(sheet=county_sheet, entries=full(), revision=1, by=yinzhou, at=AT)
    code = county_sheet.assessment.application.number
    assert last_events() == [("yinzhou", "填写县级初评", code, "")]
    assert (county_sheet.revision, county_sheet.points) == (2, Decimal("100.00"))
    hand_in(sheet=county_sheet, by=yinzhou, at=AT)
    assert last_events() == [("yinzhou", "提交县级初评", code, "")]
    assert (county_sheet.status, county_sheet.handed_in_by, county_sheet.handed_in_at) == ("handed_in", yinzhou, AT)
    with pytest.raises(Gone, match="评分表已提交，如需修改请联系市经信局退回"):
        save_marks(sheet=county_sheet, entries=full(), revision=2, by=yinzhou, at=AT)
    with pytest.raises(Gone, match="未执行"):
        hand_in(sheet=county_sheet, by=yinzhou, at=AT)


def test_a_first_score_leaves_the_scores_that_count_alone(county_sheet: Sheet, yinzhou: User) -> None:
    before = list(Score.objects.order_by("pk").values())
    filled(county_sheet, yinzhou)
    assert list(Score.objects.order_by("pk").values()) == before
    county_sheet.assessment.refresh_from_db()
    assert (county_sheet.assessment.status, county_sheet.assessment.points) == ("open", None)


def test_a_sheet_of_another_county_is_refused(county_sheet: Sheet, cixi: User) -> None:
    for act in (
        lambda: save_marks(sheet=county_sheet, entries={}, revision=1, by=cixi, at=AT),
        lambda: hand_in(sheet=county_sheet, by=cixi, at=AT),
    ):
        with pytest.raises(Refusal, match="这份评分表不是分派给您的。"):
            act()


def test_a_save_that_changes_nothing_leaves_no_event(county_sheet: Sheet, yinzhou: User) -> None:
    before = AuditEvent.objects.count()
    save_marks(sheet=county_sheet, entries={}, revision=1, by=yinzhou, at=AT)
    assert AuditEvent.objects.count() == before


@pytest.mark.trust("T11")
def test_two_officers_on_one_sheet_the_second_reads_that_it_is_old(county_sheet: Sheet, yinzhou: User) -> None:
    save_marks(sheet=county_sheet, entries=full(), revision=1, by=yinzhou, at=AT)
    with pytest.raises(StaleVersion, match="他人已在您打开之后保存过评分"):
        save_marks(sheet=county_sheet, entries={"venue": lower("3")}, revision=1, by=yinzhou, at=AT)
    assert county_sheet.marks.get(indicator__code="venue").points == Decimal(8)


def test_wrong_entries_are_refused_beside_their_indicators(county_sheet: Sheet, yinzhou: User) -> None:
    wrong = {"venue": ScoreEntry(points=Decimal(9)), "no-such": ScoreEntry()}
    with pytest.raises(ScoresRefused) as refused:
        save_marks(sheet=county_sheet, entries=wrong, revision=1, by=yinzhou, at=AT)
    assert sorted(refused.value.errors) == ["no-such", "venue"]
    county_sheet.refresh_from_db()
    assert county_sheet.revision == 1


def test_what_is_not_complete_is_not_handed_in(county_sheet: Sheet, yinzhou: User) -> None:
    partly = {code: entry for code, entry in full().items() if code != "venue"}
    with pytest.raises(Refusal, match="还有 1 项指标未评分：“场地设施”。"):
        save_marks(sheet=county_sheet, entries=partly, revision=1, by=yinzhou, at=AT, finish=True)
    assert not county_sheet.marks.filter(points__gt=0).exists()


def test_all_of_a_county_are_handed_in_at_once_or_none(county_sheet: Sheet, yinzhou: User) -> None:
    mine = Sheet.objects.visible_to(yinzhou).order_by("pk")
    filled(mine[0], yinzhou, finish=False)
    with pytest.raises(Refusal, match=rf"^{mine[1].assessment.application.number}：还有"):
        hand_in_all(sheets=mine, by=yinzhou, at=AT)
    assert set(mine.values_list("status", flat=True)) == {"open"}
    filled(mine[1], yinzhou, finish=False)
    assert hand_in_all(sheets=mine, by=yinzhou, at=AT) == 2
    assert set(Sheet.objects.visible_to(yinzhou).values_list("status", flat=True)) == {"handed_in"}
    assert [verb for _, verb, *_ in last_events(2)] == ["提交县级初评"] * 2


def test_the_city_waits_for_the_county_until_its_days_are_over(county_sheet: Sheet, city: User) -> None:
    row, evaluation = county_sheet.assessment, county_sheet.assessment.evaluation
    Score.objects.filter(assessment=row).delete()  # nothing is missing but the turn
    Assessment.objects.filter(pk=row.pk).update(unreported_at=AT)
    last = timezone.localdate(AT)
    Evaluation.objects.filter(pk=evaluation.pk).update(self_reports_by=last, first_scores_by=last)
    with pytest.raises(Refusal, match=r"县级初评尚未提交，截止日期为2020年9月28日，到期后可直接完成评分。"):
        complete(assessment=Assessment.objects.get(pk=row.pk), by=city, at=AT)
    late = complete(assessment=Assessment.objects.get(pk=row.pk), by=city, at=AT + timedelta(days=1))
    assert late.status == AssessmentStatus.SCORED


def test_nothing_is_taken_once_the_city_has_finished_or_the_application_was_withdrawn(
    county_sheet: Sheet, yinzhou: User
) -> None:
    Application.objects.filter(assessment=county_sheet.assessment).update(
        status=ApplicationStatus.WITHDRAWN, withdrawn_at=AT
    )
    with pytest.raises(Gone, match="市级评分已完成或申报已撤回"):
        save_marks(sheet=county_sheet, entries=full(), revision=1, by=yinzhou, at=AT)
    with pytest.raises(Gone, match="市级评分已完成或申报已撤回"):
        hand_in(sheet=county_sheet, by=yinzhou, at=AT)


# Two assessors -----------------------------------------------------------------------------------------------------


def test_one_alone_makes_no_score(assessment: Assessment, first: Sheet, second: Sheet, assessor: User) -> None:
    filled(first, assessor)
    assessment.refresh_from_db()
    assert (assessment.status, assessment.points) == ("open", None)
    lay_together(assessment=assessment, by=assessor, at=AT)
    assert (assessment.status, assessment.sheets.filter(kind=SheetKind.THIRD).count()) == ("open", 0)


def test_where_both_agree_the_mean_counts_and_scoring_is_complete(
    assessment: Assessment, first: Sheet, second: Sheet, assessor: User, assessor2: User
) -> None:
    filled(first, assessor)
    filled(second, assessor2, venue=lower("7"), income=lower("7.5"))
    assessment.refresh_from_db()
    # 8 and 7 make 7.5, 8 and 7.5 make 7.75
    assert (assessment.status, assessment.points, assessment.proposed_grade) == ("scored", Decimal("99.25"), "A")
    assert (assessment.scored_by, assessment.scored_at, assessment.revision) == (assessor2, AT, 2)
    venue = assessment.scores.get(indicator__code="venue")
    assert (venue.points, venue.evidence) == (Decimal("7.50"), f"{WORDS}；7分")
    code = assessment.application.number
    assert last_events(2) == [("assessor2", "汇总评分", code, ""), ("assessor2", "提交评审员评分", code, "")]


@pytest.mark.parametrize(("points", "asked"), [("6.40", False), ("6.39", True)])
def test_beyond_a_fifth_of_the_full_marks_a_third_is_asked(
    assessment: Assessment, first: Sheet, second: Sheet, assessor: User, assessor2: User, points: str, asked: bool
) -> None:
    filled(first, assessor)
    filled(second, assessor2, venue=lower(points))
    assessment.refresh_from_db()
    assert assessment.sheets.filter(kind=SheetKind.THIRD).exists() is asked
    assert assessment.status == ("open" if asked else "scored")


@pytest.mark.parametrize(("points", "asked"), [("4", False), ("3.99", True)])
def test_how_far_two_may_differ_is_the_schemes_to_say(
    assessor: User, assessor2: User, points: str, asked: bool
) -> None:
    round_ = stage.filed_round({"330212": {"A": 1}})
    Scheme.objects.filter(pk=stage.scheme_of(round_).pk).update(difference_share=50)
    stage.started(round_, judged_by="assessors")
    row = Assessment.objects.get()
    filled(assigned(row, assessor), assessor)
    filled(assigned(row, assessor2), assessor2, venue=lower(points))
    assert row.sheets.filter(kind=SheetKind.THIRD).exists() is asked
    assert len(apart(row.evaluation)) == asked


@pytest.fixture
def third(assessment: Assessment, first: Sheet, second: Sheet, assessor: User, assessor2: User) -> Sheet:
    """The sheet of the third: the two differ on the venue and on one basic condition."""
    filled(first, assessor)
    filled(second, assessor2, venue=lower("4"), gate_rules=ScoreEntry(passed=False, evidence="未公开"))
    return assessment.sheets.get(kind=SheetKind.THIRD)


def test_the_third_is_asked_only_for_what_differs_and_reads_why(third: Sheet) -> None:
    assert sorted(third.marks.values_list("indicator__code", flat=True)) == ["gate-rules", "venue"]
    assert (third.judge, third.status, third.points) == (None, SheetStatus.OPEN, None)
    assert "“场地设施”：一人 4 分，一人 8 分，相差 4 分，超过满分 8 分的 20%。" in third.note
    assert "assessor" not in third.note
    assert last_events() == [
        ("assessor2", "提请第三人复评", third.assessment.application.number, third.note)
    ]  # fmt: skip


def test_the_third_decides_and_scoring_is_complete(third: Sheet, assessor3: User) -> None:
    Sheet.objects.filter(pk=third.pk).update(judge=assessor3)
    third.refresh_from_db()
    filled(third, assessor3, venue=lower("5"))
    assessment = Assessment.objects.get()
    found = {score.indicator.code: score for score in assessment.scores.select_related("indicator")}
    assert (found["venue"].points, found["gate-rules"].passed) == (Decimal(5), True)
    assert (assessment.status, assessment.points, third.points) == ("scored", Decimal("97.00"), None)
    assert [verb for _, verb, *_ in last_events(3)] == ["汇总评分", "提交第三人复评", "填写第三人复评"]


def test_who_was_not_asked_does_not_decide(third: Sheet, assessor: User, assessor3: User, city: User) -> None:
    for person in (assessor, assessor3, city):
        with pytest.raises(Refusal, match="这份评分表不是分派给您的。"):
            save_marks(sheet=third, entries={"venue": lower("5")}, revision=1, by=person, at=AT)


def test_a_sheet_is_of_its_assessor_alone(first: Sheet, second: Sheet, assessor: User, city: User) -> None:
    for person in (city, stage.city_officer()):
        with pytest.raises(Refusal, match="这份评分表不是分派给您的。"):
            hand_in(sheet=first, by=person, at=AT)
    with pytest.raises(Refusal, match="这份评分表不是分派给您的。"):
        save_marks(sheet=second, entries={}, revision=1, by=assessor, at=AT)


def test_an_officer_of_the_city_may_be_assigned_too(assessment: Assessment, city: User) -> None:
    sheet = filled(assigned(assessment, city), city)
    assert sheet.status == SheetStatus.HANDED_IN


def test_assessors_hand_in_after_the_county(assessor: User) -> None:
    assessment = judged_by_assessors(first_scores=False)
    sheet = assigned(assessment, assessor)
    with pytest.raises(Refusal, match="县级初评尚未提交"):
        filled(sheet, assessor)
    sheet.refresh_from_db()
    assert filled(sheet, assessor, finish=False).status == SheetStatus.OPEN


def test_assessors_hand_in_after_the_figures_are_counted(first: Sheet, assessor: User) -> None:
    Evaluation.objects.update(counted_at=None)
    with pytest.raises(Refusal, match="评价期间的数据尚未核计"):
        filled(Sheet.objects.get(pk=first.pk), assessor)


def test_the_city_does_not_complete_what_assessors_judge(assessment: Assessment, city: User) -> None:
    Score.objects.all().delete()
    Assessment.objects.update(unreported_at=AT)
    with pytest.raises(Refusal, match="该平台由两名评审员独立评分"):
        complete(assessment=Assessment.objects.get(), by=city, at=AT)


# Sent back ---------------------------------------------------------------------------------------------------------


def test_a_sheet_is_sent_back_with_a_reason_and_keeps_its_marks(
    first: Sheet, second: Sheet, assessor: User, city: User
) -> None:
    filled(first, assessor)
    with pytest.raises(Refusal, match="请填写“退回评分表”的理由。"):
        reopen_sheet(sheet=first, reason=" ", by=city, at=AT)
    reopen_sheet(sheet=first, reason="场地未核", by=city, at=AT)
    assert (first.status, first.handed_in_by, first.handed_in_at) == ("open", None, None)
    assert first.marks.get(indicator__code="venue").points == Decimal(8)
    assert last_events() == [("city", "退回评分表", first.assessment.application.number, "场地未核")]
    with pytest.raises(Gone, match="未执行"):
        reopen_sheet(sheet=first, reason="场地未核", by=city, at=AT)


def test_what_the_third_was_asked_falls_with_one_of_the_two(third: Sheet, first: Sheet, city: User) -> None:
    first.refresh_from_db()
    reopen_sheet(sheet=first, reason="场地未核", by=city, at=AT)
    assert not Sheet.objects.filter(kind=SheetKind.THIRD).exists()


def test_a_third_that_has_decided_falls_too_once_the_platform_is_sent_back(
    third: Sheet, first: Sheet, assessor: User, assessor3: User, city: User
) -> None:
    Sheet.objects.filter(pk=third.pk).update(judge=assessor3)
    filled(Sheet.objects.get(pk=third.pk), assessor3)
    first.refresh_from_db()
    with pytest.raises(Gone, match="市级评分已完成"):
        reopen_sheet(sheet=first, reason="场地未核", by=city, at=AT)
    reopen(assessment=Assessment.objects.get(), reason="场地未核", by=city, at=AT)
    reopen_sheet(sheet=Sheet.objects.get(pk=first.pk), reason="场地未核", by=city, at=AT)
    assert not Sheet.objects.filter(kind=SheetKind.THIRD).exists()
    unmet = ScoreEntry(passed=False, evidence="未公开")
    again = filled(Sheet.objects.get(pk=first.pk), assessor, venue=lower("4"), gate_rules=unmet)
    assert (again.status, Assessment.objects.get().status) == ("handed_in", "scored")


@pytest.mark.trust("T13")
@pytest.mark.parametrize("person", ["finance", "auditor", "security", "sysadmin"])
def test_nobody_else_moves_a_sheet(first: Sheet, person: str, request: pytest.FixtureRequest) -> None:
    by = request.getfixturevalue(person)
    acts: tuple[Callable[[], object], ...] = (
        lambda: save_marks(sheet=first, entries={}, revision=1, by=by, at=AT),
        lambda: hand_in(sheet=first, by=by, at=AT),
        lambda: reopen_sheet(sheet=first, reason="无", by=by, at=AT),
    )
    for act in acts:
        with pytest.raises(Refusal, match="权限"):
            act()


@pytest.mark.trust("T13")
@pytest.mark.parametrize("person", ["yinzhou", "assessor"])
def test_only_the_city_sends_a_sheet_back(first: Sheet, person: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Refusal, match="您没有“退回评分表”的权限。"):
        reopen_sheet(sheet=first, reason="无", by=request.getfixturevalue(person), at=AT)


# What the database refuses -----------------------------------------------------------------------------------------


def refused(act: Callable[[], object], what: str) -> None:
    with pytest.raises(IntegrityError, match=what), transaction.atomic():
        act()


def test_the_database_keeps_marks_that_were_handed_in(first: Sheet, assessor: User) -> None:
    filled(first, assessor)
    mark = first.marks.all()[0]
    refused(lambda: Mark.objects.filter(pk=mark.pk).update(evidence="改"), "已")
    refused(mark.delete, "已")
    refused(lambda: Mark.objects.create(sheet=first, indicator=mark.indicator), "已")
    refused(first.delete, "已")


def test_the_database_keeps_scores_that_were_completed(db: None) -> None:
    stage.graded_round({"330212": {"scored": 1, "A": 1, "open": 1}})
    for status in ("scored", "confirmed"):
        score = Score.objects.filter(assessment__status=status)[0]
        refused(lambda pk=score.pk: Score.objects.filter(pk=pk).update(evidence="改"), "已")
        refused(score.delete, "已")
    assert Score.objects.filter(assessment__status="open").update(evidence="改") == 20


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"judge": None}, "sheet_has_its_judge"),
        ({"status": "handed_in"}, "sheet_handed_in_has_who_and_when"),
        ({"handed_in_at": AT}, "sheet_handed_in_has_who_and_when"),
        ({"kind": "county"}, "sheet_has_its_judge"),
        # Either of two says so: the databases ask in different orders.
        ({"kind": "fourth"}, "sheet_kind_closed|sheet_has_its_judge"),
        ({"status": "lost"}, "sheet_status_closed|sheet_handed_in_has_who_and_when"),
    ],
)
def test_the_database_keeps_a_sheet_whole(first: Sheet, change: dict[str, object], constraint: str) -> None:
    refused(lambda: Sheet.objects.filter(pk=first.pk).update(**change), constraint)


def test_the_database_keeps_one_sheet_per_person_and_one_of_county_and_third(
    first: Sheet, third: Sheet, assessor: User
) -> None:
    row = third.assessment
    again = [
        {"kind": "assessor", "judge": assessor},
        {"kind": "county"},
        {"kind": "third"},
    ]
    for fields in again:
        with pytest.raises(IntegrityError), transaction.atomic():
            Sheet.objects.create(assessment=row, opened_at=AT, **fields)
