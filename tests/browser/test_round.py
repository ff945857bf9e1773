"""The whole round in a browser: a county files, the city grades, the public reads, the money is split."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from evaluation.models import Assessment, Certification, Evaluation, PublicationPlan, Sheet
from funding.models import AllocationRow, AllocationRun
from platforms.applications.precheck import asks_of
from platforms.models import Application, Round
from tests import factories
from tests.browser.forms import saved
from tests.evaluation import stage
from tests.factories import PASSWORD
from tests.factories import default_scheme as load_default_scheme
from tests.patience import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: The worked example of the readings: 甲 乙 丙 丁. One A of 甲 goes its way in the browser.
EXAMPLE = {
    "330212": {"A": 3, "B": 3, "C": 2, "D": 1},
    "330282": {"A": 2, "B": 4, "C": 2, "D": 2},
    "330203": {"A": 3, "B": 1, "C": 1},
    "330205": {"A": 1, "B": 2, "D": 2},
}
AMOUNTS = {"鄞州区": 9_250_000, "慈溪市": 0, "海曙区": 5_750_000, "江北区": 0}
FILED_AT = datetime(2026, 4, 8, 2, 0, tzinfo=UTC)


@pytest.fixture
def scene(transactional_db: None) -> Round:
    """A round that takes filings; all but one application of the worked example were accepted already."""
    regions = factories.regions()
    round_ = factories.round_of(2026, report_due_on=date(2099, 4, 17))
    for username, role in (("city", "city"), ("city2", "city"), ("finance", "finance"), ("finance2", "finance")):
        factories.person(username, role)
    factories.officer("yinzhou", regions["330212"])
    factories.town(regions["330212"], "中河街道")
    stage.file_accepted(round_, EXAMPLE, at=FILED_AT)
    load_default_scheme()
    return round_


def test_the_whole_round(scene: Round, open_as: Any, tmp_path: Path) -> None:
    county, city = open_as("yinzhou", by_form=True), open_as("city", by_form=True)

    number = draft_and_submit(county, tmp_path)
    return_with(city, number, "请补充运营人员的社保缴纳说明。")
    answer_and_resubmit(county, number, "请补充运营人员的社保缴纳说明。", "已在人员证明中补充。")
    accept(city, number)
    assert Application.objects.get(number=number).status == "accepted"

    close_filing(city, scene)
    evaluation = start_evaluation(city, scene)
    stage.grade_all_but(evaluation, EXAMPLE, number)
    row = Assessment.objects.get(application__number=number)
    first_score(county, row)
    assess(city, row)
    city2 = open_as("city2", by_form=True)
    settle(city2, row)
    publish(city, city2, evaluation)

    certificate = Certification.objects.get(result__assessment__application__number=number)
    anyone = open_as()
    read_result(anyone, certificate)

    drafter = open_as("finance", by_form=True)
    run = make_run(drafter, scene)
    sign(open_as("finance2", by_form=True), run)
    lock(drafter, run)
    amounts = AllocationRow.objects.filter(run=run, label__in=AMOUNTS).values_list("label", "amount_yuan")
    assert dict(amounts) == AMOUNTS


def save_and_go_on(page: Page) -> None:
    with page.expect_navigation():
        page.click("button[name=continue]")


def draft_and_submit(page: Page, folder: Path) -> str:
    """Name the liaison officer, fill the ten sections, upload the files, submit; returns the number."""
    page.goto("/desk/liaison/")
    fill(page, {"name": "赵联络", "post": "科长", "phone": "0574-88000000"})
    page.click("main form button[type=submit]")

    page.goto("/desk/")
    page.click("text=新建申报")
    page.click("text=申报条件自查：乡镇（街道）窗口平台")
    # The conditions first: whoever fits goes on to the place.
    for ask in asks_of("town"):
        page.check(f"input[name={ask.key}][value={'yes' if ask.fits else 'no'}]")
    page.click("text=查看自查结果")
    page.click("text=下一步：选择地点")
    page.select_option("select[name=site]", label="中河街道")
    page.click("main form button[type=submit]")
    number = Application.objects.get(town__name="中河街道").number

    at = f"/desk/applications/{number}"
    page.goto(f"{at}/platform/")
    fill(
        page,
        {
            "address": "鄞州区中河街道学士路1号",
            "opening_hours": "工作日 8:30—17:00",
            "service_phone": "0574-87180000",
            "introduction": "为街道内中小微企业提供公益性服务。",
        },
    )
    save_and_go_on(page)
    page.check("input[name=operating_mode][value=direct]")
    page.check("input[name=operator_nature][value=institution]")
    fill(
        page,
        {
            "operator_name": "鄞州区中河街道企业服务中心",
            "operator_code": factories.credit_code(7, "12330212"),
            "legal_representative": "王法人",
            "person_in_charge": "李负责",
            "contact_name": "张联系",
            "contact_mobile": "13800138000",
            "contact_phone": "0574-87654321",
            "contact_email": "contact@example.cn",
            "founded_on": "2015-05-20",
        },
    )
    save_and_go_on(page)
    page.check("input[name=venue_tenure][value=owned]")
    page.check("input[name=in_public_affairs_centre][value=yes]")
    page.check("input[name=has_unified_sign][value=no]")
    fill(page, {"floor_area": "120.5", "counters": "3", "meeting_rooms": "1", "equipment": "电脑、投影仪"})
    save_and_go_on(page)
    fill(page, {"staff-0-name": "王一", "staff-0-post": "主任", "staff-0-years": "5"})
    choose(page, {"staff-0-sex": "female", "staff-0-education": "bachelor", "staff-0-full_time": "yes"})
    save_and_go_on(page)
    fill(page, {"free-policy": "政策宣讲与申报辅导", "free-problems": "困难帮办与反馈", "free-needs": "需求对接"})
    save_and_go_on(page)
    fill(page, {"enterprises_served": "0", "events_held": "0", "attendance": "0", "requests_settled": "0"})
    save_and_go_on(page)
    for kind in ("process", "standard", "fees"):
        page.fill(f"input[name=rules-{kind}_title]", f"制度{kind}")
        page.check(f"input[name=rules-{kind}_public]")
    save_and_go_on(page)
    fill(
        page,
        {
            "target_enterprises": "200",
            "target_events": "12",
            "funds_wan": "30",
            "funds_source": "街道预算",
            "sustainability": "纳入年度预算。",
        },
    )
    save_and_go_on(page)
    for kind, names in (
        ("credit_code", ["证书"]),
        ("venue", ["场地"]),
        ("rule:process", ["流程"]),
        ("rule:standard", ["标准"]),
        ("rule:fees", ["收费"]),
    ):
        files = []
        for name in names:
            path = folder / f"{name}.pdf"
            path.write_bytes(factories.PDF + name.encode())
            files.append(path)
        row = page.locator(f"#need-{kind.replace(':', '-')}")
        row.locator("[name=uploads][multiple]").set_input_files(files)
        for name in names:
            expect(row.locator("[data-need-files]")).to_contain_text(f"{name}.pdf")
    page.goto(f"{at}/commitment/")
    page.check("input[name=committed]")
    fill(page, {"county_opinion": "同意推荐。", "county_opinion_on": "2026-04-09"})
    page.click("button[name=save]")
    saved(page)
    page.goto(f"{at}/submit/")
    page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("已提交")
    return number


def fill(page: Page, values: dict[str, str]) -> None:
    for name, value in values.items():
        page.fill(f"[name='{name}']", value)


def choose(page: Page, values: dict[str, str]) -> None:
    for name, value in values.items():
        page.select_option(f"select[name='{name}']", value)


def back_office(page: Page, number: str) -> None:
    page.goto(f"/admin/platforms/application/{Application.objects.get(number=number).pk}/change/")


def confirm(page: Page, verb: str, **values: str) -> None:
    """Press the button ``verb`` of a page, fill the page that asks again, and press there."""
    export = ":has-text('导出')"
    page.click(f"main a:has-text('{verb}'), main button:has-text('{verb}'):not({export})")
    page.wait_for_load_state()
    fill(page, values)
    page.click("main form[method=post] .form-actions button[type=submit]")
    page.wait_for_load_state()


def return_with(page: Page, number: str, reason: str) -> None:
    """What is asked for is written where the form is read, and sent from there."""
    back_office(page, number)
    page.fill("#return-form [name=reason]", reason)
    page.get_by_role("button", name="退回补正", exact=True).click()
    page.wait_for_load_state()
    assert Application.objects.get(number=number).status == "returned"


def answer_and_resubmit(page: Page, number: str, reason: str, answer: str) -> None:
    page.goto(f"/desk/applications/{number}/")
    expect(page.locator("main")).to_contain_text(reason)
    confirm(page, "补正后重新提交", reason=answer)
    assert Application.objects.get(number=number).status == "submitted"


def accept(page: Page, number: str) -> None:
    back_office(page, number)
    expect(page.locator("main")).to_contain_text("已在人员证明中补充。")
    page.get_by_role("button", name="受理", exact=True).click()
    page.wait_for_load_state()


def close_filing(page: Page, round_: Round) -> None:
    page.goto(f"/admin/platforms/round/{round_.pk}/change/")
    confirm(page, "截止申报", reason="各地均已上报。")


def start_evaluation(page: Page, round_: Round) -> Evaluation:
    page.goto("/admin/evaluation/evaluation/add/")
    page.select_option("select[name=round]", str(round_.pk))
    page.select_option("select[name=scheme]", index=1)
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_load_state()
    return Evaluation.objects.get(round=round_)


def fill_sheet(page: Page) -> None:
    """Say yes to each gate, give full marks and hand in."""
    for code, entry in stage.full_entries("A").items():
        if entry.passed is not None:
            page.check(f"input[name=passed-{code}][value=yes]", force=True)
        elif entry.points is not None:
            page.fill(f"input[name=points-{code}]", str(entry.points))
        else:
            page.fill(f"input[name=verified-{code}]", str(entry.verified))
        page.fill(f"[name=evidence-{code}]", "现场核查")
    page.click("button[name=action][value=finish]")


def first_score(page: Page, assessment: Assessment) -> None:
    """The county scores first."""
    sheet = assessment.sheets.get()
    page.goto(f"/admin/evaluation/sheet/{sheet.pk}/change/")
    fill_sheet(page)
    wait_for(page, sheet, "handed_in")
    assert sheet.points == 100


def assess(page: Page, assessment: Assessment) -> None:
    page.goto(f"/admin/evaluation/assessment/{assessment.pk}/change/")
    fill_sheet(page)
    wait_for(page, assessment, "scored")
    assert (assessment.proposed_grade, assessment.points) == ("A", 100)


def wait_for(page: Page, row: Assessment | Sheet, status: str) -> None:
    """The button waits for what is being saved, and the page for the next one."""

    def is_there() -> bool:
        row.refresh_from_db()
        return row.status == status

    until(is_there, pause=lambda: page.wait_for_timeout(100))


def settle(page: Page, assessment: Assessment) -> None:
    """Another officer stages the grade, and applies what is staged."""
    page.goto(f"/admin/evaluation/assessment/{assessment.pk}/change/")
    confirm(page, "暂定档次")
    page.goto(f"/admin/evaluation/evaluation/{assessment.evaluation_id}/change/")
    confirm(page, "核定暂定档次")
    assessment.refresh_from_db()
    assert (assessment.status, assessment.grade) == ("confirmed", "A")


def publish(page: Page, other: Page, evaluation: Evaluation) -> None:
    """One officer proposes, another approves, each with the own password."""
    stage.announced(evaluation.round, at=timezone.now())
    page.goto(f"/admin/evaluation/evaluation/{evaluation.pk}/change/")
    confirm(page, "提出公布", password=PASSWORD)
    plan = PublicationPlan.objects.get(round=evaluation.round)
    assert plan.prepared_at is not None
    other.goto(f"/admin/evaluation/publicationplan/{plan.pk}/change/")
    confirm(other, "批准公布", password=PASSWORD)
    assert Round.objects.get(pk=evaluation.round_id).status == "published"


def read_result(page: Page, certificate: Certification) -> None:
    result = certificate.result
    page.goto("/results/?q=" + result.name)
    page.click(f"main a:has-text('{result.name}')")
    expect(page.locator("main")).to_contain_text("A档")
    expect(page.locator("main")).to_contain_text(certificate.number)
    page.goto(f"/verify/{certificate.number.lower()}/")
    expect(page.locator("main")).to_contain_text("有效")
    expect(page.locator("main")).to_contain_text(result.name)


def make_run(page: Page, round_: Round) -> AllocationRun:
    page.goto("/admin/funding/allocationrun/add/")
    page.select_option("select[name=round]", str(round_.pk))
    page.fill("input[name=pool_yuan]", "15000000")
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_load_state()
    confirm(page, "核对无误")
    return AllocationRun.objects.get(round=round_)


def sign(page: Page, run: AllocationRun) -> None:
    page.goto(f"/admin/funding/allocationrun/{run.pk}/change/")
    expect(page.locator("main")).to_contain_text("9,250,000")
    expect(page.locator("main")).to_contain_text("5,750,000")
    confirm(page, "签署", password=PASSWORD)
    run.refresh_from_db()
    assert run.status == "signed"


def lock(page: Page, run: AllocationRun) -> None:
    page.goto(f"/admin/funding/allocationrun/{run.pk}/change/")
    confirm(page, "锁定", password=PASSWORD)
    run.refresh_from_db()
    assert run.status == "locked"
