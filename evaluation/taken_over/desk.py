"""导入历史认定, for the city: template and upload, what the file would do, one confirmation with the own password."""

import io
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from evaluation.certification.validity import TONES
from evaluation.marking.choices import CITY
from evaluation.taken_over.excel import COLUMNS, HEADS, TITLE, rows_of, template
from evaluation.taken_over.queries import Plan, plan, taken_over
from evaluation.taken_over.rows import today_is
from evaluation.taken_over.services import take_over
from platforms.backoffice.own_password import AsksPassword
from platforms.errors import Refusal
from platforms.excel import pending
from platforms.excel.pending import Pending
from platforms.excel.workbook import Table, read_table
from platforms.models import Notice
from platforms.notices.choices import NoticeStatus
from platforms.notices.queries import in_use
from platforms.one_use import creates, repeatable
from platforms.pages.access import current_user, officer
from platforms.pages.downloads import MEDIA_TYPES, download
from platforms.pages.uploads import UploadForm

TAKE_OVER = "evaluation.take_over_results"
_KEPT = "evaluation.taken_over"
_GONE = "这份文件已经导入，或预览已失效，没有重复写入。如需导入，请重新上传文件。"
#: More is counted and not listed.
_MOST_ROWS, _MOST_PROBLEMS = 300, 200


