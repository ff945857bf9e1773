"""Makes the awkward workbooks of ``corpus/``: ``python -m tests.platforms.applications.intake.make_corpus [--soffice
PROGRAM]``.

Each starts from the template of 鄞州区 for 2026 with some towns and one park, as the tests stand it, and is spoilt in
one way that officers, WPS or Excel spoil workbooks. Those called ``libreoffice-…`` went through LibreOffice as well,
which has to be installed where this runs; the tests only read the files that are committed.
"""

import argparse
import io
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
from openpyxl.workbook.workbook import Workbook

from tests.platforms.applications.intake.sheets import TOWN_TYPE, TOWNS, columns, fill, one, saved

FOLDER = Path(__file__).parent / "corpus"
STAFF = {
    "申报表序号": 1,
    "姓名": "王一",
    "性别": "女",
    "学历": "本科",
    "岗位": "主任",
    "专职": "是",
    "企业服务年限（年）": 5,
}
Spoil = Callable[[Workbook], None]


def _with(**cells: object) -> Spoil:
    """One application with ``cells`` by head."""
    return lambda book: fill(book, "申报表", one(**cells))


def _at(book: Workbook, head: str, row: int = 4, sheet: str = "申报表") -> openpyxl.cell.cell.Cell:
    return book[sheet].cell(row, columns(book, sheet)[head])


def blank_rows(book: Workbook) -> None:
    fill(book, "申报表", one())
    page = book["申报表"]
    for head, value in one("首南街道", 2).items():
        page.cell(9, columns(book, "申报表")[head]).value = value
    page.cell(12, 1).value = "   "


def more_titles(book: Workbook) -> None:
    fill(book, "申报表", one())
    page = book["申报表"]
    page.insert_rows(1, 2)
    page["A1"].value = "鄞州区经济和信息化局"
    page.merge_cells("A1:F1")


def odd_heads(book: Workbook) -> None:
    fill(book, "申报表", one(联系人手机="13800138000", **{"服务场地面积（㎡）": 120.5}))
    _at(book, "联系人手机", 3).value = "联系人\n手 机"
    _at(book, "服务场地面积（㎡）", 3).value = "服务场地面积(㎡)*"
    _at(book, "名称调整理由", 3).value = "自定名称的理由"
    _at(book, "地址", 3).value = "\u200b地址"


def double_head(book: Workbook) -> None:
    fill(book, "申报表", one())
    _at(book, "开放时间", 3).value = "地址"


def strange_head(book: Workbook) -> None:
    fill(book, "申报表", one())
    page = book["申报表"]
    page.cell(3, 60).value, page.cell(4, 60).value = "进度", "已电话联系"
    page.cell(3, 61).value, page.cell(4, 61).value = "备注（内部）", "下周再问"


def no_head(book: Workbook) -> None:
    fill(book, "申报表", one())
    page = book["申报表"]
    page.cell(4, 70).value = "多出来的内容"


def second_head(book: Workbook) -> None:
    page = book["申报表"]
    fill(book, "申报表", one())
    fill(book, "申报表", {head: head for head in columns(book, "申报表")})
    fill(book, "申报表", one("首南街道", 2))
    assert page.max_row == 6


def merged_data(book: Workbook) -> None:
    fill(book, "申报表", one(), one("首南街道", 2))
    letter = _at(book, "类型").column_letter
    _at(book, "类型", 5).value = None
    book["申报表"].merge_cells(f"{letter}4:{letter}5")


def formulas(book: Workbook) -> None:
    fill(book, "申报表", one())
    _at(book, "服务窗口（个）").value = "=1+2"
    _at(book, "地址").value = '=A4&"路"'


def text_like_formula(book: Workbook) -> None:
    fill(book, "申报表", one(地址="=1+1", 平台简介="-负责辖区服务"))


def hidden_row(book: Workbook) -> None:
    fill(book, "申报表", one(), one("首南街道", 2))
    book["申报表"].row_dimensions[5].hidden = True


