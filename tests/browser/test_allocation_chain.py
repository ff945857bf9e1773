"""The money of a round in a browser: computed, signed, locked, released, paid, used, each step by its own button."""

import csv
import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from funding.models import AllocationItem, AllocationRelease, AllocationRun, PaymentBatch, UseReport
from platforms.models import AuditEvent, EvidenceFile, Round
from tests import factories
from tests.browser.forms import overflows, violations
from tests.evaluation.stage import published_round
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.clause("N27")]

YINZHOU = "330212"
#: The worked example of the readings: 甲 乙 丙 丁; 鄞州区 is 甲.
EXAMPLE = {
    YINZHOU: {"A": 4, "B": 3, "C": 2, "D": 1},
    "330282": {"A": 2, "B": 4, "C": 2, "D": 2},
    "330203": {"A": 3, "B": 1, "C": 1},
    "330205": {"A": 1, "B": 2, "D": 2},
}
OWN = "9,250,000"
#: Button of each paper, and what its file is called after year and before number.
PAPERS = {
    "工作簿": ("资金分配表", "xlsx"),
    "数据表": ("资金分配表", "csv"),
    "签署表PDF": ("资金分配签署表", "pdf"),
    "申报数CSV": ("申报数", "csv"),
}
PHONE = 390


@pytest.fixture
def scene(transactional_db: None) -> Round:
    """A published round that nobody has split, two officers of finance, and the county."""
    round_ = published_round(EXAMPLE).round
    for username in ("finance", "finance2"):
        factories.person(username, "finance")
    factories.officer("yinzhou", factories.regions()[YINZHOU])
    return round_


def test_the_money_from_the_draft_to_its_use(scene: Round, open_as: Any, tmp_path: Path) -> None:
    finance, finance2 = open_as("finance"), open_as("finance2")
    run = computed_and_checked(finance, scene)
    moved(finance2, run, "签署", "signed")
    moved(finance, run, "锁定", "locked")
    papers_are_whole(finance, run, tmp_path)
    released(finance, run)
    batch = proposed(finance, run)
    approved(finance2, batch)

    county = open_as("yinzhou", width=PHONE)
    reads_its_amount(county)
    reports_the_use(county)
    accepted(finance)
    anyone_reads(open_as(width=PHONE), scene)

    from_use_to_result(finance, run, batch)
    from_result_to_use(finance, run, batch)


def looks_right(page: Page) -> None:
    # A navigation is told before its page stands.
    expect(page.locator("main h1")).to_be_visible()
    page.wait_for_load_state()
    assert (page.url, violations(page), overflows(page)) == (page.url, [], False)


def goes(page: Page, words: str, *, within: str = "main") -> None:
    """Follow the first link or button of exactly these words, and look at the page it leads to."""
    inside = page.locator(within)
    found = inside.get_by_role("link", name=words, exact=True).or_(inside.get_by_role("button", name=words, exact=True))
    with page.expect_navigation():
        found.first.click()
    looks_right(page)


def confirms(page: Page, **typed: str) -> None:
    """Fill the page that asks once more, and press its own button."""
    for name, value in typed.items():
        page.fill(f"[name='{name}']", value)
    with page.expect_navigation():
        page.click("main form[method=post] .form-actions button[type=submit]")
    looks_right(page)


def page_of(run: AllocationRun) -> str:
    return f"/admin/funding/allocationrun/{run.pk}/change/"


def computed_and_checked(page: Page, round_: Round) -> AllocationRun:
    page.goto("/admin/funding/allocationrun/")
    with page.expect_navigation():
        page.click("main .addlink")
    looks_right(page)
    expect(page.locator("select[name=round]")).to_have_value(str(round_.pk))
    expect(page.locator("#id_pool_yuan")).to_have_value("15,000,000")
    goes(page, "测算", within="main form .form-actions")
    run = AllocationRun.objects.get(round=round_)
    assert (run.status, page.url.endswith(page_of(run))) == ("draft", True)
    goes(page, "核对无误，送签署")
    expect(page.locator("main")).to_contain_text("结果一致")
    confirms(page)
    run.refresh_from_db()
    assert (run.status, run.checked_by.username) == ("checked", "finance")
    return run


def moved(page: Page, run: AllocationRun, verb: str, status: str) -> None:
    """Press ``verb`` on the page of the run, and again under the own password."""
    page.goto(page_of(run))
    expect(page.locator("main")).to_contain_text(OWN)
    goes(page, verb)
    confirms(page, password=PASSWORD)
    run.refresh_from_db()
    assert run.status == status


def papers_are_whole(page: Page, run: AllocationRun, folder: Path) -> None:
    """Download each paper of the locked run; each is what its name says, and one event."""
    page.goto(page_of(run))
    looks_right(page)
    files = {}
    for label, (stem, ending) in PAPERS.items():
        with page.expect_download() as download:
            page.click(f"main button:has-text('导出{label}')")
        name = download.value.suggested_filename
        assert name == f"2020年度{stem}-{run.number}.{ending}"
        download.value.save_as(folder / name)
        files[label] = (folder / name).read_bytes()
    sheet = load_workbook(io.BytesIO(files["工作簿"])).worksheets[0]
    assert 9_250_000 in {cell for row in sheet.iter_rows(values_only=True) for cell in row}
    rows = list(csv.reader(io.StringIO(files["数据表"].decode("utf-8-sig"))))
    assert [row for row in rows if "鄞州区" in row and "9250000" in row]
    assert files["签署表PDF"].startswith(b"%PDF-")
    assert hashlib.sha256(files["申报数CSV"]).hexdigest() == run.counts_digest
    assert AuditEvent.objects.filter(verb__startswith="导出").count() == len(PAPERS)