class TakeOverForm(UploadForm):
    """The file, and the notice that its new years run under."""

    notice = forms.ModelChoiceField(
        label="依据的通知",
        queryset=Notice.objects.none(),
        empty_label=None,
        help_text="档次、撤销情形和限制申报年数按此通知判定；此前已导入的年度仍按原来的通知。",
        error_messages={"required": "请选择依据的通知。", "invalid_choice": "请从列出的通知中选择。"},
    )
    field_order = ("notice", "workbook")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["notice"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Notice.objects.filter(status=NoticeStatus.APPROVED)
        field.initial = in_use()
        workbook = self.fields["workbook"]
        workbook.help_text = "用本页下载的模板填写，xlsx 或 UTF-8 编码的 csv。上传后先预览，确认前不写入任何数据。"
        workbook.widget.attrs["accept"] = ".xlsx,.csv"


@officer(TAKE_OVER)
@repeatable
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Template and upload; what was uploaded is put aside and judged on the next page."""
    user = current_user(request)
    form = TakeOverForm(request.POST, request.FILES) if request.method == "POST" else TakeOverForm()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["workbook"]
        try:
            content = _content(upload)
            table = _read(upload.name, content)
            rows_of(table) if not table.problems else None
        except Refusal as refusal:
            form.add_error("workbook", str(refusal))
        else:
            if table.problems:
                form.add_error("workbook", ValidationError(table.problems))
            else:
                pending.keep(request.session, model=_KEPT, person=user.pk, name=upload.name, content=content)
                return redirect(f"{reverse('evaluation:taken_over_check')}?notice={form.cleaned_data['notice'].pk}")
    context = {
        "crumbs": _crumbs(),
        "form": form,
        "limit": f"{settings.IMPORT_MAX_BYTES // (1024 * 1024)} MB 和 {settings.IMPORT_MAX_ROWS:,} 行",
        "columns": [{"label": head} for head in ("列", "必填", "填写要求", "示例")],
        "rules": [
            {
                "cells": [
                    each.header,
                    "是" if each.required else "否",
                    "；".join(filter(None, (each.rule, each.hint))),
                    each.example,
                ]
            }
            for each in COLUMNS
        ],
        "years": [
            {
                "cells": [str(each.round), each.decided_on.isoformat(), each.document_number, str(each.round.notice)],
                "url": f"{reverse('admin:evaluation_result_changelist')}?publication__round__id__exact={each.round_id}",
            }
            for each in taken_over()
        ],
        "year_columns": [{"label": head} for head in ("年度", "认定日期", "文号", "依据的通知")],
    }
    return render(request, "taken_over/upload.html", context)


@officer(TAKE_OVER)
@require_safe
def sheet(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """Send the workbook to fill in."""
    return download(template(), f"{TITLE}导入模板.xlsx", MEDIA_TYPES["xlsx"])


@officer(TAKE_OVER)
@creates
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Show what the file would do and what is wrong with it (GET); take it over, with the own password (POST).

    The address names the notice that new years run under.
    """
    user, under = current_user(request), _notice(request)
    found = pending.look(request.session, model=_KEPT, person=user.pk)
    if found is None or under is None:
        messages.error(request, _GONE) if request.method == "POST" else messages.info(request, "请先上传文件。")
        return redirect("evaluation:taken_over")
    kept, content = found
    try:
        table = _read(kept.name, content)
        planned = plan(rows_of(table), notice=under, today=timezone.localdate())
    except Refusal as refusal:
        pending.drop(request.session)
        messages.error(request, str(refusal))
        return redirect("evaluation:taken_over")
    form = AsksPassword(request.POST if request.method == "POST" else None, person=user)
    if request.method == "POST" and not planned.problems and form.is_valid():
        return _take_over(request, table, under)
    return render(request, "taken_over/check.html", _shown(kept, table, planned, form))


def _notice(request: HttpRequest) -> Notice | None:
    asked = request.GET.get("notice", "")
    known = Notice.objects.filter(status=NoticeStatus.APPROVED)
    return known.filter(pk=asked).first() if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


def _take_over(request: HttpRequest, table: Table, notice: Notice) -> HttpResponse:
    user = current_user(request)
    taken = pending.take(request.session, token=request.POST.get("token", ""), model=_KEPT, person=user.pk)
    if taken is None:
        messages.error(request, _GONE)
        return redirect("evaluation:taken_over")
    try:
        done = take_over(rows=rows_of(table), notice=notice, digest=taken[0].digest, by=user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("evaluation:taken_over")
    years = "、".join(str(year) for year in done.years)
    messages.success(
        request,
        f"已导入{years}年度历史认定：结果 {done.results} 条，证书 {len(done.certificates)} 张，"
        f"新建平台 {done.platforms} 个，限制申报 {len(done.bans)} 项。",
    )
    return redirect("evaluation:taken_over")


def _content(upload: Any) -> bytes:
    if upload.size > settings.IMPORT_MAX_BYTES:
        megabytes = settings.IMPORT_MAX_BYTES // (1024 * 1024)
        raise Refusal(f"文件超过上限 {megabytes} MB，请拆分后分别导入。")
    content: bytes = upload.read()
    return content


def _read(name: str, content: bytes) -> Table:
    return read_table(
        name,
        io.BytesIO(content),
        columns=COLUMNS,
        max_bytes=settings.IMPORT_MAX_BYTES,
        max_rows=settings.IMPORT_MAX_ROWS,
    )


def _shown(kept: Pending, table: Table, found: Plan, form: AsksPassword) -> dict[str, Any]:
    """Return what the preview shows of ``found``, the plan of the file ``kept``."""
    return {
        "crumbs": [*_crumbs(reverse("evaluation:taken_over")), {"label": "预览", "url": ""}],
        "name": kept.name,
        "found": found,
        "form": form,
        "hidden": [{"name": "token", "value": kept.token}],
        "cancel_url": reverse("evaluation:taken_over"),
        "problems": _problems(table, found),
        "problem_columns": [{"label": head} for head in ("行", "列", "现有内容", "问题")],
        "problems_left": max(0, len(found.problems) - _MOST_PROBLEMS),
        "bad_rows": len({each.row for each in found.problems}),
        "years": [
            {
                "cells": [
                    f"{year.year}年度",
                    len(year.entries),
                    year.certified,
                    "不能导入" if year.is_closed else "补充此前导入的年度" if year.publication else "新建年度",
                ]
            }
            for year in found.years
        ],
        "year_columns": [
            {"label": "年度"},
            {"label": "结果", "unit": "条", "num": True},
            {"label": "证书", "unit": "张", "num": True},
            {"label": "处理"},
        ],
        "rows": list(_rows(found))[:_MOST_ROWS],
        "rows_left": max(0, len(found.entries) - _MOST_ROWS),
        "row_columns": [
            {"label": head}
            for head in ("行", "年度", "平台名称", "对应平台", "地区", "地点", "档次", "证书编号", "当前状态")
        ],
        "what": f"将导入 {len(found.entries)} 条结果和 {found.certificates} 张证书，新建平台 {len(found.made)} 个。",
        "effects": [
            "导入后立即在公众查询、证书核验和数据下载中公开，并注明“历史数据”。",
            "证书计入平台的运营期；撤销且限制申报未满的，同时登记限制申报。",
            "导入的结果和证书不能修改或删除，同一年度可再补充其他平台。",
        ],
    }


def _problems(table: Table, found: Plan) -> list[dict[str, Any]]:
    written = {line.number: line.values for line in table.lines}
    return [
        {
            "cells": [
                f"第 {each.row} 行",
                f"{HEADS[each.column]}（{table.cell(each.column, each.row)}）",
                _as_text(written[each.row].get(each.column)),
                each.sentence,
            ]
        }
        for each in found.problems[:_MOST_PROBLEMS]
    ]


def _as_text(value: Any) -> str:
    """Return what stands in a cell, as it is compared."""
    return "空" if value in (None, "") else str(value)[:40]


def _rows(found: Plan) -> Iterable[dict[str, Any]]:
    """Yield the rows of the file with the platform that each means and what its certificate is today."""
    today = timezone.localdate()
    following = {
        one.row.number: two.row
        for chain in found.chains.values()
        for one, two in pairwise(each for each in chain if each.row.is_whole)
    }
    for entry in found.entries:
        row = entry.row
        state = today_is(row, following.get(row.number), today, expiring_days=settings.EXPIRING_DAYS)
        yield {
            "cells": [
                row.number,
                row.year,
                row.name,
                f"{entry.platform.code}，按{entry.how}对应" if entry.platform else "新建",
                str(entry.region or CITY),
                row.site if entry.platform else entry.place.site_name,
                entry.grade_label,
                row.certificate or "—",
                {"label": state.label, "tone": TONES[state]} if state else "未认定",
            ]
        }


def _crumbs(back: str = "") -> list[dict[str, str]]:
    return [
        {"label": "认定", "url": reverse("admin:evaluation_certification_changelist")},
        {"label": "导入历史认定", "url": back},
    ]
