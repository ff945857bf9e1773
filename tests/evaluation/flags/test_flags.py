"""Flags on an assessment: typed, routed, answered, escalated, resolved; they touch neither score nor grade."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.forms.models import model_to_dict

from evaluation.flags import queries, services
from evaluation.flags.choices import ANSWER_DAYS, FlagKind
from evaluation.marking.services import staging
from evaluation.models import Assessment, Flag, FlagTurn
from evaluation.visits import services as visits
from platforms.applications.services import notes
from platforms.errors import Gone, Refusal
from platforms.files.services import evidence
from platforms.models import AuditEvent, Region, User
from platforms.workbench.queries.todo import todo_for
from tests import factories
from tests.evaluation import stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(regions: dict[str, Region]) -> Assessment:
    stage.graded_round({"330212": {"scored": 1}, "HY": {"scored": 1}})
    return Assessment.objects.get(application__region__code="330212")


@pytest.fixture
def raised(assessment: Assessment, city: User, now: datetime) -> Any:
    def raise_(**changes: Any) -> Flag:
        facts = {"assessment": assessment, "kind": "doubtful", "text": "场地面积存疑", "for_whom": "county"}
        return services.raise_flag(**{**facts, **changes}, by=city, at=now)

    return raise_


def last() -> tuple[str, str, str]:
    event = AuditEvent.objects.order_by("-serial")[0]
    return event.verb, event.object_code, event.reason


def facts_of(assessment: Assessment) -> list[dict[str, Any]]:
    """Every column of an assessment and of its scores."""
    assessment.refresh_from_db()
    return [model_to_dict(assessment), *(model_to_dict(score) for score in assessment.scores.order_by("pk"))]


def test_a_flag_is_raised_answered_by_the_county_and_resolved_by_the_city(
    raised: Any, yinzhou: User, city: User, now: datetime
) -> None:
    row = raised()
    assert (row.number, row.status, row.due_on) == ("HS-2026-0001", "open", date(2026, 4, 17))
    assert (row.raised_by, row.raised_at) == (city, now)
    assert last() == ("提出核实事项", "HS-2026-0001", "场地面积存疑")
    row = services.answer(flag=row, text="经现场测量为 320 平方米。", by=yinzhou, at=now)
    assert (row.status, row.answered_by, row.answered_at) == ("answered", yinzhou, now)
    assert last() == ("答复（核实事项）", "HS-2026-0001", "经现场测量为 320 平方米。")
    row = services.resolve(flag=row, reason=" 属实 ", by=city, at=now)
    assert (row.status, row.resolved_by, row.resolution) == ("resolved", city, "属实")
    assert last() == ("办结（核实事项）", "HS-2026-0001", "属实")
    turns = [(turn.name, turn.source, turn.target, turn.text, turn.by) for turn in row.turns.all()]
    assert turns == [
        ("answer", "open", "answered", "经现场测量为 320 平方米。", yinzhou),
        ("resolve", "answered", "resolved", "属实", city),
    ]


def test_an_answer_that_says_too_little_goes_back_with_new_days(
    raised: Any, yinzhou: User, city: User, now: datetime
) -> None:
    later = now + timedelta(days=5)
    row = services.answer(flag=raised(), text="属实", by=yinzhou, at=now)
    row = services.ask_again(flag=row, reason="请附测量记录", by=city, at=later)
    assert (row.status, row.due_on) == ("open", date(2026, 4, 15) + timedelta(days=ANSWER_DAYS))
    assert last() == ("退回补充（核实事项）", "HS-2026-0001", "请附测量记录")
    changes = AuditEvent.objects.order_by("-serial")[0].changes
    assert changes == {"状态": ["已答复，待办结", "待核实"], "答复期限": ["2026-04-17", "2026-04-22"]}
    services.answer(flag=row, text="已附", by=yinzhou, at=later)
    assert [turn.text for turn in FlagTurn.objects.all()] == ["属实", "请附测量记录", "已附"]


def test_a_county_hands_up_what_it_cannot_clear_and_the_city_answers_it(
    raised: Any, yinzhou: User, city: User, now: datetime
) -> None:
    row = services.escalate(flag=raised(), reason="运营单位不配合", by=yinzhou, at=now)
    assert (row.status, row.escalated_by, row.escalation_reason) == ("escalated", yinzhou, "运营单位不配合")
    assert last() == ("报市级核实（核实事项）", "HS-2026-0001", "运营单位不配合")
    with pytest.raises(Refusal, match=r"^这项由市经信局核实。$"):
        services.answer(flag=row, text="x", by=yinzhou, at=now)
    # It is still for the county to read.
    assert Flag.objects.visible_to(yinzhou).get() == row
    row = services.answer(flag=row, text="已约谈", by=city, at=now)
    row = services.ask_again(flag=row, reason="补充约谈记录", by=city, at=now)
    with pytest.raises(Refusal, match=r"^这项由市经信局核实。$"):
        services.answer(flag=row, text="x", by=yinzhou, at=now)
    with pytest.raises(Refusal, match=r"^这项已由市经信局核实。$"):
        services.escalate(flag=row, reason="x", by=city, at=now)


def test_the_city_does_not_answer_for_a_county_until_it_takes_the_flag_over(
    raised: Any, city: User, now: datetime
) -> None:
    row = raised()
    with pytest.raises(Refusal) as refused:
        services.answer(flag=row, text="x", by=city, at=now)
    assert str(refused.value) == "这项由平台所属地区核实；需由市级核实的，请先办理“报市级核实”。"
    row = services.escalate(flag=row, reason="逾期未答复", by=city, at=now)
    assert services.answer(flag=row, text="已核实", by=city, at=now).status == "answered"


def test_what_is_routed_to_the_city_is_read_by_no_county(
    raised: Any, yinzhou: User, cixi: User, city: User, finance: User
) -> None:
    county, own = raised(), raised(for_whom="city", kind="interest")
    for person, rows in ((city, [own, county]), (yinzhou, [county]), (cixi, []), (finance, [])):
        assert list(Flag.objects.visible_to(person)) == rows
        assert list(queries.open_flags(county.assessment, person)) == list(reversed(rows))
    services.answer(flag=county, text="县级所见", by=yinzhou, at=county.raised_at)
    services.answer(flag=own, text="市级所见", by=city, at=own.raised_at)
    assert [turn.text for turn in FlagTurn.objects.visible_to(yinzhou)] == ["县级所见"]
    assert FlagTurn.objects.visible_to(city).count() == 2
    with pytest.raises(Refusal, match=r"^这项由市经信局核实。$"):
        services.answer(flag=own, text="x", by=yinzhou, at=own.raised_at)


def test_the_officer_of_another_county_moves_nothing(raised: Any, cixi: User, now: datetime) -> None:
    row = raised()
    for act in (
        lambda: services.answer(flag=row, text="x", by=cixi, at=now),
        lambda: services.escalate(flag=row, reason="x", by=cixi, at=now),
    ):
        with pytest.raises(Refusal, match=r"^这项由平台所属地区核实。$"):
            act()
    row.refresh_from_db()
    assert row.status == "open"


def test_what_is_resolved_is_no_longer_open_and_cannot_be_moved(
    raised: Any, yinzhou: User, city: User, now: datetime
) -> None:
    row = services.resolve(flag=raised(), reason="误报", by=city, at=now)
    assert list(queries.open_flags(row.assessment, city)) == []
    for act in (
        lambda: services.answer(flag=row, text="x", by=yinzhou, at=now),
        lambda: services.resolve(flag=row, reason="x", by=city, at=now),
        lambda: services.ask_again(flag=row, reason="x", by=city, at=now),
    ):
        with pytest.raises(Gone):
            act()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"kind": "else"}, "kind", "请选择类型。"),
        ({"for_whom": "hub"}, "for_whom", "请选择核实层级。"),
        ({"text": " \u3000"}, "text", "请填写“需核实的内容”。"),
        ({"text": "字" * 1001}, "text", "“需核实的内容”最多 1000 个字，现为 1001 个字。"),
    ],
)
def test_a_flag_that_is_not_whole_is_refused_at_its_place(
    raised: Any, changes: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        raised(**changes)
    assert (refused.value.field, str(refused.value)) == (field, sentence)
    assert raised(text="字" * 1000).number == "HS-2026-0001"


def test_a_platform_without_a_county_is_flagged_to_the_city(raised: Any) -> None:
    industry = Assessment.objects.get(application__region__isnull=True)
    with pytest.raises(Refusal) as refused:
        raised(assessment=industry)
    assert str(refused.value) == "重点行业平台由市经信局管理，请选择“市级核实”。"
    assert raised(assessment=industry, for_whom="city").for_whom == "city"


def test_only_the_city_raises_a_flag_and_none_on_a_published_result(
    raised: Any, assessment: Assessment, yinzhou: User, now: datetime
) -> None:
    with pytest.raises(Refusal, match=r"^您没有提出核实事项的权限。$"):
        services.raise_flag(assessment=assessment, kind="other", text="x", for_whom="county", by=yinzhou, at=now)
    stage.published_round({"330282": {"A": 1}}, year=2021)
    public = Assessment.objects.get(status="published")
    with pytest.raises(Refusal, match=r"^这个平台不在评价中或结果已公布，不能提出核实事项。$"):
        raised(assessment=public)


@pytest.mark.parametrize("kind", FlagKind.values)
def test_a_note_an_attachment_and_a_flag_leave_the_grade_and_its_history_as_they_are(
    raised: Any, assessment: Assessment, yinzhou: User, city: User, now: datetime, kind: str
) -> None:
    stage.graded_round({"330212": {"A": 1}}, year=2021)
    staging.stage(assessment=assessment, grade=assessment.proposed_grade, by=city, at=now)
    for row in (assessment, Assessment.objects.get(status="confirmed")):
        before = facts_of(row)
        told = list(AuditEvent.objects.filter(object_type="评价", object_pk=str(row.pk)).values())
        notes.write(application=row.application, text="核对", readers="county", by=city, at=now)
        if row.status == "scored":
            visit = visits.record(
                application=row.application, visited_on=now.date(), people="赵某", findings="属实", by=yinzhou, at=now
            )
            photo = factories.upload("现场.jpg", factories.JPEG)
            evidence.add(kind="visit", key=visit.pk, region=visit.region, upload=photo, by=yinzhou, at=now)
        flag = services.answer(flag=raised(assessment=row, kind=kind), text="属实", by=yinzhou, at=now)
        services.resolve(flag=flag, reason="属实", by=city, at=now)
        assert facts_of(row) == before
        assert list(AuditEvent.objects.filter(object_type="评价", object_pk=str(row.pk)).values()) == told


def test_a_flag_is_overdue_on_the_day_after_its_last_one(raised: Any, yinzhou: User, now: datetime) -> None:
    row = raised()
    for days, is_late in ((0, False), (1, True)):
        day = row.due_on + timedelta(days=days)
        assert queries.is_overdue(row, day) is is_late
        assert Flag.objects.filter(queries.overdue_on(day)).exists() is is_late
        counts = queries.tally(Flag.objects.all(), day)
        assert counts == {"open": 1, "escalated": 0, "answered": 0, "resolved": 0, "overdue": int(is_late)}
    row = services.answer(flag=row, text="属实", by=yinzhou, at=now)
    assert queries.is_overdue(row, day) is False
    assert not Flag.objects.filter(queries.overdue_on(day)).exists()


def test_overdue_flags_stand_first_in_the_list_of_what_waits(
    raised: Any, yinzhou: User, city: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = raised().due_on
    for days, late, both in ((0, 0, []), (1, 1, ["督办逾期未答复的核实事项（区县）"])):
        day = due + timedelta(days=days)
        monkeypatch.setattr("django.utils.timezone.localdate", lambda day=day: day)
        first = todo_for(yinzhou)[0]
        assert (first.text, first.count, first.since) == ("答复核实事项", 1, now.date())
        assert (first.due, first.late) == (due, late)
        assert [each.text for each in todo_for(city) if "核实事项" in each.text] == both
    services.answer(flag=Flag.objects.get(), text="属实", by=yinzhou, at=now)
    assert [each.text for each in todo_for(yinzhou) if "核实事项" in each.text] == []
    assert todo_for(city)[0].text == "办结已答复的核实事项"


def test_the_city_is_asked_for_what_is_its_own_to_answer_but_nobody_for_what_one_raised(
    raised: Any, yinzhou: User, city: User, city2: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised(for_whom="city")
    services.escalate(flag=raised(), reason="请市级核实", by=yinzhou, at=now)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: now.date())
    first = todo_for(city2)[0]
    assert (first.text, first.count) == ("答复核实事项", 2)
    assert [each.text for each in todo_for(city) if "核实事项" in each.text] == []
    assert [each.text for each in todo_for(yinzhou) if "核实事项" in each.text] == []
