"""An uploaded sheet is read strictly: every doubt is an error that names cell and rule."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.cells import CellProblem, Column, Kind, visible
from platforms.errors import Refusal
from platforms.excel.columns import guard_formula, read_cell, show_value
from platforms.excel.workbook import Table, read_table
from tests.platforms.conftest import sheet

COLUMNS = (
    Column("code", "代码", Kind.CODE, required=True),
    Column("name", "名称", required=True),
    Column("count", "个数", Kind.WHOLE),
    Column("day", "日期", Kind.DATE),
    Column("kind", "类别", Kind.CHOICE, choices=(("a", "甲"), ("b", "乙"))),
    Column("strong", "是否", Kind.YES_NO),
)
HEADERS = [column.header for column in COLUMNS]


def read(file: io.BytesIO, name: str = "a.xlsx", rows: int = 100) -> Table:
    return read_table(name, file, columns=COLUMNS, max_bytes=1024 * 1024, max_rows=rows)


def test_a_good_sheet_is_read_as_it_stands() -> None:
    table = read(sheet(HEADERS, ["001", " 甲地 ", 3, date(2020, 3, 18), "乙", "是"], ["002", "乙地"]))
    assert table.problems == []
    assert [line.number for line in table.lines] == [2, 3]
    assert table.lines[0].values == {
        "code": "001",
        "name": "甲地",
        "count": 3,
        "day": date(2020, 3, 18),
        "kind": "b",
        "strong": True,
    }
    assert table.lines[1].values == {
        "code": "002",
        "name": "乙地",
        "count": None,
        "day": None,
        "kind": "",
        "strong": None,
    }


@pytest.mark.trust("T24")
@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ([330212, "甲"], "第 2 行“代码”（A2）是数字格式"),
        (["9.13302E+17", "甲"], "第 2 行“代码”（A2）已被 Excel 改成科学记数法"),
        (["=1+1", "甲"], "第 2 行“代码”（A2）是公式"),
        (["1", None], "第 2 行“名称”（B2）没有填写，必须填写。"),
        (["1", True], "第 2 行“名称”（B2）不是文字"),
        (["1", "甲", "1,000"], "第 2 行“个数”（C2）不是数字"),
        (["1", "甲", "1_000"], "第 2 行“个数”（C2）不是数字"),
        (["1", "甲", 1.5], "第 2 行“个数”（C2）不是整数"),
        (["1", "甲", -1], "第 2 行“个数”（C2）不能为负数"),
        (["1", "甲", "NaN"], "第 2 行“个数”（C2）不是数字"),
        (["1", "甲", None, "2023-02-30"], "第 2 行“日期”（D2）不是存在的日期"),
        (["1", "甲", None, "24/1/2"], "第 2 行“日期”（D2）看不出哪个是年份"),
        (["1", "甲", None, 60], "第 2 行“日期”（D2）不是日期"),
        (["1", "甲", None, date(1900, 2, 28)], "第 2 行“日期”（D2）不是存在的日期"),
        (["1", "甲", None, "1899-12-31"], "第 2 行“日期”（D2）的年份应在 1900 至 2100 之间"),
        (["1", "甲", None, None, "丙"], "第 2 行“类别”（E2）不符合选项要求，请填写：甲、乙"),
        (["1", "甲", None, None, None, "Y"], "第 2 行“是否”（F2）请填写“是”或“否”"),
        (["1", "甲", None, None, None, None, "多"], "第 2 行的 G2 没有表头"),
        (HEADERS, "第 2 行又是一行表头"),
        (["1", "#REF!"], "第 2 行“名称”（B2）是 Excel 的错误值"),
    ],
)
def test_each_doubt_names_cell_and_rule(row: list[Any], problem: str) -> None:
    assert any(sentence.startswith(problem) for sentence in read(sheet(HEADERS, row)).problems)


@pytest.mark.trust("T24")
@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        (["代码", "代码", "名称"], "表头“代码”（B1）重复出现"),
        (["代码", "名称", "备注"], "表头“备注”（C1）不在模板中"),
        (["代码 ", "名称"], "表头“代码”（A1）含有空格或看不见的字符"),
        (["代码\u200b", "名称"], "表头“代码”（A1）含有空格或看不见的字符"),
        (["代码", None, "名称"], "表头 B1 为空"),
    ],
)
def test_each_doubtful_header_is_named(headers: list[Any], problem: str) -> None:
    assert read(sheet(headers, ["1", "甲", "x"])).problems[0].startswith(problem)


@pytest.mark.trust("T24")
def test_merged_hidden_and_further_sheets_are_named() -> None:
    def prepare(book: Any, page: Any) -> None:
        page.merge_cells("A2:A3")
        page.row_dimensions[3].hidden = True
        page.column_dimensions["C"].hidden = True
        book.create_sheet("另一张")["B2"] = "x"

    problems = read(sheet(HEADERS, ["1", "甲"], ["2", "乙"], prepare=prepare)).problems
    assert [any(word in each for each in problems) for word in ("合并单元格", "行被隐藏", "列被隐藏", "另一张")] == [
        True
    ] * 4


@pytest.mark.trust("T25")
def test_too_many_rows_are_refused_before_they_are_built() -> None:
    with pytest.raises(Refusal, match="超过 10 行"):
        read(sheet(HEADERS, *([str(n), "甲"] for n in range(11))), rows=10)
    with pytest.raises(Refusal, match="超过 10 行"):
        read(sheet(HEADERS, *([str(n), "甲"] for n in range(400))), rows=10)
    text = "代码,名称\n" + "1,甲\n" * 11
    with pytest.raises(Refusal, match="超过 10 行"):
        read(io.BytesIO(text.encode()), "a.csv", rows=10)


def test_many_problems_are_cut_off() -> None:
    problems = read(sheet(HEADERS, *([n, "甲"] for n in range(90)))).problems
    assert (len(problems), problems[-1]) == (51, "其余问题未一一列出，请先改正以上各处。")


def test_csv_is_read_with_cells_named_too() -> None:
    text = "代码,名称,个数\r\n001,甲,\r\n002,,3\r\n"
    table = read(io.BytesIO(text.encode("utf-8-sig")), "a.csv")
    assert table.problems == ["第 3 行“名称”（B3）没有填写，必须填写。"]
    assert table.lines[0].values == {"code": "001", "name": "甲", "count": None}


@pytest.mark.trust("T21")
def test_a_csv_in_gbk_gets_a_hint() -> None:
    with pytest.raises(Refusal, match="不是 UTF-8 编码"):
        read(io.BytesIO("代码,名称\n1,甲".encode("gbk")), "a.csv")


def test_a_broken_csv_and_an_empty_sheet_are_answered_in_words() -> None:
    with pytest.raises(Refusal, match="引号或分隔符有误"):
        read(io.BytesIO('代码,名称\n"1,甲'.encode()), "a.csv")
    assert read(sheet(HEADERS)).problems == ["表格没有数据行，请从第 2 行起填写。"]


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-1", "-1"),
        ("-1+2", "'-1+2"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),
        ("＋86", "'＋86"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("甲", "甲"),
    ],
)
def test_nothing_leaves_as_a_formula(text: str, guarded: str) -> None:
    assert guard_formula(text) == guarded


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), max_size=30))
def test_what_is_exported_comes_back_the_same(text: str) -> None:
    column = Column("a", "甲")
    clean = visible(text)
    if clean.startswith("'"):
        return
    assert read_cell(column, guard_formula(str(show_value(column, clean)))) == clean


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_numbers_come_back_the_same(number: Decimal) -> None:
    column = Column("a", "甲", Kind.DECIMAL)
    assert read_cell(column, str(show_value(column, number))) == number


@pytest.mark.parametrize("value", [True, date(2020, 1, 1), "1e5", "10" * 10, "0x1", "٣"])
def test_odd_numbers_are_refused(value: Any) -> None:
    with pytest.raises(CellProblem):
        read_cell(Column("a", "甲", Kind.DECIMAL), value)
