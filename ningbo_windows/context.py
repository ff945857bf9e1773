"""What the frame of every page needs: who is here, which round runs, what waits."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from ningbo_windows.rail import rail_for
from platforms.choices import Role


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the variables of ``templates/base.html``."""
    from platforms.queries.rounds import current_round

    user = getattr(request, "user", None)
    shared: dict[str, Any] = {"demo": settings.DEMO, "site": settings.SITE_FOOTER, "rail": [], "person": ""}
    if user is None or not user.is_authenticated:
        return shared
    place = user.region.name if user.role == Role.COUNTY and user.region else ""
    return shared | {
        # Asked for only where the page has not brought it along.
        "current_round": SimpleLazyObject(current_round),
        "person": " · ".join(part for part in (user.name, place or user.get_role_display()) if part),
        "rail": rail_for(user, request.path),
    }
