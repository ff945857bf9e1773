"""The first page of the public site."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from evaluation.certification.queries import published
from evaluation.certification.queries.published import CITY_CODE, Cell
from evaluation.public_notice.queries import notices
from evaluation.site.answers import public_page
from evaluation.site.filters import Filters, grades_of, read_filters
from evaluation.site.notices import shown


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show what is in force today in figures, and the ways to search, verify and complain."""
    filters = read_filters({})
    counted = published.cells(filters.wanted)
    path = reverse("site:results")
    grades = grades_of(filters)
    held = [cell for cell in counted if published.fits(cell, filters.wanted)]
    by_grade = {grade: sum(cell.count for cell in held if cell.grade == grade) for grade, _ in grades}
    return render(
        request,
        "public/home.html",
        {
            "latest": filters.latest,
            "latest_url": path + filters.query(round=str(filters.years[0])) if filters.years else "",
            "today": filters.wanted.on,
            "total": sum(by_grade.values()),
            "grades": [
                {"label": label, "count": by_grade[value], "url": path + filters.query(grade=value)}
                for value, label in grades
            ],
            "table": region_table(filters, counted, path),
            "notices": [shown(each) for each in notices.running(filters.wanted.on)],
        },
    )


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
