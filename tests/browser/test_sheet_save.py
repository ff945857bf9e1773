"""The form of one row that saves itself, its pairs of keys, and the documents beside it, in a real browser."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import sheet_site
from tests.browser.forms import kept, overflows, violations
from tests.browser.sheet_site import Store
from tests.browser.test_cell_grid import saved, state

pytestmark = [
    pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.sheet_site"),
]  # fmt: skip


@pytest.fixture
def store() -> Iterator[Store]:
    """What the server keeps, empty."""
    sheet_site.STORE.__init__()  # type: ignore[misc]
    yield sheet_site.STORE
    sheet_site.STORE.__init__()  # type: ignore[misc]


@pytest.fixture
def page(store: Store, open_as: Any) -> Page:
    opened: Page = open_as()
    opened.goto("/sheet/")
    return opened


def chosen(page: Page) -> dict[str, str]:
    """The answers of the pairs of keys."""
    found: dict[str, str] = page.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('[data-yes-no] input:checked')]"
        ".map((box) => [box.name, box.value]))"
    )
    return found


def test_a_box_saves_itself_while_it_is_typed(page: Page, store: Store) -> None:
    page.locator("#id_venue").press_sequentially("7.50", delay=20)
    expect(page.locator("#id_venue")).to_have_class("changed")
    page.fill("#id_note", "场地整洁")
    saved(page)
    assert store.values == {(1, "venue"): "7.5", (1, "note"): "场地整洁"}
    # One request with both; points and revision of the page are those of the answer.
    assert (len(store.posts), page.locator("[data-outcome=points]").inner_text()) == (1, "7.5")
    assert (page.input_value("[name=revision]"), kept(page)) == ("1", [])
    expect(page.locator(".changed")).to_have_count(0)


def test_what_is_wrong_is_said_at_its_box_and_nothing_is_lost(page: Page, store: Store) -> None:
    page.fill("#id_venue", "11")
    expect(page.locator("#id_venue_error")).to_have_text("应在 0 至 10 之间，请核对。")
    assert page.get_attribute("#id_venue", "aria-invalid") == "true"
    state(page, "partly", "有 1 处填写有误，未保存")
    assert store.posts == []
    page.fill("#id_venue", "9.9")
    expect(page.locator("#id_venue_error")).to_have_text("超过该项扣分后的上限，请核对。")
    page.fill("#id_venue", "9")
    saved(page)
    expect(page.locator("#id_venue_error")).to_have_count(0)
    assert store.values == {(1, "venue"): "9"}


def test_half_a_number_is_no_fault_yet(page: Page, store: Store) -> None:
    page.locator("#id_venue").press_sequentially("7.")
    page.wait_for_timeout(100)
    assert page.locator("#id_venue_error").count() == 0
    page.keyboard.type("5")
    saved(page)
    assert store.values == {(1, "venue"): "7.5"}


def test_keys_choose_and_all_of_them_fill_only_what_is_open(page: Page, store: Store) -> None:
    page.focus("#id_gate1")
    page.keyboard.press("1")
    page.keyboard.press("0")
    assert chosen(page) == {"gate1": "no"}
    page.click("text=全部具备")
    expect(page.locator("[data-fill-said]")).to_have_text("已填 2 项具备，原有 1 项未变。")
    saved(page)
    assert store.values == {(1, "gate1"): "no", (1, "gate2"): "yes", (1, "gate3"): "yes"}
    page.click("text=全部具备")
    expect(page.locator("[data-fill-said]")).to_have_text("没有未判定的项，原有 3 项未变。")
    page.click("label[for=id_gate1]")
    page.focus("#id_gate2")
    page.keyboard.press("Delete")
    saved(page)
    assert store.values == {(1, "gate1"): "yes", (1, "gate2"): "", (1, "gate3"): "yes"}
    page.reload()
    assert chosen(page) == {"gate1": "yes", "gate3": "yes"}


def test_two_officers_on_one_sheet_see_both_values(page: Page, store: Store, open_as: Any) -> None:
    other = open_as()
    other.goto("/sheet/?writer=2")
    page.fill("#id_venue", "6")
    page.click("label[for=id_gate1]")
    page.fill("#id_note", "甲")
    saved(page)
    other.fill("#id_venue", "7")
    other.click("label[for=id_gate1_no]")
    other.fill("#id_note", "乙")
    state(other, "clash", "有 3 处与他人的修改不一致，请选定")
    expect(other.locator("#id_venue_warning")).to_have_text("提醒：他人已保存“6”，本人填写“7”，请选定。")
    expect(other.locator("#id_gate1_warning")).to_have_text("提醒：他人已保存“具备”，本人填写“不具备”，请选定。")
    assert (other.input_value("#id_venue"), other.input_value("#id_note")) == ("7", "乙")
    assert violations(other) == []
    # The first pair of buttons is that of the gate, then venue, then note.
    other.locator("td [data-sheet-clash]").get_by_text("采用对方内容").click()
    other.locator(".field [data-sheet-clash]").first.get_by_text("采用本人内容").click()
    other.locator(".field [data-sheet-clash]").last.get_by_text("采用对方内容").click()
    saved(other)
    assert (chosen(other), other.input_value("#id_note")) == ({"gate1": "yes"}, "甲")
    assert store.values == {(1, "venue"): "7", (1, "gate1"): "yes", (1, "note"): "甲"}
    assert kept(other) == []


@pytest.mark.parametrize(
    ("status", "name"), [(500, "failed"), (403, "ended"), (404, "ended"), (409, "ended"), (302, "expired")]
)
def test_what_was_typed_before_a_failure_or_a_crash_is_put_back(
    page: Page, store: Store, status: int, name: str
) -> None:
    store.status = status
    page.fill("#id_note", "没有保存的说明")
    page.click("label[for=id_gate2]")
    expect(page.locator("[data-save-words] [data-state]")).to_have_attribute("data-state", name)
    assert (store.values, len(kept(page))) == ({}, 1)
    later = page.context.new_page()
    store.status = 0
    later.goto("/sheet/")
    saved(later)
    assert (later.input_value("#id_note"), chosen(later)) == ("没有保存的说明", {"gate2": "yes"})
    assert store.values == {(1, "note"): "没有保存的说明", (1, "gate2"): "yes"}
    assert kept(later) == []


def test_without_a_network_nothing_is_lost(page: Page, store: Store) -> None:
    page.context.set_offline(True)
    page.fill("#id_note", "断网时填写")
    state(page, "offline", "未保存（网络不通，将自动重试）")
    page.context.set_offline(False)
    saved(page)
    assert store.values == {(1, "note"): "断网时填写"}


def test_a_button_waits_for_what_is_on_its_way(page: Page, store: Store) -> None:
    page.fill("#id_venue", "6")
    page.click("text=完成评分")
    page.wait_for_url("**/grid/")
    # Saved first, so that the form was sent with the revision of the save.
    assert [each["revision"] for each in store.submitted] == ["1"]
    assert (store.submitted[0]["venue"], store.values) == ("6", {(1, "venue"): "6"})


def test_a_button_sends_nothing_where_nothing_can_be_saved(page: Page, store: Store) -> None:
    store.status = 500
    page.fill("#id_venue", "6")
    page.click("text=完成评分")
    expect(page.locator("[data-save-words] [data-state]")).to_have_attribute("data-state", "failed")
    assert (store.submitted, page.input_value("#id_venue")) == ([], "6")


def pane(page: Page) -> Any:
    return page.locator("[data-side-pane]")


def test_the_documents_follow_the_rows(page: Page) -> None:
    page.click("tbody a >> nth=0")
    expect(pane(page)).to_contain_text("第1份材料")
    assert page.evaluate("document.activeElement.matches('[data-pane-title]')")
    page.focus("#id_gate3")
    expect(pane(page)).to_contain_text("第3份材料")
    assert page.evaluate("document.activeElement.id") == "id_gate3"
    page.keyboard.press("Alt+ArrowUp")
    expect(pane(page)).to_contain_text("没有可显示的材料。")
    assert page.evaluate("document.activeElement.id") == "id_gate2"
    page.click("[data-pane-pin]")
    page.focus("#id_gate1")
    page.wait_for_timeout(200)
    expect(pane(page)).to_contain_text("没有可显示的材料。")
    page.click("[data-pane-pin]")
    # In the pane the arrows turn its pages and leave the keyboard there.
    page.focus("[data-pane-body]")
    page.keyboard.press("Alt+ArrowDown")
    expect(pane(page)).to_contain_text("第3份材料")
    assert page.evaluate("document.activeElement.matches('[data-pane-title]')")
    page.keyboard.press("Escape")
    expect(pane(page)).to_be_hidden()
    assert page.evaluate("document.activeElement.name") == "gate1"


def test_a_picture_stands_in_the_pane_and_a_file_in_a_frame(page: Page) -> None:
    page.click("tbody a >> nth=0")
    page.click("text=门头照片")
    expect(pane(page).locator("img")).to_have_attribute("alt", "门头照片")
    page.wait_for_function("document.querySelector('.side-pane img').naturalWidth === 1")
    assert re.search(r"/picture/\?view=1$", page.get_attribute("[data-pane-outside]", "href") or "")
    page.evaluate("document.querySelector('tbody a').dataset.paneLink = 'file'")
    page.click("tbody a >> nth=0")
    expect(pane(page).locator("iframe")).to_have_attribute("src", re.compile("/pane/1/$"))


def test_the_pane_is_as_wide_as_one_wants(page: Page) -> None:
    page.click("tbody a >> nth=0")
    edge = page.locator("[data-pane-edge]")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.matches('[data-pane-edge]')")
    widths = []
    for key in ("ArrowLeft", "Home", "ArrowLeft", "End", "ArrowRight"):
        page.keyboard.press(key)
        widths.append(edge.get_attribute("aria-valuenow"))
    assert widths == ["52", "70", "70", "30", "30"]
    box = edge.bounding_box()
    assert box
    page.mouse.move(box["x"] + 3, 300)
    page.mouse.down()
    page.mouse.move(640, 300)
    page.mouse.up()
    assert edge.get_attribute("aria-valuenow") == "50"
    page.reload()
    page.click("tbody a >> nth=0")
    wide = pane(page).bounding_box()
    assert wide
    assert round(wide["width"]) == 640
    # The form beside it stays whole.
    assert (overflows(page), violations(page)) == (False, [])


def test_on_a_phone_the_pane_is_a_page_of_its_own(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert (overflows(page), violations(page)) == (False, [])
    page.click("tbody a >> nth=0")
    expect(pane(page)).to_contain_text("第1份材料")
    assert pane(page).bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert violations(page) == []
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    expect(pane(page)).to_be_hidden()
    assert page.evaluate("document.activeElement.matches('tbody a')")


def test_a_lost_session_and_a_lost_network_are_said_in_the_pane(page: Page) -> None:
    page.route("**/pane/1/", lambda route: route.fulfill(status=401))
    page.click("tbody a >> nth=0")
    expect(pane(page)).to_contain_text("登录已过期，请重新登录后查看。")
    page.route("**/pane/3/", lambda route: route.abort())
    page.focus("#id_gate3")
    expect(pane(page)).to_contain_text("网络中断，暂时无法显示。")


def test_the_grid_takes_the_pane_along(page: Page, store: Store) -> None:
    page.goto("/grid/")
    page.evaluate(
        "() => { const link = document.createElement('a'); link.href = '/pane/1/'; link.dataset.paneLink = '';"
        " link.textContent = '材料'; document.querySelector('main').prepend(link); }"
    )
    page.click("main > a")
    expect(pane(page)).to_contain_text("第1份材料")
    page.locator("tr[data-row='4'] td").first.click()
    expect(pane(page)).to_contain_text("第4份材料")
    page.keyboard.type("5")
    page.keyboard.press("Alt+ArrowDown")
    expect(pane(page)).to_contain_text("第5份材料")
    saved(page)
    assert store.values == {(4, "venue"): "5"}
    # Escape gives up the cell first, and only then the pane.
    page.keyboard.type("6")
    page.keyboard.press("Escape")
    expect(pane(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(pane(page)).to_be_hidden()
    assert violations(page) == []


def test_without_scripts_links_open_and_the_form_is_sent(store: Store, chromium: Any, live_server: Any) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sheet/")
    expect(page.locator("[data-fill-yes]")).to_be_hidden()
    with context.expect_page() as opened:
        page.click("tbody a >> nth=0")
    assert opened.value.url.endswith("/pane/1/")
    page.click("label[for=id_gate2]")
    page.fill("#id_venue", "6")
    page.click("text=完成评分")
    page.wait_for_url("**/grid/")
    assert {name: store.submitted[0].get(name) for name in ("gate1", "gate2", "venue")} == {
        "gate1": None, "gate2": "yes", "venue": "6",
    }  # fmt: skip
    context.close()
