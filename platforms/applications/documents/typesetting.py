"""Pages set by typst: PDF/A, tagged and with embedded fonts, or SVG with letters as outlines.

What people wrote reaches typst as one JSON string in ``sys.inputs``: strings are set as they are and never read as
markup or code. The only code is the template and the folder of what templates share (:data:`SHARED`), which is all
that it can read; it imports no package, so that nothing is fetched. It loops over the rows it is given and over
nothing else: its time grows with them and needs no clock to stop it.
"""

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import typst

from platforms.applications.documents.glyphs import FONTS

#: The folder of what any template may import, by the name of the file alone.
SHARED = Path(__file__).resolve().parent / "typst"
#: Archival and accessible: text can be searched and read aloud, nothing from outside is needed.
STANDARDS: list[Any] = ["a-2a", "ua-1"]

_local = threading.local()


def typeset(template: Path, data: Mapping[str, Any], *, at: datetime, form: Literal["pdf", "svg"] = "pdf") -> bytes:
    """Return what ``template`` makes of ``data`` (JSON-able); the same data gives the same bytes.

    The template reads it as ``sys.inputs.paper``; its texts are such as can be printed (``glyphs.all_printable``).
    ``at`` is the date of a PDF and has a time zone. An SVG is of a template of one page.

    Raises:
        typst.TypstError: it could not be set; the message is for the log.
    """
    # A PDF is always one piece, and so is a single page.
    return cast(
        bytes,
        _compiler().compile(
            input=_source(template),
            sys_inputs={"paper": json.dumps(data, ensure_ascii=False)},
            format=form,
            pdf_standards=STANDARDS if form == "pdf" else [],
            timestamp=int(at.astimezone(UTC).timestamp()),
        ),
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


@cache
def _source(template: Path) -> bytes:
    return template.read_bytes()


def _compiler() -> typst.Compiler:
    """Return the compiler of this thread; all share the fonts."""
    if not hasattr(_local, "compiler"):
        _local.compiler = typst.Compiler(
            root=str(SHARED),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            package_path=str(SHARED / "none"),
            package_cache_path=str(SHARED / "none"),
        )
    compiler: typst.Compiler = _local.compiler
    return compiler
