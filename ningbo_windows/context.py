"""What the frame of every page needs: who is here, which year the page is about, what waits."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from ningbo_windows.help import help_url
from ningbo_windows.login import first_page
from ningbo_windows.rail import in_groups, rail_for
from platforms.choices import Role
from platforms.identity import ours


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the variables of ``templates/base.html``."""
    from platforms.pages import years

    user = getattr(request, "user", None)
    shared: dict[str, Any] = {"demo": settings.DEMO, "identity": ours(), "rail": [], "person": ""}
    if request.path.startswith("/fill/"):
        shared["help_url"] = reverse("fill_help")
    if user is None or not user.is_authenticated:
        return shared
    if request.path.startswith(("/desk/", "/admin/")):
        match = request.resolver_match
        shared["help_url"] = help_url(match.view_name if match else "", user)
    place = user.region.name if user.role == Role.COUNTY and user.region else ""
    shown = years.switch(request)
    query = urlencode(years.kept(request)) if shown else ""
    rail = rail_for(user, request.path, query)
    return shared | {
        # Only on pages about a year: which one, and the others.
        "year": shown,
        "year_query": f"?{query}" if query else "",
        "year_and": f"&{query}" if query else "",
        "may_search": user.has_perm("platforms.view_platform"),
        "person": " · ".join(part for part in (user.name, place or user.get_role_display()) if part),
        "rail": rail,
        "rail_groups": in_groups(rail),
        "all_tables": f"{reverse('admin:index')}#all-tables" if user.role != Role.SYSADMIN else "",
        # Where the work of this person begins, from wherever it stands.
        "desk_home": first_page(user),
    }
