"""The papers of a run: the same figures as on the page, one fact a row, and nothing that runs but what computes."""

import csv
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from funding.models import AllocationRow, AllocationRun
from funding.money import FIRST
from funding.readings import SWITCHES, Reading, count_switches_of, switches_of
from funding.rendering import width_of
from funding.runs.excel.book import as_xlsx
from funding.runs.excel.files import KINDS
from funding.runs.excel.plain import as_csv
from funding.runs.queries.frozen import items_of
from funding.runs.queries.sheet import in_wan, sheet_of
from funding.runs.services.runs import make_run
from funding.runs.services.sheet import export_sheet
from platforms.errors import Refusal
from platforms.models import AuditEvent
from tests.evaluation.stage import published_round
from tests.funding.runs.office import printed
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
from tests.platforms.applications.documents.samples import text_of_pdf

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[3]
SWITCHES_IN_WORDS = (*switches_of(FIRST), *count_switches_of(FIRST))
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "pdf": "application/pdf",
    "counts": "text/csv",
}


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def book_of(run: AllocationRun) -> Workbook:
    return opened(as_xlsx(sheet_of(run), items_of(run)))


def table(page: Worksheet) -> dict[str, dict[str, Any]]:
    """The lines of the first table by the name in front: head → value."""
    lines = [[cell.value for cell in row] for row in page.iter_rows()]
    start = next(place for place, line in enumerate(lines) if line[0] == "地区")
    found = {}
    for line in lines[start + 1 :]:
        found[str(line[0])] = dict(zip(map(str, lines[start]), line, strict=True))
        if line[0] == "合计":
            break
    return found


def words(page: Worksheet) -> str:
    return "\n".join(
        " ".join(str(cell.value) for cell in row if cell.value is not None) for row in page.iter_rows()
    )  # fmt: skip


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


# The workbook.


@pytest.mark.clause("N27")
@pytest.mark.trust("T14")
def test_the_workbook_carries_the_worked_example_as_numbers(finance) -> None:
    found = table(book_of(draft(worked_round(), finance))["资金分配表"])
    assert list(found["海曙区"].values()) == [
        "海曙区", "330203", 10, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0.1, "支持", 37, 0.616666, 9_250_000, None,
    ]  # fmt: skip
    assert list(found["江北区"].values())[12:] == [0.2, "不予支持", None, None, 0, None]
    assert found["合计"]["金额（元）"] == 15_000_000
    assert len(found) == 17 + 1 + 1


@pytest.mark.trust("T14")
def test_screen_workbook_and_table_say_the_same(finance) -> None:
    run = draft(
        published_round({JIA: {"A": 1, "B": 2}, YI: {"A": 1, "C": 1}, "HZW": {"A": 1}}).round, finance, pool=1001
    )
    sheet = sheet_of(run)
    stored_amounts = dict(run.rows.exclude(region=None).values_list("label", "amount_yuan"))
    on_screen = {line.label: line.amount for line in sheet.lines}
    in_workbook = {name: line["金额（元）"] for name, line in table(book_of(run)["资金分配表"]).items()}
    in_table = {line["地区"]: int(line["金额（元）"]) for line in read(as_csv(sheet)) if line["代码"]}
    assert on_screen == in_table == stored_amounts
    assert in_workbook == stored_amounts | {"合计": 1001, "重点行业平台": 0}
    assert sum(stored_amounts.values()) == 1001


def test_the_workbook_has_one_fact_a_row_and_names_readings_people_and_digests(finance, finance2) -> None:
    run = locked(worked_round(), finance, finance2)
    said = words(book_of(run)["资金分配表"]).split("\n")
    assert said[:7] == [
        "2020年度窗口平台建设补助资金分配表", "年度 2020年度", "测算编号 2020-ZJ-01", "状态 已锁定",
        "资金总额（元） 15000000", "已分配（元） 15000000", "未分配（元） 0",
    ]  # fmt: skip
    for switch in SWITCHES_IN_WORDS:
        assert f"{switch.label} {switch.default.label} 默认 {switch.reason}" in said
    assert {"1家A档折合 1,500,000 元", "1家B档折合 750,000 元", "1家C档折合 500,000 元"} <= set(said)
    assert f"取整规则：{sheet_of(run).last_unit_rule}" in said
    assert {
        "测算人 drafter员 2020-10-12 10:00", "核对人 drafter员 2020-10-12 10:00", "签署人 finance员 2020-10-12 10:00",
        "锁定人 finance2员 2020-10-12 13:00",
    } <= set(said)  # fmt: skip
    assert {f"校验值 {run.digest}", f"申报数校验值 {run.counts_digest}"} <= set(said)


