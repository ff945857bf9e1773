"""A printed document as PDF/A, set by typst: tagged, with embedded fonts, the same bytes for the same content.

What people wrote reaches typst as one JSON string in ``sys.inputs``: strings are set as they are and never read as
markup or code. The only code is the template beside this module; it may read nothing but its own folder and imports no
package, so that nothing is fetched. It loops over the rows it is given and over nothing else: its time grows with the
form and needs no clock to stop it.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst

from platforms.applications.documents.form import Facts, form_paper
from platforms.applications.documents.glyphs import FONTS, breakable, printable
from platforms.applications.documents.paper import FULL, Paper

TEMPLATES = Path(__file__).resolve().parent / "typst"
#: Archival and accessible: text can be searched and read aloud, nothing from outside is needed.
STANDARDS: list[Any] = ["a-2a", "ua-1"]
#: Measures of ``typst/document.typ``, in points.
BETWEEN_MARGINS, LABEL, INSETS = 470.0, 94.9, 12.0
SIZE, GRID_SIZE = 10.0, 9.0

_local = threading.local()


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
    # A PDF is always one piece; other formats come page by page.
    return cast(
        bytes,
        _compiler().compile(
            sys_inputs={"paper": json.dumps(_plain(paper), ensure_ascii=False)},
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=int(at.astimezone(UTC).timestamp()),
        ),
    )


def _plain(paper: Paper) -> dict[str, Any]:
    """Return ``paper`` as JSON-able data, each text as it can be printed."""
    plain: dict[str, Any] = _printable(asdict(paper))
    for block in plain["blocks"]:
        if block["kind"] == "pairs":
            block["rows"] = [
                [breakable(text, _width_of_pair(place, len(row))) for place, text in enumerate(row)]
                for row in block["rows"]
            ]
        elif block["kind"] == "grid":
            widths = [(BETWEEN_MARGINS * width / FULL - INSETS) / GRID_SIZE for width in block["widths"]]
            block["rows"] = [list(map(breakable, row, widths)) for row in block["rows"]]
    return plain


def _width_of_pair(place: int, cells: int) -> float:
    """Return the width of a cell, in em: a label, or a value beside one label or between two."""
    if place % 2 == 0:
        return (LABEL - INSETS) / SIZE
    return (BETWEEN_MARGINS * (2 if cells == 2 else 1) / 2 - LABEL - INSETS) / SIZE


def _printable(part: Any) -> Any:
    if isinstance(part, str):
        return printable(part)
    if isinstance(part, dict):
        return {name: _printable(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [_printable(each) for each in part]
    return part


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _compiler() -> typst.Compiler:
    """Return the compiler of this thread; all share the fonts."""
    if not hasattr(_local, "compiler"):
        _local.compiler = typst.Compiler(
            input=str(TEMPLATES / "document.typ"),
            root=str(TEMPLATES),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            package_path=str(TEMPLATES / "none"),
            package_cache_path=str(TEMPLATES / "none"),
        )
    compiler: typst.Compiler = _local.compiler
    return compiler
