"""The pages of payments: a form with a box for each region, a batch, the sums of a round, their workbook."""

import io
from datetime import datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from funding.models import AllocationRelease, PaymentBatch
from funding.payments.choices import BatchStatus
from funding.payments.services.batches import withdraw
from platforms.models import AuditEvent, Region, User
from tests import factories
from tests.funding.payments.paying import DOCUMENT, PAID_ON, corrected, paid, proposed
from tests.funding.worked import BING, JIA, LATER, YI, release_of, released, worked_round
from tests.kept_rows import once

pytestmark = pytest.mark.django_db


def _release(finance: User, finance2: User) -> AllocationRelease:
    return released(worked_round(), finance, finance2)


@pytest.fixture
def release(finance: User, finance2: User) -> AllocationRelease:
    return once(_release, finance, finance2)


def box(code: str) -> str:
    return f"amount_{Region.objects.get(code=code).pk}"


def propose_url(release: AllocationRelease) -> str:
    return reverse("admin:funding_paymentbatch_propose", args=(release.pk,))


def page(batch: PaymentBatch) -> str:
    return reverse("admin:funding_paymentbatch_change", args=(batch.pk,))


def move(batch: PaymentBatch, name: str) -> str:
    return reverse("admin:funding_paymentbatch_move", args=(batch.pk, name))


def typed(**changes: Any) -> dict[str, Any]:
    return {"document_number": DOCUMENT, "paid_on": "2020-10-20", "reason": "首批拨付"} | changes


SUMMARY = "/admin/funding/paymentbatch/summary/2020/"


def test_a_batch_is_typed_released_and_read(
    browser_of: Any, release: AllocationRelease, finance: User, finance2: User
) -> None:
    client: Client = browser_of(finance)
    shown = client.get(propose_url(release)).content.decode()
    assert "9,250,000" in shown
    assert box(JIA) in shown
    assert box(YI) not in shown
    answer = client.post(propose_url(release), typed(**{box(JIA): "900万元", box(BING): "１，０００，０００"}))
    batch = PaymentBatch.objects.get()
    assert answer.url == page(batch)
    assert sorted(batch.payments.values_list("region__code", "amount_yuan")) == [(JIA, 9_000_000), (BING, 1_000_000)]
    own = client.get(page(batch)).content.decode()
    assert "待另一位财政人员批准" in own
    assert f"/admin/funding/allocationrun/{release.run_id}/regions/{JIA}/" in own
    assert move(batch, "release") not in own
    assert client.get(move(batch, "release")).status_code == 403
    other: Client = browser_of(finance2)
    asked = other.get(move(batch, "release")).content.decode()
    assert "向 2 个地区拨付共 10,000,000 元" in asked
    wrong = other.post(move(batch, "release"), {"password": "x"})
    batch.refresh_from_db()
    assert (wrong.status_code, batch.status) == (200, BatchStatus.PROPOSED)
    other.post(move(batch, "release"), {"password": factories.PASSWORD})
    batch.refresh_from_db()
    assert (batch.status, batch.decided_by) == (BatchStatus.RELEASED, finance2)
    summary = other.get(SUMMARY).content.decode()
    assert page(batch) in summary
    assert "已拨付 2020-10-20，9,000,000 元" in summary


def test_bad_cells_are_told_at_their_place_and_nothing_typed_is_lost(
    browser_of: Any, release: AllocationRelease, finance: User
) -> None:
    client: Client = browser_of(finance)
    sent = typed(**{box(JIA): "9,250,001", box(BING): "很多", box(YI): "1", "document_number": "九十号", "reason": ""})
    answer = client.post(propose_url(release), sent)
    form = answer.context["form"]
    assert form.errors == {
        "document_number": ["请按“机关代字〔年份〕序号”填写文号，如 经信〔2026〕12号。"],
        "reason": ["请填写。"],
        box(JIA): ["超出海曙区可拨付的 9,250,000 元（分配 9,250,000 元，已拨付 0 元）。"],
        box(YI): ["江北区不予支持，不能拨付。"],
        box(BING): ["请填写金额，单位为元，如 15000000、15,000,000 或 1500万元。"],
    }
    content = answer.content.decode()
    for value in ("9,250,001", "很多", "九十号"):
        assert f'value="{value}"' in content
    assert not PaymentBatch.objects.exists()


@pytest.mark.parametrize("amount", ["0", "-5", "1.5", "1e9", "９９９９９９９９９９９９９９９９"])
def test_an_amount_that_cannot_be_is_refused_beside_its_box(
    browser_of: Any, release: AllocationRelease, finance: User, amount: str
) -> None:
    answer = browser_of(finance).post(propose_url(release), typed(**{box(JIA): amount}))
    assert list(answer.context["form"].errors) == [box(JIA)]
    assert not PaymentBatch.objects.exists()


def test_an_empty_batch_is_refused(browser_of: Any, release: AllocationRelease, finance: User) -> None:
    answer = browser_of(finance).post(propose_url(release), typed())
    assert answer.context["form"].non_field_errors() == ["请至少填写一个地区的拨付金额。"]


def test_what_only_the_service_knows_stands_in_the_form_too(
    browser_of: Any, release: AllocationRelease, finance: User
) -> None:
    answer = browser_of(finance).post(propose_url(release), typed(**{box(JIA): "1", "paid_on": "2020-10-11"}))
    assert answer.status_code == 409
    assert answer.context["form"].errors == {"paid_on": ["拨付日期不能早于分配文件日期 2020-10-12。"]}