def hidden_column(book: Workbook) -> None:
    fill(book, "申报表", one(地址="某路1号"))
    book["申报表"].column_dimensions[_at(book, "地址").column_letter].hidden = True


def hidden_sheet(book: Workbook) -> None:
    fill(book, "申报表", one())
    fill(book, "运营人员", STAFF)
    book["运营人员"].sheet_state = "hidden"


def more_sheets(book: Workbook) -> None:
    fill(book, "申报表", one())
    book.create_sheet("汇总").append(["合计", 1])
    del book["合作机构"]


def missing_sheet(book: Workbook) -> None:
    book["申报表"].title = "申报"


def missing_column(book: Workbook) -> None:
    fill(book, "申报表", one(地址="某路1号"))
    fill(book, "运营人员", STAFF)
    book["申报表"].delete_cols(columns(book, "申报表")["开放时间"])
    book["运营人员"].delete_cols(columns(book, "运营人员")["手机"])


def orphans(book: Workbook) -> None:
    fill(book, "申报表", one())
    fill(book, "运营人员", STAFF, STAFF | {"申报表序号": 7}, STAFF | {"申报表序号": "7"})


def no_key(book: Workbook) -> None:
    fill(book, "申报表", {"类型": TOWN_TYPE, "乡镇（街道）": "姜山镇"})
    fill(book, "运营人员", STAFF)


def double_key(book: Workbook) -> None:
    fill(book, "申报表", one(), one("首南街道", "０１"))


def empty_once(book: Workbook) -> None:
    fill(book, "申报表", {"序号": 1, "地址": "某路1号"}, {"序号": 2, "类型": TOWN_TYPE})
    fill(book, "服务内容", {"申报表序号": 1, "服务内容": "咨询"})


def rows_that_contradict(book: Workbook) -> None:
    fill(book, "申报表", one())
    free = {"申报表序号": 1, "公益性服务": "涉企政策宣传解读和申报辅导", "服务内容": "宣讲", "免费": "否"}
    both = free | {"服务类别": "法律服务", "免费": "是"}
    fill(book, "服务内容", free, both)
    rule = {"申报表序号": 1, "制度": "收费标准", "制度名称": "收费", "对外公开": "是"}
    fill(book, "管理制度", rule, rule)


def error_values(book: Workbook) -> None:
    fill(book, "申报表", one())
    cell = _at(book, "服务企业（家）")
    cell.value, cell.data_type = "#REF!", "e"


def serials(book: Workbook) -> None:
    fill(book, "申报表", one("姜山镇", 1), one("首南街道", 2), one("云龙镇", 3))
    for row, serial in ((4, 60), (5, -1), (6, 42156)):
        cell = _at(book, "成立日期", row)
        cell.value, cell.number_format = serial, "yyyy-mm-dd"


def mac_dates(book: Workbook) -> None:
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    fill(book, "申报表", one())
    cell = _at(book, "成立日期")
    cell.value, cell.number_format = 40694, "yyyy/m/d"


def dates(book: Workbook) -> None:
    texts = ("2015年6月1日", "2015/6/1", "2015.06.01", "２０１５－０６－０１", "20150601")
    for number, text in enumerate(texts, start=1):
        fill(book, "申报表", one(TOWNS[number], number, 成立日期=text))
    fill(book, "申报表", one(TOWNS[6], 6, 成立日期=42156), one(TOWNS[7], 7, 成立日期=datetime(2015, 6, 1, 9, 30)))  # noqa: DTZ001


def bad_dates(book: Workbook) -> None:
    for number, text in enumerate(("24/1/2", "2023-02-30", "2015年6月", "2099-01-01", "去年", 60, -1), start=1):
        fill(book, "申报表", one(TOWNS[number], number, 成立日期=text))


