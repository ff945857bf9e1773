"""The first page of the public site."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from evaluation.certification.queries import published
from evaluation.certification.queries.published import CITY_CODE, Cell
from evaluation.examples import queries as examples
from evaluation.news import queries as news
from evaluation.public_notice.queries import notices
from evaluation.site import statistics, structured
from evaluation.site.answers import public_page
from evaluation.site.examples import card
from evaluation.site.filters import Filters, grades_of
from evaluation.site.notices import shown
from platforms.choices import FreeService

#: What each of the three free services is, in our words; the name of its picture is the code.
FREE_SERVICES = {
    FreeService.POLICY: "讲解与企业有关的政策，帮助对照条件、准备材料、完成申报。",
    FreeService.PROBLEMS: "受理经营中的困难和问题，能办的帮办，须由部门办理的转送并反馈结果。",
    FreeService.NEEDS: "收集融资、用工、技术、市场等需求，联系服务机构和资源对接。",
}
#: How many good examples and news the first page shows, and which charts.
EXAMPLES, NEWS = 3, 5
CHARTS = ("progress", "coverage", "enterprises", "recent")


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Say what a window platform is and does, how to find one, and how all of them stand today."""
    found = statistics.asked()
    filters = found.filters
    counted = statistics.held(filters)
    path = reverse("site:results")
    grades = grades_of(filters)
    held = [cell for cell in counted if published.fits(cell, filters.wanted)]
    by_grade = {grade: sum(cell.count for cell in held if cell.grade == grade) for grade, _ in grades}
    return render(
        request,
        "public/home.html",
        {
            "latest": filters.latest,
            "thing": structured.organisation(),
            "latest_url": path + filters.query(round=str(filters.years[0])) if filters.years else "",
            "today": filters.wanted.on,
            "terms": filters.terms[0] if filters.terms else None,
            "total": sum(by_grade.values()),
            "grades": [
                {"label": label, "count": by_grade[value], "url": path + filters.query(grade=value)}
                for value, label in grades
            ],
            "regions": region_table(filters, counted, path)["rows"],
            "free_services": [
                {"key": str(service), "label": service.label, "says": says} for service, says in FREE_SERVICES.items()
            ],
            "notices": [shown(each) for each in notices.running(filters.wanted.on)],
            "examples": [card(each) for each in examples.shown(list(examples.listed(filters.wanted.on)[:EXAMPLES]))],
            "news": news.latest(NEWS, timezone.now()),
            "charts": statistics.drawn(found, CHARTS),
        },
    )


@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say what the site does for those who read and press otherwise, and where it falls short."""
    return render(request, "public/accessibility.html")


def region_table(filters: Filters, counted: list[Cell], path: str) -> dict[str, Any]:
    """Return the table of counts by region and grade, each count with the list behind it; totals below."""
    names: dict[str, str] = {}
    figures: dict[tuple[str, str], int] = defaultdict(int)
    for cell in counted:
        if published.fits(cell, filters.wanted):
            names[cell.region] = cell.region_name
            figures[cell.region, cell.grade] += cell.count
    labels = dict(grades_of(filters))
    shown = [filters.wanted.grade] if filters.wanted.grade else list(labels)
    codes = sorted(names, key=lambda code: (code == CITY_CODE, code))
    rows = [
        {
            "name": names[code],
            "url": path + filters.query(region=code),
            "cells": [
                {"count": figures[code, grade], "url": path + filters.query(region=code, grade=grade)}
                for grade in shown
            ],
            "total": sum(figures[code, grade] for grade in shown),
        }
        for code in codes
    ]
    return {
        "heads": [labels[grade] for grade in shown],
        "rows": rows,
        "totals": [sum(figures[code, grade] for code in codes) for grade in shown],
        "total": sum(figures.values()),
    }
