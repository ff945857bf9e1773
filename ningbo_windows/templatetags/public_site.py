"""What the head of a public page says of it: its title once more, its one address, and the variant that it is."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

#: The rooms of the site that people come for, beside each other on a wide screen, and those that a list unfolds.
FIRST_ROOMS = (
    ("认定结果", "site:results"),
    ("平台分布", "site:map"),
    ("证书核验", "site:verify"),
    ("投诉", "site:complain"),
    ("公示", "site:notices"),
    ("典型案例", "site:examples"),
    ("动态", "site:news"),
)
MORE_ROOMS = (("资金分配", "public_funding:index"), ("统计", "site:statistics"), ("数据开放", "site:open_data"))


@register.simple_tag(takes_context=True)
def public_rooms(context: Context, part: str) -> list[dict[str, Any]]:
    """Return the rooms of ``part`` (first, more, or all with the first page) as ``{"label", "url", "is_open"}``."""
    every = (("首页", "site:home"), *FIRST_ROOMS, *MORE_ROOMS)
    rooms = {"first": FIRST_ROOMS, "more": MORE_ROOMS, "all": every}[part]
    path = context["request"].path
    found = [(label, reverse(name)) for label, name in rooms]
    # The first page has nothing below it.
    return [
        {"label": label, "url": url, "is_open": path == url or (url != "/" and path.startswith(url))}
        for label, url in found
    ]


@register.simple_tag(takes_context=True)
def said(context: Context, name: str) -> SafeString:
    """Return what the block ``name`` of this page says, on one line, wherever it stands otherwise."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    # A block is a template: what it renders is escaped already.
    return mark_safe(" ".join(block.render(context).split()))  # noqa: S308


@register.simple_tag(takes_context=True)
def canonical(context: Context) -> str:
    """Return the one address of this page: of a list with the filters and the page that make it another list.

    A search is no page of its own, and what else stands in an address changes nothing. A list without ``filters`` says
    by ``narrowed`` which query makes it another one.
    """
    filters, page = context.get("filters"), context.get("page")
    query: str = filters.query(q="") if filters else context.get("narrowed") or ""
    if isinstance(page, Page) and page.number > 1:
        query += ("&" if query else "?") + urlencode({"page": page.number})
    path: str = context["request"].path
    return f"{settings.SITE_URL.rstrip('/')}{path}{query}"


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


@register.simple_tag(takes_context=True)
def structured_data(context: Context) -> SafeString:
    """Return what the page says in the words of schema.org: its ``thing`` or ``service``, and the way to it."""
    from evaluation.site.structured import block, trail

    things = [context.get("thing"), context.get("service"), trail(context.get("crumbs") or (), context["request"].path)]
    return block(*(each for each in things if each))


def chosen(groups: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the labels of what is chosen in ``groups`` (``components/chips.html``)."""
    return [str(option["label"]) for group in groups for option in group["options"][1:] if option["active"]]
