"""A printed document as PDF/A: its blocks of words set below one another; the same bytes for the same content."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from platforms.applications.documents.form import Facts, form_paper
from platforms.applications.documents.glyphs import all_printable, breakable
from platforms.applications.documents.paper import FULL, Paper
from platforms.applications.documents.typesetting import SHARED, typeset

TEMPLATE = SHARED / "document.typ"
#: Measures of ``typst/document.typ``, in points.
BETWEEN_MARGINS, LABEL, INSETS = 470.0, 94.9, 12.0
#: Between the margins of a page that lies across.
ACROSS = 717.0
SIZE, GRID_SIZE = 10.0, 9.0


def render(data: Mapping[str, Any], facts: Facts) -> bytes:
    """Return the application form in ``data`` (see ``queries.forms.form_data``) as PDF/A on A4.

    Raises:
        typst.TypstError: the form could not be set; the message is for the log.
    """
    return set_paper(form_paper(data, facts), at=facts.at)


def set_paper(paper: Paper, *, at: datetime) -> bytes:
    """Return ``paper`` as PDF/A; ``at`` is the date of the document and has a time zone.

    Raises:
        typst.TypstError: it could not be set; the message is for the log.
    """
    return typeset(TEMPLATE, _plain(paper), at=at)


def _plain(paper: Paper) -> dict[str, Any]:
    """Return ``paper`` as JSON-able data, each text as it can be printed."""
    # Blocks hold nothing but texts, numbers and rows of them, which are made anew by this.
    plain: dict[str, Any] = all_printable(vars(paper) | {"blocks": [vars(block) for block in paper.blocks]})
    for block in plain["blocks"]:
        if block["kind"] == "pairs":
            block["rows"] = pairs_that_break(block["rows"])
        elif block["kind"] == "grid":
            block["rows"] = rows_that_break(block["rows"], block["widths"])
    return plain


def pairs_that_break(rows: list[list[str]]) -> list[list[str]]:
    """Return rows of labels and values, printable, with places to break where a word may be wider than its cell."""
    return [[breakable(text, _width_of_pair(place, len(row))) for place, text in enumerate(row)] for row in rows]


def rows_that_break(rows: list[list[str]], widths: Sequence[int], between: float = BETWEEN_MARGINS) -> list[list[str]]:
    """Return the rows of a grid, printable, with places to break where a word may be wider than its column.

    ``between`` is what ``widths`` are parts of, in points.
    """
    ems = [(between * width / FULL - INSETS) / GRID_SIZE for width in widths]
    return [list(map(breakable, row, ems)) for row in rows]


def _width_of_pair(place: int, cells: int) -> float:
    """Return the width of a cell, in em: a label, or a value beside one label or between two."""
    if place % 2 == 0:
        return (LABEL - INSETS) / SIZE
    return (BETWEEN_MARGINS * (2 if cells == 2 else 1) / 2 - LABEL - INSETS) / SIZE
