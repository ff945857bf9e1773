"""The data dictionary of the handbook, read off the code: the fields of the form, the columns of the open data."""

from collections.abc import Iterator, Sequence

from django.urls import reverse

from evaluation.site import open_data
from evaluation.site.joined import Table
from funding.site.tables import TABLES
from platforms.applications.form_fields import FORM_FIELDS, ROW_FIELDS, FormField
from platforms.applications.intake.fields import APPLICATIONS, FILLED
from platforms.applications.sections import ROW_KINDS, SECTIONS, Section
from platforms.cells import Kind
from platforms.masking import PEOPLE, STAFF

TITLE = "十二、数据字典"
_KINDS = {
    Kind.TEXT: "文字",
    Kind.CODE: "代码",
    Kind.CAPITALS: "代码",
    Kind.PHONE: "电话",
    Kind.WHOLE: "整数",
    Kind.DECIMAL: "数字",
    Kind.DATE: "日期",
    Kind.CHOICE: "选项",
    Kind.YES_NO: "是或否",
}
_NUMERALS = "一二三四五六七八九十"
_YES, _NONE = "是", "否"
_HEAD = ("栏目", "格式", "填写", "打印在", "批量填报", "历年申报导出", "个人信息")


def chapter() -> str:
    """Return the chapter as Markdown: a section for each part of the form and for each published table."""
    return "\n\n".join((f"## {TITLE}", *_form(), *_open_data())) + "\n"


def _form() -> Iterator[str]:
    yield (
        "申报表各栏目的格式、要求和去处。“打印在”为打印的申报表中的位置；“批量填报”为工作簿中的工作表；"
        "“历年申报导出”为是否列入“申报”（“历年申报”）导出的文件；“个人信息”为是的，外地区人员只见部分内容。"
    )
    for section in SECTIONS:
        blocks = list(_section(section))
        if blocks:
            yield f"### 申报表：{section.title}"
            yield from blocks


def _section(section: Section) -> Iterator[str]:
    part = _NUMERALS[section.number - 1]
    fields = FORM_FIELDS.get(section.slug, ())
    if fields:
        sheet = APPLICATIONS if section in FILLED else ""
        yield _table(_HEAD, [_line(each, f"第{part}部分", sheet, each.name in PEOPLE) for each in fields])
    for kind in ROW_KINDS:
        if kind.section == section.slug:
            rows = [
                _line(
                    each,
                    f"第{part}部分“{kind.title}”表" if each.width else "",
                    kind.title,
                    kind.name == "staff" and each.name in STAFF,
                )
                for each in ROW_FIELDS[kind.name]
            ]
            yield f"“{kind.title}”每行一项："
            yield _table(_HEAD, rows)


def _line(field: FormField, paper: str, sheet: str, personal: bool) -> tuple[str, ...]:
    words = "：" + "、".join(label for _, label in field.pairs) if field.pairs else ""
    filled = "必填" if field.ask or field.wanted else "符合条件的必填" if field.ask_if else "选填"
    return (
        field.header,
        _KINDS[field.kind] + words,
        filled + ("，由县级填写" if field.by_county else ""),
        paper or "不单列",
        f"“{sheet}”" if sheet else "在网页上填写",
        _YES if field.exported else _NONE,
        _YES if personal else _NONE,
    )


def tables() -> Iterator[Table]:
    """Yield the published tables whose columns are the same every year."""
    yield from open_data.tables()
    for each in TABLES:
        yield Table(each.key, each.title, each.says, (), each.columns)


def _open_data() -> Iterator[str]:
    for table in tables():
        yield f"### 开放数据：{table.title}"
        yield table.says
        yield _table(
            ("列名", "字段名", "格式", "说明"),
            [(each.label, f"`{each.key}`", each.kind, each.says) for each in table.columns],
        )
    yield "### 开放数据：文件和下载"
    # Columns of the files of one allocation follow the grades of its notice: they stand on the page alone.
    yield (
        f"文件的地址、格式的写法和每次资金分配各文件的列，见公众网站的[数据字典]({reverse('site:dictionary')})，"
        f"可下载 CSV 和 JSON；文件在[数据开放]({reverse('site:open_data')})下载。"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
