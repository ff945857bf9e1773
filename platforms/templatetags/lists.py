"""Lists of the back office in the hand of the desk: each cell knows its head, days and moments are short."""

from collections.abc import Callable
from copy import copy
from datetime import date, datetime
from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import items_for_result, result_headers
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe

from platforms.moments import moment

register = template.Library()
NOTHING = "-"


@register.inclusion_tag("admin/change_list_results.html")
def list_table(cl: ChangeList) -> dict[str, Any]:
    """Show the rows of a list; where there is no room for columns, each cell stands behind the name of its column."""
    said = {name: _said(name, cl.model) for name in map(str, cl.list_display)}
    shown = copy(cl)
    shown.list_display = list(said.values())
    if cl.list_display_links:
        shown.list_display_links = [said.get(str(name), name) for name in cl.list_display_links]
    heads = list(result_headers(shown))
    return {
        "cl": cl,
        "heads": heads,
        "rows": [
            {
                "key": row.pk,
                "cells": list(map(_labelled, map(str, items_for_result(shown, row, None)), heads)),
            }
            for row in cl.result_list
        ],
    }


@register.filter
def filters_set(cl: ChangeList) -> int:
    """Return how many filters of the list leave out rows."""
    return sum(any(name in cl.params for name in spec.expected_parameters()) for spec in cl.filter_specs)


@register.filter
def page_url(cl: ChangeList, step: int) -> str:
    """Return the address of the page that is ``step`` pages on."""
    return str(cl.get_query_string({PAGE_VAR: cl.page_num + step}))


def _said(name: str, model: type[models.Model]) -> Any:
    """Return the column ``name``: of a day or a moment what shows it in short, any other as it is."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return _in_short(field, name) if isinstance(field, models.DateField) else name


def _in_short(field: Any, name: str) -> Callable[[Any], str]:
    def cell(row: Any) -> str:
        value: date | datetime | None = getattr(row, name)
        return moment(value) if isinstance(value, datetime) else value.isoformat() if value else ""

    cell.__name__ = name
    cell.short_description = field.verbose_name  # type: ignore[attr-defined]
    cell.admin_order_field = name  # type: ignore[attr-defined]
    return cell


def _labelled(item: str, head: dict[str, Any]) -> SafeString:
    """Return the cell ``item`` with the name of its column; the box to choose by has none."""
    kind = 'th scope="row" role="rowheader"' if item.startswith("<th") else 'td role="cell"'
    if 'class="action-checkbox"' not in item:
        kind = f'{kind} data-label="{escape(str(head["text"]))}"'
        kind += " data-none" if "<img" not in item and strip_tags(item).strip() in ("", NOTHING) else ""
    # Django made the cell and escaped what is in it; only its tag is written anew.
    return mark_safe(f"<{kind}{item[3:]}")  # noqa: S308
