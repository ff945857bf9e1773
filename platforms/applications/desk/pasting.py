"""Cells copied in Excel or WPS become rows of the page: shown with what is wrong in them, saved with the page."""

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse

from platforms.applications.desk.row_sets import MOST_ROWS, RowSet
from platforms.applications.form_fields import ROW_FIELDS, FormField
from platforms.applications.pasted_rows import read
from platforms.cells import Column, Kind

if TYPE_CHECKING:
    from platforms.applications.desk.editors import Editor


def columns_of(rows: RowSet) -> list[Column]:
    """Return the columns of ``rows``, each with what may stand in it."""
    return [_column(each) for each in ROW_FIELDS[rows.kind] if each.in_table]


def _column(field: FormField) -> Column:
    if field.kind == Kind.YES_NO:
        # The page asks with two words of its own.
        words = (("yes", field.yes), ("no", field.no))
        return Column(field.name, field.box_label, Kind.CHOICE, choices=words, heads=field.heads)
    return Column(field.name, field.header, field.kind, choices=field.pairs, heads=field.heads)


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
        else ["未识别到内容：请在 Excel 或 WPS 中选中单元格，复制后粘贴。"]
    )
    shown: HttpResponse = show(
        request, section, place, editor, unsaved=True, pasted={"kind": kind, "count": len(pasted.rows), "left": left}
    )
    return shown
