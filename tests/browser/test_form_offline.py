"""A form that saves itself: without a network, in two tabs, after the session ended, behind a link that ended."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from platforms.applications.services import fill_links
from platforms.models import Application, AuditEvent, FillLink
from tests import factories
from tests.browser.forms import kept, open_section, saved, state

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AT = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)


@pytest.fixture
def draft(transactional_db: None) -> Application:
    """A draft of 鄞州区, which has two officers."""
    regions = factories.regions()
    round_ = factories.round_of(2026)
    officer = factories.officer("yinzhou", regions["330212"])
    factories.officer("yinzhou2", regions["330212"])
    return factories.draft(officer, round_, AT)


def stored(draft: Application, name: str) -> Any:
    return Application.objects.values_list(name, flat=True).get(pk=draft.pk)


def test_what_is_typed_is_saved_by_itself(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "operator")
    page.locator("[name=operator_name]").press_sequentially("测试服务中心", delay=5)
    saved(page)
    assert stored(draft, "operator_name") == "测试服务中心"
    page.locator("[name=operator_code]").press_sequentially("9133", delay=5)
    note = page.locator("#id_operator_code_error")
    expect(note).to_contain_text("统一社会信用代码须为 18 位，现为 4 位，请对照证书核对。")
    assert "id_operator_code_error" in (page.get_attribute("[name=operator_code]", "aria-describedby") or "")
    page.fill("[name=operator_code]", factories.credit_code(7, "12330212"))
    page.check("[name=operator_nature][value=enterprise]")
    expect(page.locator("#id_operator_nature_warning")).to_contain_text("通常与所选的单位性质不一致")
    expect(note).to_have_count(0)
    expect(page.locator("#form-rail [aria-current] .progress__state")).to_have_text("缺 6 项")
    expect(page.locator("#section-gaps h2")).to_have_text("本部分还有 6 项未填")
    assert kept(page) == []


#: Notes each state that the line of the page comes to show.
NOTE_STATES = """() => {
    const line = document.getElementById("save-state");
    window.seen = [];
    new MutationObserver(() => setTimeout(() => {
        const state = line.querySelector("[data-state]").dataset.state;
        if (window.seen.at(-1) !== state) window.seen.push(state);
    })).observe(line, { childList: true, subtree: true });
}"""


def test_what_is_typed_while_a_save_is_on_its_way_is_not_called_saved(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "operator")
    held: list[Any] = []
    page.route(
        "**/operator/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    page.evaluate(NOTE_STATES)
    page.fill("[name=operator_name]", "测试服务中心")
    state(page, "saving")
    page.fill("[name=legal_representative]", "王法人")
    with page.expect_request("**/operator/"):
        held[0].continue_()
    state(page, "saving")
    held[1].continue_()
    saved(page)
    assert page.evaluate("window.seen") == ["pending", "saving", "pending", "saving", "saved"]
    assert stored(draft, "legal_representative") == "王法人"


def test_a_burst_of_typing_is_one_event(draft: Application, open_as: Any) -> None:
    before = AuditEvent.objects.count()
    page = open_section(open_as("yinzhou", by_form=True), draft, "plan")
    logins = AuditEvent.objects.count()
    page.locator("[name=funds_source]").press_sequentially("街道年度预算安排", delay=30)
    saved(page)
    assert (logins - before, AuditEvent.objects.count() - logins) == (1, 1)


@pytest.mark.trust("T11")
def test_without_a_network_nothing_is_lost(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "platform")
    page.context.set_offline(True)
    page.fill("[name=address]", "断网时填写的地址")
    state(page, "offline")
    expect(page.locator("#save-state")).to_have_text("网络已断开，内容保存在本机，恢复后自动补存")
    assert len(kept(page)) == 1
    page.context.set_offline(False)
    saved(page)
    assert (stored(draft, "address"), kept(page)) == ("断网时填写的地址", [])


def test_what_was_typed_without_a_network_survives_the_browser(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "staff")
    page.context.set_offline(True)
    page.click("[data-add-row]")
    fill_person(page, 0, "王一")
    fill_person(page, 1, "李二")
    state(page, "offline")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    page.context.set_offline(False)
    open_section(page, draft, "staff")
    saved(page)
    assert page.input_value("[name=staff-1-name]") == "李二"
    assert list(draft.staff.order_by("pk").values_list("name", flat=True)) == ["王一", "李二"]


def fill_person(page: Page, place: int, name: str) -> None:
    for field, value in {"name": name, "post": "专员", "years": "3"}.items():
        page.fill(f"[name=staff-{place}-{field}]", value)
    for field, value in {"sex": "female", "education": "bachelor"}.items():
        page.select_option(f"[name=staff-{place}-{field}]", value)


def test_an_answer_that_got_lost_doubles_nothing(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "staff")
    answers: list[int] = []

    def lose_first(route: Any) -> None:
        # The server saves, its answer never arrives.
        response = route.fetch()
        answers.append(response.status)
        if len(answers) == 1:
            route.abort()
        else:
            route.fulfill(response=response)

    page.route("**/staff/", lambda route: lose_first(route) if route.request.method == "POST" else route.continue_())
    fill_person(page, 0, "王一")
    state(page, "offline")
    page.fill("[name=staff-0-post]", "主任")
    saved(page)
    assert list(draft.staff.values_list("name", "post")) == [("王一", "主任")]


@pytest.mark.trust("T11")
def test_two_tabs_one_without_a_network(draft: Application, open_as: Any) -> None:
    first = open_section(open_as("yinzhou"), draft, "platform")
    second = open_section(open_as("yinzhou2"), draft, "platform")
    first.context.set_offline(True)
    first.fill("[name=address]", "甲填写的地址")
    first.fill("[name=opening_hours]", "甲填写的时间")
    state(first, "offline")
    second.fill("[name=address]", "乙填写的地址")
    second.fill("[name=introduction]", "乙填写的简介")
    saved(second)
    first.context.set_offline(False)
    state(first, "clash")
    # What only one of them changed is merged: also into the page.
    assert (stored(draft, "opening_hours"), first.input_value("[name=introduction]")) == (
        "甲填写的时间",
        "乙填写的简介",
    )
    panel = first.locator("#section-conflict")
    expect(panel).to_contain_text("乙填写的地址")
    expect(panel).to_contain_text("甲填写的地址")
    assert (stored(draft, "address"), first.input_value("[name=address]")) == ("乙填写的地址", "甲填写的地址")
    first.check("[name=keep-address][value^=mine]")
    first.click("[name=merge]")
    expect(panel.locator("section")).to_have_count(0)
    saved(first)
    assert (stored(draft, "address"), stored(draft, "introduction")) == ("甲填写的地址", "乙填写的简介")


def test_two_colleagues_work_on_different_sections(draft: Application, open_as: Any) -> None:
    first = open_section(open_as("yinzhou"), draft, "plan")
    second = open_section(open_as("yinzhou2"), draft, "record")
    for _ in range(2):
        first.fill("[name=target_events]", str(12 + _))
        second.fill("[name=events_held]", str(5 + _))
        saved(first)
        saved(second)
    expect(first.locator("#section-conflict section")).to_have_count(0)
    assert (stored(draft, "target_events"), stored(draft, "events_held")) == (13, 6)


@pytest.mark.trust("T31")
def test_after_the_session_ended_the_text_is_saved_with_the_next_login(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "venue")
    Session.objects.all().delete()
    page.fill("[name=equipment]", "会话过期时填写的设备")
    state(page, "expired")
    expect(page.locator(".save-state")).to_contain_text("登录已过期，内容保存在本机。")
    page.click(".save-state a")
    page.fill("input[name=username]", "yinzhou")
    page.fill("input[name=password]", factories.PASSWORD)
    page.click("form:has(input[name=password]) [type=submit]")
    page.wait_for_url(f"**/applications/{draft.number}/venue/")
    saved(page)
    assert (stored(draft, "equipment"), kept(page)) == ("会话过期时填写的设备", [])


def test_a_login_in_another_tab_lets_the_first_go_on(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "venue")
    other = page.context.new_page()
    page.context.clear_cookies(name="sessionid")
    other.goto("/admin/login/")
    other.fill("input[name=username]", "yinzhou")
    other.fill("input[name=password]", factories.PASSWORD)
    other.click("form:has(input[name=password]) [type=submit]")
    other.wait_for_url(lambda url: "/login/" not in url)
    page.fill("[name=equipment]", "另一个标签页登录之后")
    saved(page)
    assert stored(draft, "equipment") == "另一个标签页登录之后"


def test_a_colleague_at_the_same_browser_is_asked_first(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "plan")
    Session.objects.all().delete()
    page.fill("[name=funds_source]", "甲没有保存的内容")
    state(page, "expired")
    page.click(".save-state a")
    page.fill("input[name=username]", "yinzhou2")
    page.fill("input[name=password]", factories.PASSWORD)
    page.click("form:has(input[name=password]) [type=submit]")
    state(page, "offer")
    assert page.input_value("[name=funds_source]") == ""
    page.click("text=填入本页")
    saved(page)
    assert stored(draft, "funds_source") == "甲没有保存的内容"


def test_logging_out_clears_the_browser(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "venue")
    # More than a draft holds.
    page.fill("[name=counters]", "三" * 4001)
    state(page, "partly")
    assert len(kept(page)) == 1
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("text=退出")
    page.wait_for_url("**/")
    assert kept(page) == []


def test_what_is_older_than_a_day_is_gone(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "plan")
    page.evaluate("localStorage.setItem('ningbo-kept:x:staff', JSON.stringify({ at: Date.now() - 25 * 3600 * 1000 }))")
    page.goto("/")
    page.wait_for_function("localStorage.getItem('ningbo-kept:x:staff') === null")


def test_behind_a_link_that_ended_the_text_can_be_copied(draft: Application, open_as: Any) -> None:
    officer = draft.created_by
    link, token = fill_links.issue(application=draft, recipient="测试单位", days=7, by=officer, at=timezone.now())
    page = open_as()
    page.goto(f"/fill/{token}/plan/")
    page.fill("[name=target_events]", "12")
    saved(page)
    FillLink.objects.filter(pk=link.pk).update(revoked_at=timezone.now())
    page.fill("[name=funds_source]", "没有来得及保存的内容")
    state(page, "ended")
    expect(page.locator("#save-state")).to_have_text("填报链接已失效，没有保存；内容保存在本机，可以复制")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    assert "经费来源：没有来得及保存的内容" in page.input_value("#kept-text")
    page.click("[data-kept-drop]")
    assert kept(page) == []
