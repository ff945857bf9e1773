"""The marking sheet in a browser: ten platforms with few pages and few keys, a crash while typing, a phone, axe."""

import contextlib
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from evaluation.models import Assessment, Score
from ningbo_windows.management.commands.test import find_chromium
from platforms.models import User
from tests import factories
from tests.browser.conftest import FLAGS
from tests.browser.forms import overflows, violations
from tests.evaluation.marking.filling import counted, county_sheet, fill, judged, url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N20")]


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    regions = factories.regions()
    return {"city": factories.person("city", "city"), "county": factories.officer("yinzhou", regions["330212"])}


def platforms(people: dict[str, User], number: int) -> list[Assessment]:
    return judged(people["city"], {"330212": {"A": number}})


def saved(page: Page) -> None:
    expect(page.locator("[data-save-words] [data-state]")).to_have_attribute("data-state", "saved")


def stored(row: Assessment, code: str) -> Score:
    return Score.objects.get(assessment=row, indicator__code=code)


def test_ten_platforms_as_the_system_counted_them_take_ten_sheets_and_thirty_keys(
    people: dict[str, User], open_as: Any
) -> None:
    rows = platforms(people, 10)
    counted(rows)
    for row in rows:
        fill(county_sheet(row), people["county"])
    page = open_as("city")
    loads: list[str] = []
    page.on("load", lambda shown: loads.append(shown.url))
    entries = 0
    page.goto(url(rows[0]))
    for at, row in enumerate(rows):
        assert page.url.endswith(url(row))
        for button in ("全部具备", "按县级初评填入空白项"):
            page.get_by_role("button", name=button, exact=True).click()
            entries += 1
        saved(page)
        page.get_by_role("button", name="完成评分").click()
        entries += 1
        page.wait_for_url(f"**{url(rows[at + 1] if at + 1 < len(rows) else row)}")
        expect(page.locator("main")).to_contain_text(f"已保存并完成评分：{row.application.number}")
    assert set(Assessment.objects.values_list("status", flat=True)) == {"scored"}
    # The last one comes back to itself, complete.
    assert (len(set(loads)), len(loads), entries) == (10, 11, 30)


def test_what_two_officers_type_into_one_box_stands_side_by_side_until_one_is_chosen(
    people: dict[str, User], open_as: Any
) -> None:
    factories.person("city2", "city")
    row = platforms(people, 1)[0]
    first, second = open_as("city"), open_as("city2")
    for page in (first, second):
        page.goto(url(row))
    first.fill("[name=points-venue]", "7")
    saved(first)
    second.fill("[name=points-venue]", "6")
    expect(second.locator("[data-save-words]")).to_contain_text("有 1 处与他人的修改不一致")
    expect(second.locator("[name=points-venue]")).to_have_value("6")
    assert stored(row, "venue").points == 7
    second.get_by_role("button", name="采用本人内容").click()
    saved(second)
    assert stored(row, "venue").points == 6


def test_a_reason_that_is_missing_is_told_beside_the_row_and_goes_when_it_is_given(
    people: dict[str, User], open_as: Any
) -> None:
    row = platforms(people, 1)[0]
    page = open_as("city")
    page.goto(url(row))
    page.fill("[name=points-venue]", "7")
    gap = page.locator("[data-outcome=gap-venue]")
    expect(gap).to_have_text("“场地设施”未得满分，请说明扣分理由。")
    expect(page.locator("[data-outcome=total]")).to_have_text("7")
    page.fill("[name=evidence-venue]", "无会议室")
    expect(gap).to_have_text("")
    saved(page)
    assert (stored(row, "venue").points, stored(row, "venue").evidence) == (7, "无会议室")


def browser_on(folder: Path) -> int:
    """The process of the browser that keeps its profile in ``folder``."""
    wanted = f"--user-data-dir={folder}".encode()
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            arguments = (each / "cmdline").read_bytes().split(b"\0")
            if wanted in arguments and not any(argument.startswith(b"--type=") for argument in arguments):
                return int(each.name)
    raise AssertionError(f"no browser on {folder}")


def test_what_the_page_says_is_saved_outlives_a_browser_that_is_killed_while_one_types_on(
    people: dict[str, User], chromium: Browser, live_server: Any, open_as: Any, tmp_path: Path
) -> None:
    row = platforms(people, 1)[0]
    cookies = open_as("city").context.cookies()
    context = chromium.browser_type.launch_persistent_context(
        str(tmp_path), executable_path=find_chromium(), args=FLAGS, base_url=live_server.url
    )
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(url(row))
    page.locator("[name=points-venue]").press_sequentially("7.5", delay=20)
    page.locator("[name=evidence-venue]").press_sequentially("会议室偏小", delay=20)
    saved(page)
    page.locator("[name=evidence-income]").press_sequentially("最后几个字", delay=1)
    with context.expect_event("close"):
        os.kill(browser_on(tmp_path), signal.SIGKILL)
    assert (float(stored(row, "venue").points or 0), stored(row, "venue").evidence) == (7.5, "会议室偏小")


@pytest.mark.parametrize("width", [1280, 390])
def test_sheet_pane_list_and_grid_are_clean_and_fit(people: dict[str, User], open_as: Any, width: int) -> None:
    rows = platforms(people, 2)
    fill(county_sheet(rows[0]), people["county"])
    addresses = {
        "city": [url(rows[0]), url(rows[0], "row", "venue"), reverse("admin:evaluation_assessment_grid")],
        "yinzhou": [
            url(county_sheet(rows[1])),
            url(county_sheet(rows[1]), "pane", "form"),
            reverse("admin:evaluation_sheet_changelist"),
            reverse("admin:evaluation_sheet_grid"),
        ],
    }
    for person, places in addresses.items():
        page = open_as(person, width=width)
        for place in places:
            page.goto(place)
            page.wait_for_load_state("networkidle")
            assert (place, violations(page), overflows(page)) == (place, [], False)
    page = open_as("city", width=width)
    page.goto(url(rows[0]))
    page.locator("#row-venue [data-pane-link]").click()
    expect(page.locator("[data-pane-body]")).to_contain_text("添加佐证")
    assert violations(page) == []


def test_the_keyboard_goes_from_row_to_row_with_the_pane_beside(people: dict[str, User], open_as: Any) -> None:
    row = platforms(people, 1)[0]
    page = open_as("city")
    page.goto(url(row))
    page.locator("#row-venue [data-pane-link]").click()
    expect(page.locator("[data-pane-title]")).to_have_text("场地设施")
    page.locator("[name=points-venue]").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("[data-pane-title]")).not_to_have_text("场地设施")
    page.keyboard.press("Escape")
    expect(page.locator("[data-side-pane]")).to_be_hidden()
