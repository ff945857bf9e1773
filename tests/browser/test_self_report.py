"""A unit reports by its link on a phone, its county sends it back and checks it."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from evaluation.models import SelfReport, SelfReportLine
from evaluation.self_reports.services import filling
from platforms.models import Application
from tests import factories
from tests.browser.forms import overflows, violations
from tests.evaluation import stage
from tests.evaluation.self_reports.writing import fill, report_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def picture(page: Page, name: str) -> None:
    """Keep what the page looks like where somebody asked for it, and see that it fits and can be used by everybody."""
    if folder := os.environ.get("NINGBO_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    assert (violations(page), overflows(page)) == ([], False), name


def test_a_unit_reports_on_a_phone_and_its_county_checks(transactional_db: None, open_as: Any) -> None:
    round_ = stage.filed_round({"330212": {"A": 1}})
    Application.objects.update(contact_email="unit@example.cn")
    stage.started(round_, at=timezone.now())
    factories.officer("yinzhou", factories.regions()["330212"])
    county = open_as("yinzhou", width=390)
    county.goto("/desk/self-reports/")
    picture(county, "list")
    county.get_by_role("link", name="发送自评链接").click()
    picture(county, "send")
    county.get_by_role("button", name="发送 1 个平台的自评链接").click()
    picture(county, "sent")
    message = county.locator("textarea").first.input_value()
    address = next(line for line in message.splitlines() if line.startswith("http"))

    unit = open_as(width=390)
    unit.goto(address)
    picture(unit, "fill")
    unit.fill("[name=enterprises-value]", "40")
    unit.locator("#line-enterprises summary").click()
    unit.fill("[name=enterprises-remark]", "按台账统计")
    expect(unit.locator("#save-state")).to_contain_text("已保存")
    report = report_of("330212")
    line = SelfReportLine.objects.get(report=report, indicator__code="enterprises")
    assert (line.value, line.remark) == (40, "按台账统计")
    unit.fill("[name=events-value]", "十二")
    expect(unit.locator("#save-state")).to_contain_text("1 处填写有误")
    expect(unit.locator(".errorlist").first).to_contain_text("请只填写数字")
    picture(unit, "wrong")
    unit.fill("[name=events-value]", "12")
    expect(unit.locator("#save-state [data-state=saved]")).to_be_visible()
    # Its number on the page is the one that was saved last, so that the next save is no second person's.
    unit.reload()
    assert unit.input_value("[name=events-value]") == "12"

    unit.locator("#line-enterprises").get_by_role("link", name="上传和查看文件").click()
    proof = {"name": "台账.pdf", "mimeType": "application/pdf", "buffer": factories.PDF}
    unit.set_input_files("[name=uploads]", proof)
    unit.get_by_role("button", name="上传").click()
    expect(unit.locator("#id_attachments")).to_contain_text("台账.pdf")
    picture(unit, "files")
    unit.get_by_role("link", name="返回填写").click()
    expect(unit.locator("#line-enterprises")).to_contain_text("已上传 1 个文件")

    report.refresh_from_db()
    link = report.links.get()
    fill(link, timezone.now(), version=report.version, enterprises="40")
    unit.goto(address)
    unit.get_by_role("button", name="保存并提交").click()
    unit.wait_for_url("**/hand-in/")
    picture(unit, "hand-in")
    unit.fill("[name=filled_by]", "王填报")
    unit.get_by_role("button", name="提交自评").click()
    expect(unit.locator("main")).to_contain_text("ZP-")
    picture(unit, "receipt")

    county.goto(f"/desk/self-reports/{report.number}/")
    picture(county, "report")
    county.get_by_role("link", name="退回").click()
    picture(county, "send-back")
    county.fill("[name=question-enterprises]", "与台账不符，请核对")
    county.get_by_role("button", name="退回").click()
    expect(county.locator("main")).to_contain_text("已退回")
    unit.goto(address)
    expect(unit.locator("#line-enterprises")).to_contain_text("与台账不符，请核对")
    picture(unit, "returned")
    report.refresh_from_db()
    filling.hand_in(link=report.links.get(), filled_by="王填报", version=report.version, at=timezone.now())
    county.goto(f"/desk/self-reports/{report.number}/")
    county.get_by_role("link", name="审核通过并提交").click()
    county.get_by_role("button", name="审核通过并提交").click()
    expect(county.locator("main")).to_contain_text("已审核提交")
    assert SelfReport.objects.get(pk=report.pk).status == "checked"
    wide = open_as("yinzhou")
    wide.goto(f"/desk/self-reports/{report.number}/")
    picture(wide, "report-wide")
