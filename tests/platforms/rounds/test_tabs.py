"""The page of a round in tabs: each has an address, says one thing, and saves its own fields alone."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from platforms.models import Phase, Quota, Region, Round, User
from platforms.rounds.admin.tabs import TABS
from platforms.rounds.services import rounds
from tests import factories

pytestmark = pytest.mark.django_db
EVERY = [each.key for each in TABS]


@pytest.fixture
def preparing(city: User, regions: dict[str, Region]) -> Round:
    return factories.round_of(2099, "preparing")


def url(row: Round, tab: str) -> str:
    return f"/admin/platforms/round/{row.pk}/change/?tab={tab}"


def sent(answer: Any) -> dict[str, str]:
    """What a browser would send back from the form of a page."""
    data = {answer.context["shown_name"]: answer.context["shown_digest"]}
    form = answer.context["adminform"].form
    sheets = [each.formset for each in answer.context["inline_admin_formsets"]]
    forms = [form, *(part for sheet in sheets for part in (sheet.management_form, *sheet.forms))]
    for each in forms:
        for name in each.fields:
            value = each[name].value()
            data[each.add_prefix(name)] = "" if value is None else str(value)
    return data


def everything_of(row: Round) -> tuple[Any, ...]:
    """What a save could lose."""
    row.refresh_from_db()
    own = (row.title, row.target, row.cap_yuan, row.report_due_on, row.counted_from, row.counted_until, row.notice_id)
    return (
        own,
        list(row.phases.order_by("number").values_list("number", "starts_on", "ends_on")),
        list(row.quotas.order_by("region__code").values_list("region__code", "places")),
    )


@pytest.mark.parametrize("tab", EVERY)
def test_saving_a_tab_as_it_is_changes_nothing(
    preparing: Round, city: User, regions: dict[str, Region], browser_of: Any, tab: str
) -> None:
    Quota.objects.create(round=preparing, region=regions["330212"], places=8)
    browser: Client = browser_of(city)
    before = everything_of(preparing)
    answer = browser.post(url(preparing, tab), sent(browser.get(url(preparing, tab))))
    assert (answer.status_code, answer.headers["Location"]) == (302, url(preparing, tab))
    assert everything_of(preparing) == before


def test_a_tab_saves_its_own_fields_alone(
    preparing: Round, city: User, regions: dict[str, Region], browser_of: Any
) -> None:
    browser: Client = browser_of(city)
    pages = {tab: sent(browser.get(url(preparing, tab))) for tab in ("basics", "dates", "quotas")}
    assert "title" not in pages["dates"]
    assert "report_due_on" not in pages["basics"]
    # A colleague works on another tab meanwhile; neither stands in the way of the other.
    answer = browser.post(
        url(preparing, "basics"), pages["basics"] | {"title": "改名", "report_due_on": "2099-01-01"}, follow=True
    )
    assert "已保存 2099 年度的概况。" in answer.content.decode()
    browser.post(url(preparing, "dates"), pages["dates"] | {"report_due_on": "2099-04-01", "title": "又改"})
    row = {"quotas-TOTAL_FORMS": "1", "quotas-0-region": str(regions["330212"].pk), "quotas-0-places": "8"}
    browser.post(url(preparing, "quotas"), pages["quotas"] | row)
    own, phases, quotas = everything_of(preparing)
    assert (own[0], own[3], quotas) == ("改名", date(2099, 4, 1), [("330212", 8)])
    assert len(phases) == Phase.objects.filter(round=preparing).count() == 4


def test_who_saved_the_same_tab_meanwhile_is_told(preparing: Round, city: User, browser_of: Any) -> None:
    browser: Client = browser_of(city)
    stale = sent(browser.get(url(preparing, "basics")))
    browser.post(url(preparing, "basics"), stale | {"title": "先改"})
    late = browser.post(url(preparing, "basics"), stale | {"title": "后改"})
    assert "这条记录已被他人修改，本次没有保存" in late.content.decode()
    assert everything_of(preparing)[0][0] == "先改"


def test_a_new_round_leads_to_what_is_still_missing(city: User, regions: dict[str, Region], browser_of: Any) -> None:
    factories.notice()
    browser: Client = browser_of(city)
    page = browser.get("/admin/platforms/round/add/")
    form = page.context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields}
    for each in page.context["inline_admin_formsets"]:
        data |= {each.formset.management_form.add_prefix("TOTAL_FORMS"): 0}
        data |= {each.formset.management_form.add_prefix("INITIAL_FORMS"): 0}
    data |= {"year": "2031", "title": "2031年度", "cap_yuan": "15000000", "report_due_on": "2031-04-17", "target": "90"}
    answer = browser.post("/admin/platforms/round/add/", data, follow=True)
    text = answer.content.decode()
    row = Round.objects.get(year=2031)
    assert answer.redirect_chain == [(url(row, "readiness"), 302)]
    assert "已建立 2031 年度，可继续填写。" in text
    assert "成功添加" not in text
    assert "请先填写“第一阶段：申报”的起止日期。" in text


def test_the_list_of_what_is_ready_says_where_each_is_mended(
    preparing: Round, city: User, regions: dict[str, Region], browser_of: Any
) -> None:
    browser: Client = browser_of(city)
    Phase.objects.filter(round=preparing, number=2).delete()

    def told() -> dict[str, tuple[str, list[str]]]:
        lines = browser.get(url(preparing, "readiness")).context["readiness"]
        return {each["title"]: (each["tone"], [finding.url for finding in each["findings"]]) for each in lines}

    before = told()
    assert list(before) == ["阶段和任务", "上报截止日期", "名额", "其他年度", "命名规则", "评价方案"]
    assert before["阶段和任务"][0] == "bad"
    assert url(preparing, "dates") in before["阶段和任务"][1]
    assert before["名额"] == ("wait", [url(preparing, "quotas")])
    for region in Region.objects.all():
        Quota.objects.create(round=preparing, region=region, places=1)
    assert told()["名额"] == ("good", [])


def test_once_filing_has_begun_dates_are_read_as_a_timeline(
    round_2026: Round, city: User, yinzhou: User, browser_of: Any
) -> None:
    for person in (city, yinzhou):
        answer = browser_of(person).get(url(round_2026, "dates"))
        rows = answer.context["timeline"]["rows"]
        assert [row["label"] for row in rows] == [
            "第一阶段：申报", "第二阶段：联通与整改", "第三阶段：试运行", "第四阶段：评价认定", "上报截止", "评价期间",
        ]  # fmt: skip
        assert rows[0]["parts"][0]["x"] == 0
        assert rows[3]["parts"][0]["x"] + rows[3]["parts"][0]["width"] in (999, 1000)
        assert 'name="report_due_on"' not in answer.content.decode()
        assert ">保存<" not in answer.content.decode()


def test_the_bars_of_the_quotas_show_places_use_and_what_is_over(
    round_2026: Round, city: User, yinzhou: User, regions: dict[str, Region], now: datetime, browser_of: Any
) -> None:
    Quota.objects.create(round=round_2026, region=regions["330282"], places=4)
    Quota.objects.create(round=round_2026, region=regions["330212"], places=1)
    for _ in range(2):
        factories.submitted(yinzhou, round_2026, now)
    found = {each["label"]: each for each in browser_of(city).get(url(round_2026, "quotas")).context["quotas"]}
    assert found["慈溪市"]["parts"] == [{"x": 0, "width": 1000, "tone": "ground"}]
    over = found["鄞州区"]
    assert (over["places"], over["used"], over["left"], over["note"]) == (1, 2, 0, "超出 1 个")
    assert over["parts"] == [
        {"x": 0, "width": 250, "tone": "ground"},
        {"x": 0, "width": 250, "tone": "info"},
        {"x": 250, "width": 250, "tone": "bad"},
    ]
    own = browser_of(yinzhou).get(url(round_2026, "quotas")).context["quotas"]
    assert [each["label"] for each in own] == ["鄞州区"]


def test_who_may_not_has_no_such_tab(
    round_2026: Round, city: User, yinzhou: User, finance: User, browser_of: Any
) -> None:
    def tabs(person: User) -> list[str]:
        return [each["label"] for each in browser_of(person).get(url(round_2026, "")).context["tabs"]]

    assert tabs(city) == ["概况", "筹备清单", "日期", "名额", "阶段任务", "补充问题", "通知", "建设进度"]
    assert tabs(yinzhou) == ["概况", "日期", "名额", "补充问题", "通知", "建设进度"]
    assert tabs(finance) == ["概况", "日期", "通知"]
    for tab in ("readiness", "tasks", "nothing"):
        answer = browser_of(yinzhou).get(url(round_2026, tab))
        assert (answer.status_code, answer.context["tab"]) == (200, "basics")


def test_who_moved_the_round_stands_below_what_it_is(
    round_2026: Round, city: User, now: datetime, browser_of: Any
) -> None:
    rounds.move_round(round=round_2026, name="close_filing", by=city, at=now, reason="已到期")
    answer = browser_of(city).get(url(round_2026, "basics"))
    assert [each["why"] for each in answer.context["events"]] == ["已到期"]
    assert "events" not in browser_of(city).get(url(round_2026, "notice")).context
