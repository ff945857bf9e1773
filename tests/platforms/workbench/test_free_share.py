"""Public service first (六·(三)): what part was free, per platform and per county, with its records and as a file."""

from typing import Any

import pytest
from django.test import Client

from platforms.models import Platform, Region, Round, User
from platforms.pages.short_names import short_of
from tests.platforms.planning.counted import lines_of, serve

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N40")]
WORKBENCH = "/desk/workbench/"


@pytest.fixture
def served(regions: dict[str, Region], round_2026: Round, city: User) -> None:
    serve(regions, city)


def column(lines: list[list[str]], *heads: str) -> list[list[str]]:
    return [[line[lines[0].index(head)] for head in heads] for line in lines[1:]]


def test_each_platform_has_its_share_with_its_records_behind_it(served: None, browser_of: Any, yinzhou: User) -> None:
    county: Client = browser_of(yinzhou)
    page = county.get(f"{WORKBENCH}platforms/")
    at = [each["label"] for each in page.context["columns"]].index("免费服务占比")
    # The least free first, each called by its place.
    shares = [(each["cells"][0], each["cells"][at]["label"]) for each in page.context["rows"]]
    first, second = Platform.objects.filter(code__in=("330212-001", "330212-002")).order_by("code")
    assert shares == [(short_of(first), "75.0%"), (short_of(second), "100.0%")]
    behind = county.get(page.context["rows"][0]["cells"][at]["url"])
    assert (behind.context["count"], len(behind.context["rows"])) == (3, 3)
    told = column(
        lines_of(county.get(f"{WORKBENCH}platforms.csv")), "平台编号", "服务（次）", "免费服务（次）", "免费服务占比"
    )
    assert told == [["330212-001", "4", "3", "75.0%"], ["330212-002", "1", "1", "100.0%"]]


def test_each_county_has_its_share_and_the_city_all_of_them(
    served: None, browser_of: Any, yinzhou: User, city: User
) -> None:
    county, bureau = browser_of(yinzhou), browser_of(city)
    figures = {each["label"]: each for group in county.get(WORKBENCH).context["groups"].values() for each in group}
    assert (figures["免费服务占比"]["said"], figures["免费服务占比"]["of"]) == ("80.0%", "4 / 5")
    assert county.get(figures["免费服务占比"]["url"]).context["count"] == 4
    assert column(lines_of(county.get("/desk/workbench.csv")), "地区", "免费服务占比") == [["鄞州区", "80.0%"]]
    told = dict(column(lines_of(bureau.get("/desk/workbench.csv")), "地区", "免费服务占比"))
    assert (told["鄞州区"], told["慈溪市"], told["全市"]) == ("80.0%", "0.0%", "66.6%")
