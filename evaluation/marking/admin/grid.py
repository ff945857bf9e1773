"""All sheets of a round in one grid, platforms down, indicators across: it saves itself, and goes to Excel and back."""

import io
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from evaluation.marking.admin.cells import columns_of, save_cells, summary_of, value_of
from evaluation.marking.admin.filling import SheetPages
from evaluation.marking.admin.subjects import Subject
from evaluation.marking.services.entering import ScoreEntry, ScoresRefused, stored
from evaluation.models import Assessment, Evaluation, Indicator
from evaluation.schemes.choices import Method
from platforms.audit.services import audit
from platforms.backoffice.excel import UploadForm, download
from platforms.backoffice.moves import person_of
from platforms.errors import Refusal
from platforms.excel import pending, sheets
from platforms.excel.columns import Column as Cell
from platforms.excel.columns import Kind as CellKind
from platforms.excel.columns import guard_formula
from platforms.excel.workbook import Line, Table, read_table
from platforms.filetypes import MEGABYTE
from platforms.one_use import repeatable
from platforms.pages.cell_grid import Answer, Column, Kind, Unreadable, body_of, read_cells, shown, stored_number

#: So many changes and problems of a workbook are told.
MOST_TOLD = 60
#: More rows than these are not shown at once.
MOST_ROWS = 1_000


def main_columns(indicators: list[Indicator]) -> list[Column]:
    """Return one column per indicator: what is judged of it; reasons stand on the sheet of each platform."""
    wanted = {
        f"{'passed' if each.method == Method.GATE else 'points' if each.method == Method.SCORED else 'verified'}-"
        f"{each.code}"
        for each in indicators
    }
    return [column for column in columns_of(indicators) if column.code in wanted]


