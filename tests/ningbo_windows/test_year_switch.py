"""The year in the top bar: chosen where it changes what is shown, named where a page is about one, else the current."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from platforms.models import Application, Round, User
from platforms.pages.years import of_row
from tests import factories

BrowserOf = Callable[[User], Client]
LIST = reverse("admin:platforms_application_changelist")


@pytest.fixture
def earlier(yinzhou: User, city: User, now: datetime, regions: object) -> Application:
    round_ = factories.round_of(2024)
    made = factories.accepted(yinzhou, round_, now, city=city)
    Round.objects.filter(pk=round_.pk).update(status="published")
    return made


def bar(client: Client, url: str) -> str:
    """What the top bar says of the year, its options in the order of the list."""
    page = client.get(url).content.decode()
    found = re.search(r'<(details|p) class="[^"]*topbar__(?:year|round)".*?</\1>', page, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])).strip() if found else ""


def test_a_list_of_the_back_office_is_switched_by_its_filter_of_the_round(
    earlier: Application, round_2026: Round, yinzhou: User, city: User, now: datetime, browser_of: BrowserOf
) -> None:
    later = factories.submitted(yinzhou, round_2026, now)
    client = browser_of(city)
    page = client.get(f"{LIST}?type__exact=town")
    urls = re.findall(r'href="([^"]+)"', re.search(r"topbar__year.*?</ul>", page.content.decode(), re.S)[0])  # type: ignore[index]
    rows = [
        [row.number for row in client.get(LIST + url.replace("&amp;", "&")).context["cl"].result_list] for url in urls
    ]
    assert rows == [[later.number, earlier.number], [later.number], [earlier.number]]
    assert bar(client, LIST) == "切换年度，现为 各年度 各年度 2026年度 2024年度"
    chosen = f"{LIST}?round__id__exact={earlier.round_id}"
    assert bar(client, chosen) == "切换年度，现为 2024年度 各年度 2026年度 2024年度"


def test_a_page_about_one_thing_names_its_year(
    earlier: Application, round_2026: Round, yinzhou: User, city: User, browser_of: BrowserOf
) -> None:
    client = browser_of(city)
    assert bar(client, reverse("admin:platforms_application_change", args=[earlier.pk])) == "2024年度"
    assert bar(client, reverse("admin:platforms_round_change", args=[earlier.round_id])) == "2024年度"
    # A platform lives on from year to year.
    assert bar(client, reverse("admin:platforms_platform_change", args=[earlier.platform_id])) == ""
    client = browser_of(yinzhou)
    assert bar(client, reverse("desk:application", args=[earlier.number])) == "2024年度"


def test_elsewhere_the_current_round_is_named_and_nothing_is_offered(
    earlier: Application, round_2026: Round, city: User, browser_of: BrowserOf
) -> None:
    client = browser_of(city)
    for path in ("/admin/", "/desk/rectifications/", reverse("admin:platforms_town_changelist")):
        assert (path, bar(client, path)) == (path, "2026年度")
    assert bar(client, "/desk/workbench/").startswith("切换年度，现为 2026年度")


def test_without_a_round_no_year_is_named(city: User, browser_of: BrowserOf, regions: object) -> None:
    client = browser_of(city)
    assert bar(client, "/admin/") == ""


def test_rows_that_lead_to_each_other_without_a_round_name_none(yinzhou: User) -> None:
    one, other = Application(pk=1), Application(pk=2)
    one._state.fields_cache["application"] = other
    other._state.fields_cache["application"] = one
    assert of_row(one) is None
    other._state.fields_cache["round"] = Round(year=2024)
    assert of_row(one) == other.round