def released(page: Page, run: AllocationRun) -> None:
    goes(page, "公布分配结果")
    due = (timezone.localdate() + timedelta(days=200)).isoformat()
    confirms(page, document_number="甬财[2026]9号", use_due_on=due, password=PASSWORD)
    expect(page.locator("main")).to_contain_text("甬财〔2026〕9号")
    assert AllocationRelease.objects.get().run == run


def proposed(page: Page, run: AllocationRun) -> PaymentBatch:
    """Fill what is left of each region by one button, and propose to pay it."""
    goes(page, run.number)
    goes(page, "拨付情况")
    goes(page, "提出拨付")
    page.click("[data-fill-all]")
    expect(page.locator("[data-fill-said]")).to_have_text("已填入 2 个地区。")
    expect(page.get_by_label("鄞州区拨付金额")).to_have_value(OWN)
    confirms(page, document_number="甬财〔2026〕12号", reason="一次拨付。")
    batch = PaymentBatch.objects.get()
    assert (batch.status, sorted(batch.payments.values_list("amount_yuan", flat=True))) == (
        "proposed",
        [5_750_000, 9_250_000],
    )
    return batch


def approved(page: Page, batch: PaymentBatch) -> None:
    page.goto(f"/admin/funding/paymentbatch/{batch.pk}/change/")
    goes(page, "批准拨付")
    confirms(page, password=PASSWORD)
    batch.refresh_from_db()
    assert (batch.status, batch.decided_by.username) == ("released", "finance2")


def reads_its_amount(page: Page) -> None:
    page.goto("/desk/funding/")
    looks_right(page)
    goes(page, "2020年度")
    expect(page.locator("main")).to_contain_text(f"{OWN} 元")
    expect(page.locator(".derivation__step").last).to_contain_text(f"{OWN}元")


def reports_the_use(page: Page) -> None:
    """Write one item, prove it by a file, and hand the report in."""
    page.goto("/desk/fund-use/")
    looks_right(page)
    goes(page, "鄞州区")
    expect(page.locator("section[aria-labelledby=payments]")).to_contain_text(OWN)
    typed = {"purpose": "购置服务大厅设备", "amount": "20万元", "spent_on": timezone.localdate().isoformat()}
    for name, value in typed.items():
        page.fill(f"[name=items-0-{name}]", value)
    goes(page, "保存草稿")
    page.set_input_files("[name=uploads]", {"name": "发票.pdf", "mimeType": "application/pdf", "buffer": factories.PDF})
    page.click("#upload [type=submit]")
    expect(page.locator("#id_attachments")).to_contain_text("发票.pdf")
    looks_right(page)
    goes(page, "报送", within="main .form-actions")
    report = UseReport.objects.get()
    assert (report.status, report.items.get().amount_yuan) == ("submitted", 200_000)
    assert EvidenceFile.objects.get(kind="fund_use").key == report.pk


def accepted(page: Page) -> None:
    page.goto("/desk/fund-use/")
    goes(page, "鄞州区")
    with page.expect_download():
        page.click("#id_attachments a:has-text('发票.pdf')")
    goes(page, "审核通过")
    confirms(page)
    assert UseReport.objects.get().status == "accepted"


def anyone_reads(page: Page, round_: Round) -> None:
    page.goto("/funding/")
    looks_right(page)
    goes(page, str(round_))
    goes(page, "鄞州区", within="main table")
    expect(page.locator(".derivation__step").last).to_contain_text(f"{OWN}元")


def from_use_to_result(page: Page, run: AllocationRun, batch: PaymentBatch) -> None:
    """Stand on the report, and follow the money back to the grade of one application."""
    page.goto(f"/desk/fund-use/2020/{YINZHOU}/")
    goes(page, batch.number)
    goes(page, "鄞州区", within="main table")
    expect(page.locator(".derivation__step").last).to_contain_text(f"{OWN}元")
    item = AllocationItem.objects.filter(run=run, row__code=YINZHOU, grade="A").first()
    assert item is not None
    with page.expect_navigation():
        page.click(f"main tr:has-text('{item.number}') a:has-text('认定结果')")
    assert page.url.endswith(f"/admin/evaluation/result/{item.result_id}/change/")
    looks_right(page)


def from_result_to_use(page: Page, run: AllocationRun, batch: PaymentBatch) -> None:
    """Stand on the result, and follow its application to the money and to what it was used for."""
    goes(page, run.number)
    expect(page.locator("main h1")).to_contain_text("鄞州区")
    goes(page, run.number, within=".breadcrumb")
    goes(page, "拨付情况")
    goes(page, batch.number)
    goes(page, "2020年度拨付情况")
    goes(page, "资金使用情况")
    goes(page, "鄞州区", within="main table")
    expect(page.locator("main")).to_contain_text("购置服务大厅设备")
