"""The page of the rows behind a figure: exactly what is counted, with what it means, and as a file."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from platforms.models import Activity, AuditEvent, Phase, Platform, Region, Round, User
from platforms.workbench.counted_figures import FIGURES, Kind
from platforms.workbench.queries import counting
from tests.platforms.planning.counted import lines_of
from tests.platforms.supervised import platform_of
from tests.platforms.workbench.facts import DAY, PERIOD, Facts

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N20")]
QUERIES = 8


@pytest.fixture
def platform(round_2026: Round, regions: dict[str, Region]) -> Platform:
    return platform_of(regions["330212"])


@pytest.fixture
def facts(platform: Platform, round_2026: Round, yinzhou: User) -> Facts:
    made = Facts(platform, round_2026, yinzhou)
    made.everything()
    return made


def page_of(client: Client, name: str, platform: Platform) -> Any:
    answer = client.get(counting.records_url(name, platform.pk, PERIOD))
    assert answer.status_code == 200
    return answer.context


def facts_of(page: Any) -> dict[str, str]:
    return {each["label"]: each["value"] for each in page["facts"]}


@pytest.mark.trust("T04")
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_opens_exactly_its_rows_for_the_county_and_the_city(
    facts: Facts, platform: Platform, browser_of: Any, yinzhou: User, city: User, name: str
) -> None:
    tally = counting.tally([platform.pk], PERIOD, [name])[platform.pk][name]
    for user in (yinzhou, city):
        page = page_of(browser_of(user), name, platform)
        assert (page["count"], len(page["rows"])) == (tally.rows, tally.rows)
        assert page["list"].lead == FIGURES[name].meaning
        assert "未列出" not in facts_of(page)
        assert page["crumbs"][1] == {"label": platform.name, "url": f"/desk/workbench/?platform={platform.code}"}
        assert "平台" not in [column["label"] for column in page["columns"]]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("counted_services", "2 条"),
        ("counted_free_share", "50.00%"),
        ("counted_answered", "66.67%"),
        ("counted_attendance", "30 人次"),
    ],
)
def test_the_page_says_whose_figure_it_is_for_which_days_and_what_it_comes_to(
    facts: Facts, platform: Platform, browser_of: Any, yinzhou: User, name: str, said: str
) -> None:
    assert facts_of(page_of(browser_of(yinzhou), name, platform)) == {
        "平台": f"{platform.name}（{platform.code}）",
        "统计期间": "2026年4月18日至2026年7月25日",
        FIGURES[name].label: said,
    }


def test_a_share_of_nothing_is_none(round_2026: Round, platform: Platform, browser_of: Any, yinzhou: User) -> None:
    page = page_of(browser_of(yinzhou), "counted_tasks", platform)
    assert facts_of(page)["阶段任务按期完成率"] == "无"
    assert page["why_empty"] == ("统计期间内没有这样的记录。", "")


@pytest.mark.parametrize("name", [name for name, figure in FIGURES.items() if figure.kind is Kind.SHARE])
def test_the_rows_of_a_share_say_which_belong_to_it(
    facts: Facts, platform: Platform, browser_of: Any, city: User, name: str
) -> None:
    page = page_of(browser_of(city), name, platform)
    assert page["columns"][-1]["label"] == FIGURES[name].part
    belongs = [row["cells"][-1] for row in page["rows"]]
    value = counting.counted([platform.pk], PERIOD, [name])[platform.pk][name]
    assert value is not None
    assert (set(belongs), round(100 * belongs.count("是") / len(belongs), 2)) == ({"是", "否"}, float(value))


def test_the_rows_of_a_sum_say_what_is_summed_up(facts: Facts, platform: Platform, browser_of: Any, city: User) -> None:
    page = page_of(browser_of(city), "counted_attendance", platform)
    assert [row["cells"][-1] for row in page["rows"]] == [30]
    assert page["columns"][-1]["label"] == "参加人数"


def test_many_records_are_paged_by_key(facts: Facts, platform: Platform, browser_of: Any, yinzhou: User) -> None:
    for number in range(60):
        facts.record(enterprise=5000 + number)
    client = browser_of(yinzhou)
    first = page_of(client, "counted_services", platform)
    assert (first["count"], len(first["rows"])) == (62, 50)
    second = client.get(first["older_url"]).context
    assert (len(second["rows"]), second["older_url"], facts_of(second)["服务记录"]) == (12, "", "62 条")
    assert len(client.get(first["last_url"]).context["rows"]) == 50
    assert not {row["url"] for row in first["rows"]} & {row["url"] for row in second["rows"]}


def test_the_file_holds_the_same_rows_and_says_what_they_are(
    facts: Facts, platform: Platform, browser_of: Any, yinzhou: User
) -> None:
    client = browser_of(yinzhou)
    page = page_of(client, "counted_satisfaction", platform)
    kinds = dict(page["exports"])
    heads, *rows = lines_of(client.get(kinds["csv"]))
    assert heads == ["样本编号", "企业", "服务日期", "回访日期", "回访满意度（分）", "是否满意"]
    assert [row[-2:] for row in rows] == [["1", "否"], ["5", "是"]]
    event = AuditEvent.objects.latest("serial")
    assert (event.object_type, event.object_pk) == ("窗口平台", str(platform.pk))
    assert client.get(kinds["xlsx"]).status_code == 200


def test_without_days_it_is_about_the_period_of_the_current_round(
    facts: Facts, platform: Platform, browser_of: Any, yinzhou: User
) -> None:
    client, url = browser_of(yinzhou), f"/desk/workbench/counted/counted_services/{platform.pk}/"
    for query in ("", "?from=2026-13-01&to=x", "?from=2026-06-02&to=2026-06-01", "?from=2026-02-30&to=2026-06-01"):
        page = client.get(url + query).context
        assert (query, facts_of(page)["统计期间"], page["count"]) == (query, PERIOD.text, 2)
    day = client.get(f"{url}?from={DAY}&to={DAY}").context
    assert (facts_of(day)["统计期间"], day["count"]) == ("2026年6月1日至2026年6月1日", 2)
    Phase.objects.all().delete()
    page = client.get(url).context
    assert (facts_of(page)["统计期间"], page["count"], page["rows"]) == ("尚未确定", 0, [])
    Round.objects.update(status="preparing")
    assert facts_of(client.get(url).context)["统计期间"] == "尚未确定"


@pytest.mark.trust("T04")
def test_what_is_not_theirs_or_nothing_is_not_found(
    facts: Facts, platform: Platform, browser_of: Any, cixi: User, yinzhou: User
) -> None:
    url = counting.records_url("counted_services", platform.pk, PERIOD)
    assert browser_of(cixi).get(url).status_code == 404
    own = browser_of(yinzhou)
    assert own.get("/desk/workbench/counted/counted_nothing/1/").status_code == 404
    assert own.get(f"/desk/workbench/counted/counted_services/{'9' * 30}/").status_code == 404


@pytest.mark.trust("T04")
def test_what_another_region_entered_is_counted_and_not_shown(
    facts: Facts, platform: Platform, browser_of: Any, regions: dict[str, Region], yinzhou: User, city: User
) -> None:
    Activity.objects.filter(platform=platform).update(region=regions["330282"])
    own = page_of(browser_of(yinzhou), "counted_activities", platform)
    assert (own["count"], own["rows"]) == (0, [])
    assert facts_of(own)["未列出"] == "1 条，由其他地区登记，只计数。"
    assert page_of(browser_of(city), "counted_activities", platform)["count"] == 1


@pytest.mark.parametrize("name", ["counted_services", "counted_attended", "counted_satisfaction"])
def test_a_long_list_asks_as_often_as_a_short_one(
    round_2026: Round, platform: Platform, browser_of: Any, yinzhou: User, name: str
) -> None:
    made, client = Facts(platform, round_2026, yinzhou), browser_of(yinzhou)
    client.get("/desk/")
    asked = []
    for rows in (1, 30):
        for _ in range(rows):
            made.record()
            made.invitation()
            made.call(satisfaction=4)
        with CaptureQueriesContext(connection) as queries:
            page_of(client, name, platform)
        asked.append(len(queries))
    assert asked == [QUERIES, QUERIES]


def test_the_page_of_a_platform_leads_to_every_figure_of_the_period(
    facts: Facts, platform: Platform, browser_of: Any, yinzhou: User
) -> None:
    page = browser_of(yinzhou).get(f"/desk/workbench/?platform={platform.code}")
    shown = page.context["groups"]["评价期间（2026年4月18日至2026年7月25日）"]
    assert [each["url"] for each in shown] == [counting.records_url(name, platform.pk, PERIOD) for name in FIGURES]
    told = {each["label"]: (each["said"], each["unit"], each["bad"]) for each in shown}
    assert (told["公益性服务占比"], told["公益性服务收费的记录"]) == (("50.00", "%", False), ("1", "条", True))
    Phase.objects.filter(number=2).delete()
    page = browser_of(yinzhou).get(f"/desk/workbench/?platform={platform.code}")
    assert not [name for name in page.context["groups"] if name.startswith("评价期间")]


def test_on_the_page_of_a_platform_a_share_of_nothing_is_none(
    round_2026: Round, platform: Platform, browser_of: Any, city: User
) -> None:
    page = browser_of(city).get(f"/desk/workbench/?platform={platform.code}")
    shown = page.context["groups"]["评价期间（2026年4月18日至2026年7月25日）"]
    told = {each["label"]: (each["said"], each["unit"], each["bad"]) for each in shown}
    assert (told["公益性服务占比"], told["公益性服务收费的记录"]) == (("无", "", False), ("0", "条", False))
