"""What was asked for when a form was returned, and which parts of it are open because of that."""

from datetime import datetime

from django.db.models import QuerySet

from platforms.choices import ApplicationStatus, CorrectionLevel
from platforms.correction import Named
from platforms.models import Application, CorrectionItem, FillLink


def asked_now(application: Application) -> QuerySet[CorrectionItem]:
    """Return what the city asks for at the moment: the items of the last return, none unless it is returned."""
    items = CorrectionItem.objects.filter(application=application, level=CorrectionLevel.CITY)
    if application.status != ApplicationStatus.RETURNED:
        return items.none()
    last = items.order_by("-turn").values_list("turn", flat=True).first()
    if last is None:
        return items.none()
    return items.filter(turn=last).select_related("asked_by", "answered_by")


def usable_links(application: Application, at: datetime) -> QuerySet[FillLink]:
    """Return the links through which a unit may fill ``application`` at ``at``."""
    return FillLink.objects.filter(
        application=application, expires_at__gt=at, revoked_at__isnull=True, handed_over_at__isnull=True
    )


def open_parts(application: Application) -> tuple[Named, ...] | None:
    """Return the parts that the return names, or None where nothing is closed: a draft, or a return without items."""
    if application.status != ApplicationStatus.RETURNED:
        return None
    return tuple(Named(item.section, item.field) for item in asked_now(application)) or None


def open_parts_of_link(link: FillLink) -> tuple[Named, ...] | None:
    """Return the parts that the county asks the unit to correct through ``link``, or None where it names none."""
    return tuple(Named(item.section, item.field) for item in link.items.all()) or None
