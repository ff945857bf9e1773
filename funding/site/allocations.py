"""Released allocations for everybody: the years, one year with all it rests on, one region from counts to yuan."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from evaluation.site.answers import public_page
from funding.models import AllocationRelease, AllocationRun
from funding.money import FIRST
from funding.readings import Reading
from funding.releases.queries import chain_of, chains
from funding.rendering import column
from funding.runs.queries.differences import between
from funding.runs.queries.explained import Explained, explained, overview
from funding.runs.queries.frozen import money_of, read_once, reading_of
from funding.runs.queries.sheet import Line, Sheet, sheet_of
from funding.site.joining import FILES
from platforms.dates import day_in_words
from platforms.figures import percent
from platforms.models import Round
from platforms.notices.clauses import activate
from platforms.pages.charts import Chart, Number

CRUMB = "资金分配"


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """List the years whose allocation is released, the latest first; of each the one that holds."""
    rows = [
        {
            "url": reverse("public_funding:year", args=(newest.run.round.year,)),
            "cells": [
                str(newest.run.round),
                newest.document_number,
                newest.decided_on.isoformat(),
                f"{newest.run.pool_yuan:,}",
                f"{newest.run.allocated_yuan:,}",
                f"更正{len(older)}次" if older else "无",
            ],
        }
        for newest, *older in chains()
    ]
    labels = ("年度", "文号", "文件日期", "资金总额（元）", "已分配（元）", "更正")
    columns = [{"label": label, "num": "元" in label} for label in labels]
    return render(request, "public/funding.html", {"rows": rows, "columns": columns})


@public_page
@read_once()
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Show the allocation of one year: counts, amounts, readings, what was corrected, and how anyone recomputes it."""
    chain = _chain_or_404(year)
    release = chain[0]
    run, sheet, found = release.run, sheet_of(release.run), explained(release.run)

    def url(code: str) -> str:
        return reverse("public_funding:region", args=(year, code))

    allocation = found.allocation
    chart = _shares(run, sheet, url)
    context = {
        "release": release,
        "crumbs": [{"label": CRUMB, "url": reverse("public_funding:index")}, {"label": str(run.round)}],
        "title": f"{run.round}资金分配结果",
        "facts": _facts(release),
        "sheet": sheet,
        "chart": chart,
        "shares": [_bar(label, url, share) for label, url, (share,) in chart.rows],
        "lines": [{"line": line, "url": url(line.code)} for line in sheet.lines],
        "industry": sheet.industry,
        "readings": [*sheet.readings, *sheet.countings],
        "overview": overview(allocation, url) if allocation else None,
        "corrections": _corrections(chain),
        "files": [_files(each) for each in chain],
        "program_url": reverse("public_funding:recompute"),
        "command": command(run),
    }
    return render(request, "public/funding_year.html", context)


