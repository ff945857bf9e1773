"""The first page of the public site, and what it tells search engines."""

from collections import defaultdict
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.xmlutils import SimplerXMLGenerator

from evaluation.certification.queries import published
from evaluation.certification.queries.published import CITY_CODE, Cell
from evaluation.examples import queries as examples
from evaluation.news import queries as news
from evaluation.public_notice.queries import notices
from evaluation.site import joined
from evaluation.site.answers import public_page
from evaluation.site.filters import Filters, grades_of, read_filters
from evaluation.site.notices import shown

#: A sitemap may hold no more addresses than this.
MOST_ADDRESSES = 50_000
MOST_NOTICES = 90
MOST_JOINED = 1_000


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


@public_page
def robots(_request: HttpRequest) -> HttpResponse:
    """Say what search engines may read: what is published."""
    closed = ("/admin/", "/desk/", "/fill/", "/complaints/", "/verify/", "/api/")
    text = ["User-agent: *", *(f"Disallow: {path}" for path in closed), f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(text), content_type="text/plain; charset=utf-8")


@public_page
def sitemap(_request: HttpRequest) -> HttpResponse:
    """List the public pages and every platform that was ever published."""
    pages = [reverse(f"site:{name}") for name in ("home", "results", "notices", "news", "examples", "map")]
    pages.append(reverse("site:open_data"))
    codes = published.codes()[: MOST_ADDRESSES - 3_200]
    stories = examples.listed(timezone.localdate()).values_list("pk", flat=True)[:1_000]
    pages += [reverse("site:example", args=[pk]) for pk in stories]
    texts = news.listed(timezone.now()).values_list("pk", flat=True)[:1_000]
    pages += [reverse("site:news_article", args=[pk]) for pk in texts]
    numbers = notices.released().values_list("number", flat=True)[:MOST_NOTICES]
    pages += [reverse("site:notice", args=[number]) for number in numbers]
    pages += [path for more in joined.PAGES for path in more()][:MOST_JOINED]
    response = HttpResponse(content_type="application/xml; charset=utf-8")
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    xml.startElement("urlset", AttributesImpl({"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"}))
    for path in [*pages, *(reverse("site:result", args=[code]) for code in codes)]:
        xml.startElement("url", AttributesImpl({}))
        xml.addQuickElement("loc", settings.SITE_URL.rstrip("/") + path)
        xml.endElement("url")
    xml.endElement("urlset")
    xml.endDocument()
    return response