def test_an_unsigned_sheet_is_a_draft_with_empty_lines_to_sign_and_without_a_digest(finance) -> None:
    run = draft(small_round(), finance, cutoff="exclusive")
    said = words(book_of(run)["资金分配表"]).split("\n")
    assert said[0] == "2020年度窗口平台建设补助资金分配表（草案）"
    assert {"校验值 签署后生成", "锁定人 尚未锁定"} <= set(said)
    assert any("非默认（默认为“含20%：达到20%即不予支持”）" in line for line in said)


def test_the_workbook_lists_each_application_with_the_column_in_which_it_counts(finance) -> None:
    round_ = published_round({JIA: {"A": 1, "D": 1, "returned": 1}, YI: {"B": 1}}).round
    page = book_of(draft(round_, finance))["申报明细"]
    lines = [tuple(cell.value for cell in row) for row in page.iter_rows()][3:]
    assert [(line[0], line[3], line[4], line[5]) for line in lines] == [
        ("海曙区", "已评定", "A档", "计入A档"),
        ("海曙区", "已评定", "D档", "计入D档"),
        ("海曙区", "未评定档次", None, "未评定"),
        ("江北区", "已评定", "B档", "计入B档"),
    ]
    assert [line[1] for line in lines] == sorted(line[1] for line in lines)


def test_the_workbook_of_a_correction_has_the_differences_on_a_sheet_of_their_own(finance, finance2) -> None:
    round_ = published_round({JIA: {"A": 4, "returned": 1}, YI: {"A": 4, "D": 1, "returned": 1}}).round
    old = locked(round_, finance, finance2)
    withdraw(f"SB2020-{YI}-006")
    new = make_run(round=round_, pool_yuan=12_000_000, reading=Reading(), by=finance, at=LATER, replaces=old)
    book = book_of(new)
    assert "被更正的测算 2020-ZJ-01" in words(book["资金分配表"])
    page = book["各地区增减"]
    found = {row[0].value: [cell.value for cell in row[1:4]] for row in page.iter_rows()}
    before, after = amounts(old, JIA, YI), amounts(new, JIA, YI)
    assert found["海曙区"] == [before[0], after[0], after[0] - before[0]]
    assert found["江北区"] == [before[1], after[1], after[1] - before[1]]
    assert found["合计"] == [15_000_000, 12_000_000, -3_000_000]
    assert "各地区增减" not in book_of(old).sheetnames


def test_a_grade_worth_more_than_a_higher_one_and_an_empty_allocation_are_named(finance) -> None:
    steep = draft(published_round({JIA: {"A": 8, "B": 1}}).round, finance)
    said = words(book_of(steep)["资金分配表"])
    assert "档次倒挂：1家B档相当于4家A档的金额" in said
    assert [sentence for sentence in sheet_of(steep).warning_sentences if sentence not in said] == []
    nothing = draft(published_round({JIA: {"D": 1}}, year=2021).round, finance)
    assert f"说明 {nothing.note}" in words(book_of(nothing)["资金分配表"])
    assert sheet_of(nothing).worth_texts[0].text == "无"


def test_only_the_sums_are_formulas_and_a_name_that_looks_like_one_stays_text(finance) -> None:
    run = draft(small_round(), finance)
    AllocationRow.objects.filter(run=run, code=JIA).update(label='=HYPERLINK("http://x")')
    AllocationRun.objects.filter(pk=run.pk).update(note="+1+1")
    run = AllocationRun.objects.get(pk=run.pk)
    book = book_of(run)
    formulas = {
        page.title: [str(cell.value) for row in page.iter_rows() for cell in row if cell.data_type == "f"]
        for page in book.worksheets
    }
    assert {title for title, found in formulas.items() if found} == {"计算过程"}
    assert [formula for formula in formulas["计算过程"] if "HYPERLINK" in formula] == []
    assert "'=HYPERLINK" in words(book["资金分配表"])
    assert "'=HYPERLINK" in words(book["计算过程"])
    assert "'+1+1" in words(book["资金分配表"])
    assert read(as_csv(sheet_of(run)))[0]["地区"] == '\'=HYPERLINK("http://x")'


