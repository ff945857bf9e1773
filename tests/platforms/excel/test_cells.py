"""A cell means the same at each door: a pasted block, the intake, an import of the admin, the sheet of services."""

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from platforms.applications import pasted_rows
from platforms.applications.choices import Education, VenueTenure
from platforms.applications.desk.pasting import columns_of
from platforms.applications.desk.row_sets import RowSet
from platforms.applications.intake import checks
from platforms.applications.intake.fields import Layout, Sheet
from platforms.applications.intake.reader import Page, Row, Workbook
from platforms.cells import CellProblem, Column, Kind, read
from platforms.excel.workbook import read_table
from platforms.service_records.excel import sheet as service_records

#: What a door makes of a cell: what it is read as, as text ("" where it cannot be read), and the sentence about it.
Told = tuple[str, str]

AREA = Column("floor_area", "服务场地面积（㎡）", Kind.DECIMAL)
YEARS = Column("years", "企业服务年限（年）", Kind.WHOLE)
FEE = Column("fee", "收费（元）", Kind.DECIMAL)
FULL_TIME = Column("full_time", "专职", Kind.YES_NO)
SIGN = Column("has_unified_sign", "已悬挂统一标志标识", Kind.YES_NO)
EDUCATION = Column("education", "学历", Kind.CHOICE, choices=tuple(Education.choices))
TENURE = Column("venue_tenure", "场地来源", Kind.CHOICE, choices=tuple(VenueTenure.choices))
FOUNDED = Column("founded_on", "成立日期", Kind.DATE)
CODE = Column("operator_code", "统一社会信用代码", Kind.CAPITALS)
NAME = Column("name", "姓名")


def pasted(column: Column, cell: str) -> Told:
    found = pasted_rows.read(cell, (column,), most=1)
    if any("理解" in sentence for sentence in found.left) or not found.left:
        return found.rows[0][column.name], ""
    return "", found.left[0].split("：“", 1)[1].split("”", 1)[1]


def filed(column: Column, cell: str) -> Told:
    sheet = Sheet("staff", "运营人员", (column,))
    page = Page(sheet, sheet.title, 1, {column.name: 0}, [Row(2, {column.name: cell})])
    book = Workbook(Layout((sheet,)), {"staff": page})
    values = checks._read_row(book, page, page.rows[0], "1")
    sentence = book.findings[0].sentence.removeprefix(f"“{column.header}”") if book.findings else ""
    return str(values.get(column.name, "")), sentence


def imported(column: Column, cell: str) -> Told:
    made = openpyxl.Workbook()
    assert made.active is not None
    for row in ((column.header, "甲", "乙"), (cell, "", "")):
        made.active.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    table = read_table(
        "a.xlsx", buffer, columns=(column, Column("a", "甲"), Column("b", "乙")), max_bytes=100_000, max_rows=9
    )
    if table.problems:
        return "", table.problems[0].split("（A2）", 1)[1]
    return str(table.lines[0].values[column.name]), ""


def registered(column: Column, cell: str) -> Told:
    found = service_records.Read(positions={column.name: 0})
    values, _ = service_records._values(found, 2, {column.name: cell}, {}, {})
    sentence = found.findings[0].sentence.removeprefix(f"“{column.header}”") if found.findings else ""
    return str(values.get(column.name, "")), sentence


DOORS: tuple[Callable[[Column, str], Told], ...] = (pasted, filed, imported, registered)

