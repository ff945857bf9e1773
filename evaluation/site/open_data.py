"""Open data: the published lines as CSV and JSON, column by column what practice allows in public."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import condition

from evaluation.amendments.queries import amendments
from evaluation.certification.choices import Validity
from evaluation.certification.queries import published
from evaluation.certification.queries.published import HISTORIC, UNCERTIFIED, Line
from evaluation.site import joined
from evaluation.site.answers import public_page
from evaluation.site.filters import EVERY_ROUND, IN_FORCE, Filters, chip_groups, read_filters
from platforms.choices import PlatformType
from platforms.excel.columns import FORMULA_SIGNS

#: Part of each ETag: a change in how the files are written makes all copies old.
FORMAT = "4"


@dataclass(frozen=True)
class Column:
    """One column: ``key`` in JSON, ``label`` in CSV, what it says in Chinese, and how it is read off a line."""

    key: str
    label: str
    says: str
    read: Callable[[Line], str]


def iso(value: date | None) -> str:
    return value.isoformat() if value else ""


COLUMNS: Sequence[Column] = (
    Column("code", "平台编号", "长期不变，各年度相同。", lambda row: row.code),
    Column("name", "平台名称", "公布时的名称。", lambda row: row.name),
    Column("type", "类型", "、".join(str(label) for label in PlatformType.labels) + "之一。", lambda row: row.type),
    Column("region", "地区", "区县（市）或管委会；市级申报的重点行业平台为“市级”。", lambda row: row.region),
    Column("site", "地点", "功能区、乡镇（街道）、小微企业园或行业协会的名称。", lambda row: row.site),
    Column("operator", "运营单位", "公布时的运营单位名称。", lambda row: row.operator),
    Column("round", "年度", "结果所属的年度。", lambda row: str(row.round)),
    Column("grade", "档次", "代码，由所属年度的通知规定，与筛选条件 grade 的取值相同。", lambda row: row.grade),
    Column("grade_label", "档次名称", "所属年度的通知规定的名称。", lambda row: row.grade_label),
    Column("certificate", "证书编号", "未认定的为空。", lambda row: row.certificate),
    Column("valid_from", "有效期起", "年-月-日，含当日；未认定的为空。", lambda row: iso(row.valid_from)),
    Column("valid_until", "有效期止", "年-月-日，含当日；未认定的为空。", lambda row: iso(row.valid_until)),
    Column(
        "state",
        "认定状态",
        "下载当日的状态：" + "、".join(str(label) for label in Validity.labels) + f"或{UNCERTIFIED}。",
        lambda row: row.state_label,
    ),
    Column("phone", "服务电话", "对外公布的办公电话，可能为空。", lambda row: row.phone),
    Column("earlier", "此前版本数", "本行更正、变更过几次；0 为没有。", lambda row: str(row.version - 1)),
    Column(
        "corrected_on",
        "更正日期",
        "年-月-日，最近一次更正或变更公布的日期；没有的为空。",
        lambda row: iso(row.corrected_on),
    ),
    Column(
        "taken_over",
        "数据来源",
        f"本系统启用前的年度为“{HISTORIC}”，按原有资料导入；其余为空。",
        lambda row: HISTORIC if row.taken_over else "",
    ),
)


@public_page
def open_data(request: HttpRequest) -> HttpResponse:
    """Explain the files: version, columns, addresses, terms; the filters of the list apply to them."""
    filters = read_filters(request.GET)
    counted = published.cells(filters.wanted)
    path = reverse("site:open_data")
    return render(
        request,
        "public/open_data.html",
        {
            "filters": filters,
            "publication": filters.wanted.publication,
            "today": filters.wanted.on,
            "groups": chip_groups(filters, counted, path),
            "clear_url": path + filters.cleared() if filters.is_set else "",
            "total": sum(cell.count for cell in counted if published.fits(cell, filters.wanted)),
            "columns": COLUMNS,
            "others": [found for files in joined.FILES if (found := files()).files],
            "csv_url": reverse("site:results_csv") + filters.query(),
            "json_url": reverse("site:results_json") + filters.query(),
        },
    )


def etag(request: HttpRequest, *_args: Any) -> str:
    """Return the tag of the file asked for: it changes with publication, correction, revocation, filters and day."""
    parts = (FORMAT, request.path, repr(read_filters(request.GET)), str(last_modified(request)))
    return f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'


def last_modified(request: HttpRequest, *_args: Any) -> datetime | None:
    wanted = read_filters(request.GET).wanted
    first = published.changed_at(wanted, timezone.localdate())
    _, amended = amendments.decided(wanted.publication)
    return max(first, amended) if first and amended else first


def file_of(
    request: HttpRequest, suffix: str, media_type: str, parts: Callable[[Filters], Iterator[str]]
) -> HttpResponseBase:
    """Send ``parts`` as a file named for its round or day; a filter that means nothing is refused, never ignored."""
    filters = read_filters(request.GET)
    if filters.problems:
        return render(request, "400.html", {"reason": "".join(filters.problems)}, status=400)
    response = StreamingHttpResponse(parts(filters), content_type=media_type)
    name = f"窗口平台认定结果-{filters.year or f'{filters.extent}-{filters.wanted.on:%Y%m%d}'}.{suffix}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


@public_page
@condition(etag_func=etag, last_modified_func=last_modified)
def results_csv(request: HttpRequest) -> HttpResponseBase:
    """Send the lines as CSV that Excel and WPS open as Chinese."""
    return file_of(request, "csv", "text/csv; charset=utf-8", csv_parts)


@public_page
@condition(etag_func=etag, last_modified_func=last_modified)
def results_json(request: HttpRequest) -> HttpResponseBase:
    """Send the same lines as JSON."""
    return file_of(request, "json", "application/json; charset=utf-8", json_parts)


def harmless(text: str) -> str:
    """Return ``text`` so that no spreadsheet runs it."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_parts(filters: Filters) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow([column.label for column in COLUMNS])
    for line in published.lines(filters.wanted, timezone.localdate()):
        yield writer.writerow([harmless(column.read(line)) for column in COLUMNS])


def title_of(filters: Filters) -> str:
    if filters.wanted.publication:
        return str(filters.wanted.publication)
    if not filters.latest:
        return "尚未公布认定结果"
    return f"{EVERY_ROUND}的认定结果" if filters.wanted.every else f"{IN_FORCE}的认定"


def json_parts(filters: Filters) -> Iterator[str]:
    publication, today = filters.wanted.publication, timezone.localdate()
    head = {
        "title": title_of(filters),
        "round": filters.year,
        "decided_on": iso(publication.decided_on if publication else None),
        "states_on": today.isoformat(),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "results": ['
    for place, line in enumerate(published.lines(filters.wanted, today)):
        row = {column.key: column.read(line) for column in COLUMNS}
        yield (",\n" if place else "\n") + json.dumps(row, ensure_ascii=False)
    yield "\n]}\n"
