"""What the page of an application tells of its returns: what is asked now, what was asked before, what changed."""

from typing import Any

from django.urls import reverse

from platforms.applications.choices import CorrectionLevel
from platforms.applications.desk.checking import check_of
from platforms.applications.desk.section_page import Place
from platforms.applications.pages.parts import history_of, last_two
from platforms.applications.services.ownership import is_own
from platforms.models import Application, User


def returns_of(row: Application, user: User, place: Place | None) -> dict[str, Any]:
    """Return the part of the page's context that is about returns; ``place`` is the form, None where it is only read.

    What the county asks of its operating unit, and its own check, is told to the county alone.
    """
    own = is_own(row, user)
    return {
        "corrections": place.asked() if place else None,
        "turns": history_of(row),
        "unit_turns": history_of(row, CorrectionLevel.COUNTY) if own else [],
        "check": check_of(row) if own else None,
        "check_url": reverse("desk:check", args=[row.number])
        if place and user.has_perm("platforms.check_application")
        else "",
        "changes": last_two(row, user),
    }
