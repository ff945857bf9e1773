"""Calls after a service at the desk: drawing, entering call after call, contradictions, figures, files."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from platforms.follow_ups import services as follow_ups
from platforms.follow_ups.services import Rule
from platforms.models import AuditEvent, FollowUpSample, Platform, Region, Round, User
from tests.platforms.supervised import platform_of, record_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N39")]
HOME = "/desk/follow-ups/"
QUERIES = 9


@pytest.fixture
def platform(round_2026: Round, regions: dict[str, Region]) -> Platform:
    made = platform_of(regions["330212"])
    for number in range(1, 6):
        record_of(made, number, served_on=timezone.localdate())
    return made


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def drawn(by: User, size: int = 3) -> FollowUpSample:
    today = timezone.localdate()
    return follow_ups.draw_sample(rule=Rule(today, today, size, "s1"), by=by, at=timezone.now())


def test_a_county_draws_a_sample_and_its_rule_can_be_tried_again(platform: Platform, yinzhou: User) -> None:
    desk, today = browser(yinzhou), timezone.localdate().isoformat()
    page = desk.get(f"{HOME}new/").content.decode()
    assert 'name="of_region"' not in page
    rule = {"from_on": today, "until_on": today, "size": "3", "seed": "s1", "once_per_enterprise": "on"}
    refused = words(desk.post(f"{HOME}new/", rule | {"until_on": "2020-01-01", "size": "0"}))
    assert "应在 1 至 500 之间，请核对。" in refused
    refused = words(desk.post(f"{HOME}new/", rule | {"until_on": "2020-01-01"}))
    assert "截止日期不能早于起始日期。" in refused
    answer = desk.post(f"{HOME}new/", rule, follow=True)
    sample = FollowUpSample.objects.get()
    assert f"已从 5 条记录中抽取 3 条，样本编号 {sample.number}。" in words(answer)
    assert "已回访 0 / 3 条" in words(answer)
    again = desk.get(f"{HOME}{sample.number}/?again=1")
    assert "按同样的规则和种子重新抽取，得到同样的样本（现有 5 条符合条件的记录）。" in words(again)
    record_of(platform, 99, served_on=timezone.localdate())
    again = words(desk.get(f"{HOME}{sample.number}/?again=1"))
    assert "现有 6 条" in again or "结果不同" in again


def test_saving_leads_from_call_to_call(platform: Platform, yinzhou: User) -> None:
    sample, desk = drawn(yinzhou), browser(yinzhou)
    first = f"{HOME}{sample.number}/calls/1/"
    assert 'name="version" value="1"' in desk.get(first).content.decode()
    wrong = desk.post(first, {"version": "1", "result": "refused", "satisfaction": "3", "note": "不便接听"})
    assert "只有企业确认接受过服务（结果为“属实”）时，才登记满意度和收费。" in words(wrong)
    assert 'value="不便接听"' in wrong.content.decode()
    answer = desk.post(first, {"version": "1", "result": "confirmed", "fee_taken": "yes", "satisfaction": "2"})
    assert answer.headers["Location"] == f"{HOME}{sample.number}/calls/2/"
    stale = desk.post(first, {"version": "1", "result": "confirmed"})
    assert (stale.status_code, "已由他人登记" in words(stale)) == (409, True)
    for position in (2, 3):
        answer = desk.post(
            f"{HOME}{sample.number}/calls/{position}/", {"version": "1", "result": "not_confirmed"}, follow=True
        )
    assert "第 3 条已登记：不属实，与记录不符。样本已全部回访。" in words(answer)
    listed = words(desk.get(f"{HOME}{sample.number}/?state=differs"))
    assert "收费与记录不符、满意度与记录不符" in listed
    found = words(desk.get(f"{HOME}differences/"))
    assert "满意度 2（登记为 5），收费（登记为免费）" in found
    file = b"".join(desk.get(f"{HOME}differences.csv")).decode("utf-8-sig")  # type: ignore[arg-type]
    assert file.count("\r\n") == 4


def test_who_did_not_draw_only_reads_and_sees_no_phone(
    platform: Platform, yinzhou: User, cixi: User, city: User
) -> None:
    sample = drawn(yinzhou)
    call = sample.calls.order_by("position")[0]
    path = f"{HOME}{sample.number}/calls/1/"
    assert "尚未回访，由抽取样本的一方登记。" in words(browser(city).get(path))
    follow_ups.note_call(call=call, result="confirmed", phone="13800138000", version=1, by=yinzhou, at=timezone.now())
    text = browser(city).get(path).content.decode()
    assert ("138****8000" in text, "13800138000" in text) == (True, False)
    assert "13800138000" in browser(yinzhou).get(path).content.decode()
    files = [
        b"".join(browser(person).get(f"{HOME}{sample.number}.csv")).decode()  # type: ignore[arg-type]
        for person in (city, yinzhou)
    ]
    assert ["13800138000" in file for file in files] == [False, True]
    assert browser(city).post(path, {"version": "2", "result": "refused"}).status_code == 403
    assert browser(cixi).get(path).status_code == 404


def test_few_enterprises_are_not_told_of_outside_their_region(platform: Platform, yinzhou: User, city: User) -> None:
    sample = drawn(yinzhou)
    call = sample.calls.order_by("position")[0]
    follow_ups.note_call(call=call, result="confirmed", satisfaction=4, version=1, by=yinzhou, at=timezone.now())
    assert words(browser(city).get(f"{HOME}figures/")).count("不足 3 家") >= 3
    own = words(browser(yinzhou).get(f"{HOME}figures/"))
    assert ("100.0%" in own, "4.00" in own, "5.00" in own) == (True, True, True)
    file = b"".join(browser(city).get(f"{HOME}figures.csv")).decode("utf-8-sig")  # type: ignore[arg-type]
    assert "鄞州区,3,1,1,不足 3 家,不足 3 家,不足 3 家,0,0" in file
    noted = AuditEvent.objects.get(verb="导出列表：回访统计")
    assert (noted.actor, noted.reason) == ("city", "1 个地区，csv")
    assert "日期的写法应为 2020-03-18。" in words(browser(city).get(f"{HOME}figures/?from_on=x"))


@pytest.mark.parametrize("rows", [1, 5])
def test_the_calls_cost_as_many_queries_whatever_their_number(
    platform: Platform, yinzhou: User, rows: int, django_assert_num_queries: Any
) -> None:
    sample, desk = drawn(yinzhou, rows), browser(yinzhou)
    path = f"{HOME}{sample.number}/"
    desk.get(path)
    with django_assert_num_queries(QUERIES):
        page = desk.get(path)
    assert len(page.context["rows"]) == rows


@pytest.mark.parametrize(
    ("by", "links"), [("city", {"city": True, "yinzhou": False}), ("yinzhou", {"city": True, "yinzhou": True})]
)
def test_what_a_call_contradicts_counts_for_the_county_and_opens_where_it_may_be_read(
    platform: Platform, yinzhou: User, city: User, by: str, links: dict[str, bool]
) -> None:
    people = {"city": city, "yinzhou": yinzhou}
    sample = drawn(people[by], 1)
    call = f"{HOME}{sample.number}/calls/1/"
    browser(people[by]).post(call, {"version": "1", "result": "not_confirmed"})
    pages = {name: browser(person).get("/desk/workbench/rows/contradicted/") for name, person in people.items()}
    assert {name: f"{sample.number}-1" in words(page) for name, page in pages.items()} == {
        "city": True,
        "yinzhou": True,
    }
    assert {name: f'href="{call}"' in page.content.decode() for name, page in pages.items()} == links
    assert {name: browser(person).get(call).status_code for name, person in people.items() if links[name]} == {
        name: 200 for name in people if links[name]
    }
