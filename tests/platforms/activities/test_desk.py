"""Pages of an activity: what can be done now stands first, who is invited already is said, its mails are beside it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from platforms.activities.services import activities
from platforms.models import Activity, Platform, Region, Round, User
from tests.platforms.supervised import platform_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N38")]


@pytest.fixture
def places(regions: dict[str, Region], round_2026: Round) -> list[Platform]:
    """Two platforms of 鄞州区 and one of 慈溪市."""
    return [platform_of(regions["330212"]), platform_of(regions["330212"]), platform_of(regions["330282"])]


def planned(by: User, days: int, *invited: Platform) -> Activity:
    """One of the city hub, so many days from now."""
    values = {
        "organiser": "city_hub", "kind": "training", "service_class": "talent", "title": "技改政策培训",
        "held_on": timezone.localdate() + timedelta(days=days), "hours": "14:00", "place": "市企业服务中心",
    }  # fmt: skip
    return activities.plan(values=values, invited=invited, by=by, at=timezone.now())


@pytest.mark.parametrize(
    ("days", "moves"),
    [(1, ["邀请平台", "修改安排", "取消活动"]), (0, ["登记已举办", "修改安排", "邀请平台", "取消活动"])],
)
def test_that_it_was_held_is_offered_from_its_day_on(
    city: User, browser_of: Any, places: list[Platform], days: int, moves: list[str]
) -> None:
    row = planned(city, days)
    shown = browser_of(city).get(f"/desk/activities/{row.number}/").context["moves"]
    assert [each["label"] for each in shown] == moves
    assert [each["kind"] for each in shown if each["kind"] != "plain"] == ["main", "danger"]


def test_who_is_invited_already_is_said(city: User, browser_of: Any, places: list[Platform]) -> None:
    row = planned(city, 1, places[0])
    listed = browser_of(city).get(f"/desk/activities/{row.number}/invite/").context["platforms"]
    assert [each["why_not"] for each in listed] == ["已邀请", "", ""]


def test_a_county_reads_the_mail_to_itself_and_no_other(
    city: User, yinzhou: User, browser_of: Any, places: list[Platform]
) -> None:
    row = planned(city, 1, *places)
    told = {
        person.username: [mail["recipient"] for mail in page.context["mails"]]
        for person in (city, yinzhou)
        for page in [browser_of(person).get(f"/desk/activities/{row.number}/")]
    }
    assert told == {"city": ["慈溪市经办人", "鄞州区经办人"], "yinzhou": ["鄞州区经办人"]}
    page = browser_of(yinzhou).get(f"/desk/activities/{row.number}/answers/").content.decode()
    assert "技改政策培训，" in page
    assert "14:00，市企业服务中心" in page


def test_the_tick_for_the_page_of_the_platform_is_asked_where_a_platform_holds_it(
    yinzhou: User, browser_of: Any, places: list[Platform]
) -> None:
    browser, day = browser_of(yinzhou), timezone.localdate()
    given = {
        "organiser": "platform", "platform": places[0].code, "title": "政策开放日", "kind": "policy",
        "service_class": "law", "held_on": f"{day:%Y-%m-%d}", "place": "服务大厅", "is_public": "on",
    }  # fmt: skip
    browser.post("/desk/activities/new/", given)
    row = Activity.objects.get()
    page, edit = f"/desk/activities/{row.number}/", f"/desk/activities/{row.number}/edit/"
    assert row.is_public
    assert {"label": "在平台页面公开", "value": "是"} in browser.get(page).context["pairs"]
    assert browser.get(edit).context["form"].initial["is_public"] is True
    del given["is_public"]
    browser.post(edit, given | {"version": row.version})
    row.refresh_from_db()
    assert (row.is_public, row.version) == (False, 2)
    activities.hold(activity=row, version=2, by=yinzhou, at=timezone.now())
    moved = f"{page}move/report/"
    assert browser.get(moved).context["form"].initial["is_public"] is False
    browser.post(moved, {
        "people": "9", "enterprises": "3", "summary": "讲解政策。", "version": "3", "is_public": "on",
    })  # fmt: skip
    row.refresh_from_db()
    assert (row.status, row.is_public) == ("reported", True)
    hub = activities.plan(
        values={"organiser": "county_hub", "kind": "policy", "service_class": "law", "title": "座谈会", "held_on": day,
                "place": "会议室"},
        by=yinzhou, at=timezone.now(),
    )  # fmt: skip
    assert "is_public" not in browser.get(f"/desk/activities/{hub.number}/edit/").context["form"].fields
    assert "在平台页面公开" not in browser.get(f"/desk/activities/{hub.number}/").content.decode()
