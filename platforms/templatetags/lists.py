"""Lists of the back office in the hand of the desk: each cell knows its head, days and moments are short."""

import re
from collections.abc import Callable
from copy import copy
from datetime import date, datetime
from functools import partial
from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import items_for_result, result_headers
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from platforms.backoffice.lists import NAMED
from platforms.moments import moment
from platforms.pages.short_names import short_of

register = template.Library()
#: A cell with nothing in it, or with the sign for nothing. Django escaped what it shows: each "<" begins a tag.
_NONE = re.compile(r"(?:<[^<>]*>|\s)*-?(?:<[^<>]*>|\s)*")


@register.inclusion_tag("admin/change_list_results.html")
def list_table(cl: ChangeList) -> dict[str, Any]:
    """Show the rows of a list; where there is no room for columns, each cell stands behind the name of its column."""
    said = {name: _said(name, cl) for name in map(str, cl.list_display)}
    shown = copy(cl)
    shown.list_display = list(said.values())
    if cl.sortable_by is not None:
        shown.sortable_by = [said.get(str(name), name) for name in cl.sortable_by]
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


def _said(name: str, cl: ChangeList) -> Any:
    """Return the column ``name``: of a day, a moment or a platform what shows it in short, any other as it is."""
    model_admin: Any = cl.model_admin
    if name in NAMED and model_admin.site_path is not None:
        return _column(cl, name, partial(_site_of, model_admin.site_path, name, model_admin))
    try:
        field = cl.model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return _column(cl, name, partial(_day_of, name)) if isinstance(field, models.DateField) else name


def _column(cl: ChangeList, name: str, show: Callable[[Any], str]) -> Callable[[Any], str]:
    """Return a column that shows ``show`` under the head and in the order of the column ``name``."""
    label, attr = label_for_field(name, cl.model, cl.model_admin, return_attr=True)

    def cell(row: Any) -> str:
        return show(row)

    cell.__name__ = name
    cell.short_description = label  # type: ignore[attr-defined]
    cell.admin_order_field = getattr(attr, "admin_order_field", None) if attr else name  # type: ignore[attr-defined]
    return cell


def _day_of(name: str, row: Any) -> str:
    value: date | datetime | None = getattr(row, name)
    return moment(value) if isinstance(value, datetime) else value.isoformat() if value else ""


def _site_of(path: str, name: str, model_admin: Any, row: Any) -> str:
    """Return the platform that ``row`` is about by its place; where it is about none, what its column says."""
    about = row
    for step in filter(None, path.split("__")):
        about = getattr(about, step, None)
    if about is not None:
        return short_of(about)
    said: str = lookup_field(name, row, model_admin)[2]
    return said


def _labelled(item: str, head: dict[str, Any]) -> SafeString:
    """Return the cell ``item`` with the name of its column; the box to choose by has none."""
    kind = 'th scope="row" role="rowheader"' if item.startswith("<th") else 'td role="cell"'
    if 'class="action-checkbox"' not in item:
        kind = f'{kind} data-label="{escape(str(head["text"]))}"'
        kind += " data-none" if "<img" not in item and _NONE.fullmatch(item) else ""
    # Django made the cell and escaped what is in it; only its tag is written anew.
    return mark_safe(f"<{kind}{item[3:]}")  # noqa: S308
