"""Results: the list of a published round."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from evaluation.certification.choices import Validity
from evaluation.certification.queries import published
from evaluation.certification.queries.published import Line
from evaluation.certification.validity import TONES
from evaluation.site.answers import public_page
from evaluation.site.filters import Counts, Filters, counts_of, groups_of, read_filters
from platforms.dates import day_in_words
from platforms.notices.clauses import activate

PAGE_SIZE = 25
#: A search with as many digits that finds nothing was meant for a certificate.
MOST_DIGITS = 6
#: How the filters are called where one of them is dropped.
FACET_LABELS = {
    "state": "状态", "region": "地区", "town": "乡镇、功能区", "type": "类型", "service": "服务", "grade": "档次",
}  # fmt: skip

#: What happened on the day on which a certificate ended.
ENDED_WORDS = {
    Validity.REVOKED: "撤销",
    Validity.REPLACED: "换发新证",
    Validity.GIVEN_UP: "放弃认定",
    Validity.CORRECTED: "更正",
}


class CountedPaginator(Paginator):
    """A paginator that was told how many rows there are."""

    def __init__(self, rows: Any, per_page: int, count: int) -> None:
        super().__init__(rows, per_page)
        self.count = count


def page_number(text: str, pages: int) -> int:
    """Return the page meant by ``text``, at least 1 and at most ``pages``."""
    return min(max(int(text), 1), pages) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def state_words(line: Line) -> str:
    """Return what the certificate of ``line`` is, with the date that matters."""
    if line.state in ENDED_WORDS and line.ended_on:
        return f"{day_in_words(line.ended_on)}{ENDED_WORDS[Validity(line.state)]}"
    if line.replaced_by and line.ended_on:
        return f"{day_in_words(line.ended_on)}起换发新证"
    if line.state == Validity.PENDING and line.valid_from:
        return f"{day_in_words(line.valid_from)}起生效"
    return f"有效期至{day_in_words(line.valid_until)}" if line.valid_until else ""


def shown(line: Line) -> dict[str, Any]:
    """Return ``line`` with the address of its page, and the tone and words of its state."""
    return {
        "line": line,
        "url": reverse("site:result", args=[line.code]),
        "tone": TONES[Validity(line.state)] if line.state else "neutral",
        "state_words": state_words(line),
    }


@dataclass(frozen=True)
class Found:
    """What the list shows: counts of the choices, lines in all, the page of them and its rows, ready to be sent.

    ``close`` says that nothing fits exactly and these are what one typo would make fit, ``numbered`` that what was
    searched for looks like the number of a certificate.
    """

    filters: Filters
    counts: Counts
    total: int
    page: Any
    rows: list[dict[str, Any]]
    rows_html: str
    close: bool = False
    numbered: bool = False


@public_page
def results(request: HttpRequest) -> HttpResponse:
    """List what is in force today or a published round; the filters stand in the address.

    The number of a certificate leads to its verification, which limits guessing. What is found may come with the
    request (``site.snapshot_pages``); else it is asked of the database.
    """
    found: Found | None = getattr(request, "found", None)
    if found is None:
        filters = read_filters(request.GET)
        if filters.certificate:
            return HttpResponseRedirect(reverse("site:certificate", args=[filters.certificate]))
        found = look(filters, request.GET.get("page", "1"))
    elif found.filters.about is not None:
        activate(found.filters.about.round.notice_id)
    filters, counts, total = found.filters, found.counts, found.total
    path = reverse("site:results")
    return render(
        request,
        "public/results.html",
        {
            "filters": filters,
            "close": found.close,
            # What finds nothing says what would find something.
            "elsewhere": [] if total else elsewhere(filters, counts, path),
            "loosened": [] if total else loosened(filters, counts, path),
            "like_a_number": found.numbered,
            "publication": filters.wanted.publication,
            "today": filters.wanted.on,
            "groups": groups_of(filters, counts, path),
            "clear_url": path + filters.cleared() if filters.is_set else "",
            "keep": filters.kept("q"),
            "page": found.page,
            "page_address": f"{filters.query() or '?'}{'&' if filters.query() else ''}page=",
            "total": total,
            "rows": found.rows,
            "rows_html": found.rows_html,
            "csv_url": reverse("site:results_csv") + filters.query(),
            "map_url": reverse("site:map") + filters.query(),
        },
    )


def look(filters: Filters, page: str) -> Found:
    """Ask the database for the page called ``page`` of what ``filters`` leave."""
    counted = published.cells(filters.wanted)
    # Only a search that fits nothing in any round may have been mistyped.
    close = published.near(filters.wanted) if filters.wanted.q and not counted else ()
    if close:
        filters = replace(filters, wanted=replace(filters.wanted, near=close))
        counted = published.cells(filters.wanted)
    total = sum(cell.count for cell in counted if published.fits(cell, filters.wanted))
    paginator = CountedPaginator(published.results(filters.wanted), PAGE_SIZE, total)
    shown_page = paginator.page(page_number(page, paginator.num_pages))
    rows = [shown(published.line(result, filters.wanted.on)) for result in shown_page]
    html = mark_safe("".join(map(row_html, rows)))  # noqa: S308 - of our own template
    counts, numbered = counts_of(filters, counted), like_a_number(filters.wanted.q)
    return Found(filters, counts, total, shown_page, rows, html, bool(close), numbered)


def like_a_number(q: str) -> bool:
    """Say whether a search for ``q`` may have been meant for a certificate."""
    return sum(character.isdigit() for character in q) >= MOST_DIGITS


def ways_out(filters: Filters) -> list[tuple[str, str]]:
    """Return the choices that :func:`elsewhere` and :func:`loosened` offer where they have lines."""
    rounds = [("round", str(year)) for year in filters.years if year != filters.year]
    return [*rounds, *((name, "") for name in FACET_LABELS if getattr(filters.wanted, name))]


def row_html(row: Mapping[str, Any]) -> str:
    """Return the row of the table for one line, as :func:`shown` gives it."""
    return render_to_string("public/results_row.html", {"row": row})


def elsewhere(filters: Filters, counts: Counts, path: str) -> list[dict[str, Any]]:
    """Return the rounds that have lines which the same search and filters fit, the latest first."""
    return [
        {"year": year, "count": counts["round", str(year)], "url": path + filters.query(round=str(year))}
        for year in filters.years
        if year != filters.year and counts.get(("round", str(year)))
    ]


def loosened(filters: Filters, counts: Counts, path: str) -> list[dict[str, Any]]:
    """Return what dropping one of the filters would show, where that is anything."""
    return [
        {"label": label, "count": counts[name, ""], "url": path + filters.query(**{name: ""})}
        for name, label in FACET_LABELS.items()
        if getattr(filters.wanted, name) and counts.get((name, ""))
    ]


def on_day(day: date | None) -> str:
    """Return ``day`` as people write it, or nothing."""
    return day_in_words(day) if day else ""
