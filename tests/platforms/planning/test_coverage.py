"""How a strong industrial town stands (三·(二)): a certificate in force covers it; one query for every page."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from platforms.applications.choices import EndedWhy
from platforms.applications.eligibility import ban_end
from platforms.applications.services import standings
from platforms.models import Application, Ban, Platform, Region, Round, Town, User
from platforms.planning.queries.coverage import by_region, strong_towns, tally
from tests import factories
from tests.platforms.supervised import platform_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N11")]

DAY = timedelta(days=1)
END, AT = date(2026, 7, 1), datetime(2026, 7, 1, 2, 0, tzinfo=UTC)


def strong(platform: Platform) -> Platform:
    Town.objects.filter(pk=platform.town_id).update(is_strong=True)
    return platform


def state(user: User, round_: Round | None, on: date) -> list[str]:
    return [line.state for line in strong_towns(user=user, round=round_, on=on)]


def test_a_town_is_built_from_the_first_day_of_a_certificate_through_its_last(
    city: User, round_2026: Round, regions: dict[str, Region]
) -> None:
    made = strong(platform_of(regions["330212"], stands=False))
    assert state(city, round_2026, END) == ["none"]  # accepted once, never certified
    factories.standing(made, starts_on=date(2026, 5, 1), ends_on=date(2026, 6, 30))
    first, last = date(2026, 5, 1), date(2026, 6, 30)
    assert [state(city, round_2026, day)[0] for day in (first - DAY, first, last, last + DAY)] == [
        "filed", "built", "built", "expired",
    ]  # fmt: skip
    line = strong_towns(user=city, round=round_2026, on=END)[0]
    assert (line.past.since, line.apply_from) == (END, END)  # type: ignore[union-attr]


@pytest.mark.clause("N35")
def test_a_revoked_platform_leaves_a_gap_named_with_the_day_from_which_one_may_apply(
    city: User, round_2026: Round, regions: dict[str, Region], browser_of: Any
) -> None:
    gone = strong(platform_of(regions["330212"]))
    standings.end(platform=gone, on=END, why=EndedWhy.REVOKED, by=city, at=AT)
    until = ban_end(END, 3)
    Ban.objects.create(site_key=gone.site_key, site_label="镇", starts_on=END, ends_on=until, reason="撤销")
    assert state(city, round_2026, END - DAY) == ["built"]
    for day, expected in ((END, until + DAY), (until, until + DAY), (until + DAY, END)):
        line = strong_towns(user=city, round=round_2026, on=day)[0]
        assert (line.state, line.apply_from) == ("revoked", expected)
    page = browser_of(city).get("/desk/planning/")
    assert page.context["rows"][0]["cells"][2:4] == [
        {"label": "已撤销", "tone": "bad"}, "2026年7月1日撤销，2029年7月2日起可申报",
    ]  # fmt: skip
    assert page.context["counted"].endswith("尚须建设 1 个")


def test_what_was_given_up_is_named_and_may_be_applied_for_at_once(
    city: User, round_2026: Round, regions: dict[str, Region], browser_of: Any
) -> None:
    gone = strong(platform_of(regions["330212"]))
    standings.end(platform=gone, on=END, why=EndedWhy.GIVEN_UP, by=city, at=AT)
    cells = browser_of(city).get("/desk/planning/").context["rows"][0]["cells"]
    assert cells[2:4] == [{"label": "已放弃", "tone": "neutral"}, "2026年7月1日放弃，现可申报"]


def test_an_application_covers_only_while_its_round_is_under_way(
    city: User, yinzhou: User, round_2026: Round, regions: dict[str, Region], now: datetime
) -> None:
    town = factories.town(regions["330212"], "已报街道", is_strong=True)
    form = factories.submitted(yinzhou, round_2026, now, town=town)
    assert state(city, round_2026, END) == ["filed"]
    assert state(city, None, END) == ["none"]
    Round.objects.update(status="published", published_on=END)
    round_2026.refresh_from_db()
    assert state(city, round_2026, END) == ["none"]  # a D, or never accepted
    assert Application.objects.get().pk == form.pk


def test_planning_round_page_and_chart_show_the_same_figures(
    city: User, yinzhou: User, round_2026: Round, regions: dict[str, Region], now: datetime, browser_of: Any
) -> None:
    strong(platform_of(regions["330212"]))
    for why in (EndedWhy.REVOKED, EndedWhy.GIVEN_UP):
        gone = strong(platform_of(regions["330282"]))
        standings.end(platform=gone, on=END, why=why, by=city, at=AT)
    town = factories.town(regions["330212"], "已报街道", is_strong=True)
    factories.submitted(yinzhou, round_2026, now, town=town)
    factories.town(regions["330212"], "空缺街道", is_strong=True)
    browser: Client = browser_of(city)
    planning = browser.get("/desk/planning/")
    by_county = [row["cells"][1:7] for row in planning.context["summary"]]
    assert by_county == [[3, 1, 1, 1, 0, 0], [2, 0, 0, 0, 1, 1]]
    record = browser.get(f"/admin/platforms/round/{round_2026.pk}/change/?tab=progress")
    assert [[each.towns, *counts] for each, counts in record.context["regions"]] == by_county
    assert [count for _, count in record.context["strong_states"]] == planning.context["total"][2:7]
    charts = browser.get("/desk/workbench/charts/").context["charts"]
    (chart,) = [each["chart"] for each in charts if each["chart"].key == "coverage"]
    assert [list(numbers) for _, _, numbers in chart.rows] == [counts[1:] for counts in by_county]
    assert chart.title == "5 个工业强镇已建成 1 个，尚须建设 3 个"


def test_the_figures_cost_the_same_for_one_town_and_for_thirty(
    city: User, round_2026: Round, regions: dict[str, Region]
) -> None:
    asked = []
    for number in (1, 29):
        for _ in range(number):
            strong(platform_of(regions["330212"]))
        with CaptureQueriesContext(connection) as queries:
            lines = strong_towns(user=city, round=round_2026, on=END)
            assert tally(lines)["built"] == len(lines) == by_region(lines)[0].towns
        asked.append(len(queries))
    assert asked[0] == asked[1] == 6
