"""What the head of a public page says of it: its title once more, its one address, and the variant that it is."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def said(context: Context, name: str) -> SafeString:
    """Return what the block ``name`` of this page says, on one line, wherever it stands otherwise."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    # A block is a template: what it renders is escaped already.
    return mark_safe(" ".join(block.render(context).split()))  # noqa: S308


@register.simple_tag(takes_context=True)
def canonical(context: Context) -> str:
    """Return the one address of this page: of a list with the filters and the page that make it another list.

    A search is no page of its own, and what else stands in an address changes nothing.
    """
    filters, page = context.get("filters"), context.get("page")
    query = filters.query(q="") if filters else ""
    if isinstance(page, Page) and page.number > 1:
        query += ("&" if query else "?") + urlencode({"page": page.number})
    return settings.SITE_URL.rstrip("/") + context["request"].path + query


@register.simple_tag(takes_context=True)
def variant(context: Context) -> str:
    """Return in brackets what was chosen of the filters and which page of the list this is; else nothing.

    The first choice of each of ``groups`` leaves it open.
    """
    words = "、".join(chosen(context.get("groups") or ()))
    page = context.get("page")
    if isinstance(page, Page) and page.number > 1:
        words += f"{'，' if words else ''}第 {page.number} 页"
    return f"（{words}）" if words else ""


def chosen(groups: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the labels of what is chosen in ``groups`` (``components/chips.html``)."""
    return [str(option["label"]) for group in groups for option in group["options"][1:] if option["active"]]
