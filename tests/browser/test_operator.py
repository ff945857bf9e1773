"""What only an entrusted operator is asked for comes and goes with the mode, and keeps what was typed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from platforms.models import Application
from tests import factories
from tests.browser.forms import open_section, saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AT = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)


@pytest.fixture
def draft(transactional_db: None) -> Application:
    regions = factories.regions()
    return factories.draft(factories.officer("yinzhou", regions["330212"]), factories.round_of(2026), AT)


def label(page: Page, name: str) -> Any:
    return page.locator(f"#field_id_{name} > label")


@pytest.mark.clause("N12")
def test_entrusted_fields_come_and_go_and_keep_what_was_typed(draft: Application, open_as: Any) -> None:
    page = open_section(open_as("yinzhou"), draft, "operator")
    for name in ("agreement", "support_policy", "founded_on"):
        expect(label(page, name)).to_be_hidden()
    page.check("[name=operating_mode][value=entrusted]")
    page.check("[name=operator_nature][value=enterprise]")
    for name in ("agreement", "support_policy", "founded_on"):
        expect(label(page, name)).to_be_visible()
        expect(label(page, name)).not_to_contain_text("选填")
    page.fill("[name=agreement]", "委托运营协议")
    saved(page)
    page.check("[name=operating_mode][value=direct]")
    expect(label(page, "agreement")).to_be_hidden()
    expect(page.locator("#field_id_operating_mode")).to_contain_text("企业不是主管部门，不能直接运营")
    page.check("[name=operating_mode][value=entrusted]")
    expect(label(page, "agreement")).to_be_visible()
    expect(page.locator("[name=agreement]")).to_have_value("委托运营协议")
    expect(page.locator("#field_id_operating_mode")).not_to_contain_text("不能直接运营")
    saved(page)
    stored = Application.objects.get(pk=draft.pk)
    assert (stored.operating_mode, stored.agreement) == ("entrusted", "委托运营协议")


@pytest.mark.clause("N12")
def test_without_a_script_what_is_asked_by_now_is_there_after_a_save(
    draft: Application, open_as: Any, chromium: Any, live_server: Any
) -> None:
    cookies = open_as("yinzhou").context.cookies()
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/applications/{draft.number}/operator/")
    for name in ("agreement", "support_policy", "founded_on"):
        expect(label(page, name)).to_be_hidden()
    page.check("[name=operating_mode][value=entrusted]")
    page.check("[name=operator_nature][value=enterprise]")
    page.click("text=保存并继续")
    for name in ("agreement", "support_policy", "founded_on"):
        expect(label(page, name)).to_be_visible()
    context.close()