@public_page
@read_once()
def region(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """Show how the amount of one region comes about."""
    chain = _chain_or_404(year)
    release = chain[0]
    found = explained(release.run)
    place = found.place_of(code)
    if place is None:
        raise Http404
    sheet = sheet_of(release.run)
    line = next(each for each in sheet.lines if each.code == code)
    here = reverse("public_funding:year", args=(year,))
    context = {
        "crumbs": [
            {"label": CRUMB, "url": reverse("public_funding:index")},
            {"label": str(release.run.round), "url": here},
            {"label": line.label},
        ],
        "title": f"{line.label}{release.run.round}资金分配结果",
        "facts": [{"label": "分配金额", "value": f"{line.yuan} 元"}, *_facts(release)],
        "sheet": sheet,
        "line": line,
        "lines": [{"line": line, "url": ""}],
        "derivation": found.derivation(place),
        "former": _former(chain, line),
        "year_url": here,
        "results_url": f"{reverse('site:results')}?round={year}&region={code}",
        **_neighbours(found, place, year),
    }
    return render(request, "public/funding_region.html", context)


def _chain_or_404(year: int) -> list[AllocationRelease]:
    """Return the releases of ``year``; a year without one is as unknown as one that never was."""
    round_ = Round.objects.filter(year=year).first()
    chain = chain_of(round_) if round_ else []
    if not chain:
        raise Http404
    activate(chain[0].run.round.notice_id)
    return chain


def _facts(release: AllocationRelease) -> list[dict[str, str]]:
    run = release.run
    pairs = (
        ("文号", release.document_number),
        ("文件日期", day_in_words(release.decided_on)),
        ("公布日期", day_in_words(timezone.localdate(release.released_at))),
        ("资金总额", f"{run.pool_yuan:,} 元"),
        ("已分配", f"{run.allocated_yuan:,} 元"),
        ("未分配", f"{run.unallocated_yuan:,} 元" if run.unallocated_yuan else ""),
        ("测算编号", run.number),
        ("说明", run.note),
    )
    return [{"label": label, "value": value} for label, value in pairs if value]


def _shares(run: AllocationRun, sheet: Sheet, url: Any) -> Chart:
    """Return the share of the pool of each region that gets anything, the largest first."""
    paid = sorted((line for line in sheet.lines if line.amount), key=lambda line: (-line.amount, line.code))
    rows: list[tuple[str, str, tuple[Number, ...]]] = [
        (line.label, url(line.code), (Fraction(line.amount * 100, run.pool_yuan),)) for line in paid
    ]
    title = "各地区均未分得资金"
    if paid:
        most = percent(Fraction(paid[0].amount, run.pool_yuan))
        title = f"{len(paid)} 个地区分得资金，{paid[0].label}最多，占资金总额的 {most}"
    return Chart("shares", title, "bars", "%", ("地区", "占资金总额"), tuple(rows))


def _bar(label: str, url: str, share: Number) -> dict[str, Any]:
    """Return a row of ``components/bar.html`` for ``share`` in per cent, in words cut after two places."""
    exact = Fraction(share or 0)
    parts = [{"x": 0, "width": round(exact * 10), "tone": "info"}]
    return {"label": label, "url": url, "said": percent(exact / 100).removesuffix("%"), "parts": parts}


def _corrections(chain: Sequence[AllocationRelease]) -> list[dict[str, Any]]:
    """Return for each release that corrects another one how they differ, region by region, the latest first."""
    return [
        {
            "release": newer,
            "former": older,
            "differences": between(older.run, newer.run),
        }
        for newer, older in pairwise(chain)
    ]


def _former(chain: Sequence[AllocationRelease], line: Line) -> dict[str, Any] | None:
    if len(chain) < 2:
        return None
    found = between(chain[1].run, chain[0].run)
    own = next(each for each in found.lines if each.label == line.label)
    return {"difference": own, "document": chain[1].document_number, "general": found.general}


def _files(release: AllocationRelease) -> dict[str, Any]:
    run = release.run
    files = [
        {"label": label, "says": says, "url": reverse(f"public_funding:{name}", args=(run.round.year, run.number))}
        for name, label, says in FILES
    ]
    return {"release": release, "files": files}


def command(run: AllocationRun) -> str:
    """Return the line that recomputes ``run`` from its file of counts.

    Only what is not usual for the program is named: points, line and readings.
    """
    money = money_of(run)
    told = [f"python3 recompute.py counts-{run.number}.csv --pool {run.pool_yuan}"]
    if money.share != FIRST.share:
        points = ",".join(f"{column(code)}={worth}" for code, worth in money.share.points)
        told.append(f"--points {points} --failing {column(money.share.failing)} --line {money.share.line}")
    usual = Reading().as_dict()
    told += [f"--{name} {value}" for name, value in reading_of(run).as_dict().items() if value != usual[name]]
    return " ".join(told)


def _neighbours(found: Explained, place: int, year: int) -> dict[str, Any]:
    links = [
        {"name": each.name, "url": reverse("public_funding:region", args=(year, each.code))} for each in found.places
    ]
    return {
        "before": links[place - 1] if place else None,
        "after": links[place + 1] if place + 1 < len(links) else None,
    }