READ: tuple[tuple[Column, str, Any], ...] = (
    (AREA, "120㎡", Decimal(120)),
    (AREA, "120 平方米", Decimal(120)),
    (AREA, "１２０．５", Decimal("120.5")),
    (YEARS, "5年", 5),
    (YEARS, "５", 5),
    (FEE, "1,200元", Decimal(1200)),
    (FEE, "0.5万元", Decimal(5000)),
    (FULL_TIME, "√", True),
    (FULL_TIME, "专职", True),
    (FULL_TIME, "兼职", False),
    (SIGN, "有", True),
    (SIGN, "×", False),
    (EDUCATION, "大学", "bachelor"),
    (EDUCATION, "本科（全日制）", "bachelor"),
    (EDUCATION, "研究生", "master"),
    (TENURE, "自有产权", "owned"),
    (TENURE, "自 有", "owned"),
    (FOUNDED, "2015.6.1", date(2015, 6, 1)),
    (FOUNDED, "２０１５年６月１日", date(2015, 6, 1)),
    (FOUNDED, "20150601", date(2015, 6, 1)),
    (CODE, "９１３３０２００ 711192037ｍ", "91330200711192037M"),
    (NAME, "王\u200b一", "王一"),
)
REFUSED: tuple[tuple[Column, str, str], ...] = (
    (AREA, "1,200", "不是数字，请只填数字，不写单位、逗号和文字，如 1200。"),
    (AREA, "2亩", "不是数字，请只填数字，不写单位、逗号和文字。"),
    (YEARS, "5个月", "不是数字，请只填数字，不写单位、逗号和文字。"),
    (YEARS, "2.5", "不是整数，请核对。"),
    (YEARS, "-1", "不能为负数，请核对。"),
    (FULL_TIME, "借用", "请填写“是”或“否”。"),
    (EDUCATION, "本科生", "不符合选项要求，请填写：高中及以下、大专、本科、硕士、博士；是否为“本科”？"),
    (TENURE, "其他", "不符合选项要求，请填写：自有、租赁、无偿提供。"),
    (FOUNDED, "2024.3", "没有写明是哪一天，请写成 2024-03-01 的样子。"),
    (FOUNDED, "24/1/2", "看不出哪个是年份，请写四位的年份，如 2024-01-02。"),
    (FOUNDED, "2023-02-30", "不是存在的日期，请核对。"),
    (FOUNDED, "1899-12-31", "的年份应在 1900 至 2100 之间，请核对。"),
    (FOUNDED, "去年", "不是日期，请写成 2015-06-01 的样子。"),
    (CODE, "9.13302E+17", "已被 Excel 改成科学记数法，原来的位数无法恢复，请把单元格设为文本格式后重新填写。"),
    (AREA, "#N/A", "是 Excel 的错误值，请改正。"),
)


@pytest.mark.trust("T24")
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("column", "cell", "value"), READ)
def test_what_can_be_read_in_one_way_is_read_so_at_each_door(
    monkeypatch: pytest.MonkeyPatch, door: Callable[[Column, str], Told], column: Column, cell: str, value: Any
) -> None:
    monkeypatch.setattr(service_records, "COLUMNS", (column,))
    assert door(column, cell) == (str(value), "")


@pytest.mark.trust("T24")
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("column", "cell", "sentence"), REFUSED)
def test_what_cannot_is_refused_with_one_sentence_at_each_door(
    monkeypatch: pytest.MonkeyPatch, door: Callable[[Column, str], Told], column: Column, cell: str, sentence: str
) -> None:
    monkeypatch.setattr(service_records, "COLUMNS", (column,))
    assert door(column, cell) == ("", sentence)


