"""The pages over several years and the gaps of a round in a real browser: charts, keyboard, phone."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories
from tests.browser.forms import overflows, violations
from tests.browser.test_charts import listening
from tests.evaluation import stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N20")]
YEARS = "/desk/years/"
PAGES = (
    YEARS, "/desk/years/regions/", "/desk/years/indicators/", "/desk/years/movements/",
    "/desk/years/platforms/330212-001/",
)  # fmt: skip


@pytest.fixture
def published(transactional_db: None) -> None:
    """Two public years; 慈溪市 takes part in the second only. A third is being scored."""
    regions = factories.regions()
    factories.officer("yinzhou", regions["330212"])
    factories.person("city", "city")
    stage.published_round({"330212": {"A": 2, "D": 1}}, year=2020)
    stage.published_round({"330212": {"B": 2, "A": 1}, "330282": {"A": 1}}, year=2021)
    stage.graded_round({"330212": {"scored": 1, "open": 1, "returned": 1}}, year=2022)


def test_years_stand_beside_each_other_and_a_missing_one_is_said(published: Any, open_as: Any) -> None:
    page = open_as("city")
    said = listening(page)
    page.goto("/desk/years/regions/")
    expect(page.get_by_role("heading", name="2021年度慈溪市平均分最高，为 100 分")).to_be_visible()
    expect(page.locator("[data-chart-canvas] svg")).to_have_count(1)
    page.locator("[data-chart-canvas]").focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-chart-said]")).to_have_text("鄞州区：2020年度 76.67 分，2021年度 86.67 分")
    page.keyboard.press("End")
    # Without points there is nothing to read out, and no sum of points of different years.
    expect(page.locator("[data-chart-said]")).to_have_text("慈溪市：2020年度 无数据，2021年度 100 分")
    assert said == []


def test_a_number_opens_its_platforms_and_a_platform_its_years(published: Any, open_as: Any) -> None:
    page = open_as("yinzhou")
    page.goto("/desk/years/movements/")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="A档")).last
    row.get_by_role("link", name="2", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 个")
    page.get_by_role("link", name="330212-001").click()
    expect(page.get_by_role("heading", name="得分：2020年度 100 分，2021年度 80 分")).to_be_visible()
    expect(page.get_by_role("cell", name="降 1 档，-20 分")).to_be_visible()


@pytest.mark.parametrize("person", ["city", "yinzhou"])
def test_the_pages_are_clean_and_fit_a_phone(published: Any, open_as: Any, person: str) -> None:
    page = open_as(person)
    said = listening(page)
    paths = [*PAGES, f"{reverse('evaluation:gaps')}?year=2022"] if person == "city" else PAGES
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for path in paths:
            page.goto(path)
            assert (path, theme, violations(page)) == (path, theme, [])
    page.set_viewport_size({"width": 390, "height": 844})
    for path in paths:
        page.goto(path)
        assert (path, overflows(page)) == (path, False)
    assert said == []
