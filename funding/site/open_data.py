"""Released allocations as files: the frozen counts byte for byte, the amounts, and the program that recomputes them."""

import csv
import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import condition

from evaluation.site.answers import public_page
from evaluation.site.columns import harmless
from funding.formula import allocate
from funding.models import AllocationRelease
from funding.releases.queries import releases
from funding.rendering import as_data
from funding.runs.queries.frozen import frozen_csv, money_of, reading_of, rows_of
from funding.runs.queries.sheet import Line, sheet_of
from funding.tally_csv import read_tallies
from funding.terms_file import columns_of

#: Part of each ETag: a change in how the files are written makes all copies old.
FORMAT = "1"
PROGRAM = Path(settings.BASE_DIR) / "docs" / "recompute.py"


def find(year: int, number: str) -> AllocationRelease:
    """Return the release of the run ``number`` of ``year``; what is not released is as unknown as a guess.

    Raises:
        Http404: there is none.
    """
    found = _release(year, number)
    if found is None:
        raise Http404
    return found


def _release(year: int, number: str) -> AllocationRelease | None:
    return releases().filter(run__round__year=year, run__number=number).first()


def _etag(request: HttpRequest, year: int, number: str) -> str | None:
    release = _release(year, number)
    return _tag(FORMAT, request.path, str(release.pk)) if release else None


def _tag(*parts: str) -> str:
    return f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'


def _released_at(_request: HttpRequest, year: int, number: str) -> datetime | None:
    release = _release(year, number)
    return release.released_at if release else None


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


File = Callable[[HttpRequest, int, str], HttpResponseBase]


def _kept(view: File) -> Callable[..., HttpResponseBase]:
    """A release never changes, so its file is sent once and then only confirmed."""
    kept: Callable[..., HttpResponseBase] = public_page(
        condition(etag_func=_etag, last_modified_func=_released_at)(view)
    )
    return kept


@_kept
def counts(_request: HttpRequest, year: int, number: str) -> HttpResponseBase:
    """Send the frozen counts, the very bytes whose SHA-256 the page shows, as the program takes them."""
    run = find(year, number).run
    return _file(frozen_csv(run, rows_of(run)), f"counts-{number}.csv", "text/csv; charset=utf-8")


@_kept
def amounts(_request: HttpRequest, year: int, number: str) -> HttpResponseBase:
    """Send counts, share, score, weight and amount of each region as CSV that Excel and WPS open as Chinese."""
    sheet = sheet_of(find(year, number).run)
    text = StringIO()
    writer = csv.writer(text)
    share = f"{sheet.failing_label}占比"
    writer.writerow(
        ["地区代码", "地区", *sheet.count_labels, *sheet.aside_labels, share, "得分", "权重", "金额（元）", "是否支持"]
    )
    industry = [sheet.industry] if sheet.industry else []
    for line in [*sheet.lines, *industry]:
        writer.writerow([harmless(str(cell)) for cell in _cells(line)])
    return _file(("\ufeff" + text.getvalue()).encode(), f"{year}年度资金分配-{number}.csv", "text/csv; charset=utf-8")


def _cells(line: Line) -> list[object]:
    exact = ["" if each is None else each for each in (line.share, line.score, line.weight)]
    return [line.code, line.label, *line.counts, *line.aside, *exact, line.amount, line.verdict]


@_kept
def allocation(_request: HttpRequest, year: int, number: str) -> HttpResponseBase:
    """Send the result as ``allocate --json`` and the program print it."""
    run = find(year, number).run
    money = money_of(run)
    # From the file itself, in which a region is called by code and name.
    filed = read_tallies(frozen_csv(run, rows_of(run)), columns_of(money))
    found = allocate(filed.tallies, filed.industry, run.pool_yuan, reading_of(run), money)
    text = json.dumps(as_data(found), ensure_ascii=False, indent=1)
    return _file(f"{text}\n".encode(), f"allocation-{number}.json", "application/json; charset=utf-8")


@public_page
@condition(etag_func=lambda _request: _tag(FORMAT, PROGRAM.read_text(encoding="utf-8")))
def recompute(_request: HttpRequest) -> HttpResponseBase:
    """Send the program that recomputes an allocation with nothing but Python."""
    return _file(PROGRAM.read_bytes(), "recompute.py", "text/x-python; charset=utf-8")
