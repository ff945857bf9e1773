"""The sheet as a file: the same figures as on the page, as numbers, and nothing that runs."""

import csv
import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from funding.models import AllocationRow, AllocationRun
from funding.money import FIRST
from funding.readings import Reading, count_switches_of, switches_of
from funding.runs.excel import as_csv, as_xlsx
from funding.runs.queries.sheet import in_wan, sheet_of
from funding.runs.services.runs import make_run
from funding.runs.services.sheet import export_sheet
from platforms.errors import Refusal
from platforms.models import AuditEvent
from tests.evaluation.stage import published_round
from tests.funding.worked import (
    AT,
    JIA,
    LATER,
    YI,
    amounts,
    draft,
    locked,
    signed,
    small_round,
    stored,
    withdraw,
    worked_round,
)  # fmt: skip

pytestmark = pytest.mark.django_db

SWITCHES = (*switches_of(FIRST), *count_switches_of(FIRST))


def opened(content: bytes) -> Worksheet:
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["资金分配表"]
    page = book["资金分配表"]
    assert isinstance(page, Worksheet)
    return page


def table(page: Worksheet) -> dict[str, dict[str, Any]]:
    """The lines of the table by the name in front: head → value."""
    lines = [[cell.value for cell in row] for row in page.iter_rows()]
    start = next(i for i, line in enumerate(lines) if line[0] == "地区")
    found = {}
    for line in lines[start + 1 :]:
        if line[0] is None:
            break
        found[str(line[0])] = dict(zip(map(str, lines[start]), line, strict=True))
    return found


def words(page: Worksheet) -> str:
    return "\n".join(
        " ".join(str(cell.value) for cell in row if cell.value is not None) for row in page.iter_rows()
    )  # fmt: skip


@pytest.mark.clause("N27")
@pytest.mark.trust("T14")
def test_the_workbook_carries_the_worked_example_as_numbers(finance) -> None:
    found = table(opened(as_xlsx(sheet_of(draft(worked_round(), finance)))))
    assert list(found["海曙区"].values()) == [
        "海曙区", "330203", 10, 4, 3, 2, 1, 0, 0, 0, 0, 0, "1/10", 0.1, "支持", "37", 37, "37/60", 0.616666666666, 925,
        9_250_000,
    ]  # fmt: skip
    assert list(found["江北区"].values())[12:] == ["1/5", 0.2, "不予支持", None, None, None, None, 0, 0]
    assert found["合计"]["金额(元)"] == 15_000_000
    assert len(found) == 17 + 1 + 1


@pytest.mark.trust("T14")
def test_screen_workbook_and_table_say_the_same(finance) -> None:
    run = draft(
        published_round({JIA: {"A": 1, "B": 2}, YI: {"A": 1, "C": 1}, "HZW": {"A": 1}}).round, finance, pool=1001
    )
    sheet = sheet_of(run)
    stored_amounts = dict(run.rows.exclude(region=None).values_list("label", "amount_yuan"))
    on_screen = {line.label: line.amount for line in sheet.lines}
    in_workbook = {name: line["金额(元)"] for name, line in table(opened(as_xlsx(sheet))).items()}
    in_table = {line["地区"]: int(line["金额(元)"]) for line in read(as_csv(sheet)) if line["代码"]}
    assert on_screen == in_table == stored_amounts
    assert in_workbook == stored_amounts | {"合计": 1001, "重点行业平台": 0}
    assert sum(stored_amounts.values()) == 1001


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_workbook_names_round_number_digest_readings_reasons_and_lines_to_sign(finance, finance2) -> None:
    run = locked(worked_round(), finance, finance2)
    said = words(opened(as_xlsx(sheet_of(run))))
    assert said.startswith("2020年度窗口平台建设补助资金分配表\n年度 2020年度 测算编号 2020-ZJ-01 状态 已锁定\n")
    assert f"校验值 {run.digest[:16]}\n" in said
    for switch in SWITCHES:
        assert f"{switch.label} {switch.default.label} 默认 默认理由：{switch.reason}" in said
    assert "各档折合 1家A档折合1,500,000 元 1家B档折合750,000 元 1家C档折合500,000 元" in said
    assert "取整规则 各地应得金额先舍去不足一个金额单位的尾数" in said
    assert "测算人 drafter员 签字 日期 2020-10-12 10:00" in said
    assert "核对人 drafter员 签字 日期 2020-10-12 10:00" in said
    assert "签署人 finance员 签字 日期 2020-10-12 10:00" in said
    assert "锁定人 finance2员 签字 日期 2020-10-12 13:00" in said
    page = opened(as_xlsx(sheet_of(run)))
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)


def test_an_unsigned_sheet_has_empty_lines_to_sign_and_no_digest(finance) -> None:
    said = words(opened(as_xlsx(sheet_of(draft(small_round(), finance, cutoff="exclusive")))))
    assert "校验值 签署后生成" in said
    assert "核对人 签字 日期" in re.sub(r" +", " ", said)
    assert "锁定人 签字 日期" in re.sub(r" +", " ", said)
    assert "非默认，默认为“含20%：达到20%即不予支持”" in said


