"""The map: counties and platforms as a drawing, and beside it the table that says the same."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from evaluation.certification.queries import published
from evaluation.certification.queries.published import CITY_CODE
from evaluation.models import Result
from evaluation.site.answers import public_page
from evaluation.site.filters import chip_groups, grades_of, read_filters
from evaluation.site.home import region_table
from platforms.notices.terms import Terms
from platforms.reference import outline
from platforms.reference.outline import Outline

#: With more platforms than this the drawing shows only the counts of the counties.
MOST_POINTS = 400
#: The marks of certified grades, the best first.
SHAPES = ("circle", "square", "triangle", "diamond")


@public_page
def results_map(request: HttpRequest) -> HttpResponse:
    """Draw the published platforms that the filters leave, and list their counts by region and grade."""
    filters = read_filters(request.GET)
    counted = published.cells(filters.wanted)
    path, list_path = reverse("site:map"), reverse("site:results")
    drawing = outline.load(settings.MAP_OUTLINE)
    total = sum(cell.count for cell in counted if published.fits(cell, filters.wanted))
    located = list(
        published.results(filters.wanted).filter(longitude__isnull=False, latitude__isnull=False)[: MOST_POINTS + 1]
    )
    crowded = len(located) > MOST_POINTS
    by_region: dict[str, int] = defaultdict(int)
    for cell in counted:
        if published.fits(cell, filters.wanted):
            by_region[cell.region] += cell.count
    drawn = {county.code for county in drawing.counties}
    points = [] if crowded else [point for result in located if (point := point_of(result, drawing))]
    return render(
        request,
        "public/map.html",
        {
            "filters": filters,
            "publication": filters.wanted.publication,
            "today": filters.wanted.on,
            "groups": chip_groups(filters, counted, path),
            "clear_url": path + filters.cleared() if filters.is_set else "",
            "drawing": drawing,
            "counties": [
                {
                    "county": county,
                    "count": by_region[county.code],
                    "url": list_path + filters.query(region=county.code),
                    "chosen": county.code == filters.wanted.region,
                }
                for county in drawing.counties
            ],
            "points": points,
            "zones": [] if crowded else zones(located, drawing, drawn),
            "grades": [{"label": label, **mark_of(filters.terms, code)} for code, label in grades_of(filters)],
            "total": total,
            "without_point": total - len(points),
            "crowded": crowded,
            "table": region_table(filters, counted, list_path),
            "list_url": list_path + filters.query(),
        },
    )


def point_of(result: Result, drawing: Outline) -> dict[str, Any] | None:
    """Return the mark of one platform, or nothing if it lies outside of the drawing."""
    spot = drawing.place(float(result.longitude or 0), float(result.latitude or 0))
    if spot is None:
        return None
    return {
        "x": spot[0],
        "y": spot[1],
        "name": result.name,
        "grade": result.grade_label,
        **mark_of([result.publication.round.terms], result.grade),
        "url": reverse("site:result", args=[result.code]),
    }


def mark_of(notices: Iterable[Terms], code: str) -> dict[str, str]:
    """Return shape and tone of the mark of a grade by the first of ``notices`` that has it.

    Certified grades differ in shape by their rank, the others share the cross.
    """
    for terms in notices:
        for rank, grade in enumerate(terms.grades):
            if grade.code == code:
                shape = SHAPES[min(rank, len(SHAPES) - 1)] if grade.certified else "cross"
                return {"shape": shape, "tone": grade.tone}
    return {"shape": "cross", "tone": "neutral"}


def zones(located: list[Result], drawing: Outline, drawn: set[str]) -> list[dict[str, Any]]:
    """Return where the zones, which have no outline, are named: in the middle of their platforms."""
    members: dict[str, list[Result]] = defaultdict(list)
    for result in located:
        if result.region and result.region.code not in drawn | {CITY_CODE}:
            members[result.region.name].append(result)
    named = []
    for name, rows in sorted(members.items()):
        spot = drawing.place(
            sum(float(row.longitude or 0) for row in rows) / len(rows),
            sum(float(row.latitude or 0) for row in rows) / len(rows),
        )
        if spot:
            named.append({"name": name, "x": spot[0], "y": round(spot[1] - 10, 1)})
    return named