MADE: dict[str, Spoil] = {
    "plain": _with(地址="某路1号", 联系人="张三"),
    "blank-rows": blank_rows,
    "more-titles": more_titles,
    "odd-heads": odd_heads,
    "double-head": double_head,
    "strange-head": strange_head,
    "cell-without-head": no_head,
    "second-head": second_head,
    "merged-data": merged_data,
    "formulas": formulas,
    "text-like-formula": text_like_formula,
    "hidden-row": hidden_row,
    "hidden-column": hidden_column,
    "hidden-sheet": hidden_sheet,
    "more-sheets": more_sheets,
    "missing-sheet": missing_sheet,
    "missing-column": missing_column,
    "orphans": orphans,
    "no-key": no_key,
    "double-key": double_key,
    "empty-once": empty_once,
    "rows-that-contradict": rows_that_contradict,
    "error-values": error_values,
    "serials": serials,
    "mac-dates": mac_dates,
    "dates": dates,
    "bad-dates": bad_dates,
    "code-as-number": _with(统一社会信用代码=913302001119203000),
    "code-in-exponents": _with(统一社会信用代码="9.13302E+17"),
    "code-full-width": _with(统一社会信用代码="９１３３０２００ 711192037ｍ"),
    "code-one-digit-wrong": _with(统一社会信用代码="91330200711192038M"),
    "phones": _with(联系人手机=13800138000, 服务电话="０５７４－８７６５４３２１", 联系人办公电话=57487654321),
    "invisible-signs": _with(联系人="张\u200b三", 地址="\xa0某路\xa01号", 开放时间="\u3000工作日\u3000"),
    "numbers": _with(
        **{"服务窗口（个）": "３", "会议培训场所（间）": "2间", "服务场地面积（㎡）": "1,200", "服务企业（家）": 12.5}
    ),
    "choices": _with(
        运营方式="直接运营 ", 单位性质="国企", 场地来源="自 有", 设在公共事务服务中心="√", 已悬挂统一标志标识=True
    ),
    "unknown-town": _with(town="慈城镇"),
    "park-and-town": _with(类型="小微企业园窗口平台", 小微企业园="没有的园"),
    "type-of-others": _with(类型="重点行业窗口平台"),
    "too-long": _with(联系人="张" * 41, 平台名称="短"),
    "town-by-code": _with(town="330212001"),
    "nothing": lambda _book: None,
}
#: Which of them LibreOffice writes anew.
THROUGH = (
    "plain",
    "dates",
    "odd-heads",
    "invisible-signs",
    "merged-data",
    "hidden-row",
    "formulas",
    "text-like-formula",
)


def without_addresses(content: bytes) -> bytes:
    """The same workbook as small writers make it: cells and rows carry no address."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "xl/worksheets/sheet6.xml" or entry.filename.endswith("sheet9.xml"):
                data = re.sub(rb'(<(?:row|c)\b[^>]*?) r="[A-Z]*[0-9]+"', rb"\1", data)
            made.writestr(entry.filename, data)
    return target.getvalue()


def main(template: bytes, program: str) -> None:
    """Write every workbook; ``template`` is the one that the tests stand."""
    FOLDER.mkdir(exist_ok=True)
    for name, spoil in MADE.items():
        book = openpyxl.load_workbook(io.BytesIO(template))
        spoil(book)
        (FOLDER / f"{name}.xlsx").write_bytes(saved(book))
    plain = (FOLDER / "plain.xlsx").read_bytes()
    (FOLDER / "without-addresses.xlsx").write_bytes(without_addresses(plain))
    book = openpyxl.load_workbook(io.BytesIO(template))
    del book["版本"]
    (FOLDER / "foreign.xlsx").write_bytes(saved(book))
    with tempfile.TemporaryDirectory() as folder:
        for name in THROUGH:
            subprocess.run(
                [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx",
                 "--outdir", folder, str(FOLDER / f"{name}.xlsx")],
                check=True, capture_output=True, timeout=180,
            )  # fmt: skip
            (FOLDER / f"libreoffice-{name}.xlsx").write_bytes((Path(folder) / f"{name}.xlsx").read_bytes())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soffice", default="soffice")
    given = parser.parse_args()
    from tests.bench.stand import own_database

    with own_database():
        from platforms.applications.intake.drafts import workbook_for
        from tests.platforms.applications.intake.conftest import county

        main(workbook_for(*county()), given.soffice)
