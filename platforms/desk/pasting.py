"""Cells copied in Excel or WPS become rows of the page: shown with what is wrong in them, saved with the page."""

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse

from platforms import checks
from platforms.cells import Column, Kind
from platforms.desk.fields import WholeNumberField
from platforms.desk.row_sets import MOST_ROWS, RowSet
from platforms.pasted_rows import read

if TYPE_CHECKING:
    from platforms.desk.editors import Editor

#: Other headings, by kind of rows and column.
_HEADINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "staff": {
        "name": ("名字", "人员姓名"),
        "qualification": ("职称", "证书", "职业资格", "职称/证书", "职称证书"),
        "post": ("职务", "职位", "岗位职务"),
        "full_time": ("专职", "是否专职", "用工形式", "专兼职", "专职/兼职"),
        "years": ("年限", "服务年限", "工作年限", "从业年限", "从事企业服务年限"),
        "mobile": ("手机号", "手机号码", "联系电话", "电话", "联系方式"),
    },
    "services": {
        "service_class": ("类别", "服务类型"),
        "content": ("内容", "服务项目", "具体内容"),
        "is_free": ("免费/收费", "收费情况"),
        "fee_standard": ("标准", "收费标准及依据"),
    },
    "partners": {
        "name": ("机构名称", "合作机构名称", "单位名称", "合作单位"),
        "service_class": ("类别", "服务类别", "合作类别"),
    },
}


def columns_of(rows: RowSet) -> list[Column]:
    """Return the columns of ``rows``, each with what may stand in it."""
    return [_column(name, rows.form.base_fields[name], _HEADINGS[rows.kind].get(name, ())) for name in rows.names]


def _column(name: str, box: Any, heads: tuple[str, ...]) -> Column:
    choices = tuple((str(value), str(label)) for value, label in getattr(box, "choices", ()) if value)
    if choices:
        return Column(name, str(box.label), Kind.CHOICE, choices=choices, heads=heads)
    if isinstance(box, WholeNumberField):
        return Column(name, f"{box.label}({box.unit})", Kind.WHOLE, heads=heads)
    kind = Kind.PHONE if getattr(box, "rule", None) is checks.normalise_phones else Kind.TEXT
    return Column(name, str(box.label), kind, heads=heads)


def answer(request: HttpRequest, editor: "Editor", kind: str, section: Any, place: Any, show: Any) -> HttpResponse:
    """Show the page, or only the rows where the page itself asks, with what was pasted below what was typed."""
    rows = editor.sets.get(kind)
    if rows is None or rows.closed:
        raise Http404
    text = request.POST.get(f"paste-{kind}", "")
    pasted = read(text, columns_of(rows), most=MOST_ROWS - rows.filled)
    rows.add_rows(pasted.rows)
    editor.anew.add(kind)
    left = (
        list(pasted.left)
        if pasted.rows or pasted.left
        else ["没有读到内容：请在 Excel 或 WPS 中选中单元格，复制后粘贴。"]
    )
    shown: HttpResponse = show(
        request, section, place, editor, unsaved=True, pasted={"kind": kind, "count": len(pasted.rows), "left": left}
    )
    return shown
