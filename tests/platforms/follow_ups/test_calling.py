"""The list for who calls: whom, under which number, what to ask, and the answers of many rows kept with one press."""

from typing import Any

import pytest
from django.utils import timezone

from platforms.follow_ups import services as follow_ups
from platforms.follow_ups.services import Answer
from platforms.models import AuditEvent, FollowUp, FollowUpSample, Platform, Region, Round, User
from tests.platforms.follow_ups.test_desk import drawn
from tests.platforms.supervised import platform_of, record_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N39")]


@pytest.fixture
def platform(round_2026: Round, regions: dict[str, Region]) -> Platform:
    made = platform_of(regions["330212"])
    for number in range(1, 4):
        record_of(made, number, served_on=timezone.localdate())
    return made


@pytest.fixture
def sample(platform: Platform, yinzhou: User) -> FollowUpSample:
    return drawn(yinzhou)


def page_of(sample: FollowUpSample) -> str:
    return f"/desk/follow-ups/{sample.number}/calls/"


def typed(*positions: int, **more: dict[int, str]) -> dict[str, str]:
    """What the page sends for the rows at ``positions``: the versions, and what was typed by box and position."""
    sent = {f"version-{position}": "1" for position in positions}
    return sent | {f"{name}-{position}": text for name, texts in more.items() for position, text in texts.items()}


def results(sample: FollowUpSample) -> list[str]:
    return list(sample.calls.order_by("position").values_list("result", flat=True))


def test_each_row_says_whom_to_call_and_what_to_ask(sample: FollowUpSample, yinzhou: User, browser_of: Any) -> None:
    page = browser_of(yinzhou).get(page_of(sample))
    first = sample.calls.get(position=1)
    row = page.context["rows"][0]
    assert (row["enterprise"], row["facts"]) == (first.enterprise.name, "登记为免费，登记满意度 5 分")
    assert (row["served"], row["summary"]) == (f"{timezone.localdate()} 信息服务", "政策辅导")
    assert (page.context["focus"], len(page.context["rows"])) == (1, 3)
    moves = browser_of(yinzhou).get(f"/desk/follow-ups/{sample.number}/").context["moves"]
    assert [each["label"] for each in moves] == ["开始回访", "电话名单", "核对抽样"]


def test_one_press_keeps_every_row_that_has_an_answer_and_the_next_one_follows(
    sample: FollowUpSample, yinzhou: User, browser_of: Any
) -> None:
    desk = browser_of(yinzhou)
    boxes = typed(
        1, 2, 3, result={1: "confirmed", 2: "not_reached"}, satisfaction={1: "4"}, fee_taken={1: "no"},
        phone={1: "13812345678"}, note={1: "讲解清楚"},
    )  # fmt: skip
    answer = desk.post(page_of(sample), boxes)
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(sample))
    one = sample.calls.get(position=1)
    assert (one.result, one.satisfaction, one.fee_taken, one.phone, one.note) == (
        "confirmed", 4, False, "13812345678", "讲解清楚"
    )  # fmt: skip
    assert results(sample) == ["confirmed", "not_reached", ""]
    page = desk.get(page_of(sample))
    assert [each["position"] for each in page.context["rows"]] == [3, 2]
    assert page.context["focus"] == 3
    assert page.context["rows"][1]["before"].startswith("未接通")


def test_who_was_not_reached_is_called_again(sample: FollowUpSample, yinzhou: User, browser_of: Any) -> None:
    desk = browser_of(yinzhou)
    desk.post(page_of(sample), typed(1, 2, 3, result={1: "not_reached", 2: "refused", 3: "confirmed"}))
    moves = desk.get(f"/desk/follow-ups/{sample.number}/").context["moves"]
    assert [each["label"] for each in moves] == ["电话名单", "核对抽样"]
    assert desk.get(page_of(sample)).context["focus"] == 1
    desk.post(page_of(sample), {"version-1": "2", "result-1": "confirmed"})
    assert results(sample) == ["confirmed", "refused", "confirmed"]
    assert "样本已全部回访。" in desk.get(page_of(sample)).content.decode()


