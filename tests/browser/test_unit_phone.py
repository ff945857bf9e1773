"""The whole way of a unit on a telephone of 390 px: from the link to what happens next, with boxes that do not zoom."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from platforms.applications.sections import SECTIONS
from platforms.applications.services import fill_links
from platforms.models import Application, Attachment, FillLink, Liaison
from tests import factories
from tests.browser.forms import overflows, saved, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AT = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)

#: Boxes with small letters, and what is pressed and is too small; a box with its words is as large as both, and a link
#: inside of a sentence is as the sentence.
TOO_SMALL = """() => {
  const shown = (each) =>
    each.checkVisibility({ visibilityProperty: true }) && !each.closest(".visually-hidden, .skip");
  const name = (each) => `${each.tagName} ${each.name || each.className || each.textContent.trim().slice(0, 20)}`;
  const main = [...document.querySelectorAll("main, header")];
  const all = (what) => main.flatMap((each) => [...each.querySelectorAll(what)]).filter(shown);
  const boxes = all("input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea");
  const letters = boxes.filter((each) => parseFloat(getComputedStyle(each).fontSize) < 16).map(name);
  const links = ".button, .progress a, .need__files a, .gap-list a, .topbar__link, a.touch";
  const pressed = [...boxes, ...all(`button, summary, ${links}`)];
  const ticks = all("input[type=checkbox], input[type=radio]")
    .map((each) => each.closest("label") ?? each.parentElement);
  const low = [...pressed, ...ticks].filter((each) => each.getBoundingClientRect().height < 43.5)
    .map((each) => `${name(each)} ${each.getBoundingClientRect().height}`);
  return { letters: [...new Set(letters)], low: [...new Set(low)] };
}"""


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> Any:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield


@pytest.fixture
def draft(transactional_db: None) -> Application:
    regions = factories.regions()
    row = factories.draft(factories.officer("yinzhou", regions["330212"]), factories.round_of(2026), AT)
    Liaison.objects.create(
        round=row.round, region=row.region, name="王某", post="科员", phone="0574-87654321、13812345678"
    )
    return row


@pytest.fixture
def page(draft: Application, open_as: Any) -> Page:
    token = fill_links.issue(application=draft, recipient="测试单位", days=7, by=draft.created_by, at=timezone.now())[1]
    opened: Page = open_as(width=390)
    opened.goto(f"/fill/{token}/")
    return opened


def small(page: Page) -> Any:
    return page.evaluate(TOO_SMALL)


def test_a_unit_goes_the_whole_way_on_a_phone(draft: Application, page: Page) -> None:
    start = page.url
    wrong = {"start": small(page), "wide": overflows(page)} if small(page) != {"letters": [], "low": []} else {}
    for section in SECTIONS:
        page.goto(f"{start}{section.slug}/")
        if small(page) != {"letters": [], "low": []} or overflows(page):
            wrong[section.slug] = {**small(page), "wide": overflows(page)}
    assert wrong == {}
    page.goto(f"{start}staff/")
    # One way to take a row away: the button; its tick is for a browser without scripts.
    expect(page.locator(".row__end :text('删除'):visible")).to_have_count(1)
    page.goto(f"{start}platform/")
    page.fill("[name=address]", "测试路8号")
    saved(page)
    page.goto(f"{start}attachments/")
    page.locator("#need-venue [name=uploads]").first.set_input_files(
        [{"name": "场地.pdf", "mimeType": "application/pdf", "buffer": factories.PDF + b"%%EOF\n"}]
    )
    expect(page.locator("#need-venue [data-need-files]")).to_contain_text("场地.pdf")
    assert small(page) == {"letters": [], "low": []}
    page.goto(start)
    page.get_by_role("link", name="交回申报表").click()
    assert small(page) == {"letters": [], "low": []}
    page.get_by_role("button", name="交回申报表").click()
    expect(page.locator("h1")).to_have_text("申报表已交回")
    expect(page.locator(".done__title")).to_have_text("已交回鄞州区，鄞州区会联系您")
    expect(page.locator("a[href='tel:057487654321']")).to_have_text("0574-87654321、13812345678")
    assert (small(page), overflows(page), violations(page)) == ({"letters": [], "low": []}, False, [])
    assert FillLink.objects.get().handed_over_at is not None
    draft.refresh_from_db()
    assert draft.address == "测试路8号"


def test_a_box_asks_for_the_keys_that_it_needs(page: Page) -> None:
    start = page.url

    def box(name: str, *what: str) -> list[str | None]:
        return [page.locator(f"[name={name}]").get_attribute(each) for each in what]

    page.goto(f"{start}platform/")
    assert box("service_phone", "type", "inputmode", "autocomplete") == ["tel", "tel", "off"]
    assert box("longitude", "inputmode") == ["decimal"]
    page.goto(f"{start}operator/")
    assert box("contact_mobile", "type", "autocomplete") == ["tel", "tel"]
    assert box("contact_email", "type", "inputmode", "autocomplete") == ["email", "email", "email"]
    assert box("contact_name", "type", "autocomplete") == ["text", "name"]
    assert box("operator_code", "autocapitalize", "autocomplete") == ["characters", "off"]
    page.goto(f"{start}venue/")
    assert box("counters", "inputmode") == ["numeric"]


def test_the_camera_is_offered_where_a_picture_may_be_handed_in(
    draft: Application, page: Page, chromium: Any, live_server: Any
) -> None:
    page.goto(f"{page.url}attachments/")
    expect(page.locator("#photo-venue")).to_be_hidden()
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone = context.new_page()
    phone.goto(page.url)
    camera = phone.locator("#photo-venue")
    expect(camera).to_be_visible()
    assert camera.get_attribute("capture") == "environment"
    assert camera.get_attribute("accept") == "image/jpeg,image/png"
    camera.set_input_files([{"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": factories.JPEG}])
    expect(phone.locator("#need-venue [data-need-files]")).to_contain_text("照片.jpg")
    assert Attachment.objects.get().application_id == draft.pk
    assert overflows(phone) is False
    context.close()
