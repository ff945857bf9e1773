"""A form that a test makes in few statements is the form that the services make."""

from datetime import datetime
from typing import Any

import pytest
from django.core import serializers

from platforms import stored_files
from platforms.choices import PlatformType
from platforms.models import Application, AuditEvent, Round, User
from tests import factories


def stored(application: Application) -> list[dict[str, Any]]:
    """Every row of the form and of its log as the database holds it, without what names the form or its place."""
    rows = [Application.objects.get(pk=application.pk)]
    for name in ("staff", "services", "partners", "rules", "attachments"):
        rows += getattr(application, name).order_by("pk")
    told = [row["fields"] for row in serializers.serialize("python", rows)]
    own = ("application", "number", "name", "town", "park", "association", "stored_name")
    # What nobody has counted is counted when it is asked for.
    own = (*own, "gap_count", "gaps_version", "search_text")
    log = AuditEvent.objects.filter(object_code=application.number).order_by("serial")
    events = list(log.values("verb", "actor", "at", "object_type", "changes"))
    return events + [{name: value for name, value in fields.items() if name not in own} for fields in told]


@pytest.mark.parametrize("type", [PlatformType.TOWN, PlatformType.PARK, PlatformType.INDUSTRY])
def test_a_form_filled_at_once_equals_one_filled_through_the_services(
    type: str, round_2026: Round, yinzhou: User, city: User, now: datetime
) -> None:
    by = city if type == PlatformType.INDUSTRY else yinzhou
    at_once = factories.attach(factories.fill(factories.draft(by, round_2026, now, type=type), by, now), by, now)

    changes = factories.ASSOCIATION if type == PlatformType.INDUSTRY else {}
    sections = {
        section: {name: changes.get(name, value) for name, value in values.items()}
        for section, values in factories.FORM.items()
    }
    draft = factories.draft(by, round_2026, now, type=type)
    filled = factories._fill_by_services(draft, sections, factories.ROWS, by, now)
    one_by_one = factories._attach_by_service(filled, by, now, factories.FILES)

    assert stored(at_once) == stored(one_by_one)


def test_an_attachment_made_at_once_lies_where_its_row_says(round_2026: Round, yinzhou: User, now: datetime) -> None:
    made = factories.attach(factories.draft(yinzhou, round_2026, now), yinzhou, now, [("venue", "场地")])
    with stored_files.open(made.attachments.get().stored_name) as file:
        assert file.read() == factories.PDF + "场地".encode()
