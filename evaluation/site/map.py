"""The map: counties, zones and platforms as a drawing, and beside it the list that says the same."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from evaluation.certification.queries import published
from evaluation.certification.queries.published import CITY_CODE, Cell
from evaluation.site.answers import public_page
from evaluation.site.filters import Counts, Filters, counts_of, grades_of, groups_of, read_filters
from evaluation.site.home import region_table
from evaluation.site.results import CountedPaginator, page_number, shown
from evaluation.site.snapshot_pages import cells_of
from platforms.notices.terms import Terms
from platforms.pages import maps
from platforms.reference.clusters import Point
from platforms.reference.map_pictures import Area, Drawn, Kind, middles, picture, region_view
from platforms.reference.outline import Outline

#: Platforms on a page of the list; the drawing holds all of them.
PAGE_SIZE = 20
#: The shapes of certified grades, the best first; the first two are filled.
SHAPES = ("circle", "square", "triangle", "diamond")
SOLID = SHAPES[:2]


@public_page
def results_map(request: HttpRequest) -> HttpResponse:
    """Draw the published platforms that the filters leave, and list them page by page.

    Besides the filters the address may say which part is shown (``view``), and which platform is marked out (``at``):
    its page of the list is shown, and the map is drawn large enough for a mark of its own.
    """
    filters, counted = found_by(request)
    counts = counts_of(filters, counted)
    path, list_path = reverse("site:map"), reverse("site:results")
    total = sum(cell.count for cell in counted if published.fits(cell, filters.wanted))
    drawn = drawn_of(filters, counts)
    codes = list(published.results(filters.wanted).values_list("code", flat=True))
    chosen = request.GET.get(maps.CHOSEN, "")
    chosen = chosen if chosen in codes else ""
    paginator: Paginator = CountedPaginator(published.results(filters.wanted), PAGE_SIZE, total)
    number = page_number(request.GET.get("page", "1"), paginator.num_pages)
    page = paginator.page(codes.index(chosen) // PAGE_SIZE + 1 if chosen else number)
    located = {point.key for point in drawn.points}
    without = len(set(codes) - located)
    # A town has no outline: its platforms say where it is.
    where = filters.wanted.town or filters.wanted.region
    home = region_view(drawn.drawing, where, ((each.x, each.y) for each in drawn.points))
    here = _address(filters, page.number)
    return render(
        request,
        "public/map.html",
        {
            "filters": filters,
            "publication": filters.wanted.publication,
            "today": filters.wanted.on,
            "groups": groups_of(filters, counts, path),
            "clear_url": path + filters.cleared() if filters.is_set else "",
            "keep": filters.kept("q"),
            "map": picture(
                drawn,
                maps.view_asked(request, drawn, home),
                home,
                chosen=chosen,
                mark_url=lambda code: f"{_address(filters)(at=code)}#at-{code}",
                view_url=lambda text: f"{here(view=text)}#map",
            ),
            "map_title": "窗口平台分布示意图",
            "map_desc": "各区县（市）的轮廓、管委会和窗口平台的位置，与名单一致。",
            "map_legend": [mark_of(filters.terms, grade, label) for grade, label in grades_of(filters)],
            "map_notes": maps.notes(
                "管委会没有单独的轮廓，名称标在其平台所在位置。",
                *([f"另有 {without} 个平台没有坐标，图上未标出，已列入名单。"] if without else []),
            ),
            "marks_url": reverse("site:map_marks") + filters.query(),
            "total": total,
            "chosen": chosen,
            "page": page,
            "rows": rows_of(page, filters, located, here),
            "table": region_table(filters, counted, list_path),
            "list_url": list_path + filters.query(),
        },
    )


def rows_of(page: Page, filters: Filters, located: set[str], here: Callable[..., str]) -> list[dict[str, Any]]:
    """Return the rows of a page of the list; the first one of a platform is where its mark leads."""
    rows, seen = [], set()
    for result in page:
        line = published.line(result, filters.wanted.on)
        rows.append(
            shown(line)
            | {
                "kind": mark_of([result.publication.round.terms], line.grade),
                "show_url": f"{here(at=line.code)}#map" if line.code in located else "",
                "is_first": line.code not in seen,
            }
        )
        seen.add(line.code)
    return rows


@public_page
def marks(request: HttpRequest) -> HttpResponse:
    """Send what the script of the map draws from: every platform that the filters leave and that has a position."""
    filters, counted = found_by(request)
    answer = maps.send(drawn_of(filters, counts_of(filters, counted)))
    answer["X-Robots-Tag"] = "noindex"
    return answer


def found_by(request: HttpRequest) -> tuple[Filters, list[Cell]]:
    """Return what the address asks for and the cells that its search finds; one that finds none may be mistyped."""
    filters = read_filters(request.GET)
    counted = cells_of(filters.wanted)
    if filters.wanted.q and not counted and (close := published.near(filters.wanted)):
        filters = replace(filters, wanted=replace(filters.wanted, near=close))
        counted = published.cells(filters.wanted)
    return filters, counted


def _address(filters: Filters, page: int = 1) -> Callable[..., str]:
    """Return a function that returns the address of the map with the filters, on that page of the list, and changes."""
    kept = {"page": str(page)} if page > 1 else {}
    return lambda **changes: reverse("site:map") + filters.query(**kept, **changes)


def drawn_of(filters: Filters, counts: Counts) -> Drawn:
    """Return what is on the map: platforms with a position, counties, and zones in the middle of their platforms.

    A platform that is listed for several rounds has one mark, that of the latest.
    """
    drawing = maps.drawing()
    notices = {each.pk: (each.round.year, each.round.terms) for each in filters.published}
    marks: dict[tuple[int, str], Kind] = {}
    kinds: dict[Kind, int] = {}
    latest: dict[str, tuple[int, Point, str]] = {}
    rows = published.results(filters.wanted).filter(longitude__isnull=False, latitude__isnull=False)
    fields = ("code", "name", "site_name", "grade", "publication_id", "region__code", "longitude", "latitude")
    for code, name, site, grade, publication, region, longitude, latitude in rows.values_list(*fields):
        year, terms = notices[publication]
        spot = drawing.place(float(longitude), float(latitude))
        if spot is None or (code in latest and latest[code][0] > year):
            continue
        if (publication, grade) not in marks:
            marks[publication, grade] = mark_of([terms], grade)
        kind = kinds.setdefault(marks[publication, grade], len(kinds))
        latest[code] = (year, Point(code, *spot, kind, name, site), region or CITY_CODE)
    members = defaultdict(list)
    for _, point, region in latest.values():
        members[region].append((point.x, point.y))
    points = tuple(point for _, point, _ in latest.values())
    return Drawn(drawing, tuple(kinds), points, tuple(areas(filters, counts, drawing, members)))


def areas(
    filters: Filters, counts: Counts, drawing: Outline, members: Mapping[str, Sequence[tuple[float, float]]]
) -> Iterable[Area]:
    """Yield the regions of the map: counties with an outline, then zones, named in the middle of their platforms.

    The count of a region is what the list shows once it is chosen.
    """
    path, names = reverse("site:map"), dict(filters.regions)

    def area(code: str, name: str, x: float, y: float, *, is_mark: bool) -> Area:
        count = counts.get(("region", code), 0)
        return Area(
            code=code,
            text=f"{name} {count}" if count else name,
            title=f"{name}，{count} 个平台",
            x=x,
            y=y,
            url=f"{path}{filters.query(region=code, town='')}#map" if code in names else "",
            is_mark=is_mark,
            is_chosen=code == filters.wanted.region,
        )

    for county in drawing.counties:
        yield area(county.code, county.name, county.x, county.y, is_mark=False)
    outlined = {county.code for county in drawing.counties}
    zones = {code: spots for code, spots in members.items() if code not in outlined | {CITY_CODE}}
    for code, (x, y) in middles(zones).items():
        yield area(code, names.get(code, code), x, y, is_mark=True)


def mark_of(notices: Iterable[Terms], code: str, label: str = "") -> Kind:
    """Return the mark of a grade by the first of ``notices`` that has it.

    Certified grades differ in shape by their rank, the others share the cross.
    """
    for terms in notices:
        for rank, grade in enumerate(terms.grades):
            if grade.code == code:
                shape = SHAPES[min(rank, len(SHAPES) - 1)] if grade.certified else "cross"
                return Kind(shape, grade.tone, label or grade.label, shape in SOLID)
    return Kind("cross", "neutral", label or code)
