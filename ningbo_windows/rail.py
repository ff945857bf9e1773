"""The rail of nouns beside desk and back office, in the order of work."""

from dataclasses import dataclass

from django.urls import reverse

from platforms.choices import ApplicationStatus, Role
from platforms.models import Application, Complaint, User


@dataclass(frozen=True)
class RailItem:
    """One noun: where it leads, how many wait there for this person, whether the page is below it."""

    label: str
    url: str
    count: int
    active: bool


ITEMS: tuple[tuple[str, str, str], ...] = (
    ("申报", "admin:platforms_application_changelist", "platforms.view_application"),
    ("平台", "admin:platforms_platform_changelist", "platforms.view_platform"),
    ("投诉", "admin:platforms_complaint_changelist", "platforms.view_complaint"),
    ("年度", "admin:platforms_round_changelist", "platforms.view_round"),
    ("评价", "admin:evaluation_assessment_changelist", "evaluation.view_assessment"),
    ("认定", "admin:evaluation_certification_changelist", "evaluation.view_certification"),
    ("资金", "admin:funding_allocationrun_changelist", "funding.view_allocationrun"),
    ("账号", "admin:platforms_user_changelist", "platforms.view_user"),
    ("审计", "admin:platforms_auditevent_changelist", "platforms.view_auditevent"),
)


def rail_for(user: User, path: str) -> list[RailItem]:
    """Return the nouns that ``user`` may open; ``path`` is the address of the page that is shown."""
    items = [("申报", reverse("desk:home"), "platforms.add_application")] if user.role == Role.COUNTY else []
    items += [
        ("申报库" if user.role == Role.COUNTY and label == "申报" else label, reverse(name), permission)
        for label, name, permission in ITEMS
    ]
    waiting = _waiting(user)
    return [
        RailItem(label, url, waiting.get(label, 0), path.startswith(url))
        for label, url, permission in items
        if user.has_perm(permission)
    ]


def _waiting(user: User) -> dict[str, int]:
    """Count what waits for ``user``: what was returned to a county, what came in for the city."""
    if user.role not in (Role.COUNTY, Role.CITY):
        return {}
    status = ApplicationStatus.RETURNED if user.role == Role.COUNTY else ApplicationStatus.SUBMITTED
    waiting = {"申报": Application.objects.visible_to(user).filter(status=status).count()}
    if user.role == Role.CITY:
        waiting["投诉"] = Complaint.objects.visible_to(user).filter(status="received").count()
    return waiting
