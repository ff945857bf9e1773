"""A scheme in a real browser: tried while it is typed, without scripts by a button, as a workbook out and in."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from evaluation.models import Scheme, SchemeCutoff
from evaluation.schemes.services import copy_scheme
from tests import factories
from tests.browser.forms import overflows, violations
from tests.evaluation import stage
from tests.factories import default_scheme as load_default_scheme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N20")]


@pytest.fixture
def scheme(transactional_db: None) -> Scheme:
    """A draft beside the locked scheme by which an A, a B and two C were graded."""
    city = factories.person("city", "city")
    stage.graded_round({"330212": {"A": 1, "B": 1, "C": 2}})
    return copy_scheme(scheme=load_default_scheme(), by=city, at=stage.moment(2020))


def change_of(scheme: Scheme) -> str:
    return f"/admin/evaluation/scheme/{scheme.pk}/change/"


def least_of(page: Page, grade: str) -> Any:
    row = page.locator("#cutoffs-group tr.form-row").filter(has=page.locator(f"select option[value={grade}][selected]"))
    return row.locator("input[name$=-least]")


@pytest.mark.parametrize("width", [1280, 390])
def test_who_would_change_grade_is_shown_while_one_types(scheme: Scheme, open_as: Any, width: int) -> None:
    page = open_as("city", width=width)
    page.goto(change_of(scheme))
    assert (violations(page), overflows(page)) == ([], False)
    least_of(page, "B").fill("62")
    shown = page.locator("#scheme-preview")
    expect(shown).to_contain_text("档次有变化的平台（2 个）")
    expect(shown).to_contain_text("C档 → B档")
    assert (violations(page), overflows(page)) == ([], False)
    least_of(page, "B").fill("75")
    expect(shown).to_contain_text("没有平台的档次发生变化。")
    assert SchemeCutoff.objects.get(scheme=scheme, grade="B").least == 75


def test_a_preview_that_fails_says_so_and_keeps_what_was_typed(scheme: Scheme, open_as: Any) -> None:
    page = open_as("city")
    page.goto(change_of(scheme))
    page.route("**/preview/", lambda route: route.abort())
    least_of(page, "B").fill("62")
    expect(page.locator("#scheme-preview")).to_contain_text("试算没有完成，请稍后点击“试算”重试")
    assert least_of(page, "B").input_value() == "62"


def test_without_scripts_the_button_shows_the_same(
    scheme: Scheme, open_as: Any, chromium: Browser, live_server: Any
) -> None:
    known = open_as("city").context.storage_state()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, storage_state=known)
    page = context.new_page()
    page.goto(change_of(scheme))
    least_of(page, "B").fill("62")
    page.get_by_role("button", name="试算").click()
    expect(page.locator("#scheme-preview")).to_contain_text("档次有变化的平台（2 个）")
    assert least_of(page, "B").input_value() == "62"
    context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_workbook_goes_out_and_comes_back(scheme: Scheme, open_as: Any, width: int, tmp_path: Path) -> None:
    page = open_as("city", width=width)
    page.goto(change_of(scheme))
    with page.expect_download() as caught:
        page.get_by_role("link", name="导出工作簿").click()
    kept = tmp_path / "方案.xlsx"
    caught.value.save_as(kept)
    page.goto("/admin/evaluation/scheme/")
    page.get_by_role("link", name="由工作簿建立方案").click()
    assert (violations(page), overflows(page)) == ([], False)
    page.set_input_files("input[name=workbook]", kept)
    page.get_by_role("button", name="上传并检查").click()
    expect(page.locator("main")).to_contain_text("建立评价方案“软件默认评价方案”")
    assert (violations(page), overflows(page)) == ([], False)
    page.get_by_role("button", name="建立评价方案").click()
    expect(page.locator("main")).to_contain_text("已建立“软件默认评价方案（第3版）”，可继续修改。")
    assert Scheme.objects.get(version=3).value() == scheme.value()
