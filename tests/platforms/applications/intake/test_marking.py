"""The workbook with its wrong cells marked: they and nothing else differ, and it can be sent again."""

import io
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook

from platforms.excel.marking import AUTHOR, COLOURS, marked
from platforms.excel.parts import FOUND
from platforms.models import Town
from tests.platforms.applications.intake.conftest import Judge, told
from tests.platforms.applications.intake.sheets import fill, one, saved

pytestmark = pytest.mark.django_db


def values(book: Workbook) -> dict[str, list[list[Any]]]:
    return {
        page.title: [[cell.value for cell in row] for row in page.iter_rows()]
        for page in book.worksheets
        if page.title != FOUND
    }


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def marks(book: Workbook) -> dict[str, tuple[str, str]]:
    """Cell → colour and comment of what was marked."""
    return {
        f"{page.title}!{cell.coordinate}": (cell.fill.fgColor.rgb[2:], cell.comment.text)
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if getattr(cell, "comment", None) is not None and cell.comment.author == AUTHOR
    }


def test_each_kind_of_failure_has_its_colour(blank: Workbook, judge: Judge, towns: list[Town]) -> None:
    fill(blank, "申报表", one("无此镇", 1, 成立日期="24/1/2", 运营方式="随便"), {"序号": 2})
    before = saved(blank)
    judged = judge(before)
    made = opened(marked(before, judged.findings))
    assert marks(made) == {
        "申报表!C5": (COLOURS["empty"], "“类型”没有填写，必须填写。"),  # type: ignore[index]
        "申报表!D4": (COLOURS["reference"], "本地区没有名称或代码为“无此镇”的乡镇（街道）。"),  # type: ignore[index]
        "申报表!N4": (COLOURS["choice"], "“运营方式”不符合选项要求，请填写：直接运营、委托运营。"),  # type: ignore[index]
        "申报表!X4": (COLOURS["format"], "“成立日期”看不出哪个是年份，请写四位的年份，如 2024-01-02。"),  # type: ignore[index]
    }
    assert values(made) == values(opened(before))
    assert [page.sheet_state for page in made.worksheets] == ["visible"] * 7 + ["hidden"] * 2 + ["visible"]
    assert len(made["申报表"].data_validations.dataValidation) == len(blank["申报表"].data_validations.dataValidation)
    listed = [[cell.value for cell in row[:4]] for row in made[FOUND].iter_rows(min_row=2)]
    assert listed == [[sheet, cell, value or None, sentence] for sheet, cell, value, sentence in told(judged)]


def test_a_marked_workbook_can_be_sent_again(blank: Workbook, judge: Judge, towns: list[Town]) -> None:
    fill(blank, "申报表", one("姜山镇", 1, 成立日期="24/1/2"))
    first = judge(saved(blank))
    content = marked(saved(blank), first.findings)
    again = judge(content)
    assert told(again) == told(first)
    assert again.readings == []
    book = opened(content)
    book["申报表"]["X4"].value = "2024-01-02"
    repaired = judge(saved(book))
    assert told(repaired) == []
    assert marks(opened(marked(saved(book), repaired.findings))) == {}
    assert opened(marked(saved(book), [])).sheetnames.count(FOUND) == 1
