"""The workbook of past years: its columns, its template, its rows."""

from evaluation.taken_over.rows import CAUSES, LONGEST_NUMBER, Row
from platforms.cells import Column, Kind
from platforms.choices import PlatformType
from platforms.errors import Refusal
from platforms.excel import sheets
from platforms.excel.workbook import Table
from platforms.identity import ours

TITLE = "历史认定"
_PLACES = ours().examples
_TYPES = tuple((str(value), str(label)) for value, label in PlatformType.choices)

COLUMNS = (
    Column("year", "年度", Kind.WHOLE, required=True, hint="结果所属的年度，一个平台一个年度一行", example="2021"),
    Column(
        "code", "平台编号", Kind.CODE, hint="系统中已有的平台填写；留空的按地点对应，没有的新建并编号",
        example=_PLACES.platform_code,
    ),
    Column("name", "平台名称", required=True, hint="公布时的名称", example=f"{_PLACES.town}中小企业公共服务窗口平台"),
    Column("type", "类型", Kind.CHOICE, required=True, choices=_TYPES, example=_TYPES[1][1]),
    Column("region", "地区", hint="地区的代码或名称；重点行业平台留空或填“市级”", example=_PLACES.region),
    Column(
        "site", "地点", hint="乡镇（街道）、小微企业园（名称或备案编号）或行业协会名称；设在功能区本身的留空",
        example=_PLACES.town,
    ),
    Column("operator", "运营单位", required=True, hint="认定时的运营单位", example="某某企业服务中心"),
    Column(
        "operator_code", "统一社会信用代码", Kind.CAPITALS, required=True,
        example=_PLACES.credit_code("12", "MB0000001"),
    ),
    Column("grade", "档次", required=True, hint="依据的通知规定的档次，写代码或名称", example="A"),
    Column(
        "certificate", "证书编号", Kind.CODE, hint=f"原证书上的编号，最多 {LONGEST_NUMBER} 个字；未认定的留空",
        example="窗口（2021）012号",
    ),
    Column("valid_from", "有效期起", Kind.DATE, hint="含当日；未认定的留空", example="2021-10-08"),
    Column("valid_until", "有效期止", Kind.DATE, hint="含当日；未认定的留空", example="2024-10-07"),
    Column("decided_on", "认定日期", Kind.DATE, required=True, hint="同一年度须相同", example="2021-10-08"),
    Column(
        "document_number", "文号", hint="公布认定结果的文件，同一年度须相同；没有的留空", example="经信〔2021〕12号"
    ),
    Column("ended_on", "终止日期", Kind.DATE, hint="有效期满前终止的填写，自当日起不再有效", example="2023-05-20"),
    Column("cause", "终止原因", Kind.CHOICE, choices=tuple((each.value, str(each.label)) for each in CAUSES)),
    Column("ground", "撤销情形", hint="终止原因为“撤销”的填写，与依据的通知所列情形一致"),
    Column("reason", "终止说明", hint="放弃和撤销的填写，写明来文或事实；仅供内部查阅"),
    Column("phone", "服务电话", Kind.PHONE, hint="对外公布的办公电话", example=_PLACES.phone),
    Column("address", "地址", hint="精确到门牌号"),
)  # fmt: skip
HEADS = {column.name: column.header for column in COLUMNS}


def template() -> bytes:
    """Return the workbook to fill in."""
    return sheets.template(TITLE, COLUMNS)


def rows_of(table: Table) -> list[Row]:
    """Return the rows of ``table``, of which every cell could be read; a column that is not there says nothing.

    Raises:
        Refusal: a column that each row needs is not there.
    """
    there = {column.name for column in table.columns}
    missing = [column.header for column in COLUMNS if column.required and column.name not in there]
    if missing:
        raise Refusal(f"缺少必填的列：{'、'.join(missing)}，请使用下载的模板填写。")
    return [
        Row(number=line.number, **{name: value for name, value in line.values.items() if value is not None})
        for line in table.lines
    ]
