"""Grades are staged by somebody who did not score, seen by nobody outside of the city, and applied all at once."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from evaluation.marking.choices import AssessmentStatus
from evaluation.marking.services.assessments import reopen, save_scores
from evaluation.marking.services.entering import ScoreEntry
from evaluation.marking.services.staging import apply_staged, scorers_of, second, stage_proposed, unstage
from evaluation.marking.services.staging import stage as stage_grade
from evaluation.models import Assessment, Evaluation, Sheet
from platforms.applications.services import notes
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import AuditEvent, User
from tests.evaluation import stage
from tests.evaluation.marking.judging import AT, assigned, filled, judged_by_assessors
from tests.kept_rows import once
from tests.trust.crawl import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N20")]
STAGED = {"staged_grade": "A", "staged_at": AT}


@pytest.fixture
def scored(db: None) -> Assessment:
    """Scored by the officer of the stage, who does not confirm; the scheme proposes A."""
    once(stage.graded_round, {"330212": {"scored": 1}})
    return Assessment.objects.get()


@pytest.fixture
def thirty(db: None) -> Evaluation:
    once(stage.graded_round, {"330212": {"scored": 30}})
    return Evaluation.objects.get()


def shown(rows: object = None) -> dict[int, int]:
    return dict((rows or Assessment.objects.all()).values_list("pk", "revision"))


def events(verb: str) -> list[tuple[str, str]]:
    """Who did it to which platform."""
    return list(AuditEvent.objects.filter(verb=verb).order_by("serial").values_list("actor", "object_code"))


# Who ---------------------------------------------------------------------------------------------------------------


def test_who_scored_does_not_stage_and_does_not_second(scored: Assessment, city: User) -> None:
    scorer = stage.city_officer()
    sentence = "您参与了该平台的评分，不能核定其档次，请由其他经办人员办理。"
    with pytest.raises(Refusal, match=sentence):
        stage_grade(assessment=scored, grade="A", by=scorer, at=AT)
    stage_grade(assessment=scored, grade="C", reason="两次投诉属实", by=city, at=AT)
    with pytest.raises(Refusal, match=sentence):
        second(assessment=scored, by=scorer, at=AT)


@pytest.mark.parametrize("column", ["staged_by", "confirmed_by"])
def test_the_database_refuses_the_same_person(scored: Assessment, column: str) -> None:
    row = Assessment.objects.filter(pk=scored.pk)
    fields = STAGED | {"staged_by": scored.scored_by}
    if column == "confirmed_by":
        fields = {"status": "confirmed", "grade": "A", "confirmed_at": AT, "confirmed_by": scored.scored_by}
    with pytest.raises(IntegrityError, match="assessment_scorer_does_not"), transaction.atomic():
        row.update(**fields)


def test_the_database_refuses_a_second_who_staged_it(scored: Assessment, city: User) -> None:
    stage_grade(assessment=scored, grade="C", reason="两次投诉属实", by=city, at=AT)
    with pytest.raises(IntegrityError, match="assessment_seconded_by_another"), transaction.atomic():
        Assessment.objects.filter(pk=scored.pk).update(seconded_by=city, seconded_at=AT)


@pytest.mark.parametrize(
    "change",
    [
        {"staged_grade": ""},
        {"staged_at": None},
        {"staged_by": None},
        {"seconded_at": AT},
        {"status": "open"},
    ],
)
def test_the_database_keeps_who_and_when_of_a_staged_grade(
    scored: Assessment, city: User, change: dict[str, object]
) -> None:
    stage_grade(assessment=scored, grade="A", by=city, at=AT)
    with pytest.raises(IntegrityError, match="assessment_staged_has_who_and_when"), transaction.atomic():
        Assessment.objects.filter(pk=scored.pk).update(**change)


def test_whoever_gave_one_score_or_handed_in_a_sheet_counts_as_scorer(city: User, city2: User, yinzhou: User) -> None:
    round_ = stage.filed_round({"330212": {"A": 1}})
    stage.started(round_, first_scores=False)
    row, sheet = Assessment.objects.get(), Sheet.objects.get()
    assert scorers_of(row) == set()
    filled(sheet, yinzhou)
    save_scores(assessment=row, entries={"venue": ScoreEntry(points=Decimal(8))}, revision=1, by=city2, at=AT)
    assert scorers_of(row) == {yinzhou.pk, city2.pk}


def test_an_officer_of_the_city_who_judged_as_assessor_does_not_confirm(
    city: User, city2: User, assessor: User
) -> None:
    row = judged_by_assessors()
    filled(assigned(row, city), city)
    filled(assigned(row, assessor), assessor)
    row.refresh_from_db()
    assert (row.status, row.scored_by) == (AssessmentStatus.SCORED, assessor)
    with pytest.raises(Refusal, match="您参与了该平台的评分"):
        stage_grade(assessment=row, grade="A", by=city, at=AT)
    assert stage_grade(assessment=row, grade="A", by=city2, at=AT).staged_by == city2


ACTS: dict[str, Callable[[Assessment, User], object]] = {
    "stage": lambda row, by: stage_grade(assessment=row, grade="A", by=by, at=AT),
    "stage_proposed": lambda row, by: stage_proposed(shown={row.pk: row.revision}, by=by, at=AT),
    "second": lambda row, by: second(assessment=row, by=by, at=AT),
    "unstage": lambda row, by: unstage(assessments={row.pk: row.revision}, by=by, at=AT),
    "apply_staged": lambda row, by: apply_staged(evaluation=row.evaluation, by=by, at=AT),
}


@pytest.mark.trust("T13")
@pytest.mark.parametrize("act", list(ACTS))
@pytest.mark.parametrize("person", ["yinzhou", "assessor", "finance", "auditor", "security", "sysadmin"])
def test_nobody_but_the_city_settles_a_grade(
    scored: Assessment, person: str, act: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(Refusal, match="权限"):
        ACTS[act](scored, request.getfixturevalue(person))


# Which grade -------------------------------------------------------------------------------------------------------


def test_the_proposed_grade_needs_no_reason_and_another_one_does(scored: Assessment, city: User) -> None:
    stage_grade(assessment=scored, grade="A", by=city, at=AT)
    with pytest.raises(Refusal, match=r"暂定档次与建议档次（A档）不一致，请填写说明。"):
        stage_grade(assessment=scored, grade="B", reason=" ", by=city, at=AT)
    stage_grade(assessment=scored, grade="B", reason="一次投诉属实", by=city, at=AT)
    assert (scored.staged_grade, scored.staged_reason, scored.grade) == ("B", "一次投诉属实", "")
    event = AuditEvent.objects.order_by("-serial")[0]
    assert (event.verb, event.reason, event.changes) == ("暂定档次", "一次投诉属实", {"暂定档次": ["A", "B"]})


@pytest.mark.parametrize("grade", ["E", "", "a", "A档"])
def test_no_other_grade_than_the_notice_has(scored: Assessment, city: User, grade: str) -> None:
    with pytest.raises(Refusal, match="请选择A档、B档、C档、D档中的一档。"):
        stage_grade(assessment=scored, grade=grade, reason="试", by=city, at=AT)


@pytest.mark.trust("T11")
def test_what_was_scored_anew_since_it_was_shown_is_not_staged(scored: Assessment, city: User) -> None:
    with pytest.raises(StaleVersion, match="评分在您打开之后已被他人修改"):
        stage_grade(assessment=scored, grade="A", revision=scored.revision + 1, by=city, at=AT)


@pytest.mark.parametrize(
    ("letter", "grade", "waits"),
    [("A", "B", False), ("A", "C", True), ("A", "D", True), ("C", "A", True), ("C", "B", False), ("C", "D", False)],
)
def test_two_grades_of_difference_need_a_second_officer(
    city: User, city2: User, letter: str, grade: str, waits: bool
) -> None:
    stage.graded_round({"330212": {"scored": 1}})
    row = Assessment.objects.get()
    Assessment.objects.filter(pk=row.pk).update(proposed_grade=letter)
    stage_grade(assessment=row, grade=grade, reason="现场核查", by=city, at=AT)
    if not waits:
        with pytest.raises(Gone, match="没有需要复核的暂定档次"):
            second(assessment=row, by=city2, at=AT)
        assert apply_staged(evaluation=row.evaluation, by=city, at=AT) == 1
        return
    with pytest.raises(Refusal, match=rf"有 1 个平台的暂定档次与建议档次相差2档以上.*{row.application.number}。"):
        apply_staged(evaluation=row.evaluation, by=city, at=AT)
    with pytest.raises(Refusal, match="暂定人不能复核自己暂定的档次"):
        second(assessment=row, by=city, at=AT)
    second(assessment=row, by=city2, at=AT)
    assert (row.seconded_by, events("复核暂定档次")) == (city2, [("city2", row.application.number)])
    assert apply_staged(evaluation=row.evaluation, by=city, at=AT) == 1


def test_a_grade_staged_anew_needs_a_second_officer_anew(scored: Assessment, city: User, city2: User) -> None:
    stage_grade(assessment=scored, grade="C", reason="现场核查", by=city, at=AT)
    second(assessment=scored, by=city2, at=AT)
    stage_grade(assessment=scored, grade="D", reason="现场核查", by=city, at=AT)
    assert (scored.seconded_by, scored.seconded_at) == (None, None)
    with pytest.raises(Refusal, match="须由另一位经办人员复核"):
        apply_staged(evaluation=scored.evaluation, by=city, at=AT)


@pytest.mark.clause("N21")
def test_a_veto_or_a_missing_report_leaves_no_grade_but_the_last(scored: Assessment, city: User) -> None:
    Assessment.objects.filter(pk=scored.pk).update(unreported_at=AT)
    with pytest.raises(Refusal, match="只能评为D档"):
        stage_grade(assessment=scored, grade="C", reason="酌情", by=city, at=AT)
    Assessment.objects.filter(pk=scored.pk).update(unreported_at=None, veto="fees", veto_fact="收费")
    with pytest.raises(Refusal, match="只能评为D档"):
        stage_grade(assessment=scored, grade="C", reason="酌情", by=city, at=AT)


# Applied -----------------------------------------------------------------------------------------------------------


def test_all_staged_grades_are_applied_at_once(thirty: Evaluation, city: User, city2: User) -> None:
    rows = Assessment.objects.order_by("application__number")
    assert stage_proposed(shown=shown(rows[:29]), by=city, at=AT) == 29
    stage_grade(assessment=rows[29], grade="B", reason="一次投诉属实", by=city2, at=AT)
    assert apply_staged(evaluation=thirty, by=city2, at=AT) == 30
    assert set(rows.values_list("status", "staged_grade", "staged_by")) == {("confirmed", "", None)}
    found = list(rows.values_list("grade", "grade_reason", "confirmed_by__username", "confirmed_at"))
    assert found == [("A", "", "city", AT)] * 29 + [("B", "一次投诉属实", "city2", AT)]
    assert events("核定档次") == [("city2", row.application.number) for row in Assessment.objects.order_by("pk")]


def test_what_is_not_staged_stays_and_nothing_staged_is_refused(thirty: Evaluation, city: User) -> None:
    with pytest.raises(Refusal, match="没有暂定的档次"):
        apply_staged(evaluation=thirty, by=city, at=AT)
    row = Assessment.objects.all()[0]
    stage_grade(assessment=row, grade="A", by=city, at=AT)
    assert apply_staged(evaluation=thirty, by=city, at=AT) == 1
    assert Assessment.objects.filter(status="scored").count() == 29


def test_one_that_stands_in_the_way_stages_none(thirty: Evaluation, city: User) -> None:
    old = {pk: revision + (number == 17) for number, (pk, revision) in enumerate(shown().items())}
    with pytest.raises(StaleVersion, match=r"^SB2020-330212-\d+：未暂定"):
        stage_proposed(shown=old, by=city, at=AT)
    assert not Assessment.objects.exclude(staged_grade="").exists()
    assert events("暂定档次") == []


def test_a_staged_grade_falls_when_the_platform_is_sent_back(scored: Assessment, city: User) -> None:
    stage_grade(assessment=scored, grade="A", by=city, at=AT)
    reopen(assessment=scored, reason="满意度需复核", by=city, at=AT)
    assert (scored.status, scored.staged_grade, scored.staged_by) == ("open", "", None)


# Wishes ------------------------------------------------------------------------------------------------------------


def test_thirty_staged_grades_are_cleared_in_one_act_with_one_line_each(
    thirty: Evaluation, city: User, city2: User
) -> None:
    stage_proposed(shown=shown(), by=city, at=AT)
    assert unstage(assessments=shown(), by=city2, at=AT) == 30
    assert not Assessment.objects.exclude(staged_grade="").exists()
    numbers = list(Assessment.objects.order_by("pk").values_list("application__number", flat=True))
    assert sorted(events("取消暂定档次")) == sorted(("city2", number) for number in numbers)
    with pytest.raises(Gone, match="有平台的暂定档次已被他人取消或核定"):
        unstage(assessments=shown(), by=city2, at=AT)


@pytest.mark.trust("T11")
def test_what_was_staged_on_newer_scores_than_shown_is_not_taken_back(scored: Assessment, city: User) -> None:
    stage_grade(assessment=scored, grade="A", by=city, at=AT)
    with pytest.raises(Gone, match="有平台的暂定档次已被他人取消或核定"):
        unstage(assessments={scored.pk: scored.revision - 1}, by=city, at=AT)
    assert Assessment.objects.get().staged_grade == "A"


def test_a_note_changes_neither_the_staged_grade_nor_its_history(scored: Assessment, city: User, city2: User) -> None:
    stage_grade(assessment=scored, grade="B", reason="一次投诉属实", by=city, at=AT)
    before = Assessment.objects.filter(pk=scored.pk).values().get()
    history = list(AuditEvent.objects.filter(object_pk=str(scored.pk), object_type="评价").values())
    notes.write(application=scored.application, text="场地照片较旧", readers="city", by=city2, at=AT)
    assert Assessment.objects.filter(pk=scored.pk).values().get() == before
    assert list(AuditEvent.objects.filter(object_pk=str(scored.pk), object_type="评价").values()) == history


def test_a_county_reads_no_grade_at_any_door_before_release(
    scored: Assessment, city: User, yinzhou: User, browser_of: Callable
) -> None:
    """Not when it is staged and not when it is confirmed: page, list, export, history."""
    client, number = browser_of(yinzhou), scored.application.number
    doors = [
        reverse("desk:application", args=(number,)),
        reverse("desk:home"),
        reverse("admin:platforms_application_change", args=(scored.application_id,)),
        reverse("admin:platforms_application_history", args=(scored.application_id,)),
        "/desk/applications.csv?round=all",
        f"/api/v1/results?q={number}",
    ]
    closed = [
        reverse("admin:evaluation_assessment_changelist"),
        reverse("admin:evaluation_assessment_export"),
        reverse("admin:evaluation_assessment_change", args=(scored.pk,)),
        reverse("admin:evaluation_assessment_history", args=(scored.pk,)),
    ]

    def read() -> list[str]:
        answers = [client.get(path) for path in doors]
        for answer in answers:
            answer.kept = answer.getvalue()
            answer.headers.pop("Expires", None)
        assert {answer.status_code for answer in answers} == {200}
        return [text_of(answer) for answer in answers]

    plain = read()
    stage_grade(assessment=scored, grade="B", reason="一次投诉属实", by=city, at=AT)
    assert read() == plain
    apply_staged(evaluation=scored.evaluation, by=city, at=AT)
    assert read() == plain
    assert {client.get(path).status_code for path in closed} == {403}