@pytest.mark.parametrize(
    ("boxes", "sentence"),
    [
        ({"note": {2: "占线"}}, "请选择回访结果。"),
        ({"result": {2: "confirmed"}, "satisfaction": {2: "6"}}, "满意度为 1 至 5 的整数。"),
        ({"result": {2: "confirmed"}, "fee_taken": {2: "perhaps"}}, "是否收费请选择“是”或“否”。"),
        ({"result": {2: "refused"}, "satisfaction": {2: "3"}},
         "只有企业确认接受过服务（结果为“属实”）时，才登记满意度和收费。"),
        ({"result": {2: "confirmed"}, "phone": {2: "12"}}, ""),
    ],
)  # fmt: skip
def test_a_wrong_row_stays_with_what_was_typed_and_the_others_are_kept(
    sample: FollowUpSample, yinzhou: User, browser_of: Any, boxes: dict[str, dict[int, str]], sentence: str
) -> None:
    sent = typed(1, 2, **boxes) | {"result-1": "confirmed"}
    page = browser_of(yinzhou).post(page_of(sample), sent)
    assert (page.status_code, results(sample)) == (409, ["confirmed", "", ""])
    (row,) = (each for each in page.context["rows"] if each["position"] == 2)
    assert row["sentence"] == sentence if sentence else "电话" in row["sentence"]
    assert {name: row[name] for name in boxes} == {name: texts[2] for name, texts in boxes.items()}
    assert page.context["focus"] == 2


def test_what_a_colleague_entered_meanwhile_is_not_overwritten_and_not_lost(
    sample: FollowUpSample, yinzhou: User, browser_of: Any
) -> None:
    desk = browser_of(yinzhou)
    desk.post(page_of(sample), typed(1, result={1: "confirmed"}))
    page = desk.post(page_of(sample), typed(1, result={1: "refused"}, note={1: "不便接听"}))
    (row,) = (each for each in page.context["rows"] if each["position"] == 1)
    assert (row["sentence"], row["note"]) == (follow_ups.STALE, "不便接听")
    assert results(sample)[0] == "confirmed"


def test_nothing_chosen_is_said(sample: FollowUpSample, yinzhou: User, browser_of: Any) -> None:
    page = browser_of(yinzhou).post(page_of(sample), typed(1, 2, 3))
    assert (page.status_code, "请至少选择一条的回访结果。" in page.content.decode()) == (409, True)


def test_a_number_that_the_own_side_noted_before_is_a_link_to_call(
    platform: Platform, yinzhou: User, city: User, cixi: User, browser_of: Any
) -> None:
    earlier, foreign = drawn(yinzhou), drawn(city)
    enterprise = earlier.calls.get(position=1).enterprise
    for sample, by, phone in ((earlier, yinzhou, "0574-87654321"), (foreign, city, "13800000000")):
        call = sample.calls.get(enterprise=enterprise)
        answer = Answer(call.position, "not_reached", None, None, phone, "", 1)
        assert follow_ups.note_calls(sample=sample, answers=[answer], by=by, at=timezone.now())[1] == {}
    again = drawn(yinzhou)
    page = browser_of(yinzhou).get(page_of(again))
    dial = {each["enterprise"]: each["dial"] for each in page.context["rows"]}
    assert (dial[enterprise.name], sorted(dial.values())) == ("057487654321", ["", "", "057487654321"])
    assert 'href="tel:057487654321"' in page.content.decode()
    assert "13800000000" not in page.content.decode()
    # The number alone is no answer.
    call = again.calls.get(enterprise=enterprise)
    sent = {f"version-{call.position}": "1", f"phone-{call.position}": "0574-87654321",
            f"known-{call.position}": "0574-87654321"}  # fmt: skip
    assert browser_of(yinzhou).post(page_of(again), sent).context["nothing_given"]


def test_only_the_side_that_drew_it_calls(
    sample: FollowUpSample, yinzhou: User, city: User, cixi: User, browser_of: Any
) -> None:
    assert [browser_of(each).get(page_of(sample)).status_code for each in (yinzhou, city, cixi)] == [200, 403, 404]
    answer = Answer(1, "confirmed", None, None, "", "", 1)
    done, refused = follow_ups.note_calls(sample=sample, answers=[answer], by=city, at=timezone.now())
    assert (done, refused) == ([], {1: "这个样本由抽取样本的一方回访，您不能登记。"})


def test_a_call_that_is_not_in_the_sample_is_refused_and_each_call_is_noted(
    sample: FollowUpSample, yinzhou: User
) -> None:
    answers = [Answer(position, "confirmed", None, None, "", "", 1) for position in (1, 2, 99)]
    done, refused = follow_ups.note_calls(sample=sample, answers=answers, by=yinzhou, at=timezone.now())
    assert ([each.position for each in done], refused) == ([1, 2], {99: "样本中没有这条回访，请刷新页面。"})
    assert AuditEvent.objects.filter(verb="登记回访").count() == 2
    assert FollowUp.objects.exclude(result="").count() == 2
