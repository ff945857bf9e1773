"""The rows behind a figure in a real browser: opened from the page of their platform, clean, and on a phone."""

from typing import Any

import pytest
from playwright.sync_api import expect

from platforms.workbench.counted_figures import FIGURES
from platforms.workbench.queries.counting import records_url
from tests import factories
from tests.browser.forms import overflows, violations
from tests.platforms.supervised import platform_of
from tests.platforms.workbench.facts import PERIOD, Facts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N20")]


@pytest.fixture
def facts(transactional_db: None) -> Facts:
    regions = factories.regions()
    round_ = factories.round_of(2026)
    officer = factories.officer("yinzhou", regions["330212"])
    made = Facts(platform_of(regions["330212"], "鄞州区首南街道窗口平台"), round_, officer)
    made.everything()
    return made


def test_a_figure_is_opened_from_its_platform_and_fits_a_phone(facts: Facts, open_as: Any) -> None:
    page = open_as("yinzhou")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/desk/workbench/?platform={facts.platform.code}")
    assert (violations(page), overflows(page)) == ([], False)
    page.get_by_role("link", name="公益性服务占比 50.00 %").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("公益性服务占比")
    expect(page.get_by_text("50.00%")).to_be_visible()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for name in FIGURES:
            page.goto(records_url(name, facts.platform.pk, PERIOD))
            assert (name, theme, violations(page), overflows(page)) == (name, theme, [], False)