def test_a_run_whose_numbers_cannot_be_has_no_workings(finance) -> None:
    run = draft(small_round(), finance)
    AllocationRow.objects.filter(run=run, code=JIA).update(declared=0)
    assert "计算过程" not in book_of(run).sheetnames


def test_every_number_has_room_and_every_row_the_height_of_its_words(finance, finance2) -> None:
    book = book_of(locked(worked_round(), finance, finance2))
    for page in book.worksheets:
        assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
        merged = {str(each).split(":")[0]: each for each in page.merged_cells.ranges}
        for cell in (cell for row in page.iter_rows() for cell in row if cell.value is not None):
            area = merged.get(cell.coordinate)
            columns = range(area.min_col, area.max_col + 1) if area else [cell.column]
            width = sum(page.column_dimensions[get_column_letter(column)].width for column in columns)
            if isinstance(cell.value, int):
                assert len(f"{cell.value:,}") + 1 < width, (page.title, cell.coordinate)
            elif cell.data_type == "s":
                lines = page.row_dimensions[cell.row].height // 14
                assert width_of(str(cell.value)) <= lines * width, (page.title, cell.coordinate)


@pytest.mark.office
def test_printed_by_libreoffice_no_number_is_cut_and_no_word_is_lost(tmp_path: Path, finance, finance2) -> None:
    run = locked(worked_round(), finance, finance2)
    said = text_of_pdf(printed(tmp_path, {"sheet": as_xlsx(sheet_of(run), items_of(run))})["sheet"])
    assert "###" not in said
    assert "E+" not in said
    for switch in SWITCHES_IN_WORDS:
        for text in (switch.label, switch.default.label, switch.reason):
            assert "".join(text.split()) in said
    for text in ("2020-ZJ-01", "15,000,000", "9,250,000", "5,750,000", run.digest, run.counts_digest, "1,500,000元"):
        assert text in said
    assert said.count("各地区公式金额与系统金额一致") == 1


# The plain table.


def test_the_table_is_one_line_per_region_with_run_pool_and_readings(finance) -> None:
    run = signed(worked_round(), finance)
    content = as_csv(sheet_of(run))
    assert content.startswith("\ufeff测算编号,年度,状态,代码,地区,".encode())
    lines = read(content)
    assert len(lines) == 18
    assert lines[0] == {
        "测算编号": "2020-ZJ-01", "年度": "2020", "状态": "已签署待锁定", "代码": "330203", "地区": "海曙区",
        "申报": "10", "A档": "4", "B档": "3", "C档": "2", "D档": "1", "未评定": "0", "评分后撤回": "0",
        "公布后撤销": "0", "撤回不计": "0", "未评定不计": "0", "备注": "", "D档占比": "0.1", "是否支持": "支持",
        "得分": "37", "权重": "0.616666666666", "金额（元）": "9250000", "资金总额（元）": "15000000",
        **{switch.label: switch.default.label for switch in SWITCHES_IN_WORDS},
        "申报数校验值": run.counts_digest, "校验值": run.digest,
    }  # fmt: skip
    assert (lines[1]["得分"], lines[1]["权重"], lines[-1]["地区"]) == ("", "", "重点行业平台")


# The counts.