@pytest.mark.parametrize(
    ("column", "cell", "value", "understood"),
    [
        (AREA, "120.5", Decimal("120.5"), ""),
        (AREA, 120.5, Decimal("120.5"), ""),
        (AREA, "120㎡", Decimal(120), "按 120 理解"),
        (FEE, "0.5万", Decimal(5000), "按 5000 理解"),
        (FULL_TIME, "是", True, ""),
        (FULL_TIME, "√", True, "按“是”理解"),
        (FULL_TIME, False, False, "按“否”理解"),
        (EDUCATION, "本科", "bachelor", ""),
        (EDUCATION, "大学", "bachelor", "按“本科”理解"),
        (FOUNDED, datetime(2015, 6, 1), date(2015, 6, 1), ""),  # noqa: DTZ001
        (FOUNDED, date(2015, 6, 1), date(2015, 6, 1), ""),
        (FOUNDED, 42156, date(2015, 6, 1), "按 2015-06-01 理解（Excel 的日期序号）"),
        (FOUNDED, 20150601, date(2015, 6, 1), "按 2015-06-01 理解"),
        (NAME, "'=甲", "=甲", ""),
        (NAME, 12.5, "12.5", "按文字“12.5”理解"),
    ],
)
def test_what_is_not_written_as_asked_is_told(column: Column, cell: Any, value: Any, understood: str) -> None:
    assert read(column, cell) == (value, understood)


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        (CODE, 330212, "是数字格式，开头的 0 可能已被 Excel 去掉，请把单元格设为文本格式后重新填写。"),
        (
            CODE,
            9.13302e17,
            "是数字格式，Excel 只保留前 15 位，后面的位数已经丢失，请把单元格设为文本格式后重新填写。",
        ),
        (FOUNDED, 2024.3, "没有写明是哪一天，请写成 2024-03-01 的样子。"),
        (FOUNDED, 60, "不是日期（数字 60），请写成 2015-06-01 的样子。"),
        (FOUNDED, datetime(1900, 2, 28), "不是存在的日期，请写成 2015-06-01 的样子。"),  # noqa: DTZ001
        (FOUNDED, True, "不是日期，请写成 2015-06-01 的样子。"),
        (NAME, True, "不是文字，Excel 已改成其他格式，请把单元格设为文本格式后重新填写。"),
    ],
)
def test_what_a_spreadsheet_spoilt_is_refused(column: Column, cell: Any, sentence: str) -> None:
    with pytest.raises(CellProblem) as caught:
        read(column, cell)
    assert str(caught.value) == sentence


def test_a_word_that_could_mean_two_choices_means_none() -> None:
    column = Column("kind", "类别", Kind.CHOICE, choices=(("a", "镇（甲）"), ("b", "镇（乙）")))
    with pytest.raises(CellProblem, match="不符合选项要求"):
        read(column, "镇")
    assert read(column, "镇（乙）")[0] == "b"


def test_the_tables_of_the_page_take_the_words_that_people_use() -> None:
    staff = pasted_rows.read(
        "名字\t性别\t学历\t职务\t专职\t年限\t手机号\n王一\t女\t大学\t主任\t√\t5年\t１３８００１３８０００\n李二\t男性\t博士后\t专员\t兼职\t3\t",
        columns_of(RowSet("staff", [])),
        most=9,
    )
    assert list(staff.rows) == [
        {
            "name": "王一", "sex": "female", "education": "bachelor", "qualification": "", "post": "主任",
            "full_time": "yes", "years": "5", "mobile": "１３８００１３８０００",
        },
        {
            "name": "李二", "sex": "male", "education": "博士后", "qualification": "", "post": "专员",
            "full_time": "no", "years": "3", "mobile": "",
        },
    ]  # fmt: skip
    assert staff.left == (
        "第 2 行“学历”：“博士后”不符合选项要求，请填写：高中及以下、大专、本科、硕士、博士；是否为“博士”？",
        "“学历”：“大学”按“本科”理解，共 1 处。",
        "“用工形式”：“√”按“专职”理解，共 1 处。",
        "“企业服务年限（年）”：“5年”按 5 理解，共 1 处。",
        "“手机”：“１３８００１３８０００”按“13800138000”理解，共 1 处。",
        "“性别”：“男性”按“男”理解，共 1 处。",
    )
    services = pasted_rows.read("法律\t咨询\t有偿\t每次500元", columns_of(RowSet("services", [])), most=9)
    assert list(services.rows) == [
        {"service_class": "law", "content": "咨询", "is_free": "no", "fee_standard": "每次500元"}
    ]
