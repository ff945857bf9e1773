"""A sheet with several bad rows is told all of them at once, by row and column; names go beside codes."""

from typing import Any

import pytest
from django.urls import reverse

from platforms.models import Park, Quota, Region, Round, Town, User
from tests import factories
from tests.platforms.conftest import upload

QUOTA = ["年度", "地区代码", "名额（个）"]
TOWN = ["代码", "名称", "类别", "所属区县代码", "代管管委会代码", "工业强镇"]


@pytest.fixture
def browser(browser_of: Any, city: User, round_2026: Round) -> Any:
    return browser_of(city)


def preview(browser: Any, model: str, *rows: Any) -> Any:
    return browser.post(reverse(f"admin:platforms_{model}_import"), {"import_file": upload(*rows)})


def confirm(browser: Any, model: str, page: Any) -> None:
    token = page.context["confirm_form"].initial["token"]
    browser.post(reverse(f"admin:platforms_{model}_process_import"), {"token": token})


def told(page: Any) -> list[str]:
    """The sentences at the top of the page, of a sheet of which cells could not be read."""
    return [page.context["verdict"], *page.context["form"].errors.get("import_file", [])]


def rows_told(page: Any) -> dict[int, dict[str, list[str]]]:
    return {row.number: dict(row.error_dict) for row in page.context["result"].invalid_rows}


@pytest.mark.clause("N09")
def test_four_bad_rows_of_a_quota_are_four(browser: Any) -> None:
    page = preview(
        browser,
        "quota",
        QUOTA,
        [2026, "330212", 8],
        [2026, "330282", "八个"],
        [2026, "330299", 5],
        [2026, "330203", -1],
        [2031, "无此区", 5],
    )
    assert told(page) == [
        "共 5 行，其中 4 行需要改正，文件没有写入",
        "第 3 行“名额（个）”（C3）不是数字，请只填数字，不写单位、逗号和文字。",
        "第 4 行“地区代码”（B4）：“330299”不存在，请填写系统中已有地区的代码或名称。",
        "第 5 行“名额（个）”（C5）不能为负数，请核对。",
        "第 6 行“年度”（A6）：“2031”不存在，请填写系统中已有的年度。",
        "第 6 行“地区代码”（B6）：“无此区”不存在，请填写系统中已有地区的代码或名称。",
    ]
    assert page.context["confirm_form"] is None
    assert not Quota.objects.exists()


@pytest.mark.clause("N09")
def test_one_row_that_is_wrong_twice_is_told_twice(browser: Any) -> None:
    page = preview(browser, "quota", QUOTA, [2031, "330299", "八"], [2026, "330212", 8])
    assert told(page) == [
        "共 2 行，其中 1 行需要改正，文件没有写入",
        "第 2 行“名额（个）”（C2）不是数字，请只填数字，不写单位、逗号和文字。",
        "第 2 行“年度”（A2）：“2031”不存在，请填写系统中已有的年度。",
        "第 2 行“地区代码”（B2）：“330299”不存在，请填写系统中已有地区的代码或名称。",
    ]
    page = preview(browser, "quota", QUOTA, [2031, "330299", 1], [2026, "330299", 8])
    assert {number: list(errors) for number, errors in rows_told(page).items()} == {
        2: ["“年度”（A2）", "“地区代码”（B2）"],
        3: ["“地区代码”（B3）"],
    }


@pytest.mark.clause("N09")
def test_a_quota_takes_names_beside_codes(browser: Any) -> None:
    rows = [QUOTA, [2026, "鄞州区", 8], [2026, "330282", 5], [2026, " 杭州湾 新区 ", 3]]
    confirm(browser, "quota", preview(browser, "quota", *rows))
    assert list(Quota.objects.order_by("region__code").values_list("region__code", "places")) == [
        ("330212", 8),
        ("330282", 5),
        ("HZW", 3),
    ]


@pytest.mark.clause("N09")
def test_code_and_name_of_one_region_are_one_row(browser: Any) -> None:
    page = preview(browser, "quota", QUOTA, [2026, "鄞州区", 8], [2026, "330282", 5], [2026, "330212", 9])
    assert "第 2 行和第 4 行是同一条记录，请只保留一行" in rows_told(page)[4]["__all__"]
    assert page.context["confirm_form"] is None


def test_every_double_is_told(browser: Any) -> None:
    page = preview(browser, "quota", QUOTA, *([2026, "330212", 8], [2026, "330282", 5]) * 2)
    found = [errors["__all__"][0] for errors in rows_told(page).values()]
    assert found == [f"第 {first} 行和第 {first + 2} 行是同一条记录，请只保留一行" for first in (2, 3)]


def test_towns_and_parks_take_names_too(browser: Any, regions: dict[str, Region]) -> None:
    row = ["330282001", "庵东镇", "镇", "慈溪市", "杭州湾新区", "否"]
    confirm(browser, "town", preview(browser, "town", TOWN, row))
    town = Town.objects.get()
    assert (town.region, town.zone) == (regions["330282"], regions["HZW"])
    head = ["备案编号", "名称", "所属地区代码", "所在乡镇（街道）代码"]
    confirm(browser, "park", preview(browser, "park", head, ["XWY-1", "某园", "慈溪市", "庵东镇"]))
    assert Park.objects.get().town == town


def test_a_name_that_two_towns_have_asks_for_more(browser: Any, regions: dict[str, Region]) -> None:
    one = factories.town(regions["330212"], "同名街道")
    two = factories.town(regions["330282"], "同名街道")
    head = ["备案编号", "名称", "所属地区代码", "所在乡镇（街道）代码"]
    page = preview(browser, "park", head, ["XWY-1", "某园", "330212", "同名街道"])
    assert rows_told(page)[2] == {
        "“所在乡镇（街道）代码”（D2）": [f"“同名街道”有 2 个，请填写代码（{one.code}、{two.code}）"]
    }
    page = preview(browser, "park", head, ["XWY-1", "某园", "330212", "鄞州区同名街道"])
    confirm(browser, "park", page)
    assert Park.objects.get().town == one


def test_a_town_is_known_without_its_ending_unless_another_is_called_so(
    browser: Any, regions: dict[str, Region]
) -> None:
    town = factories.town(regions["330212"], "姜山镇")
    head = ["备案编号", "名称", "所属地区代码", "所在乡镇（街道）代码"]
    page = preview(browser, "park", head, ["XWY-1", "某园", "鄞州", "姜山"])
    confirm(browser, "park", page)
    assert Park.objects.get().town == town
    page = preview(browser, "park", head, ["XWY-2", "某园", "330212", "姜三镇"])
    assert rows_told(page)[2] == {
        "“所在乡镇（街道）代码”（D2）": ["“姜三镇”不存在，请填写系统中已有乡镇（街道）的代码或名称，是否为“姜山镇”"]
    }
    bare = factories.town(regions["330212"], "姜山")
    confirm(browser, "park", preview(browser, "park", head, ["XWY-2", "另一园", "330212", "姜山"]))
    assert Park.objects.get(code="XWY-2").town == bare
