"""What a page calls saved is stored: typed in one browser, it stands in another as it was typed, and is a gap."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from platforms.applications.services import fill_links
from platforms.models import Application
from tests import factories
from tests.browser.forms import overflows, saved, violations

pytestmark = [pytest.mark.browser, pytest.mark.trust("T52"), pytest.mark.django_db(transaction=True)]

AT = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)
Open = Callable[[str], Page]


@pytest.fixture
def draft(transactional_db: None) -> Application:
    """A whole form of 鄞州区 but for what a test types; the round asks a question on top."""
    regions = factories.regions()
    round_ = factories.round_of(2026)
    city = factories.person("city", "city")
    factories.question(round_, city, AT, kind="number", section="plan", text="数字化投入")
    officer = factories.officer("yinzhou", regions["330212"])
    return factories.complete_application(officer, round_, AT)


@pytest.fixture(params=["county", "unit"])
def fresh(request: pytest.FixtureRequest, draft: Application, open_as: Any) -> Open:
    """A function that opens a section in a browser that was never here: of the county, or of the unit on a phone."""
    token = ""
    if request.param == "unit":
        officer = draft.created_by
        token = fill_links.issue(application=draft, recipient="测试单位", days=7, by=officer, at=timezone.now())[1]

    def section(slug: str) -> Page:
        page = open_as(width=390) if token else open_as("yinzhou")
        page.goto(f"/fill/{token}/{slug}/" if token else f"/desk/applications/{draft.number}/{slug}/")
        return page

    return section


def fill_longer(page: Page, name: str, text: str) -> None:
    """Fill a box with more than it lets a person type, as an old browser or a tool may."""
    page.eval_on_selector(f"[name={name}]", "box => box.removeAttribute('maxlength')")
    page.fill(f"[name={name}]", text)


def rail(page: Page) -> str:
    return page.locator("#form-rail [aria-current] .progress__state").inner_text()


#: kind: section, number of the row that is added, what is typed, what the gap says.
ROWS: dict[str, tuple[str, int, dict[str, str], str]] = {
    "service without its fee": (
        "services",
        1,
        {"services-1-service_class": "law", "services-1-content": "合同审查", "services-1-is_free": "no"},
        "其他服务第 2 行为收费服务，请填写收费标准。",
    ),
    "service without its class": (
        "services",
        1,
        {"services-1-content": "合同审查"},
        "其他服务第 2 行未填完，请填写服务类别。",
    ),
    "partner": ("services", 1, {"partners-1-name": "测试会计师事务所"}, "合作机构第 2 行未填完，请填写合作服务类别。"),
    "person": (
        "staff",
        2,
        {"staff-2-name": "赵三", "staff-2-sex": "male"},
        "第 3 名运营人员未填完，请填写学历、岗位、企业服务年限。",
    ),
    "person with a wrong number": (
        "staff",
        2,
        {
            "staff-2-name": "赵三", "staff-2-sex": "male", "staff-2-education": "college", "staff-2-post": "会计",
            "staff-2-years": "三年多",
        },
        "第 3 名运营人员的“企业服务年限”：请只填写整数，不要带逗号、单位或其他文字。",
    ),
}  # fmt: skip


def type_in(page: Page, values: dict[str, str]) -> None:
    for name, value in values.items():
        box = page.locator(f"[name={name}]")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_that_was_begun_is_there_in_another_browser(fresh: Open, kind: str) -> None:
    slug, place, values, sentence = ROWS[kind]
    rows = next(iter(values)).split("-")[0]
    page = fresh(slug)
    assert rail(page) == "已填完"
    page.locator(f"[data-rows={rows}] [data-add-row]").click()
    type_in(page, values)
    saved(page)
    expect(page.locator("#save-state")).to_contain_text("其中 1 处有误或未填完")
    assert rail(page) == "缺 1 项"
    other = fresh(slug)
    assert {name: other.input_value(f"[name={name}]") for name in values} == values
    assert rail(other) == "缺 1 项"
    expect(other.locator("#section-gaps li")).to_have_text([sentence])
    expect(
        other.locator(f"[data-rows={rows}] tr[data-row]").nth(place).locator(".errorlist, .openlist")
    ).not_to_have_count(0)
    assert (violations(other), overflows(other)) == ([], False)
    # It is put right there, and whole again in the first browser.
    other.locator(f"[data-rows={rows}] [data-remove-row]").nth(place).click()
    saved(other)
    assert rail(other) == "已填完"
    assert rail(fresh(slug)) == "已填完"


def test_a_rule_that_is_only_ticked_is_there_in_another_browser(fresh: Open) -> None:
    page = fresh("rules")
    page.check("[name=rules-complaints_public]")
    saved(page)
    assert rail(page) == "缺 1 项"
    other = fresh("rules")
    assert other.is_checked("[name=rules-complaints_public]")
    assert rail(other) == "缺 1 项"
    fill_longer(other, "rules-complaints_title", "名" * 121)
    saved(other)
    third = fresh("rules")
    assert third.input_value("[name=rules-complaints_title]") == "名" * 121
    expect(third.locator("#id_rules-complaints_title_error")).to_contain_text("现有 121 字，最多 120 字，请精简。")


#: section: box, what is typed, the sentence.
BOXES = {
    "operator": ("contact_phone", "0574-1", "“0574-1”不是有效的电话号码"),
    "venue": ("floor_area", "约三百平方米", "请只填写数字，不要带逗号、单位或其他文字。"),
    "record": ("events_held", "12场", "请只填写整数，不要带逗号、单位或其他文字。"),
    "services": ("free-policy", "长" * 201, "现有 201 字，最多 200 字，请精简。"),
}


@pytest.mark.parametrize("slug", BOXES)
def test_a_wrong_box_keeps_text_mark_and_sentence_when_one_comes_back(fresh: Open, slug: str) -> None:
    name, typed, sentence = BOXES[slug]
    page = fresh(slug)
    fill_longer(page, name, typed)
    page.click("[name=continue]")
    page.wait_for_url(lambda url: f"/{slug}/" not in url)
    page.go_back()
    other = fresh(slug)
    for each in (page, other):
        expect(each.locator(f"[name={name}]")).to_have_value(typed)
        expect(each.locator(f"#id_{name}_error")).to_contain_text(sentence)
        assert "field--bad" in (each.locator(f"#field_id_{name}").get_attribute("class") or "")
        assert rail(each) == "缺 1 项"
    assert (violations(other), overflows(other)) == ([], False)


def test_a_wrong_answer_to_a_question_is_there_in_another_browser(fresh: Open) -> None:
    page = fresh("plan")
    box = page.locator("[name^=question_]")
    name = box.get_attribute("name")
    box.fill("三十多万")
    saved(page)
    other = fresh("plan")
    expect(other.locator(f"[name={name}]")).to_have_value("三十多万")
    expect(other.locator(f"#id_{name}_error")).to_contain_text("请只填写数字")
    assert rail(other) == "缺 1 项"
    other.fill(f"[name={name}]", "30")
    saved(other)
    assert rail(fresh("plan")) == "已填完"


def test_what_no_draft_can_hold_is_never_called_saved(draft: Application, open_as: Any) -> None:
    page = open_as("yinzhou")
    page.goto(f"/desk/applications/{draft.number}/platform/")
    fill_longer(page, "introduction", "长" * 4001)
    expect(page.locator("#save-state [data-state]")).to_have_attribute("data-state", "partly")
    expect(page.locator("#save-state")).to_contain_text("另有 1 处填写有误，未保存")
