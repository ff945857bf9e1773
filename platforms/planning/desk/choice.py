"""What the pages of the planning are narrowed to, and what both have: their tabs and the choice of a region."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from platforms.choices import Role
from platforms.models import Platform
from platforms.pages.access import current_user
from platforms.pages.years import kept
from platforms.planning.queries.coverage import STATES

#: Why two platforms are listed: key → word; and of which types they are.
REASONS = {"town": "同一乡镇", "near": "距离"}
KINDS = {"mixed": "不同类型", "same": "同一类型"}


@dataclass(frozen=True)
class Choice:
    """What the pages are narrowed to; empty narrows nothing. ``region`` is a code, ``metres`` the distance."""

    region: str = ""
    state: str = ""
    reason: str = ""
    kind: str = ""
    metres: int = settings.OVERLAP_METRES
    problem: str = ""
    #: The year as the address names it, kept from page to page.
    year: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.region or self.state or self.reason or self.kind)


def choice_of(request: HttpRequest) -> Choice:
    """Read the address; what is not among the choices narrows nothing, a distance out of range is said."""
    get = request.GET
    state, reason, kind, asked = (get.get(name, "") for name in ("state", "reason", "kind", "metres"))
    low, high = settings.OVERLAP_RANGE
    metres, problem = settings.OVERLAP_METRES, ""
    if asked:
        whole = asked.strip().isascii() and asked.strip().isdigit() and len(asked.strip()) < 7
        if whole and low <= int(asked) <= high:
            metres = int(asked)
        else:
            problem = f"距离请填写 {low} 到 {high} 之间的整数（米），现按 {metres} 米列出。"
    return Choice(
        region=get.get("region", "")[:12].replace("\x00", "") if current_user(request).role == Role.CITY else "",
        state=state if state in STATES else "",
        reason=reason if reason in REASONS else "",
        kind=kind if kind in KINDS else "",
        metres=metres,
        problem=problem,
        year=kept(request).get("year", ""),
    )


def address(choice: Choice, base: str = "", **changes: Any) -> str:
    """Return the address of a page with ``changes`` to ``choice``."""
    new = replace(choice, **changes)
    parts = {"region": new.region, "state": new.state, "reason": new.reason, "kind": new.kind}
    parts["year"] = new.year
    if new.metres != settings.OVERLAP_METRES:
        parts["metres"] = str(new.metres)
    query = urlencode({name: value for name, value in parts.items() if value})
    return f"{base}?{query}" if query else base or "?"


def tabs(here: str, choice: Choice) -> list[dict[str, Any]]:
    """Return the two pages of the planning; only the coverage is about a year, the other one keeps it."""
    pages = (("desk:planning", "工业强镇覆盖"), ("desk:overlap", "布局重叠"))
    plain = Choice(year=choice.year)
    return [{"label": label, "url": address(plain, reverse(name)), "active": name == here} for name, label in pages]


def platform_url(platform: Platform) -> str:
    """Return the address of the page of ``platform``."""
    return reverse("admin:platforms_platform_change", args=[platform.pk])


def region_options(names: dict[str, str], choice: Choice) -> list[dict[str, Any]]:
    """Return the choice of a region, by code."""
    options = [{"label": "全部", "url": address(choice, region=""), "active": not choice.region, "count": ""}]
    return options + [
        {"label": name, "url": address(choice, region=code), "active": choice.region == code, "count": ""}
        for code, name in sorted(names.items())
    ]
