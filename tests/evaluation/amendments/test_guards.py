"""What was proposed and decided about a published line, and the change that the database itself refuses."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from evaluation.amendments.services import deciding
from evaluation.models import Amendment, FrozenEvidence, Result
from platforms.models import User
from tests.evaluation import stage
from tests.evaluation.amendments.amending import correction, decided
from tests.platforms.test_guards import refused

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T49")]
AT = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)
ON = date(2021, 6, 1)
AMENDMENT = "更正和变更不得修改或删除，办结后不得改变"


@pytest.fixture
def proposal(city: User) -> Amendment:
    return correction(stage.certified().result, grade="B", grade_reason="核对", on=ON, at=AT, by=city)


def hold(rows: Any, *changes: dict[str, Any]) -> None:
    for change in (*changes, {}):
        refused(rows, AMENDMENT, **change)


def test_what_was_proposed_stays_as_it_was_proposed(proposal: Amendment, city2: User) -> None:
    hold(
        Amendment.objects.all(),
        {"grade": "C"}, {"grade_reason": "别的"}, {"changes": {"name": ["一", "二"]}}, {"entries": {"x": {}}},
        {"public_reason": "别的"}, {"reason": "别的"}, {"effective_on": date(2021, 1, 1)}, {"number": "X"},
        {"proposed_by": city2}, {"kind": "change"},
    )  # fmt: skip


def test_what_was_decided_stays(proposal: Amendment) -> None:
    decided(proposal, at=AT)
    hold(Amendment.objects.all(), {"status": "declined"}, {"decision_reason": "别的"}, {"made": None})


def test_what_was_taken_back_is_not_taken_up_again(proposal: Amendment, city: User) -> None:
    deciding.withdraw(amendment=proposal, by=city, at=AT)
    hold(Amendment.objects.all(), {"status": "proposed", "decided_at": None, "decided_by": None})


def test_nothing_comes_in_decided_already(proposal: Amendment, city: User, city2: User) -> None:
    deciding.withdraw(amendment=proposal, by=city, at=AT)
    forged = Amendment.objects.get()
    forged.pk, forged.number, forged.status, forged.decided_by = None, "X", "declined", city2
    with pytest.raises(IntegrityError, match=AMENDMENT), transaction.atomic():
        forged.save(force_insert=True)


def test_a_change_leaves_the_grade_and_a_decision_needs_two(proposal: Amendment, city: User) -> None:
    deciding.withdraw(amendment=proposal, by=city, at=AT)
    forged = Amendment.objects.get()
    forged.pk, forged.number, forged.kind, forged.status = None, "X", "change", "proposed"
    forged.decided_at = forged.decided_by = None
    with pytest.raises(IntegrityError), transaction.atomic():
        forged.save(force_insert=True)


@pytest.mark.parametrize(("version", "platform"), [(2, False), (3, True)])
def test_a_version_follows_the_last_one_of_the_same_line(proposal: Amendment, version: int, platform: bool) -> None:
    first = proposal.result
    other = stage.certified(year=2021).result
    made = Result.objects.get(pk=first.pk if platform else other.pk)
    made.pk, made.version, made.corrects = None, version, first
    with pytest.raises(IntegrityError, match="新版须取代同一平台的上一版"), transaction.atomic():
        made.save(force_insert=True)


def test_versions_and_their_evidence_never_change(proposal: Amendment) -> None:
    made = decided(proposal, at=AT)
    for row in (made, proposal.result):
        refused(Result.objects.filter(pk=row.pk), "认定结果已公布", grade="C")
        refused(FrozenEvidence.objects.filter(result=row), "认定结果已公布", digest="x")