@pytest.mark.clause("N23")
@pytest.mark.parametrize(
    ("counts", "reading"),
    [
        (None, {}),
        (None, {"totals": "funded", "divisor": "all", "unit": "wan"}),
        # Seven equal regions: who gets the last yuan is decided by the codes alone.
        ({code: {"A": 1} for code in ("330203", "330205", "330206", "330211", "330212", "330213", "HZW")}, {}),
    ],
    ids=["default", "other readings", "ties"],
)
def test_the_counts_as_a_file_give_the_stored_amounts_with_the_command_and_without_the_product(
    browser_of, finance, tmp_path, counts, reading
) -> None:
    run = draft(published_round(counts).round if counts else worked_round(), finance, **reading)
    response = browser_of(finance).post(f"/admin/funding/allocationrun/{run.pk}/sheet/counts/")
    file = tmp_path / "COUNTS.csv"
    file.write_bytes(response.content)
    assert hashlib.sha256(response.content).hexdigest() == run.counts_digest
    page = browser_of(finance).get(f"/admin/funding/allocationrun/{run.pk}/change/")
    assert run.counts_digest in page.content.decode()
    options = [f"--{switch.name}={getattr(run, switch.name)}" for switch in SWITCHES]
    out = io.StringIO()
    call_command("allocate", str(file), f"--pool={run.pool_yuan}", *options, "--json", stdout=out)
    command = [sys.executable, "-S", str(ROOT / "docs" / "recompute.py"), str(file), f"--pool={run.pool_yuan}"]
    alone = subprocess.run([*command, *options, "--json"], capture_output=True, check=True).stdout
    kept = list(run.rows.exclude(region=None).order_by("code").values_list("amount_yuan", flat=True))
    for said in (out.getvalue(), alone.decode()):
        assert [row["amount"] for row in json.loads(said)["rows"]] == kept
        assert json.loads(said)["allocated"] == run.allocated_yuan


# At the door.


@pytest.mark.parametrize("kind", KINDS)
def test_finance_takes_each_paper_as_a_file_and_that_is_an_event(browser_of, finance, kind) -> None:
    run = draft(worked_round(), finance)
    before = stored(run)
    response = browser_of(finance).post(f"/admin/funding/allocationrun/{run.pk}/sheet/{kind}/")
    assert (response.status_code, response["Content-Type"]) == (200, MEDIA[kind])
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''2020")
    assert response["X-Content-Type-Options"] == "nosniff"
    begins = {"xlsx": b"PK", "csv": "\ufeff测算编号".encode(), "pdf": b"%PDF", "counts": b"region,declared,a,b,c,d\n"}
    assert response.content.startswith(begins[kind])
    event = AuditEvent.objects.get(verb="导出资金分配")
    assert (event.actor, event.object_code, event.reason) == ("finance", "2020-ZJ-01", KINDS[kind].label)
    assert stored(run) == before


def test_the_page_has_a_button_for_each_paper(browser_of, finance, city) -> None:
    run = draft(small_round(), finance)
    shown = browser_of(finance).get(f"/admin/funding/allocationrun/{run.pk}/change/").content.decode()
    for kind, label in (("xlsx", "工作簿"), ("csv", "数据表"), ("pdf", "签署表PDF"), ("counts", "申报数CSV")):
        assert f'action="/admin/funding/allocationrun/{run.pk}/sheet/{kind}/"' in shown
        assert f"导出{label}</button>" in shown
    read_only = browser_of(city).get(f"/admin/funding/allocationrun/{run.pk}/change/").content.decode()
    assert "/sheet/" not in read_only


def test_who_may_not_export_is_refused(city, finance) -> None:
    run = draft(small_round(), finance)
    with pytest.raises(Refusal, match="您没有导出资金分配的权限。"):
        export_sheet(run=run, kind="数据表", by=city, at=AT)
    assert not AuditEvent.objects.filter(verb="导出资金分配").exists()


def test_the_names_of_the_files_say_year_paper_and_number(browser_of, finance) -> None:
    run = draft(small_round(), finance)
    names = []
    for kind in KINDS:
        response = browser_of(finance).post(f"/admin/funding/allocationrun/{run.pk}/sheet/{kind}/")
        names.append(unquote(response["Content-Disposition"].partition("''")[2]))
    assert names == [
        "2020年度资金分配表-2020-ZJ-01.xlsx", "2020年度资金分配表-2020-ZJ-01.csv",
        "2020年度资金分配签署表-2020-ZJ-01.pdf", "2020年度申报数-2020-ZJ-01.csv",
    ]  # fmt: skip


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
