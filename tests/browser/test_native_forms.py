"""Every button of every page works as a browser sends it, without a script's help, at every door."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import expect

from platforms.applications.correction import Asked
from platforms.applications.services import filing, fill_links
from platforms.choices import Role
from platforms.models import Application, Attachment, FillLink
from tests import factories
from tests.browser.buttons import Walk, refused
from tests.browser.forms import overflows, violations

pytestmark = [pytest.mark.browser, pytest.mark.trust("T51"), pytest.mark.django_db(transaction=True)]

AT = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> Any:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def returned(transactional_db: None) -> Application:
    """A form of 鄞州区 that the city returned with a question, so that every kind of page is there."""
    regions = factories.regions()
    round_ = factories.round_of(2026)
    officer, city = factories.officer("yinzhou", regions["330212"]), factories.person("city", Role.CITY)
    row = factories.submitted(officer, round_, AT)
    asked = [Asked("venue", "floor_area", "面积与证明不符"), Asked("attachments", "attachments", "请换成清晰的扫描件")]
    filing.return_for_correction(application=row, reason="请补正", items=asked, by=city, at=AT)
    row.refresh_from_db()
    return row


def token_of(row: Application) -> str:
    officer = row.created_by
    return fill_links.issue(application=row, recipient="测试单位", days=7, by=officer, at=timezone.now())[1]


def test_every_button_below_a_fill_link_works_on_a_phone(returned: Application, open_as: Any) -> None:
    token = token_of(returned)
    walk = Walk(open_as(width=390), f"/fill/{token}/", f"/fill/{token}/", last="hand-over").run()
    assert refused(walk) == []
    assert {status for status in walk.statuses.values() if status >= 400} == set()
    pages = {each.page.split()[0] for each in walk.pressed}
    assert pages >= {"fill:section", "fill:hand_over", "fill:attachment_remove"}
    assert FillLink.objects.get().handed_over_at is not None


def test_a_unit_takes_a_file_off_and_hands_over_on_a_phone(returned: Application, open_as: Any) -> None:
    token, page = token_of(returned), open_as(width=390)
    page.goto(f"/fill/{token}/attachments/")
    page.locator("a[href$='/remove/']").first.click()
    count = Attachment.objects.filter(replaced_at=None).count()
    page.locator("main form [type=submit]").click()
    page.wait_for_url("**/attachments/")
    assert Attachment.objects.filter(replaced_at=None).count() == count - 1
    page.goto(f"/fill/{token}/")
    page.get_by_role("link", name="交回申报表").click()
    page.get_by_role("button", name="交回申报表").click()
    expect(page.locator("h1")).to_have_text("申报表已交回")
    assert (violations(page), overflows(page)) == ([], False)


@pytest.mark.parametrize("slow", ["hand-over/", "venue/"])
def test_a_page_whose_time_is_over_leads_back_to_the_link(returned: Application, open_as: Any, slow: str) -> None:
    token, page = token_of(returned), open_as(width=390)
    page.goto(f"/fill/{token}/{slow}")
    page.context.clear_cookies()
    # The page of a section saves by itself; without its script it sends the form as any other.
    page.evaluate("HTMLFormElement.prototype.submit.call(document.querySelector('main form'))")
    expect(page.locator("h1")).to_have_text("页面已失效")
    assert page.locator("a[href='/']").count() == 0
    assert (violations(page), overflows(page)) == ([], False)
    page.get_by_role("link", name="返回填报页面").click()
    page.wait_for_url(f"**/fill/{token}/")
    expect(page.get_by_role("link", name="交回申报表")).to_be_visible()


def test_no_page_of_a_link_names_it_to_another_site(returned: Application, open_as: Any) -> None:
    token, page = token_of(returned), open_as(width=390)
    heard: list[tuple[str, str]] = []

    def hear(route: Any) -> None:
        heard.append((route.request.url, route.request.headers.get("referer", "")))
        route.fulfill(body="", headers={"Access-Control-Allow-Origin": "*"})

    page.route("https://elsewhere.example/**", hear)
    page.goto(f"/fill/{token}/")
    with page.expect_request("https://elsewhere.example/link") as asked:
        page.evaluate("location.assign('https://elsewhere.example/link')")
    sent = asked.value.all_headers() if not heard else {}
    assert token not in str(sent)
    assert heard == [("https://elsewhere.example/link", "")]


DOORS = {
    "complaints": ("", "/complaints/", "/complaints/new/"),
    "county": ("yinzhou", "/desk/", "/desk/"),
}


@pytest.mark.parametrize("door", DOORS)
def test_no_button_of_the_other_doors_is_refused(returned: Application, open_as: Any, door: str) -> None:
    factories.draft(returned.created_by, returned.round, AT)
    name, below, start = DOORS[door]
    walk = Walk(open_as(name), below, start).run()
    assert len(walk.pressed) >= {"complaints": 1, "county": 10}[door]
    assert refused(walk) == []
