"""Where a new form can start from: the earlier application of the same place, or another form with the operator."""

from dataclasses import dataclass

from django.db.models import QuerySet

from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.sites import same_place
from platforms.applications.sections import RowKind, Section, row_kind, section
from platforms.choices import PlatformType, Role
from platforms.models import Application, User

#: What may be taken over, in form order: sections of fields and kinds of rows. The figures of a year, the attachments
#: and the commitment are made anew each time.
PARTS = ("platform", "operator", "venue", "staff", "services", "partners", "rules", "plan")
#: What another place of the same operator has in common with this one.
OPERATOR_PARTS = ("operator",)
#: Named anew by the rule, with a reason of its own.
NOT_TAKEN = ("name", "name_reason")

_MOST_SHOWN = 50


@dataclass(frozen=True)
class Source:
    """An application to start from, and the parts that go with it."""

    application: Application
    same_place: bool
    parts: tuple[str, ...]


def part(name: str) -> Section | RowKind:
    """Return the section or kind of rows called ``name``, one of :data:`PARTS`."""
    return row_kind(name) if name in ("staff", "services", "partners", "rules") else section(name)


def sources_for(application: Application, *, user: User) -> list[Source]:
    """Return what ``user`` may start ``application`` from: the same place first, then the latest of each operator."""
    own = _own(user).exclude(pk=application.pk).select_related("round", "region")
    here = list(own.filter(same_place(application)).order_by("-round__year", "-saved_at")[:_MOST_SHOWN])
    found = [Source(row, True, PARTS) for row in here]
    known = {row.operator_code for row in here}
    others = own.exclude(operator_code="").exclude(same_place(application)).order_by("-saved_at")
    for row in others[: 4 * _MOST_SHOWN]:
        if row.operator_code not in known:
            known.add(row.operator_code)
            found.append(Source(row, False, OPERATOR_PARTS))
    return found[:_MOST_SHOWN]


def _own(user: User) -> QuerySet[Application]:
    rows = Application.objects.visible_to(user).exclude(status=ApplicationStatus.WITHDRAWN)
    return rows.filter(type=PlatformType.INDUSTRY) if user.role == Role.CITY else rows
