"""All open invitations in one table: one press answers them, what is refused stays in its row with what was typed."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from platforms.activities import queries
from platforms.activities.services import invitations
from platforms.applications.choices import EndedWhy
from platforms.applications.services import standings
from platforms.models import Activity, AuditEvent, Invitation, Platform, Region, Round, User
from tests.platforms.activities.test_desk import planned
from tests.platforms.supervised import platform_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N38")]
PAGE = "/desk/activities/invitations/"


@pytest.fixture
def places(regions: dict[str, Region], round_2026: Round) -> list[Platform]:
    """Two platforms of 鄞州区 and one of 慈溪市."""
    return [platform_of(regions["330212"]), platform_of(regions["330212"]), platform_of(regions["330282"])]


@pytest.fixture
def two(city: User, places: list[Platform]) -> list[Activity]:
    """Two activities of the city to which all three are invited."""
    return [planned(city, days, *places) for days in (3, 2)]


def answers() -> list[tuple[str, str, str]]:
    rows = Invitation.objects.exclude(answer="").order_by("activity", "platform__code")
    return [(each.platform.site_name, each.answer, each.reason) for each in rows]


def keys(user: User) -> list[int]:
    return list(queries.own_invitations(user).order_by("activity", "platform__code").values_list("pk", flat=True))


def test_the_invitations_of_all_activities_stand_in_one_table_the_next_first(
    two: list[Activity], yinzhou: User, browser_of: Any
) -> None:
    page = browser_of(yinzhou).get(PAGE)
    assert [(each["number"], each["platform"]) for each in page.context["rows"]] == [
        (two[1].number, "第1街道"), (two[1].number, "第2街道"), (two[0].number, "第1街道"), (two[0].number, "第2街道"),
    ]  # fmt: skip
    narrowed = browser_of(yinzhou).get(f"{PAGE}?activity={two[0].number}")
    assert [each["number"] for each in narrowed.context["rows"]] == [two[0].number, two[0].number]
    assert browser_of(yinzhou).get(f"{PAGE}?activity=none").context["rows"] == []


def test_one_press_takes_part_in_everything(two: list[Activity], yinzhou: User, browser_of: Any) -> None:
    desk = browser_of(yinzhou)
    answer = desk.post(PAGE, {"all": "1", **{f"reason-{key}": "" for key in keys(yinzhou)}})
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert answers() == [("第1街道", "accepted", ""), ("第2街道", "accepted", "")] * 2
    assert "没有待答复的邀请。" in desk.get(PAGE).content.decode()
    assert queries.open_invitations(yinzhou, timezone.localdate()).count() == 0


def test_whoever_takes_part_in_everything_keeps_the_refusals_that_were_chosen(
    two: list[Activity], yinzhou: User, browser_of: Any
) -> None:
    first, *rest = keys(yinzhou)
    boxes = {f"reason-{key}": "" for key in rest} | {f"answer-{first}": "refused", f"reason-{first}": "当日另有会议"}
    browser_of(yinzhou).post(PAGE, {"all": "1", **boxes})
    assert answers()[0] == ("第1街道", "refused", "当日另有会议")
    assert [each[1] for each in answers()[1:]] == ["accepted"] * 3


def test_a_wrong_row_stays_with_what_was_typed_and_the_others_are_kept(
    two: list[Activity], yinzhou: User, browser_of: Any
) -> None:
    one, other, third, fourth = keys(yinzhou)
    sent = {
        f"answer-{one}": "accepted", f"answer-{other}": "refused", f"reason-{other}": " ", f"reason-{third}": "出差",
        f"answer-{fourth}": "maybe",
    }  # fmt: skip
    page = browser_of(yinzhou).post(PAGE, sent)
    assert (page.status_code, answers()) == (409, [("第1街道", "accepted", "")])
    told = {each["pk"]: (each["answer"], each["reason"], each["sentence"]) for each in page.context["rows"]}
    names = {each.pk: str(each.platform) for each in Invitation.objects.select_related("platform")}
    assert told == {
        other: ("refused", "", f"请填写“{names[other]}”不参加的理由。"),
        third: ("", "出差", f"请选择“{names[third]}”是否参加。"),
        fourth: ("maybe", "", f"请选择“{names[fourth]}”是否参加。"),
    }
    assert "已登记 1 份邀请的答复。" in page.content.decode()


def test_nothing_chosen_is_said(two: list[Activity], yinzhou: User, browser_of: Any) -> None:
    page = browser_of(yinzhou).post(PAGE, {f"reason-{key}": "" for key in keys(yinzhou)})
    assert (page.status_code, "请至少为一个平台选择是否参加。" in page.content.decode()) == (409, True)


def test_what_a_colleague_answered_in_between_is_told_and_not_overwritten(
    two: list[Activity], yinzhou: User, browser_of: Any
) -> None:
    one, other, *_ = keys(yinzhou)
    invitations.answer(activity=two[0], answers={one: ("accepted", "")}, by=yinzhou, at=timezone.now())
    page = browser_of(yinzhou).post(PAGE, {f"answer-{one}": "refused", f"reason-{one}": "另有会议"})
    (row,) = (each for each in page.context["rows"] if each["pk"] == one)
    assert (row["reason"], row["sentence"]) == (
        "另有会议", "已由他人答复“参加”，没有更改；需要更改的，请在活动页面办理。"
    )  # fmt: skip
    assert answers() == [("第1街道", "accepted", "")]
    # The same answer twice is no quarrel.
    browser_of(yinzhou).post(PAGE, {f"answer-{one}": "accepted", f"answer-{other}": "accepted"})
    assert len(answers()) == 2


def test_an_activity_that_is_over_is_told_at_its_rows(two: list[Activity], yinzhou: User, browser_of: Any) -> None:
    Activity.objects.filter(pk=two[0].pk).update(status="held")
    one, _, third, _ = keys(yinzhou)
    page = browser_of(yinzhou).post(PAGE, {f"answer-{one}": "accepted", f"answer-{third}": "accepted"})
    said = [each["sentence"] for each in page.context["rows"] if each["sentence"]]
    assert said == ["活动现为“已举办，待总结”，不能再答复邀请。"]
    assert len(answers()) == 1


def test_nobody_answers_for_another_region(two: list[Activity], yinzhou: User, cixi: User, browser_of: Any) -> None:
    foreign, _ = keys(cixi)
    page = browser_of(yinzhou).post(PAGE, {f"answer-{foreign}": "accepted"})
    assert (page.status_code, answers()) == (409, [])
    changed, refused = invitations.answer_open(answers={foreign: ("accepted", "")}, by=yinzhou, at=timezone.now())
    assert (changed, refused) == ([], {foreign: "只能答复本地区窗口平台的邀请。"})


def test_each_answer_is_noted(two: list[Activity], yinzhou: User, places: list[Platform]) -> None:
    one, other, *_ = keys(yinzhou)
    given = {one: ("accepted", ""), other: ("refused", "人手不足")}
    invitations.answer_open(answers=given, by=yinzhou, at=timezone.now())
    noted = AuditEvent.objects.filter(verb="答复活动邀请").order_by("serial").values_list("object_code", "reason")
    assert list(noted) == [(f"{two[0].number} {places[0].code}", ""), (f"{two[0].number} {places[1].code}", "人手不足")]


def test_a_platform_that_ended_is_not_asked(
    two: list[Activity], places: list[Platform], yinzhou: User, city: User, browser_of: Any
) -> None:
    today = timezone.localdate()
    standings.end(platform=places[0], on=today, why=EndedWhy.REVOKED, by=city, at=timezone.now())
    desk = browser_of(yinzhou)
    assert {each["platform"] for each in desk.get(PAGE).context["rows"]} == {"第2街道"}
    assert desk.get(f"/desk/activities/{two[0].number}/").context["waiting"] == 1
    assert desk.get("/desk/activities/?state=to_answer").context["count"] == 2


def test_a_late_answer_is_marked(two: list[Activity], yinzhou: User, browser_of: Any) -> None:
    Activity.objects.update(answer_by=timezone.localdate() - timedelta(days=1))
    page = browser_of(yinzhou).get(PAGE)
    assert {(each["is_late"], each["due"]) for each in page.context["rows"]} == {(True, "已逾期 1 天")}
    browser_of(yinzhou).post(PAGE, {"all": "1", f"reason-{keys(yinzhou)[0]}": ""})
    assert [each.late for each in Invitation.objects.exclude(answer="")] == [True]
