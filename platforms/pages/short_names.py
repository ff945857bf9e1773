"""A platform in a cell: its place in one line, its full name to point at, in print and in files."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from platforms.names import short_name


def short_cell(full: str, *places: str | None) -> SafeString | str:
    """Return the mark-up of a platform called ``full``: the first of its ``places``, with the full name as its title.

    Print shows the title in place of the text (css/print.css).
    """
    short = short_name(*places, full=full)
    return short if short == full else format_html('<span class="short-name" title="{}">{}</span>', full, short)


def short_of(row: Any) -> SafeString | str:
    """Return the same of a platform, an application or a published result, each of which knows its site."""
    return short_cell(row.name, row.site_name)
