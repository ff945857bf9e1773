"""The rail: six groups in the order of work, at most eight entries open, the same at desk and in the back office."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from ningbo_windows.rail import GROUPS, MOST_OPEN, NOUNS, RailItem, in_groups
from ningbo_windows.templatetags.frame import whole
from platforms.choices import Role
from platforms.models import User

ITEMS = [
    RailItem(f"{group}{number}", f"/{group}{number}/", number, group == "监督" and number == 1, group)
    for group in GROUPS
    for number in range(2)
]


@pytest.mark.parametrize("role", Role.values)
def test_no_group_of_anybody_shows_more_than_eight_entries_with_the_first_one(role: str) -> None:
    person = User(role=role, is_active=True)
    mine = [noun.group for noun in NOUNS if noun.is_for(person)]
    assert [group for group in GROUPS if mine.count(group) + 1 > MOST_OPEN] == []
    assert sorted(mine, key=GROUPS.index) == mine


def test_the_group_of_the_page_is_open_and_the_sum_of_what_waits_stands_on_each() -> None:
    found = in_groups(ITEMS)
    assert [(each.label, each.count, each.is_open) for each in found] == [
        (group, 1, group == "监督") for group in GROUPS
    ]


def test_a_short_rail_is_not_folded_and_has_no_empty_group() -> None:
    assert [(each.label, each.is_open) for each in in_groups(ITEMS[:7])] == [
        ("申报", True),
        ("建设与运行", True),
        ("监督", True),
        ("评价与认定", True),
    ]
    assert [each.is_open for each in in_groups(ITEMS[8:] + ITEMS[:4])] == [False] * 4


def rail_of(page: str) -> str:
    """The rail without what it says about the page that is shown."""
    rail = re.search(r'<nav class="rail".*?</nav>', page, re.S)
    assert rail
    return re.sub(r"\s+", " ", re.sub(r' open|aria-current="page"', "", rail[0]))


@pytest.mark.parametrize("who", ["yinzhou", "city"])
def test_desk_and_back_office_have_the_same_rail(
    who: str, request: pytest.FixtureRequest, client: Client, round_2026: object
) -> None:
    client.force_login(request.getfixturevalue(who))
    desk = client.get(reverse("desk:rectifications")).content.decode()
    office = client.get(reverse("admin:platforms_complaint_changelist")).content.decode()
    assert rail_of(desk) == rail_of(office)
    assert [group for group in GROUPS if f"<span>{group}</span>" in desk] == list(GROUPS)
    assert desk.count('<details class="rail__group" open>') == 1


def test_the_way_to_a_page_begins_with_the_first_page_of_this_person(
    client: Client, yinzhou: User, city: User, round_2026: object
) -> None:
    for person, home in ((yinzhou, "/desk/"), (city, "/admin/")):
        client.force_login(person)
        for path in (reverse("desk:rectifications"), reverse("admin:platforms_complaint_changelist")):
            page = client.get(path).content.decode()
            way = re.search(r'<nav class="breadcrumb".*?</nav>', page, re.S)
            assert way
            assert re.findall(r'href="([^"]+)"', way[0]) == [home]
            assert re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", way[0])).split() == [
                "首页",
                "整改" if "rectif" in path else "投诉",
            ]


def test_a_page_below_a_noun_names_first_page_noun_and_what_lies_between() -> None:
    noun = RailItem("整改", "/desk/rectifications/", 0, True, "监督")
    first, second = {"label": "首页", "url": "/desk/"}, {"label": "整改", "url": "/desk/rectifications/"}
    page = {"label": "ZG-1", "url": ""}
    assert whole("/desk/", [noun], [page], "/desk/rectifications/1/") == [first, second, page]
    assert whole("/desk/", [noun], [second, page], "/desk/rectifications/1/") == [first, second, page]
    renamed = {"label": "整改通知", "url": "/desk/rectifications/?year=2026"}
    kept = second | {"url": renamed["url"]}
    assert whole("/desk/", [noun], [renamed, page], "/desk/rectifications/1/") == [first, kept, page]
    assert whole("/desk/", [noun], [], "/desk/rectifications/") == [first, second]
    assert whole("/desk/", [], [page], "/desk/other/") == [first, page]
    assert whole("/desk/", [noun], [page], "/desk/") == []
    assert whole("", [], [page], "/fill/1/") == [page]


def test_all_tables_stand_in_the_order_of_work_without_those_of_the_rail(
    client: Client, city: User, round_2026: object
) -> None:
    client.force_login(city)
    page = client.get(reverse("admin:index"))
    sections = page.context["app_list"]
    assert [each["name"] for each in sections] == ["申报", "建设与运行", "监督", "评价与认定", "资金", "数据与设置"]
    in_rail = {item.url.split("#")[0] for item in page.context["rail"]}
    listed = [table["admin_url"] for section in sections for table in section["models"]]
    assert in_rail & set(listed) == set()
    assert [table["object_name"] for table in sections[0]["models"]] == ["Batch", "FilingException"]
    assert "Town" in [table["object_name"] for table in sections[-1]["models"]]
    assert reverse("admin:platforms_complaint_changelist") in in_rail
