"""Rows under the keyboard and from the clipboard, on a phone, and every section clean under axe."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from platforms.applications.sections import SECTIONS
from platforms.models import Application
from tests import factories
from tests.browser.forms import open_section, overflows, saved, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AT = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)
BLOCK = (
    "序号\t姓名\t性别\t学历\t职称/证书\t岗位\t是否专职\t企业服务年限（年）\t手机\r\n"
    '1\t王一\t女\t大学本科\t"中级经济师\n注册税务师"\t主任\t是\t５\t１３８００１３８０００\r\n'
    "2\t李二\t男\t博士后\t\t专员\t兼职\t很多\t\r\n"
)


@pytest.fixture
def draft(transactional_db: None) -> Application:
    regions = factories.regions()
    round_ = factories.round_of(2026)
    return factories.draft(factories.officer("yinzhou", regions["330212"]), round_, AT)


def paste(page: Page, selector: str, text: str) -> None:
    """Paste as a browser does; the clipboard itself is not open to a page without a person."""
    page.eval_on_selector(
        selector,
        """(box, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def test_a_block_copied_in_a_workbook_lands_in_rows(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "staff")
    page.focus("[name=staff-0-name]")
    paste(page, "[name=staff-0-name]", BLOCK)
    expect(page.locator("tr[data-row]")).to_have_count(2)
    saved(page)
    values = {name: page.input_value(f"[name=staff-0-{name}]") for name in ("name", "sex", "education", "full_time")}
    assert values == {"name": "王一", "sex": "female", "education": "bachelor", "full_time": "yes"}
    expect(page.locator("[data-pasted]")).to_contain_text(
        "第 2 行“学历”：“博士后”不符合选项要求，请填写：高中及以下、大专、本科、硕士、博士；是否为“博士”？"
    )
    expect(page.locator("#id_staff-1-years_error")).to_contain_text("请只填写整数，不要带逗号、单位或其他文字。")
    assert page.input_value("[name=staff-1-years]") == "很多"
    expect(page.locator("[data-row-count]")).to_have_text("已登记 2 人，其中专职 1 人")
    people = draft.staff.order_by("pk").values_list("name", "years", "mobile")
    assert list(people) == [("王一", 5, "13800138000"), ("李二", None, "")]
    page.select_option("[name=staff-1-education]", "doctor")
    page.fill("[name=staff-1-years]", "3")
    saved(page)
    assert list(draft.staff.order_by("pk").values_list("name", flat=True)) == ["王一", "李二"]
    assert violations(page) == []


def test_one_cell_is_pasted_as_text(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "staff")
    paste(page, "[name=staff-0-name]", "王一")
    expect(page.locator("tr[data-row]")).to_have_count(1)


def test_a_paste_without_a_network_loses_nothing(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "staff")
    page.context.set_offline(True)
    paste(page, "[name=staff-0-name]", BLOCK)
    expect(page.locator("[data-row-undo]")).to_contain_text("没有填入：请检查网络或登录后再试")
    assert "博士后" in page.input_value("[data-paste-text]")
    page.context.set_offline(False)
    page.click("[data-paste-rows]")
    expect(page.locator("tr[data-row]")).to_have_count(2)


def test_rows_without_a_mouse(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "staff")
    page.focus("[name=staff-0-name]")
    page.keyboard.type("王一")
    page.keyboard.press("Enter")
    focus(page, "staff-1-name")
    page.keyboard.type("李二")
    page.keyboard.press("ArrowUp")
    focus(page, "staff-0-name")
    page.keyboard.press("Control+Enter")
    focus(page, "staff-2-name")
    page.keyboard.type("赵三")
    page.keyboard.press("Alt+Delete")
    focus(page, "staff-1-name")
    undo = page.locator("[data-row-undo]")
    expect(undo).to_contain_text("已删除“赵三”。")
    expect(page.locator("[data-row-count]")).to_have_text("已登记 2 人，其中专职 2 人")
    undo.locator("button").click()
    assert page.locator("tr[data-row]:visible").count() == 3
    expect(page.locator("[data-row-count]")).to_have_text("已登记 3 人，其中专职 3 人")


def focus(page: Page, name: str) -> None:
    expect(page.locator(f"[name={name}]")).to_be_focused()


def test_a_row_that_was_taken_away_and_back_is_saved_again(draft: Application, open_as: Any) -> None:
    for name in ("王一", "李二"):
        draft.staff.create(name=name, sex="male", education="college", post="专员", years=1)
    page = open_section(open_as("yinzhou"), draft, "staff")
    page.locator("[data-remove-row]").first.click()
    saved(page)
    assert list(draft.staff.values_list("name", flat=True)) == ["李二"]
    page.locator("[data-row-undo] button").click()
    saved(page)
    assert list(draft.staff.order_by("pk").values_list("name", flat=True)) == ["王一", "李二"]


@pytest.mark.parametrize("width", [1280, 390])
def test_every_section_is_clean_and_fits(draft: Application, open_as: Any, width: int) -> None:
    draft.staff.create(name="王一", sex="male", education="college", post="专员", years=1)
    page = open_as("yinzhou", width=width)
    found = {}
    for section in SECTIONS:
        open_section(page, draft, section.slug)
        found[section.slug] = (violations(page), overflows(page))
    assert found == {section.slug: ([], False) for section in SECTIONS}


def test_a_section_is_filled_on_a_phone(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou", width=390), draft, "staff")
    page.fill("[name=staff-0-name]", "王一")
    saved(page)
    expect(page.locator("#id_staff-0-post_open")).to_contain_text("请填写。")
    assert (violations(page), overflows(page)) == ([], False)
    page.select_option("[name=staff-0-sex]", label="女")
    page.select_option("[name=staff-0-education]", label="本科")
    page.fill("[name=staff-0-post]", "主任")
    page.fill("[name=staff-0-years]", "5")
    saved(page)
    page.click("[name=continue]")
    page.wait_for_url("**/services/")
    assert draft.staff.count() == 1