class GridPages(SheetPages):
    """The grid of a model whose rows are sheets."""

    def grid_rows(self, request: HttpRequest) -> QuerySet:
        """Return the rows that the person fills or may read in a grid."""
        raise NotImplementedError

    def to_evaluation(self) -> str:
        """Return the lookup from a row to its evaluation."""
        raise NotImplementedError

    def subjects(self, request: HttpRequest, rows: list[Any]) -> dict[int, Subject]:
        """Return the sheets of ``rows`` by key, read in as many questions for one as for many."""
        raise NotImplementedError

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("grid/", wrap(require_safe(self.grid_view)), name=f"{self._name}_grid"),
            path("grid/workbook/", wrap(require_safe(self.workbook_view)), name=f"{self._name}_grid_workbook"),
            path("grid/import/", wrap(self.import_view), name=f"{self._name}_grid_import"),
            path("grid/cells/", wrap(require_POST(self.grid_cells_view)), name=f"{self._name}_grid_cells"),
            *super().get_urls(),
        ]

    def _within(self, evaluation: Evaluation, rows: list[Any]) -> list[Any]:
        """Return ``rows`` with their evaluation at hand, so that nobody asks for it row by row."""
        for row in rows:
            (row if isinstance(row, Assessment) else row.assessment).evaluation = evaluation
        return rows

    def evaluation_of(self, request: HttpRequest) -> tuple[Evaluation, list[Evaluation]]:
        """Return the evaluation that the address names, else the latest, and all that the person has sheets of."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        keys = self.grid_rows(request).order_by().values(self.to_evaluation())
        known = list(Evaluation.objects.filter(pk__in=keys).select_related("round__notice", "scheme"))
        wanted = request.GET.get("round", "")
        named = [each for each in known if wanted in ("", str(each.round_id))]
        if not named:
            raise Http404("没有可以评分的年度。")
        return named[0], known

    def grid_view(self, request: HttpRequest) -> HttpResponse:
        """Show the grid."""
        evaluation, known = self.evaluation_of(request)
        rows = list(self.grid_rows(request).filter(**{self.to_evaluation(): evaluation})[:MOST_ROWS])
        subjects = self.subjects(request, self._within(evaluation, rows))
        indicators = list(evaluation.scheme.indicators.all())
        is_graded = any(each.is_graded for each in subjects.values())
        fixed = [Column("total", "得分", Kind.READONLY), Column("open", "进度", Kind.READONLY)]
        if is_graded:
            fixed[1:1] = [Column("grade", "建议档次", Kind.READONLY), Column("ahead", "距上一档", Kind.READONLY)]
        columns = [*fixed, *main_columns(indicators)]
        here = {"round": evaluation.round_id}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": f"{evaluation.round}表格评分",
            "columns": columns,
            "rows": [self._grid_row(subject, columns) for subject in subjects.values()],
            "grid_id": f"{self._name}-{evaluation.pk}",
            "save_url": f"{self.own_url('grid_cells')}?{urlencode(here)}",
            "writer": person_of(request).pk,
            "login": f"{reverse('admin:login')}?{urlencode({'next': request.get_full_path()})}",
            "rounds": [
                {"label": str(each.round), "url": f"?round={each.round_id}", "current": each == evaluation}
                for each in known
            ],
            "list_url": self.own_url("changelist"),
            "workbook_url": f"{self.own_url('grid_workbook')}?{urlencode(here)}",
            "import_url": f"{self.own_url('grid_import')}?{urlencode(here)}" if self.may_settle(request) else "",
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/evaluation/sheet_grid.html", context)

    def _grid_row(self, subject: Subject, columns: list[Column]) -> dict[str, Any]:
        texts, application = summary_of(subject), subject.assessment.application
        cells = []
        for column in columns:
            if column.kind == Kind.READONLY:
                cells.append({"shown": texts.get(column.code, ""), "value": None, "closed": False})
                continue
            value = value_of(subject.given, column.code)
            cells.append(
                {
                    "shown": shown(column, value or ""),
                    "value": value or "",
                    # The sheet of a third holds only what two differ on.
                    "closed": value is None or not subject.writes,
                }
            )
        return {
            "pk": subject.row.pk,
            "label": application.name,
            "url": self.own_url("change", subject.row.pk),
            "note": application.number,
            "pane_url": self.own_url("pane", subject.row.pk, "form"),
            "cells": cells,
        }

    @repeatable
    def grid_cells_view(self, request: HttpRequest) -> HttpResponse:
        """Save the cells that were typed into; the answer is read by ``static/js/cell-grid.js``."""
        evaluation, _ = self.evaluation_of(request)
        if not self.may_settle(request):
            raise PermissionDenied
        columns = columns_of(evaluation.scheme.indicators.all())
        try:
            cells, refused = read_cells(body_of(request), columns)
        except Unreadable as wrong:
            return JsonResponse({"sentence": str(wrong)}, status=400)
        wanted = {cell.row for cell in cells}
        rows = self.grid_rows(request).filter(**{self.to_evaluation(): evaluation, "pk__in": wanted})
        answer = Answer(columns, refused=list(refused))
        save_cells(self.subjects(request, self._within(evaluation, list(rows))), cells, answer, at=timezone.now())
        return JsonResponse(answer.as_json())

    # Excel -------------------------------------------------------------------------------------------------------

    def workbook_view(self, request: HttpRequest) -> HttpResponse:
        """Send the grid as a workbook, with what it takes to read it back."""
        evaluation, _ = self.evaluation_of(request)
        rows = list(self.grid_rows(request).filter(**{self.to_evaluation(): evaluation})[:MOST_ROWS])
        subjects = self.subjects(request, self._within(evaluation, rows))
        columns = workbook_columns(list(evaluation.scheme.indicators.all()))
        headers = [column.header for column in columns]
        title = f"{evaluation.round}评分"
        audit.record(
            verb="导出评分表格",
            by=person_of(request),
            at=timezone.now(),
            target=evaluation,
            code=str(evaluation),
            reason=f"{len(rows)} 条，xlsx",
        )
        content = sheets.as_xlsx("评分", headers, [_line(subject, columns) for subject in subjects.values()])
        return download(content, f"{title}-{timezone.localdate():%Y%m%d}.xlsx", "xlsx")

    @repeatable
    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Take a workbook: show what it would change (POST of a file), change it once (POST of its token)."""
        evaluation, _ = self.evaluation_of(request)
        if not self.may_settle(request):
            raise PermissionDenied
        person, here = person_of(request), f"{self.own_url('grid')}?{urlencode({'round': evaluation.round_id})}"
        name = f"{self._name}-grid-{evaluation.pk}"
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        context: dict[str, Any] = {}
        if request.method == "POST" and "token" in request.POST:
            taken = pending.take(request.session, token=request.POST["token"], model=name, person=person.pk)
            if taken is None:
                messages.error(request, "这份文件已经导入过，或预览已失效，没有重复写入。如需导入，请重新上传文件。")
                return HttpResponseRedirect(here)
            changes, problems = self._take(request, evaluation, taken[0].name, taken[1], keep=True)
            if not problems:
                messages.success(request, f"导入完成：修改 {len(changes)} 处评分。")
                return HttpResponseRedirect(here)
            context, form = {"problems": problems[:MOST_TOLD]}, UploadForm()
        elif request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["import_file"]
            content = upload.read() if upload.size <= settings.IMPORT_MAX_BYTES else b""
            changes, problems = self._take(request, evaluation, upload.name, content, keep=False)
            context = {"problems": problems[:MOST_TOLD], "changes": changes[:MOST_TOLD], "changed": len(changes)}
            if changes and not problems:
                kept = pending.keep(
                    request.session, model=name, person=person.pk, name=upload.name, content=content, rows=len(changes)
                )
                context["token"] = kept.token
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": "导入评分",
            "form": form,
            "back": here,
            "workbook_url": f"{self.own_url('grid_workbook')}?{urlencode({'round': evaluation.round_id})}",
        }
        request.current_app = self.admin_site.name
        status = 422 if context.get("problems") or form.errors else 200
        return TemplateResponse(request, "admin/evaluation/sheet_import.html", {**shared, **context}, status=status)

    def _take(
        self, request: HttpRequest, evaluation: Evaluation, name: str, content: bytes, *, keep: bool
    ) -> tuple[list[str], list[str]]:
        """Try what a workbook says; returns what it changes and what is wrong, in words. Only with ``keep``, and where
        nothing is wrong, it stays."""
        columns = workbook_columns(list(evaluation.scheme.indicators.all()))
        limits = {"max_bytes": settings.IMPORT_MAX_BYTES, "max_rows": MOST_ROWS}
        if not content:
            return [], [f"文件是空的，或超过上限 {settings.IMPORT_MAX_BYTES // MEGABYTE} MB。"]
        try:
            table = read_table(name, io.BytesIO(content), columns=columns, **limits)
        except Refusal as refusal:
            return [], [str(refusal)]
        if table.problems:
            return [], table.problems
        rows = list(self.grid_rows(request).filter(**{self.to_evaluation(): evaluation})[:MOST_ROWS])
        subjects = self.subjects(request, self._within(evaluation, rows))
        by_number = {each.assessment.application.number: each for each in subjects.values()}
        changes: list[str] = []
        problems: list[str] = []
        done: set[str] = set()
        with transaction.atomic():
            for line in table.lines:
                number = str(line.values["number"])
                subject = by_number.get(number)
                if subject is None or number in done:
                    told = "本表中没有该申报编号" if subject is None else "申报编号重复"
                    problems.append(f"第 {line.number} 行（{table.cell('number', line.number)}）：{told}。")
                    continue
                done.add(number)
                made, wrong = _take_line(subject, line, table, columns)
                changes += made
                problems += wrong
            if problems or not keep:
                transaction.set_rollback(True)
        return changes, problems


