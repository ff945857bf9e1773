"""A split is released and read: by finance, by a county, by anyone who recomputes it; clean under axe and on phones."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from funding.models import AllocationRelease, AllocationRun
from platforms.models import Region
from tests import factories
from tests.browser.forms import overflows, violations
from tests.factories import PASSWORD
from tests.funding.worked import JIA, drafter, locked, worked_round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N27")]


@pytest.fixture
def run(transactional_db: None) -> AllocationRun:
    """A locked run that nobody has released."""
    return locked(worked_round(), factories.person("signer", "finance"), drafter())


def looks_right(page: Page) -> None:
    assert (page.url, violations(page), overflows(page)) == (page.url, [], False)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_release_is_made_and_read_and_recomputed(
    run: AllocationRun, open_as: Any, width: int, tmp_path: Path
) -> None:
    factories.officer("jia", Region.objects.get(code=JIA))
    page: Page = open_as("drafter", width=width)
    page.goto(f"/admin/funding/allocationrun/{run.pk}/change/")
    page.click("main a:has-text('公布分配结果')")
    page.fill("[name=document_number]", "甬财[2026]9号")
    page.fill("[name=use_due_on]", (timezone.localdate() + timedelta(days=200)).isoformat())
    page.fill("[name=password]", PASSWORD)
    looks_right(page)
    page.click("main button:has-text('公布分配结果')")
    expect(page.locator("main")).to_contain_text("甬财〔2026〕9号")
    looks_right(page)
    assert AllocationRelease.objects.get().run == run

    county: Page = open_as("jia", width=width)
    county.goto("/desk/funding/")
    looks_right(county)
    county.click("main table a")
    expect(county.locator("main")).to_contain_text("9,250,000 元")
    looks_right(county)

    anyone: Page = open_as(width=width)
    anyone.goto("/funding/")
    looks_right(anyone)
    anyone.click("main table a")
    expect(anyone.locator(".shares .bar").first).to_be_visible()
    looks_right(anyone)
    line = anyone.locator("pre code").inner_text()
    for text in ("申报数和各档数（CSV）", "核算程序"):
        with anyone.expect_download() as download:
            anyone.click(f"main a:has-text('{text}')")
        download.value.save_as(tmp_path / download.value.suggested_filename)
    told = subprocess.run([sys.executable, *line.split()[1:]], cwd=tmp_path, capture_output=True, check=True)
    assert "9250000" in told.stdout.decode().replace(",", "")
    anyone.click(f"main table a:has-text('{run.rows.get(code=JIA).label}') >> nth=0")
    expect(anyone.locator(".derivation__step").last).to_contain_text("9,250,000元")
    looks_right(anyone)
