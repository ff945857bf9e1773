"""What was asked for when a form was returned, and which parts of it are open because of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import F, Min, QuerySet

from platforms import deadlines
from platforms.applications import completeness
from platforms.applications.choices import ApplicationStatus, AttachmentKind, CorrectionLevel
from platforms.applications.correction import Asked, Named, is_open
from platforms.applications.queries.forms import form_data
from platforms.choices import Role
from platforms.models import Application, CorrectionItem, FillLink, User
from platforms.values import plain

CheckState = Literal["none", "stale", "checked"]
#: Statuses after which the version was counted up once more since the county could check.
_SENT = (ApplicationStatus.SUBMITTED, ApplicationStatus.ACCEPTED, ApplicationStatus.WITHDRAWN)


@dataclass(frozen=True)
class Turn:
    """One return and what came of it: who asked when, the questions with their answers."""

    number: int
    level: str
    items: tuple[CorrectionItem, ...]

    @property
    def first(self) -> CorrectionItem:
        return self.items[0]


def asked_now(application: Application) -> QuerySet[CorrectionItem]:
    """Return what the city asks for at the moment: the items of the last return, none unless it is returned."""
    items = CorrectionItem.objects.filter(application=application, level=CorrectionLevel.CITY)
    if application.status != ApplicationStatus.RETURNED:
        return items.none()
    last = items.order_by("-turn").values("turn")[:1]
    return items.filter(turn=last).select_related("application", "asked_by", "answered_by")


def asked_through(link: FillLink) -> QuerySet[CorrectionItem]:
    """Return what the county asks of the unit through ``link``."""
    return link.items.select_related("application", "asked_by", "answered_by")


def turns_so_far(application: Application, level: str) -> int:
    """Return how often the form was returned at ``level``."""
    items = CorrectionItem.objects.filter(application=application, level=level)
    return items.order_by("-turn").values_list("turn", flat=True).first() or 0


def turns_of(application: Application, *levels: str) -> list[Turn]:
    """Return all turns of ``levels``, the latest first; they stay for good."""
    items = CorrectionItem.objects.filter(application=application, level__in=levels)
    found: dict[tuple[str, int], list[CorrectionItem]] = {}
    for item in items.select_related("asked_by", "answered_by", "asked_in", "sent_in").order_by("-turn", "pk"):
        found.setdefault((item.level, item.turn), []).append(item)
    return [Turn(number, level, tuple(some)) for (level, number), some in found.items()]


def usable_links(application: Application, at: datetime) -> QuerySet[FillLink]:
    """Return the links through which a unit may fill ``application`` at ``at``."""
    return FillLink.objects.filter(
        application=application, expires_at__gt=at, revoked_at__isnull=True, handed_over_at__isnull=True
    )


# What is open --------------------------------------------------------------------------------------------------------


def open_parts(application: Application) -> tuple[Named, ...] | None:
    """Return the parts that the return names, or None where nothing is closed: a draft, or a return without items."""
    if application.status != ApplicationStatus.RETURNED:
        return None
    return tuple(Named(item.section, item.field) for item in asked_now(application)) or None


def open_parts_of_link(link: FillLink) -> tuple[Named, ...] | None:
    """Return the parts that the county asks the unit to correct through ``link``, or None where it names none."""
    return tuple(Named(item.section, item.field) for item in link.items.all()) or None


def is_reachable(limit: Sequence[Named] | None, item: Asked) -> bool:
    """Say whether anything of what ``item`` names is open under ``limit``."""
    if limit is None:
        return True
    if item.field:
        return is_open(limit, item.section, item.field)
    return any(item.section in ("", each.section) or not each.section for each in limit)


def closed_fields(
    application: Application,
    limits: Sequence[tuple[Sequence[Named] | None, Mapping[str, Any] | None]],
    section: str,
    fields: Sequence[str],
    values: Mapping[str, Any] | None = None,
) -> list[str]:
    """Return which of ``fields`` stay closed; each limit is what is named (None: all) and the form when it was named.

    Besides what is named a field is open where the form has a gap at it, so that what follows from a correction can
    be filled in, and once it differs from the form as it was returned: it was open then, and typing goes on.
    ``values`` are what is being saved; a gap that they make counts.
    """
    closed = {name for limit, _ in limits if limit is not None for name in fields if not is_open(limit, section, name)}
    if not closed:
        return []
    data = form_data(application)
    before = [form for limit, form in limits if limit is not None and form is not None]
    # A gap may open a field whose new value makes the next gap.
    for _ in range(len(closed) + 1):
        given = {name: plain(value) for name, value in (values or {}).items() if name not in closed}
        gaps = {gap.field for gap in completeness.gaps(_with(data, section, given)) if gap.section == section}
        still = {
            name
            for name in closed - gaps
            if not before or any(value_at(form, section, name) == value_at(data, section, name) for form in before)
        }
        if still == closed:
            break
        closed = still
    return [name for name in fields if name in closed]


def value_at(data: Mapping[str, Any], section: str, field: str) -> Any:
    """Return what the form in ``data`` holds at a field, a kind of rows, ``attachments`` or a question.

    Seals and the files of questions are open for themselves, and no part of ``attachments``.
    """
    if field.startswith("question_"):
        answer = next((each["value"] for each in data.get("questions", ()) if each["key"] == field), "")
        files = [each["digest"] for each in data.get("attachments", ()) if each.get("question") == field]
        return answer, files
    if field == "attachments":
        apart = (AttachmentKind.STAMPED, AttachmentKind.QUESTION)
        return [file for file in data.get(field, ()) if file["kind"] not in apart]
    if field in data:
        return data[field]
    return data.get(section, {}).get(field)


def _with(data: Mapping[str, Any], section: str, values: Mapping[str, Any]) -> dict[str, Any]:
    changed = dict(data)
    if section in data and isinstance(data[section], dict):
        changed[section] = data[section] | {name: value for name, value in values.items() if name in data[section]}
    changed["questions"] = [
        {**each, "value": values.get(each["key"], each["value"])} for each in data.get("questions", ())
    ]
    return changed


def limits_of(
    application: Application, link: FillLink | None = None
) -> list[tuple[Sequence[Named] | None, Mapping[str, Any] | None]]:
    """Return what limits changes of ``application``, by an officer or through ``link``, for :func:`closed_fields`."""
    limits: list[tuple[Sequence[Named] | None, Mapping[str, Any] | None]] = []
    named = open_parts(application)
    if named is not None:
        last = application.versions.order_by("-number").values_list("data", flat=True).first()
        limits.append((named, last))
    if link is not None:
        # Of a link that names nothing the form is not even read.
        asked = open_parts_of_link(link)
        limits.append((asked, link.sent_form if asked is not None else None))
    return limits


def are_files_closed(application: Application, link: FillLink | None = None) -> bool:
    """Say whether no file may come or go now; a new seal and the files of a question that is open still may."""
    return bool(closed_fields(application, limits_of(application, link), "attachments", ["attachments"]))


# Due -----------------------------------------------------------------------------------------------------------------


def is_overdue(application: Application, on: date) -> bool:
    """Say whether the answer to the last return is due since before ``on``, or came after its day."""
    due, sent = application.correction_due_on, application.last_submitted_at
    return is_answer_late(application.status, due, sent, on)


def is_answer_late(status: str, due: date | None, sent: datetime | None, on: date) -> bool:
    """Say the same from the fields of an application."""
    if due is None:
        return False
    if status == ApplicationStatus.RETURNED:
        return deadlines.is_late(due, on)
    return status == ApplicationStatus.SUBMITTED and sent is not None and deadlines.came_late(due, sent)


# The county's check --------------------------------------------------------------------------------------------------


def to_check(user: User) -> QuerySet[Application]:
    """Return the forms of ``user``'s that units handed over and that were not checked as they are now, the first that
    was handed over first."""
    rows: QuerySet[Application] = Application.objects.visible_to(user).filter(
        status__in=(ApplicationStatus.DRAFT, ApplicationStatus.RETURNED),
        fill_links__handed_over_at__isnull=False,
        fill_links__revoked_at__isnull=True,
    )
    if user.role == Role.CITY:
        rows = rows.filter(region__isnull=True)
    unchecked = rows.exclude(checked_version=F("version"))
    return unchecked.annotate(handed=Min("fill_links__handed_over_at")).order_by("handed", "pk")


def check_state(application: Application) -> CheckState:
    """Return whether the county checked the form as it is now (``checked``), an earlier one (``stale``) or none."""
    if application.checked_version is None:
        return "none"
    now = application.version - 1 if application.status in _SENT else application.version
    return "checked" if application.checked_version == now else "stale"
