"""A sheet of many rows in a real browser: keys, ranges, copy and paste, saving by itself and what may go wrong."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from platforms.pages.cell_grid import read_value
from tests.browser import sheet_site
from tests.browser.forms import kept, overflows, violations
from tests.browser.sheet_site import COLUMNS, Store
from tests.patience import until

pytestmark = [
    pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.sheet_site"),
]  # fmt: skip

COLUMN = {"venue": 1, "staff": 2, "gate": 3, "note": 4, "points": 5}
#: What Excel puts on the clipboard and takes from it.
COPY = """(kind) => {
    const data = new DataTransfer();
    const event = new ClipboardEvent(kind, { clipboardData: data, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
    return data.getData("text/plain");
}"""
PASTE = """(text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
}"""


@pytest.fixture
def store() -> Iterator[Store]:
    """What the server keeps, empty."""
    sheet_site.STORE.__init__()  # type: ignore[misc]
    yield sheet_site.STORE
    sheet_site.STORE.__init__()  # type: ignore[misc]


@pytest.fixture
def page(store: Store, open_as: Any) -> Page:
    opened: Page = open_as()
    opened.goto("/grid/")
    return opened


def cell(page: Page, row: int, col: str) -> Locator:
    return page.locator(f"tr[data-row='{row}'] > :nth-child({COLUMN[col] + 1})")


def saved(page: Page) -> None:
    expect(page.locator("[data-save-words] [data-state]")).to_have_attribute("data-state", "saved")


def state(page: Page, name: str, text: str) -> None:
    expect(page.locator("[data-save-words] [data-state]")).to_have_attribute("data-state", name)
    expect(page.locator("[data-save-words]")).to_have_text(text)


def focused(page: Page) -> Any:
    """Row and column that the keyboard stands on."""
    return page.evaluate(
        "() => { const cell = document.activeElement.closest('th, td');"
        " return [cell?.parentElement.dataset.row ?? null, cell?.cellIndex ?? null]; }"
    )


def type_in(page: Page, row: int, col: str, text: str) -> None:
    cell(page, row, col).click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_typing_replaces_and_enter_goes_down(page: Page, store: Store) -> None:
    type_in(page, 1, "venue", "7.50")
    assert focused(page) == ["2", 1]
    page.keyboard.type("8")
    page.keyboard.press("Tab")
    assert focused(page) == ["2", 2]
    page.keyboard.press("F2")
    page.keyboard.type("６")
    page.keyboard.press("ArrowDown")
    assert focused(page) == ["3", 2]
    expect(cell(page, 1, "venue")).to_have_class("num changed")
    saved(page)
    assert store.values == {(1, "venue"): "7.5", (2, "venue"): "8", (2, "staff"): "6"}
    # One request for all three, and the sums of their rows come back with it.
    assert len(store.posts) == 1
    expect(cell(page, 2, "points")).to_have_text("14")
    expect(page.locator("td.changed")).to_have_count(0)
    assert kept(page) == []


def test_f2_edits_and_escape_takes_back(page: Page, store: Store) -> None:
    store.values[1, "note"] = "消防"
    page.reload()
    cell(page, 1, "note").click()
    page.keyboard.press("F2")
    page.keyboard.press("End")
    page.keyboard.type("验收")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("已")
    expect(page.locator(".cell-grid__editor")).to_have_value("消防验已收")
    page.keyboard.press("Escape")
    expect(cell(page, 1, "note")).to_have_text("消防")
    assert (focused(page), kept(page)) == (["1", 4], [])
    cell(page, 1, "note").dblclick()
    page.keyboard.press("End")
    page.keyboard.press("Alt+Enter")
    page.keyboard.type("两行")
    page.keyboard.press("Enter")
    saved(page)
    assert store.values[1, "note"] == "消防\n两行"


def test_a_method_of_input_begins_to_type_as_a_key_does(page: Page, store: Store) -> None:
    cell(page, 1, "note").click()
    keys = page.context.new_cdp_session(page)
    keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Process", "windowsVirtualKeyCode": 229})
    keys.send("Input.imeSetComposition", {"text": "xiao", "selectionStart": 4, "selectionEnd": 4})
    keys.send("Input.insertText", {"text": "消防"})
    page.keyboard.press("Enter")
    saved(page)
    assert store.values == {(1, "note"): "消防"}


def test_the_keyboard_reaches_every_corner(page: Page) -> None:
    cell(page, 6, "staff").click()
    went = []
    for keys in ("Home", "End", "Control+Home", "Control+End", "PageUp", "PageDown", "Control+ArrowUp", "ArrowLeft"):
        page.keyboard.press(keys)
        went.append(focused(page))
    assert went == [
        ["6", 0], ["6", 5], ["1", 0], ["12", 5], ["1", 5], ["12", 5], ["1", 5], ["1", 4],
    ]  # fmt: skip
    page.keyboard.press("Shift+Tab")
    assert focused(page) == ["1", 3]
    # Tab passes over what cannot be filled in: the sum, the name, and the closed cell of row 3.
    cell(page, 2, "note").click()
    page.keyboard.press("Tab")
    assert focused(page) == ["3", 2]
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('table')") is None


def test_the_name_of_a_row_leads_to_its_form(page: Page) -> None:
    cell(page, 2, "venue").click()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sheet/?row=2")


def test_yes_and_no_by_one_key(page: Page, store: Store) -> None:
    cell(page, 1, "gate").click()
    page.keyboard.press("1")
    expect(cell(page, 1, "gate")).to_have_text("具备")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    expect(page.locator("[data-grid-said]")).to_have_text("按 1 为具备，按 0 为不具备，按空格切换。")
    saved(page)
    assert store.values == {(1, "gate"): "yes", (2, "gate"): "no", (3, "gate"): "no"}
    page.reload()
    expect(cell(page, 2, "gate")).to_have_text("不具备")


def test_what_the_system_counts_cannot_be_typed_over(page: Page, store: Store) -> None:
    for row, col in ((1, "points"), (3, "venue")):
        cell(page, row, col).click()
        page.keyboard.type("5")
        page.keyboard.press("F2")
        expect(page.locator("[data-grid-said]")).to_have_text("本格由系统计算或已锁定，不能填写。")
    assert (page.locator(".cell-grid__editor").count(), store.posts) == (0, [])


def test_a_range_is_copied_as_excel_copies(page: Page, store: Store) -> None:
    store.values |= {(1, "venue"): "7.5", (1, "staff"): "3", (2, "gate"): "yes", (2, "note"): '租"5"年\n到期'}
    page.reload()
    cell(page, 1, "venue").click()
    for keys in ("Shift+ArrowDown", "Shift+End"):
        page.keyboard.press(keys)
    assert page.evaluate(COPY, "copy") == '7.5\t3\t\t\t10.5\r\n\t\t具备\t"租""5""年\n到期"\t0'
    expect(page.locator("[aria-selected]")).to_have_count(10)
    cell(page, 2, "staff").click(modifiers=["Shift"])
    expect(page.locator("[aria-selected]")).to_have_count(4)
    cell(page, 1, "venue").hover()
    page.mouse.down()
    cell(page, 3, "gate").hover()
    page.mouse.up()
    expect(page.locator("[aria-selected]")).to_have_count(9)
    page.keyboard.press("Control+a")
    expect(page.locator("[aria-selected]")).to_have_count(12 * 6)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[aria-selected]")).to_have_count(0)


def test_the_keys_of_the_clipboard_work_on_cells(page: Page, store: Store) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    store.values |= {(1, "venue"): "7.5", (1, "staff"): "3"}
    page.reload()
    cell(page, 1, "venue").click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()") == "7.5\t3"
    cell(page, 2, "venue").click()
    page.keyboard.press("Control+v")
    expect(page.locator("[data-grid-said]")).to_have_text("已粘贴 2 格。")
    saved(page)
    assert (store.get(2, "venue"), store.get(2, "staff")) == ("7.5", "3")


def test_a_block_from_excel_goes_only_where_one_may_write(page: Page, store: Store) -> None:
    cell(page, 2, "venue").click()
    page.evaluate(PASTE, '7.5\t3\t是\t"两行\n文字"\t99\r\n8\t4\t否\t\t\r\n11\t2.5\t不详\t短\t\r\n')
    expect(page.locator("[data-grid-said]")).to_have_text("已粘贴 11 格，4 格不能填写，未粘贴，3 格填写有误，未保存。")
    state(page, "partly", "有 3 处填写有误，未保存")
    assert store.values == {
        (2, "venue"): "7.5", (2, "staff"): "3", (2, "gate"): "yes", (2, "note"): "两行\n文字",
        (3, "staff"): "4", (3, "gate"): "no", (4, "note"): "短",
    }  # fmt: skip
    told = page.locator("[data-grid-troubles] li").all_inner_texts()
    assert [line.split("，", 1)[1] for line in told] == [
        "场地 应在 0 至 10 之间，请核对。", "人员 请填写整数。", "证照 请填写“具备”或“不具备”。",
    ]  # fmt: skip
    # From the list to the cell, which says it once more; corrected, it is saved.
    page.click("[data-grid-troubles] button >> nth=0")
    assert focused(page) == ["4", 1]
    assert cell(page, 4, "venue").get_attribute("title") == "应在 0 至 10 之间，请核对。"
    expect(page.locator("[data-grid-said]")).to_have_text("应在 0 至 10 之间，请核对。")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    state(page, "partly", "有 2 处填写有误，未保存")
    assert store.values[4, "venue"] == "1"


def test_one_value_fills_a_range_and_undo_takes_it_back(page: Page, store: Store) -> None:
    cell(page, 4, "staff").click()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    page.evaluate(PASTE, "5\r\n")
    saved(page)
    assert store.values == {(row, "staff"): "5" for row in range(4, 8)}
    page.keyboard.press("Control+z")
    expect(page.locator("[data-grid-said]")).to_have_text("已撤销 4 格的改动。")
    saved(page)
    assert store.values == {(row, "staff"): "" for row in range(4, 8)}
    # What does not fit is told, and a cut leaves nothing behind.
    cell(page, 12, "staff").click()
    page.evaluate(PASTE, "1\n2\n3")
    expect(page.locator("[data-grid-said]")).to_have_text("已粘贴 1 格，2 格超出表格，未粘贴。")
    saved(page)
    assert store.values[12, "staff"] == "1"
    cell(page, 12, "staff").click()
    assert page.evaluate(COPY, "cut") == "1"
    saved(page)
    assert store.values[12, "staff"] == ""


def test_rows_are_sorted_as_numbers_and_narrowed_by_name(page: Page, store: Store) -> None:
    store.values |= {(1, "venue"): "9", (2, "venue"): "10", (4, "venue"): "1.5"}
    page.reload()
    cell(page, 4, "venue").click()

    def order() -> list[str]:
        found: list[str] = page.locator("tbody tr:visible").evaluate_all("(rows) => rows.map((row) => row.dataset.row)")
        return found[:4]

    page.click("th[data-col=venue] button")
    assert (order(), focused(page)[1]) == (["4", "1", "2", "3"], 1)
    page.click("th[data-col=venue] button")
    assert order() == ["2", "1", "4", "3"]
    assert page.get_attribute("th[data-col=venue]", "aria-sort") == "descending"
    cell(page, 2, "staff").click()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.get_attribute("th[data-col=staff]", "aria-sort") == "ascending"
    page.fill("[data-grid-filter]", "１2号")
    assert order() == ["12"]
    expect(page.locator("[data-grid-said]")).to_have_text("显示 1 行，共 12 行。")
    page.fill("[data-grid-filter]", "无此平台")
    assert order() == []
    page.fill("[data-grid-filter]", "")
    assert len(order()) == 4


def test_a_refused_cell_keeps_what_was_typed_and_says_why(page: Page, store: Store) -> None:
    type_in(page, 1, "venue", "9.9")
    type_in(page, 2, "venue", "3")
    state(page, "partly", "有 1 处填写有误，未保存")
    expect(cell(page, 1, "venue")).to_have_text("9.9")
    assert cell(page, 1, "venue").get_attribute("title") == "超过该项扣分后的上限，请核对。"
    assert (store.values, len(kept(page))) == ({(2, "venue"): "3"}, 1)
    posts = len(store.posts)
    type_in(page, 1, "venue", "9")
    saved(page)
    assert (store.values[1, "venue"], len(store.posts), kept(page)) == ("9", posts + 1, [])


@pytest.mark.trust("T11")
def test_without_a_network_it_waits_and_saves_later(page: Page, store: Store) -> None:
    page.context.set_offline(True)
    type_in(page, 1, "venue", "6")
    state(page, "offline", "未保存（网络不通，将自动重试）")
    assert (store.values, len(kept(page))) == ({}, 1)
    page.context.set_offline(False)
    saved(page)
    assert (store.values, kept(page)) == ({(1, "venue"): "6"}, [])


def test_an_answer_that_got_lost_is_no_conflict(page: Page, store: Store) -> None:
    lost: list[str] = []

    def lose_first(route: Any) -> None:
        answer = route.fetch()
        if lost:
            route.fulfill(response=answer)
        else:
            lost.append(answer.text())
            route.abort()

    page.route("**/save/", lose_first)
    type_in(page, 1, "venue", "6")
    state(page, "offline", "未保存（网络不通，将自动重试）")
    assert store.values == {(1, "venue"): "6"}
    # Typed on meanwhile: what was sent goes once more, then the newer value.
    type_in(page, 1, "venue", "7")
    saved(page)
    assert store.values == {(1, "venue"): "7"}
    assert [[each["value"] for each in post["cells"]] for post in store.posts] == [["6"], ["6"], ["7"]]


def test_what_failed_is_tried_again_by_itself(store: Store, open_as: Any) -> None:
    page = open_as()
    page.clock.install()
    page.goto("/grid/")
    store.status = 503
    type_in(page, 1, "venue", "6")
    page.clock.run_for(1000)
    state(page, "failed", "未保存（系统暂时不能保存，将自动重试）")
    store.status = 0
    page.clock.run_for(14_000)
    assert store.values == {}
    page.clock.run_for(2000)
    saved(page)
    assert store.values == {(1, "venue"): "6"}


@pytest.mark.parametrize("later", ["7", "3"], ids=["another value", "what stood there"])
def test_what_is_typed_while_a_save_is_on_its_way_is_saved_after_it(page: Page, store: Store, later: str) -> None:
    store.values[1, "venue"] = "3"
    page.reload()
    held: list[Any] = []
    page.route("**/save/", lambda route: route.continue_() if held else held.append(route))
    type_in(page, 1, "venue", "6")
    state(page, "saving", "正在保存…")
    page.wait_for_timeout(200)
    type_in(page, 1, "venue", later)
    held[0].continue_()
    saved(page)
    expect(cell(page, 1, "venue")).to_have_text(later)
    assert store.values == {(1, "venue"): later}
    assert [[(each["value"], each["seen"]) for each in post["cells"]] for post in store.posts] == [
        [("6", "3")], [(later, "6")],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "name", "text"),
    [
        (500, "failed", "未保存（系统暂时不能保存，将自动重试）"),
        (429, "failed", "未保存（系统暂时不能保存，将自动重试）"),
        (403, "ended", "未保存（没有权限，或页面已失效），内容保存在本机"),
        (404, "ended", "未保存（内容已不存在），内容保存在本机"),
        (409, "ended", "未保存（本平台已交评，不能修改），内容保存在本机"),
        (410, "ended", "未保存（本平台已交评，不能修改），内容保存在本机"),
        (413, "refused", "未保存（内容过长，请精简），内容保存在本机"),
        (400, "refused", "未保存（内容无法识别，请刷新页面后重试），内容保存在本机"),
        (401, "expired", "登录已过期，内容保存在本机。"),
        (302, "expired", "登录已过期，内容保存在本机。"),
        (200, "expired", "登录已过期，内容保存在本机。"),
    ],
)
def test_each_failure_is_said_and_loses_nothing(page: Page, store: Store, status: int, name: str, text: str) -> None:
    store.status = status
    type_in(page, 1, "venue", "6")
    state(page, name, text)
    expect(cell(page, 1, "venue")).to_have_text("6")
    assert (store.values, len(kept(page))) == ({}, 1)
    store.status = 0
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/grid/")
    state(page, "offer", "本机留有 1 处没有保存的内容。")
    page.click("text=填入并保存")
    saved(page)
    assert (store.values, kept(page)) == ({(1, "venue"): "6"}, [])


def test_what_cannot_be_saved_can_be_copied(page: Page, store: Store) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    store.status = 404
    type_in(page, 1, "venue", "6")
    type_in(page, 2, "gate", "0")
    page.click("text=复制未保存的内容")
    expect(page.locator("[data-save-more]")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == "第1号平台，场地：6\n第2号平台，证照：不具备"


def test_a_token_that_changed_is_renewed_once(page: Page, store: Store) -> None:
    page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    type_in(page, 1, "venue", "6")
    saved(page)
    assert store.values == {(1, "venue"): "6"}


def test_another_account_at_this_browser_saves_nothing_of_the_first(page: Page, store: Store) -> None:
    page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    page.evaluate("history.replaceState(null, '', '/grid/?writer=2')")
    type_in(page, 1, "venue", "6")
    state(page, "foreign", "未保存（现在登录的是另一个账号），内容保存在本机")
    assert store.values == {}


def test_two_officers_on_one_cell_see_both_values(page: Page, store: Store, open_as: Any) -> None:
    other = open_as()
    other.goto("/grid/?writer=2")
    type_in(page, 1, "venue", "6")
    type_in(page, 2, "gate", "1")
    type_in(page, 4, "venue", "2")
    saved(page)
    type_in(other, 1, "venue", "7")
    type_in(other, 2, "gate", "0")
    type_in(other, 4, "venue", "2")
    # The same value by both is no conflict.
    state(other, "clash", "有 2 处与他人的修改不一致，请选定")
    expect(cell(other, 1, "venue")).to_have_text("7对方 6")
    expect(cell(other, 2, "gate")).to_have_text("不具备对方 具备")
    expect(other.locator("[data-grid-troubles] li").first).to_contain_text("他人已保存“6”，本人填写“7”，请选定。")
    assert violations(other) == []
    other.click("[data-grid-troubles] button:text('采用本人内容') >> nth=0")
    other.click("[data-grid-troubles] button:text('采用对方内容') >> nth=0")
    saved(other)
    expect(cell(other, 1, "venue")).to_have_text("7")
    expect(cell(other, 2, "gate")).to_have_text("具备")
    assert store.values == {(1, "venue"): "7", (2, "gate"): "yes", (4, "venue"): "2"}
    assert kept(other) == []


def test_what_was_typed_before_a_crash_is_offered_back(page: Page, store: Store) -> None:
    store.status = 500
    type_in(page, 1, "venue", "6")
    type_in(page, 2, "venue", "99")
    cell(page, 4, "note").click()
    page.keyboard.press("F2")
    page.keyboard.type("没有按回车")
    state(page, "failed", "未保存（系统暂时不能保存，将自动重试）")
    # The browser dies: nothing of the page runs any more.
    later = page.context.new_page()
    store.status = 0
    later.goto("/grid/")
    state(later, "offer", "本机留有 3 处没有保存的内容。")
    later.click("text=填入并保存")
    state(later, "partly", "有 1 处填写有误，未保存")
    assert store.values == {(1, "venue"): "6", (4, "note"): "没有按回车"}
    expect(cell(later, 2, "venue")).to_have_text("99")
    later.on("dialog", lambda dialog: dialog.accept())
    later.reload()
    later.click("text=丢弃")
    saved(later)
    assert kept(later) == []


def test_another_person_is_offered_nothing(page: Page, store: Store) -> None:
    store.status = 500
    type_in(page, 1, "venue", "6")
    state(page, "failed", "未保存（系统暂时不能保存，将自动重试）")
    other = page.context.new_page()
    other.goto("/grid/?writer=2")
    expect(other.locator("tbody tr").first).to_be_visible()
    expect(other.locator("[role=grid]")).to_be_visible()
    assert other.locator("[data-save-words]").inner_text() == "填写后自动保存"


def test_leaving_the_page_saves_even_the_open_cell(page: Page, store: Store) -> None:
    type_in(page, 1, "venue", "6")
    cell(page, 4, "note").click()
    page.keyboard.press("F2")
    page.keyboard.type("随即离开")
    page.goto("/sheet/")
    until(lambda: len(store.values) == 2, pause=lambda: page.wait_for_timeout(50))
    assert store.values == {(1, "venue"): "6", (4, "note"): "随即离开"}
    page.goto("/grid/")
    expect(cell(page, 4, "note")).to_have_text("随即离开")
    assert kept(page) == []


def test_many_cells_go_in_several_requests(page: Page, store: Store) -> None:
    store.rows = 300
    page.reload()
    cell(page, 4, "staff").click()
    page.evaluate(PASTE, "\n".join(["5"] * 250))
    saved(page)
    assert [len(post["cells"]) for post in store.posts] == [200, 50]
    assert len(store.values) == 250


def test_browser_and_server_judge_alike(page: Page) -> None:
    texts = [
        "", " 7 ", "７．５", "007.50", "-0", "0.0", "-1", "10", "10.01", "11", "2.55", "2.50", "1e3", "1,000",
        "7分", ".5", "5.", "是", "不具备", "√", "YES", "1", "0", "有无", "x" * 20, "😀" * 20, "😀" * 21, "a\r\nb",
        "a\x0bb", "\ud800",
    ]  # fmt: skip
    script = """async ([rules, texts]) => {
        const { read } = await import("/static/js/cell-kinds.js");
        return rules.map((rule) => texts.map((text) => read(rule, text)).map((each) => [each.value, each.sentence]));
    }"""
    rules = [
        {"kind": str(each.kind), "max": each.most if each.most is None else str(each.most)}
        | ({"min": str(each.low)} if each.low is not None else {})
        | ({"decimals": str(each.places)} if each.places is not None else {})
        for each in COLUMNS[:4]
    ]
    # Halves of characters do not pass from here to the browser.
    sendable = texts[:-1]
    judged = page.evaluate(script, [rules, sendable])
    for column, answers in zip(COLUMNS, judged, strict=False):
        for text, (value, sentence) in zip(sendable, answers, strict=True):
            ours, refusal = read_value(column, text)
            assert (column.code, text, sentence) == (column.code, text, refusal)
            if not refusal:
                assert (column.code, text, value) == (column.code, text, ours)
    half = page.evaluate(
        "async () => (await import('/static/js/cell-kinds.js')).read({ kind: 'text' }, 'a\\ud800').sentence"
    )
    assert half == read_value(COLUMNS[3], "a\ud800")[1]


def test_without_scripts_it_is_a_table_that_leads_to_the_forms(store: Store, chromium: Any, live_server: Any) -> None:
    store.values[1, "venue"] = "7"
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/grid/")
    expect(page.get_by_role("table", name="各平台评分")).to_be_visible()
    expect(page.locator("tbody tr").first.locator("td").first).to_have_text("7")
    page.click("text=第2号平台")
    assert page.url.endswith("/sheet/?row=2")
    context.close()


def test_the_sheet_is_clean_in_every_state_and_fits_a_phone(page: Page, store: Store) -> None:
    type_in(page, 1, "venue", "99")
    type_in(page, 2, "staff", "5")
    cell(page, 4, "note").click()
    page.keyboard.press("F2")
    page.keyboard.type("修改中")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert (theme, violations(page)) == (theme, [])
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+ArrowUp")
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert (violations(page), overflows(page)) == ([], False)
    # A column at the far end comes in sight beside the names, not below them.
    cell(page, 6, "venue").click()
    page.keyboard.press("End")
    name, far = cell(page, 6, "venue").locator("xpath=../th").bounding_box(), cell(page, 6, "points").bounding_box()
    assert name
    assert far
    edges = (0, name["x"], name["x"] + name["width"], far["x"] + 1, far["x"] + far["width"], 390)
    assert edges == tuple(sorted(edges))


def test_a_finger_types_with_the_second_touch(store: Store, chromium: Any, live_server: Any) -> None:
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto("/grid/")
    cell(page, 1, "venue").tap()
    assert page.locator(".cell-grid__editor").count() == 0
    cell(page, 1, "venue").tap()
    page.keyboard.type("5")
    cell(page, 1, "staff").tap()
    saved(page)
    assert store.values == {(1, "venue"): "5"}
    context.close()


def test_on_paper_every_column_and_its_head_are_there(page: Page, store: Store) -> None:
    page.emulate_media(media="print")
    expect(page.locator("[data-grid-filter]")).to_be_hidden()
    expect(page.locator(".cell-grid__foot")).to_be_hidden()
    assert page.evaluate(
        "() => [...new Set([...document.querySelectorAll('[role=grid] :is(th, td)')]"
        ".map((each) => getComputedStyle(each).position))]"
    ) == ["static"]


@pytest.mark.long
def test_a_thousand_platforms_stay_at_hand(store: Store, open_as: Any) -> None:
    store.rows, store.wide = 1000, 20
    page = open_as()
    page.goto("/grid/")
    cell(page, 1, "venue").click()
    page.keyboard.press("Control+End")
    assert focused(page) == ["1000", 25]
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    saved(page)
    page.click("th[data-col=venue] button")
    assert page.locator("tbody tr").first.get_attribute("data-row") == "1000"
    # All of it to Excel and back, which changes nothing that is stored.
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+a")
    text = page.evaluate(COPY, "copy")
    assert [len(line.split("\t")) for line in text.split("\r\n")] == [26] * 1000
    page.evaluate(PASTE, text)
    expect(page.locator("[data-grid-said]")).to_have_text("已粘贴 23999 格，2001 格不能填写，未粘贴。")
    assert (page.locator("td.changed").count(), store.values) == (0, {(1000, "venue"): "5"})
