"""What was flagged, and the change that the database itself refuses."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from evaluation.flags import services
from evaluation.models import Assessment, Flag, FlagTurn
from platforms.models import User
from tests.evaluation import stage
from tests.platforms.test_guards import refused

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T49")]
AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)
FLAG, TURN = "核实事项不得修改或删除", "核实经过不得修改或删除"


@pytest.fixture
def flag(city: User) -> Flag:
    stage.graded_round({"330212": {"scored": 1}})
    return services.raise_flag(
        assessment=Assessment.objects.get(), kind="doubtful", text="面积存疑", for_whom="county", by=city, at=AT
    )


def hold(rows: Any, sentence: str, *changes: dict[str, Any]) -> None:
    for change in (*changes, {}):
        refused(rows, sentence, **change)


def test_what_was_asked_of_whom_stays_as_it_was_asked(flag: Flag, city2: User) -> None:
    changes = ({"text": "别的"}, {"kind": "other"}, {"for_whom": "city"}, {"number": "X"}, {"raised_by": city2})
    hold(Flag.objects.all(), FLAG, *changes, {"raised_at": datetime(2026, 1, 1, tzinfo=UTC)})


def test_what_is_resolved_stays_resolved(flag: Flag, city: User) -> None:
    services.resolve(flag=flag, reason="误报", by=city, at=AT)
    hold(Flag.objects.all(), FLAG, {"resolution": "别的"}, {"due_on": AT.date()})
    hold(FlagTurn.objects.all(), TURN, {"text": "别的"}, {"by": city}, {"target": "open"})


def test_nothing_comes_in_resolved_already(flag: Flag, city: User) -> None:
    forged = Flag(
        number="X", assessment=flag.assessment, kind="other", for_whom="city", text="x", due_on=AT.date(), raised_at=AT,
        raised_by=city, status="resolved", resolved_at=AT, resolved_by=city, resolution="x",
    )  # fmt: skip
    with pytest.raises(IntegrityError, match=FLAG), transaction.atomic():
        forged.save()


@pytest.mark.parametrize(
    "change",
    [
        {"status": "escalated"},
        {"status": "answered"},
        {"status": "resolved"},
        {"status": "gone"},
        {"escalated_at": AT},
        {"answered_at": AT},
        {"resolved_at": AT},
        {"resolution": "x"},
        {"escalation_reason": "x"},
    ],
)
def test_a_state_without_who_and_when_is_refused(flag: Flag, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.filter(pk=flag.pk).update(**change)