def workbook_columns(indicators: list[Indicator]) -> list[Cell]:
    """Return the columns of the workbook: whose row it is and as it was, then one per indicator."""
    titles = Counter(each.title for each in indicators)
    made = [
        Cell("number", "申报编号", CellKind.CODE, required=True),
        Cell("name", "平台名称", readonly=True),
        Cell("version", "评分版本", CellKind.WHOLE, required=True, hint="导出时的保存次数，请勿修改。"),
    ]
    for each in indicators:
        header = each.title if titles[each.title] == 1 else f"{each.title}（{each.code}）"
        if each.method == Method.GATE:
            made.append(Cell(f"passed-{each.code}", header, CellKind.YES_NO))
        else:
            what = "points" if each.method == Method.SCORED else "verified"
            unit = "分" if what == "points" else each.unit
            made.append(Cell(f"{what}-{each.code}", f"{header}（{unit}）" if unit else header, CellKind.DECIMAL))
    return [*made, Cell("total", "得分合计", CellKind.DECIMAL, readonly=True)]


def _line(subject: Subject, columns: list[Cell]) -> list[Any]:
    """Return the row of ``subject`` in the workbook."""
    application = subject.assessment.application
    fixed = {"number": application.number, "name": application.name, "version": subject.row.revision}
    fixed["total"] = Decimal(summary_of(subject)["total"])
    return [guarded(fixed[each.name] if each.name in fixed else _cell(subject, each.name)) for each in columns]


def guarded(value: Any) -> Any:
    return guard_formula(value) if isinstance(value, str) else value


def _cell(subject: Subject, col: str) -> Any:
    value = value_of(subject.given, col) or ""
    if col.startswith("passed-"):
        return {"yes": "是", "no": "否"}.get(value, "")
    return Decimal(value) if value else ""


def _take_line(subject: Subject, line: Line, table: Table, columns: list[Cell]) -> tuple[list[str], list[str]]:
    """Save one row of the workbook; returns its changes and its problems in words. Empty cells change nothing."""
    name, given = subject.assessment.application.name, subject.given
    entries: dict[str, ScoreEntry] = {}
    made: list[str] = []
    cols: dict[str, str] = {}
    for column in columns:
        what, _, code = column.name.partition("-")
        value = line.values.get(column.name)
        if code not in given or value in (None, ""):
            continue
        now = value_of(given, column.name)
        typed = ("yes" if value else "no") if what == "passed" else stored_number(value)
        if typed == now:
            continue
        entries[code] = replace(stored(given[code]), **{what: value})
        cols[code] = table.cell(column.name, line.number)
        made.append(f"{name}，{column.header}：{_word(now)} → {_word(typed)}")
    if not entries:
        return [], []
    where = f"第 {line.number} 行 {name}"
    if line.values["version"] != subject.row.revision:
        return [], [f"{where}：导出之后评分已被修改，请重新导出后填写。"]
    if not subject.writes:
        return [], [f"{where}：评分已完成，不能修改。"]
    try:
        subject.save(entries, revision=subject.row.revision, at=timezone.now(), unfinished=True)
    except ScoresRefused as wrong:
        return [], [f"第 {line.number} 行（{cols[code]}）：{told}" for code, told in wrong.errors.items()]
    except Refusal as refusal:
        return [], [f"{where}：{refusal}"]
    return made, []


def _word(value: str | None) -> str:
    return {"yes": "具备", "no": "不具备"}.get(value or "", value or "空")