def test_the_workbook_of_a_correction_says_why_each_region_differs(finance, finance2) -> None:
    round_ = published_round({JIA: {"A": 4, "returned": 1}, YI: {"A": 4, "D": 1, "returned": 1}}).round
    old = locked(round_, finance, finance2)
    withdraw(f"SB2020-{YI}-006")
    new = make_run(round=round_, pool_yuan=12_000_000, reading=Reading(), by=finance, at=LATER, replaces=old)
    said = words(opened(as_xlsx(sheet_of(new))))
    assert "被更正的测算 2020-ZJ-01" in said
    assert "与2020-ZJ-01相比 资金总额由15,000,000元变为12,000,000元" in said
    why = f"申报撤回情况变动（SB2020-{YI}-006）；由支持变为不予支持（D档占比由1/6变为1/5）"
    assert f"江北区 7500000 0 -7500000 {why}" in said


def test_a_grade_worth_more_than_a_higher_one_and_an_empty_allocation_are_named(finance) -> None:
    steep = sheet_of(draft(published_round({JIA: {"A": 8, "B": 1}}).round, finance))
    assert "提示 档次倒挂：1家B档相当于4家A档的金额。" in words(opened(as_xlsx(steep)))
    nothing = sheet_of(draft(published_round({JIA: {"D": 1}}, year=2021).round, finance))
    assert f"说明 {nothing.run.note}" in words(opened(as_xlsx(nothing)))
    assert nothing.worth_texts[0].text == "无"


def test_the_table_is_one_line_per_region_with_run_pool_and_readings(finance) -> None:
    run = signed(worked_round(), finance)
    content = as_csv(sheet_of(run))
    assert content.startswith("\ufeff测算编号,年度,状态,代码,地区,".encode())
    lines = read(content)
    assert len(lines) == 18
    assert lines[0] == {
        "测算编号": "2020-ZJ-01", "年度": "2020", "状态": "已签署待锁定", "代码": "330203", "地区": "海曙区",
        "申报": "10", "A档": "4", "B档": "3", "C档": "2", "D档": "1", "未评定": "0", "评分后撤回": "0",
        "公布后撤销": "0", "撤回不计": "0", "未评定不计": "0", "D档占比": "0.1", "是否支持": "支持",
        "得分": "37", "权重": "0.616666666666", "金额(元)": "9250000", "资金总额(元)": "15000000",
        **{switch.label: switch.default.label for switch in SWITCHES}, "校验值": run.digest,
    }  # fmt: skip
    assert (lines[1]["得分"], lines[1]["权重"], lines[-1]["地区"]) == ("", "", "重点行业平台")


def test_a_name_that_looks_like_a_formula_stays_text(finance) -> None:
    run = draft(small_round(), finance)
    AllocationRow.objects.filter(run=run, code=JIA).update(label='=HYPERLINK("http://x")')
    AllocationRun.objects.filter(pk=run.pk).update(note="+1+1")
    sheet = sheet_of(AllocationRun.objects.get(pk=run.pk))
    page = opened(as_xlsx(sheet))
    assert [cell.coordinate for row in page.iter_rows() for cell in row if cell.data_type == "f"] == []
    assert "'=HYPERLINK" in words(page)
    assert "'+1+1" in words(page)
    assert read(as_csv(sheet))[0]["地区"] == '\'=HYPERLINK("http://x")'


# At the door.


@pytest.mark.parametrize(
    ("kind", "media"),
    [
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("csv", "text/csv"),
    ],
)
def test_finance_takes_the_sheet_as_a_file_and_that_is_an_event(browser_of, finance, kind, media) -> None:
    run = draft(worked_round(), finance)
    before = stored(run)
    response = browser_of(finance).post(f"/admin/funding/allocationrun/{run.pk}/sheet/{kind}/")
    assert response.status_code == 200
    assert response["Content-Type"] == media
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''2020")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert amounts(run)[0] == 9_250_000
    assert b"9250000" in response.content if kind == "csv" else table(opened(response.content))["海曙区"]
    event = AuditEvent.objects.get(verb="导出资金分配")
    assert (event.actor, event.object_code, event.reason) == ("finance", "2020-ZJ-01", kind)
    assert stored(run) == before


def test_who_may_not_export_is_refused(city, finance) -> None:
    run = draft(small_round(), finance)
    with pytest.raises(Refusal, match="您没有导出资金分配的权限。"):
        export_sheet(run=run, kind="csv", by=city, at=AT)
    assert not AuditEvent.objects.filter(verb="导出资金分配").exists()


@pytest.mark.parametrize(
    ("yuan", "wan"),
    [
        (9_250_000, "925.00"), (15_000_000, "1,500.00"), (0, "0.00"), (49, "0.00"), (50, "0.01"), (149, "0.01"),
        (150, "0.02"), (9_517_857, "951.79"), (-50, "-0.01"),
        (-1_234_567, "-123.46"), (10**15 - 1, "100,000,000,000.00"),
    ],
)  # fmt: skip
def test_money_in_ten_thousands_is_rounded_half_up(yuan, wan) -> None:
    assert in_wan(yuan) == wan
