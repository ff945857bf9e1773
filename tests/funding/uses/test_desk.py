"""Reports on the use of funds at the desk."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from evaluation.models import Result
from funding.models import AllocationRelease, PaymentBatch, UseReport
from funding.uses.choices import ReportStatus
from funding.uses.services import STALE
from platforms.models import AuditEvent, EvidenceFile, Platform, User
from tests import factories
from tests.funding.uses.using import item, paid_round, saved, submitted
from tests.funding.worked import JIA, locked, small_round

pytestmark = pytest.mark.django_db
PAGE = "/desk/fund-use/2020/330212/"


@pytest.fixture
def release(finance: User, finance2: User, yinzhou: User, cixi: User) -> AllocationRelease:
    return paid_round(finance, finance2)


def typed(*rows: dict[str, str], **changes: str) -> dict[str, str]:
    data = {"text": "已支出", "revision": "0", "action": "save"}
    data |= {"items-TOTAL_FORMS": str(len(rows)), "items-INITIAL_FORMS": "0"}
    for place, row in enumerate(rows):
        data |= {f"items-{place}-{name}": value for name, value in row.items()}
    return data | changes


def row(**changes: str) -> dict[str, str]:
    return {"purpose": "购置设备", "amount": "400", "spent_on": "2020-10-30", "platform": ""} | changes


def test_a_county_writes_hands_in_and_finance_accepts(
    browser_of: Any, release: AllocationRelease, yinzhou: User, finance: User
) -> None:
    county: Client = browser_of(yinzhou)
    platform = Platform.objects.filter(region=yinzhou.region)[0]
    shown = county.get(PAGE).content.decode()
    assert "保存草稿后可以上传支出凭证。" in shown
    assert "2020-BF-01" in shown
    answer = county.post(
        PAGE, typed(row(amount="0.04万元", platform=str(platform.pk)), row(purpose="", amount="", spent_on=""))
    )
    report = UseReport.objects.get()
    assert (answer.url, report.status) == (PAGE, ReportStatus.DRAFT)
    kept = report.items.get()
    assert (kept.purpose, kept.amount_yuan, kept.platform) == ("购置设备", 400, platform)
    upload = SimpleUploadedFile("发票.pdf", factories.PDF, content_type="application/pdf")
    county.post(f"{PAGE}files/", {"note": "设备发票", "uploads": [upload]})
    file = EvidenceFile.objects.get(kind="fund_use", key=report.pk)
    county.post(PAGE, typed(row(amount="500"), revision="1", action="submit"))
    report.refresh_from_db()
    assert (report.status, report.items.get().amount_yuan) == (ReportStatus.SUBMITTED, 500)
    money: Client = browser_of(finance)
    page = money.get(PAGE).content.decode()
    assert f"{PAGE}files/{file.pk}/" in page
    sent = money.get(f"{PAGE}files/{file.pk}/")
    assert b"".join(sent.streaming_content) == factories.PDF
    assert money.post(f"{PAGE}return/", {"reason": " "}).context["form"].errors == {"reason": ["请填写。"]}
    money.post(f"{PAGE}return/", {"reason": "请附合同", "version": "2"})
    assert "请附合同" in county.get(PAGE).content.decode()
    county.post(PAGE, typed(row(amount="500"), revision="2", action="submit"))
    asked = money.get(f"{PAGE}accept/").content.decode()
    assert "通过后不能修改" in asked
    assert '<input type="hidden" name="version" value="3">' in asked
    # A page that stood open since the report was handed in first.
    stale = money.post(f"{PAGE}accept/", {"version": "2"})
    assert (stale.status_code, STALE in stale.content.decode()) == (409, True)
    assert UseReport.objects.get().status == ReportStatus.SUBMITTED
    money.post(f"{PAGE}accept/", {"version": "3"})
    report.refresh_from_db()
    assert report.status == ReportStatus.ACCEPTED
    assert money.post(f"{PAGE}accept/").url == PAGE
    assert "保存草稿" not in county.get(PAGE).content.decode()


def test_bad_rows_are_told_at_their_place_and_nothing_typed_is_lost(
    browser_of: Any, release: AllocationRelease, yinzhou: User
) -> None:
    answer = browser_of(yinzhou).post(PAGE, typed(row(amount="很多"), row(purpose=""), row(spent_on="昨天")))
    assert answer.status_code == 422
    assert [dict(form.errors) for form in answer.context["items"]] == [
        {"amount": ["请填写金额，单位为元，如 15000000、15,000,000 或 1500万元。"]},
        {"purpose": ["请填写。"]},
        {"spent_on": ["日期的写法应为 2020-03-18。"]},
    ]
    shown = answer.content.decode()
    for value in ("很多", "昨天", "已支出"):
        assert value in shown
    assert not UseReport.objects.exists()


def test_what_the_service_refuses_stands_above_and_what_was_typed_stays(
    browser_of: Any, release: AllocationRelease, yinzhou: User
) -> None:
    county: Client = browser_of(yinzhou)
    answer = county.post(PAGE, typed(row(amount="1001"), action="submit"))
    assert (answer.status_code, answer.context["refusal"]) == (409, "支出合计 1,001 元超过已拨付的 1,000 元，请核对。")
    assert 'value="1001"' in answer.content.decode()
    assert not UseReport.objects.exists()
    saved(release.run.round, yinzhou, item())
    stale = county.post(PAGE, typed(row(amount="7")))
    assert stale.status_code == 409
    assert "已被他人保存" in stale.context["refusal"]


def test_each_sees_its_own_and_writes_only_there(
    browser_of: Any, release: AllocationRelease, yinzhou: User, cixi: User, city: User, finance: User, auditor: User
) -> None:
    submitted(release.run.round, yinzhou, item())
    assert browser_of(cixi).get(PAGE).status_code == 404
    assert browser_of(cixi).post(PAGE, typed(row())).status_code == 404
    assert browser_of(auditor).get(PAGE).status_code == 403
    for person in (city, finance):
        assert browser_of(person).get(PAGE).status_code == 200
        assert browser_of(person).post(PAGE, typed(row())).status_code == 403
    for person in (yinzhou, city):
        assert browser_of(person).post(f"{PAGE}accept/").status_code == 403
    assert UseReport.objects.get().status == ReportStatus.SUBMITTED


def test_the_list_shows_sums_and_what_is_overdue_first(
    browser_of: Any, release: AllocationRelease, yinzhou: User, finance: User
) -> None:
    submitted(release.run.round, yinzhou, item(300))
    shown = browser_of(finance).get("/desk/fund-use/")
    cells = [line["cells"] for line in shown.context["rows"]]
    assert [(line[0], line[3], line[4], line[6]["label"]) for line in cells] == [
        ("慈溪市", "1,000", "0", "逾期未报送"),
        ("鄞州区", "1,000", "300", "待审核"),
    ]
    assert shown.context["total"][:5] == ["合计", "", "15,000,000", "2,000", "300"]
    assert len(browser_of(yinzhou).get("/desk/fund-use/").context["rows"]) == 1


def test_the_list_is_narrowed_to_a_year_and_to_what_is_late_and_its_file_holds_the_same(
    browser_of: Any, release: AllocationRelease, yinzhou: User, finance: User
) -> None:
    submitted(release.run.round, yinzhou, item(300))
    client: Client = browser_of(finance)

    def regions(query: str) -> list[str]:
        return [line["cells"][0] for line in client.get(f"/desk/fund-use/{query}").context["rows"]]

    assert regions("?year=2020") == ["慈溪市", "鄞州区"]
    assert regions("?year=2019") == []
    assert regions("?state=late") == ["慈溪市"]
    assert regions("?state=submitted&year=2020") == ["鄞州区"]
    groups = client.get("/desk/fund-use/").context["groups"]
    assert [option["label"] for option in groups[0]["options"]] == ["全部", "2020年度"]
    assert [option["label"] for option in groups[1]["options"]] == [
        "全部", "逾期未报送", "待报送", "待补正", "待审核",
    ]  # fmt: skip
    file = b"".join(client.get("/desk/fund-use.csv?state=late").streaming_content).decode("utf-8-sig")
    assert [line.split(",") for line in file.splitlines()][-3:] == [
        ["地区", "年度", "分配（元）", "已拨付（元）", "已报告使用（元）", "报告截止日期", "状态"],
        ["慈溪市", "2020年度", "5000000", "1000", "0", "2021-06-30", "逾期未报送"],
        ["合计", "", "5000000", "1000", "0", "", ""],
    ]
    event = AuditEvent.objects.get(verb="导出列表：资金使用情况")
    assert event.reason == "1 条，csv，筛选：状态：逾期未报送"


def test_a_year_or_region_without_money_is_not_there(
    browser_of: Any, release: AllocationRelease, yinzhou: User, finance: User
) -> None:
    saved(release.run.round, yinzhou, item())
    client: Client = browser_of(finance)
    for address in ("/desk/fund-use/2019/330212/", "/desk/fund-use/2020/330203/", f"{PAGE}lose/", f"{PAGE}files/9/"):
        assert client.get(address).status_code == 404
    assert client.get("/desk/fund-use/2020/330282/accept/").status_code == 404
    assert client.get(f"{PAGE}accept/").url == PAGE


def test_a_file_before_the_first_save_is_refused(browser_of: Any, release: AllocationRelease, yinzhou: User) -> None:
    answer = browser_of(yinzhou).post(f"{PAGE}files/", {"note": "", "uploads": []})
    assert (answer.url, EvidenceFile.objects.count()) == (PAGE, 0)


@pytest.mark.clause("N27")
def test_the_chain_is_walked_by_links_from_grade_to_use_and_back(
    browser_of: Any, release: AllocationRelease, yinzhou: User, finance: User
) -> None:
    submitted(release.run.round, yinzhou, item())
    batch, result = PaymentBatch.objects.get(), Result.objects.filter(platform__region=yinzhou.region)[0]
    money: Client = browser_of(finance)
    grade = f"/admin/evaluation/result/{result.pk}/change/"
    weight = f"/admin/funding/allocationrun/{release.run_id}/regions/330212/"
    payment = f"/admin/funding/paymentbatch/{batch.pk}/change/"
    read = f"/desk/funding/{release.pk}/330212/"
    for here, there in (
        (grade, weight), (weight, payment), (weight, PAGE), (payment, weight), (PAGE, payment), (PAGE, read),
        (weight, grade), (read, PAGE), (read, payment),
    ):  # fmt: skip
        assert f'href="{there}"' in money.get(here).content.decode(), (here, there)
    shown = money.get(weight).content.decode()
    assert "已报告使用 400 元" in shown
    county: Client = browser_of(yinzhou)
    assert f'href="{PAGE}"' in county.get(read).content.decode()
    assert f'href="{read}"' in county.get(PAGE).content.decode()
    assert payment not in county.get(read).content.decode()


def test_before_the_release_a_run_says_nothing_of_payments(browser_of: Any, finance: User, finance2: User) -> None:
    run = locked(small_round(), finance, finance2)
    assert (
        browser_of(finance).get(f"/admin/funding/allocationrun/{run.pk}/regions/{JIA}/").context["afterwards"] is None
    )