def test_the_city_reads_and_moves_nothing(
    browser_of: Any, release: AllocationRelease, finance: User, city: User
) -> None:
    batch = proposed(release, finance, r330203=1_000)
    client: Client = browser_of(city)
    assert client.get(page(batch)).status_code == 200
    assert "提出拨付" not in client.get(SUMMARY).content.decode()
    for url in (propose_url(release), move(batch, "release"), f"{SUMMARY}file/"):
        assert client.post(url, typed()).status_code == 403
    batch.refresh_from_db()
    assert batch.status == BatchStatus.PROPOSED


def test_a_correction_shows_what_was_paid_too_much_and_stops_what_waits(
    browser_of: Any, release: AllocationRelease, finance: User, finance2: User
) -> None:
    paid(release, finance, finance2, r330203=9_250_000)
    waiting = proposed(release, finance, r330206=1)
    run = corrected(release.run, 12_000_000, finance, finance2)
    client: Client = browser_of(finance2)
    summary = client.get(SUMMARY)
    assert summary.context["overpaid"] == ["海曙区多拨 1,850,000 元（分配 7,400,000 元，已拨付 9,250,000 元）"]
    assert "更正后的分配结果尚未公布" in summary.content.decode()
    assert "分配结果已更正，不能批准" in client.get(page(waiting)).content.decode()
    old = client.get(propose_url(release))
    assert old.url == SUMMARY
    newer = release_of(run, finance2)
    shown = client.get(propose_url(newer)).content.decode()
    assert "多拨 1,850,000 元" in shown
    assert box(JIA) not in shown
    said = [f"{waiting.number}按更正前的分配结果提出，不能批准，但仍占用待批准金额；请撤回或不批准后重新提出。"]
    for path in (SUMMARY, propose_url(newer)):
        assert client.get(path).context["overtaken"] == said
    withdraw(batch=waiting, by=finance, at=LATER)
    assert client.get(SUMMARY).context["overtaken"] == []


def test_where_nothing_is_left_no_batch_is_begun(
    browser_of: Any, release: AllocationRelease, finance: User, finance2: User
) -> None:
    client: Client = browser_of(finance)
    paid(release, finance, finance2, r330203=9_250_000, r330206=5_749_999)
    assert client.get(SUMMARY).context["propose_url"] == propose_url(release)
    proposed(release, finance, r330206=1)
    assert client.get(SUMMARY).context["propose_url"] == ""
    answer = client.get(propose_url(release), follow=True)
    assert answer.redirect_chain == [(SUMMARY, 302)]
    assert "各地区均无尚可拨付的金额，不能提出拨付。" in answer.content.decode()


def test_a_region_leads_to_how_its_amount_comes_about(
    browser_of: Any, release: AllocationRelease, finance: User
) -> None:
    rows = browser_of(finance).get(SUMMARY).context["rows"]
    assert rows[0]["cells"][0] == "海曙区"
    assert rows[0]["url"] == f"/admin/funding/allocationrun/{release.run_id}/regions/{JIA}/"


def test_the_sums_of_a_round_are_a_workbook_and_an_event(
    browser_of: Any, release: AllocationRelease, finance: User, finance2: User
) -> None:
    batch = paid(release, finance, finance2, r330203=9_000_000)
    waiting = proposed(release, finance2, r330206=1_000)
    answer = browser_of(finance).post(f"{SUMMARY}file/")
    sums, payments = load_workbook(io.BytesIO(answer.content))
    rows = {row[0]: row for row in sums.iter_rows(min_row=5, values_only=True)}
    assert [cell.value for cell in sums[4]] == [
        "地区", "代码", "分配（元）", "已拨付（元）", "待批准（元）", "尚可拨付（元）", "多拨（元）",
    ]  # fmt: skip
    assert rows["海曙区"] == ("海曙区", JIA, 9_250_000, 9_000_000, 0, 250_000, 0)
    assert rows["合计"][2:] == (15_000_000, 9_000_000, 1_000, 5_999_000, 0)
    assert {cell.number_format for cell in sums["C"][4:]} == {"#,##0"}
    assert [list(row) for row in payments.iter_rows(min_row=4, values_only=True)] == [
        ["地区", "代码", "拨付批次", "拨款文号", "拨付日期", "状态", "金额（元）"],
        ["海曙区", JIA, batch.number, DOCUMENT, datetime.combine(PAID_ON, time()), "已拨付", 9_000_000],
        ["北仑区", "330206", waiting.number, DOCUMENT, datetime.combine(PAID_ON, time()), "待批准", 1_000],
        ["合计", None, None, None, None, None, 9_001_000],
    ]
    event = AuditEvent.objects.get(verb="导出资金拨付情况")
    assert event.object_code == "2020"


def test_a_year_whose_amounts_are_not_known_has_no_sums(browser_of: Any, finance: User) -> None:
    worked_round()
    client: Client = browser_of(finance)
    assert client.get(SUMMARY).status_code == 404
    assert client.get("/admin/funding/paymentbatch/").status_code == 200


def test_the_list_leads_to_sums_and_to_a_new_batch(
    browser_of: Any, release: AllocationRelease, finance: User, city: User
) -> None:
    proposed(release, finance, r330203=1_234_567)
    shown = browser_of(finance).get("/admin/funding/paymentbatch/").content.decode()
    assert "1,234,567" in shown
    assert propose_url(release) in shown
    assert SUMMARY in shown
    assert propose_url(release) not in browser_of(city).get("/admin/funding/paymentbatch/").content.decode()
