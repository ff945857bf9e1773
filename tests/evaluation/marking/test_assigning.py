"""Assessors are assigned, taken off, replaced and kept out; each act leaves its line in the log."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from evaluation.marking.choices import SheetKind, SheetStatus
from evaluation.marking.queries.judges import apart, judges, load_of, progress_of, short_of_judges
from evaluation.marking.services.assessments import save_scores
from evaluation.marking.services.assigning import (
    assign,
    assign_many,
    assign_third,
    assign_thirds,
    declare_conflict,
    replace_judge,
    unassign,
)
from evaluation.marking.services.entering import ScoreEntry
from evaluation.models import Assessment, Conflict, Evaluation, Sheet
from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, User
from tests import factories
from tests.evaluation import stage
from tests.evaluation.marking.judging import AT, assigned, filled, full, judged_by_assessors
from tests.kept_rows import once

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N20")]


def log(count: int = 1) -> list[tuple[str, str, str, dict]]:
    """Who did what for which reason with what, the newest first."""
    rows = AuditEvent.objects.order_by("-serial")[:count]
    return [(row.actor, row.verb, row.reason, row.changes) for row in rows]


@pytest.fixture
def assessment(db: None) -> Assessment:
    return once(judged_by_assessors)


def _three() -> list[Assessment]:
    judged_by_assessors({"330212": {"A": 2}, "330282": {"A": 1}})
    return list(Assessment.objects.order_by("application__number"))


@pytest.fixture
def three(db: None) -> list[Assessment]:
    return once(_three)


@pytest.fixture
def third(assessment: Assessment, assessor: User, assessor2: User) -> Sheet:
    filled(assigned(assessment, assessor), assessor)
    filled(assigned(assessment, assessor2), assessor2, venue=ScoreEntry(points=Decimal(4), evidence="面积偏小"))
    return assessment.sheets.get(kind=SheetKind.THIRD)


def judges_of(row: Assessment) -> list[str]:
    rows = row.sheets.filter(kind=SheetKind.ASSESSOR).order_by("pk")
    return list(rows.values_list("judge__username", flat=True))


# By hand -----------------------------------------------------------------------------------------------------------


def test_an_assessor_gets_an_empty_sheet_with_what_was_counted(
    assessment: Assessment, assessor: User, city: User
) -> None:
    sheet = assign(assessment=assessment, judge=assessor, by=city, at=AT)
    assert (sheet.judge, sheet.kind, sheet.status, sheet.opened_at) == (assessor, "assessor", "open", AT)
    assert sheet.marks.count() == 20
    assert sheet.marks.get(indicator__code="complaints").verified == 0
    assert log() == [("city", "分派评审员", "", {"评审员": ["", "assessor员"]})]


def test_two_judge_a_platform_and_nobody_twice(
    assessment: Assessment, assessor: User, assessor2: User, assessor3: User, city: User
) -> None:
    assigned(assessment, assessor)
    with pytest.raises(Refusal, match="assessor员已参与SB2020-330212-001的评分，请另选一人。"):
        assign(assessment=assessment, judge=assessor, by=city, at=AT)
    assigned(assessment, assessor2)
    with pytest.raises(Refusal, match="SB2020-330212-001已有2名评审员"):
        assign(assessment=assessment, judge=assessor3, by=city, at=AT)


def test_an_officer_of_the_city_can_be_asked_and_nobody_else(
    assessment: Assessment, city: User, yinzhou: User, finance: User, assessor: User
) -> None:
    User.objects.filter(pk=assessor.pk).update(is_active=False)
    assert list(judges()) == [city, stage.city_officer()]
    for person in (yinzhou, finance, assessor):
        with pytest.raises(Refusal, match="不是在用的评审员或市级经办人员，不能分派。"):
            assign(assessment=assessment, judge=person, by=city, at=AT)
    assert assign(assessment=assessment, judge=city, by=city, at=AT).judge == city


def test_who_works_for_a_partner_is_refused_with_the_sentence_that_says_so(assessment: Assessment, city: User) -> None:
    lawyer = factories.assessor("lu", employer="宁波某律师事务所")
    with pytest.raises(Refusal) as refused:
        assign(assessment=assessment, judge=lawyer, by=city, at=AT)
    assert str(refused.value) == ("lu员须回避SB2020-330212-001：工作单位“宁波某律师事务所”是该平台的合作机构。")


def test_in_a_round_that_the_city_judges_one_platform_goes_to_assessors(assessor: User, city: User) -> None:
    evaluation = stage.started(stage.filed_round({"330212": {"A": 2}}))
    row, other = Assessment.objects.order_by("application__number")
    assert list(short_of_judges(Assessment.objects.filter(evaluation=evaluation))) == []
    assert assign_many(plan={row.pk: (assessor.pk,)}, by=city, at=AT) == 1
    assert list(short_of_judges(Assessment.objects.filter(evaluation=evaluation))) == [row]
    entries = full()
    with pytest.raises(Refusal, match="该平台由两名评审员独立评分"):
        save_scores(assessment=row, entries=entries, revision=1, by=city, at=AT, finish=True)
    other = save_scores(assessment=other, entries=entries, revision=1, by=city, at=AT, finish=True)
    assert other.status == "scored"


@pytest.mark.trust("T13")
@pytest.mark.parametrize("person", ["yinzhou", "assessor", "finance", "auditor", "security", "sysadmin"])
def test_nobody_but_the_city_assigns(
    assessment: Assessment, assessor2: User, person: str, request: pytest.FixtureRequest
) -> None:
    by, sheet = request.getfixturevalue(person), assigned(assessment, assessor2)
    acts: tuple[Callable[[], object], ...] = (
        lambda: assign(assessment=assessment, judge=by, by=by, at=AT),
        lambda: assign_many(plan={}, by=by, at=AT),
        lambda: assign_third(sheet=sheet, judge=by, by=by, at=AT),
        lambda: unassign(sheet=sheet, reason="调整", by=by, at=AT),
        lambda: replace_judge(sheet=sheet, judge=by, reason="调整", by=by, at=AT),
        lambda: declare_conflict(assessment=assessment, person=assessor2, reason="亲属", by=by, at=AT),
    )
    for act in acts:
        with pytest.raises(Refusal, match="权限"):
            act()


def test_nothing_is_assigned_once_the_city_has_finished(assessor: User, city: User) -> None:
    stage.graded_round({"330212": {"scored": 1}})
    Evaluation.objects.update(judged_by="assessors")
    with pytest.raises(Gone, match="市级评分已完成"):
        assign(assessment=Assessment.objects.get(), judge=assessor, by=city, at=AT)


# Taken off and replaced --------------------------------------------------------------------------------------------


def test_a_sheet_not_handed_in_is_taken_off_for_a_reason(assessment: Assessment, assessor: User, city: User) -> None:
    sheet = assigned(assessment, assessor)
    filled(sheet, assessor, finish=False)
    with pytest.raises(Refusal, match="请填写“理由”。"):
        unassign(sheet=sheet, reason=" ", by=city, at=AT)
    unassign(sheet=sheet, reason="出差", by=city, at=AT)
    assert judges_of(assessment) == []
    assert log() == [("city", "取消分派", "出差", {"评审员": ["assessor员", ""]})]
    with pytest.raises(Gone, match="评分表已提交，或已取消分派"):
        unassign(sheet=sheet, reason="出差", by=city, at=AT)


def test_a_sheet_that_was_handed_in_is_sent_back_first(assessment: Assessment, assessor: User, city: User) -> None:
    sheet = filled(assigned(assessment, assessor), assessor)
    with pytest.raises(Gone, match="评分表已提交"):
        unassign(sheet=sheet, reason="出差", by=city, at=AT)
    assert judges_of(assessment) == ["assessor"]


def test_the_sheet_of_a_county_belongs_to_no_person(assessment: Assessment, city: User) -> None:
    with pytest.raises(Refusal, match="县级初评不分派到人。"):
        unassign(sheet=assessment.sheets.get(), reason="出差", by=city, at=AT)


def test_another_takes_over_with_an_empty_sheet(
    assessment: Assessment, assessor: User, assessor2: User, city: User
) -> None:
    sheet = assigned(assessment, assessor)
    filled(sheet, assessor, finish=False)
    made = replace_judge(sheet=sheet, judge=assessor2, reason="出差", by=city, at=AT)
    assert judges_of(assessment) == ["assessor2"]
    assert made.marks.get(indicator__code="venue").points is None
    assert [verb for _, verb, *_ in log(2)] == ["分派评审员", "取消分派"]


def test_who_may_not_take_over_leaves_the_other_in_place(assessment: Assessment, assessor: User, city: User) -> None:
    sheet, lawyer = assigned(assessment, assessor), factories.assessor("lu", employer="宁波某律师事务所")
    with pytest.raises(Refusal, match="须回避"):
        replace_judge(sheet=sheet, judge=lawyer, reason="出差", by=city, at=AT)
    assert judges_of(assessment) == ["assessor"]


# In bulk -----------------------------------------------------------------------------------------------------------


def test_a_plan_is_carried_out_for_all(three: list[Assessment], assessor: User, assessor2: User, city: User) -> None:
    assert assign_many(plan={row.pk: (assessor.pk, assessor2.pk) for row in three}, by=city, at=AT) == 6
    assert [judges_of(row) for row in three] == [["assessor", "assessor2"]] * 3
    assert {(actor, verb) for actor, verb, *_ in log(6)} == {("city", "分派评审员")}
    assert load_of(three[0].evaluation) == {assessor.pk: 3, assessor2.pk: 3}
    assert load_of(three[0].evaluation, but=[three[0].pk]) == {assessor.pk: 2, assessor2.pk: 2}


def test_who_is_there_stays_with_what_was_filled(
    three: list[Assessment], assessor: User, assessor2: User, city: User
) -> None:
    sheet = assigned(three[0], assessor)
    filled(sheet, assessor, finish=False)
    assert assign_many(plan={three[0].pk: (assessor.pk, assessor2.pk)}, by=city, at=AT) == 1
    assert judges_of(three[0]) == ["assessor", "assessor2"]
    assert sheet.marks.get(indicator__code="venue").points == 8


def test_replacing_takes_off_who_is_not_in_the_plan_for_a_reason(
    three: list[Assessment], assessor: User, assessor2: User, assessor3: User, city: User
) -> None:
    assigned(three[0], assessor)
    plan = {three[0].pk: (assessor2.pk, assessor3.pk)}
    with pytest.raises(Refusal, match="请填写“理由”。"):
        assign_many(plan=plan, replace=True, by=city, at=AT)
    assert judges_of(three[0]) == ["assessor"]
    assert assign_many(plan=plan, replace=True, reason="重新分组", by=city, at=AT) == 2
    assert judges_of(three[0]) == ["assessor2", "assessor3"]
    assert log(3)[2] == ("city", "取消分派", "重新分组", {"评审员": ["assessor员", ""]})


@pytest.mark.trust("T11")
def test_who_was_assigned_or_handed_in_since_the_preview_stops_it(
    three: list[Assessment], assessor: User, assessor2: User, assessor3: User, city: User
) -> None:
    sheet = assigned(three[0], assessor)
    plan = {three[1].pk: (assessor2.pk,), three[0].pk: (assessor2.pk, assessor3.pk)}
    with pytest.raises(Gone, match="SB2020-330212-001的评审员在预览之后有变动，请重新预览。"):
        assign_many(plan=plan, by=city, at=AT)
    filled(sheet, assessor)
    with pytest.raises(Gone, match="SB2020-330212-001的评审员在预览之后有变动，请重新预览。"):
        assign_many(plan=plan, replace=True, reason="重新分组", by=city, at=AT)
    assert [judges_of(row) for row in three] == [["assessor"], [], []]


def test_a_plan_with_somebody_who_must_stay_out_is_refused_as_a_whole(
    three: list[Assessment], assessor: User, city: User
) -> None:
    lawyer = factories.assessor("lu", employer="宁波某律师事务所")
    with pytest.raises(Refusal, match="lu员须回避SB2020-330212-002"):
        assign_many(plan={three[0].pk: (assessor.pk,), three[1].pk: (lawyer.pk,)}, by=city, at=AT)
    assert Sheet.objects.filter(kind=SheetKind.ASSESSOR).count() == 0


@pytest.mark.parametrize("wrong", ["three", "no such platform", "no such person"])
def test_a_plan_that_was_made_up_is_refused(
    three: list[Assessment], assessor: User, assessor2: User, assessor3: User, city: User, wrong: str
) -> None:
    plan = {
        "three": {three[0].pk: (assessor.pk, assessor2.pk, assessor3.pk)},
        "no such platform": {0: (assessor.pk,)},
        "no such person": {three[0].pk: (0,)},
    }[wrong]
    with pytest.raises(Refusal):
        assign_many(plan=plan, by=city, at=AT)
    assert Sheet.objects.filter(kind=SheetKind.ASSESSOR).count() == 0


# The third ---------------------------------------------------------------------------------------------------------


def test_a_third_is_assigned_and_may_be_another_later(third: Sheet, assessor3: User, city: User, city2: User) -> None:
    assign_third(sheet=third, judge=assessor3, by=city, at=AT)
    assert (third.judge, log()) == (assessor3, [("city", "指定第三人", "", {"第三人": ["", "assessor3员"]})])
    assign_third(sheet=third, judge=city2, by=city, at=AT)
    assert log() == [("city", "指定第三人", "", {"第三人": ["assessor3员", "city2员"]})]
    unassign(sheet=third, reason="出差", by=city, at=AT)
    assert Sheet.objects.get(pk=third.pk).judge is None
    assert log() == [("city", "取消分派", "出差", {"第三人": ["city2员", ""]})]


def test_the_third_is_none_of_the_two_and_has_no_conflict(third: Sheet, assessor: User, city: User) -> None:
    with pytest.raises(Refusal, match="assessor员已参与"):
        assign_third(sheet=third, judge=assessor, by=city, at=AT)
    lawyer = factories.assessor("lu", employer="宁波某律师事务所")
    with pytest.raises(Refusal, match="lu员须回避"):
        assign_thirds(sheets=[third], judge=lawyer, by=city, at=AT)


def test_only_the_sheet_of_a_third_takes_one(assessment: Assessment, assessor: User, city: User, city2: User) -> None:
    with pytest.raises(Gone, match="第三人复评已提交或已取消"):
        assign_third(sheet=assigned(assessment, assessor), judge=city2, by=city, at=AT)


def test_the_list_of_disagreements_says_what_and_who_decides(
    third: Sheet, assessor3: User, city: User, assessment: Assessment
) -> None:
    (found,) = apart(assessment.evaluation)
    assert (found.third, [each.code for each in found.differences]) == (third, ["venue"])
    assert found.differences[0].sentence.startswith("“场地设施”：一人 4 分，一人 8 分")
    assert assign_thirds(sheets=[third], judge=assessor3, by=city, at=AT) == 1
    assert apart(assessment.evaluation)[0].third.judge == assessor3


# Conflicts ---------------------------------------------------------------------------------------------------------


def test_an_assessor_declares_a_conflict_and_the_sheet_goes_back_to_be_assigned(
    assessment: Assessment, assessor: User, city: User
) -> None:
    assigned(assessment, assessor)
    with pytest.raises(Refusal, match="请填写“回避事由”。"):
        declare_conflict(assessment=assessment, person=assessor, reason=" ", by=assessor, at=AT)
    declare_conflict(assessment=assessment, person=assessor, reason="配偶任职于该单位", by=assessor, at=AT)
    row = Conflict.objects.get()
    assert (row.person, row.reason, row.declared_by, row.declared_at) == (assessor, "配偶任职于该单位", assessor, AT)
    assert judges_of(assessment) == []
    assert log(2) == [
        ("assessor", "因回避取消分派", "配偶任职于该单位", {"评审员": ["assessor员", ""]}),
        ("assessor", "登记回避", "配偶任职于该单位", {"回避人": ["", "assessor员"]}),
    ]
    with pytest.raises(Refusal, match="assessor员须回避SB2020-330212-001：已登记回避：配偶任职于该单位"):
        assign(assessment=assessment, judge=assessor, by=city, at=AT)


def test_a_third_who_declares_one_leaves_the_sheet_to_another(third: Sheet, assessor3: User, city: User) -> None:
    assign_third(sheet=third, judge=assessor3, by=city, at=AT)
    declare_conflict(assessment=third.assessment, person=assessor3, reason="曾任顾问", by=assessor3, at=AT)
    assert Sheet.objects.get(pk=third.pk).judge is None


def test_the_city_keeps_somebody_out_before_anything_is_assigned(
    assessment: Assessment, assessor: User, city: User
) -> None:
    declare_conflict(assessment=assessment, person=assessor, reason="曾任顾问", by=city, at=AT)
    with pytest.raises(Refusal, match="assessor员已登记回避，无需重复登记。"):
        declare_conflict(assessment=assessment, person=assessor, reason="曾任顾问", by=city, at=AT)


def test_who_has_handed_in_is_sent_back_before_a_conflict_is_declared(
    assessment: Assessment, assessor: User, city: User
) -> None:
    sheet = filled(assigned(assessment, assessor), assessor)
    with pytest.raises(Refusal, match="assessor员已提交评分表，请先由市经信局退回该评分表"):
        declare_conflict(assessment=assessment, person=assessor, reason="曾任顾问", by=city, at=AT)
    assert (Conflict.objects.count(), sheet.status) == (0, SheetStatus.HANDED_IN)


def test_only_who_can_judge_can_have_a_conflict(assessment: Assessment, yinzhou: User, city: User) -> None:
    with pytest.raises(Refusal, match="回避人须为评审员或市级经办人员。"):
        declare_conflict(assessment=assessment, person=yinzhou, reason="曾任顾问", by=city, at=AT)


def test_a_county_declares_nothing_on_its_own_sheet(assessment: Assessment, yinzhou: User) -> None:
    with pytest.raises(Refusal, match="您没有登记回避的权限。"):
        declare_conflict(assessment=assessment, person=yinzhou, reason="曾任顾问", by=yinzhou, at=AT)


# How far -----------------------------------------------------------------------------------------------------------


def test_progress_counts_open_and_handed_in_by_person(three: list[Assessment], assessor: User, assessor2: User) -> None:
    evaluation = three[0].evaluation
    for row in three:
        assigned(row, assessor)
    filled(assigned(three[0], assessor2), assessor2)
    filled(Sheet.objects.get(judge=assessor, assessment=three[1]), assessor)
    found = [(each.person, each.open, each.handed_in) for each in progress_of(evaluation)]
    assert found == [(assessor, 2, 1), (assessor2, 0, 1)]
    assert list(short_of_judges(Assessment.objects.filter(evaluation=evaluation))) == three[1:]
