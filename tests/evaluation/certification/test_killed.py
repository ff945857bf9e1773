"""A power cut in the middle of a publication leaves what was before it, or all of it, and nothing between (T42)."""

import subprocess
import sys
from collections import Counter
from datetime import date
from typing import Any

import pytest

from evaluation.models import (
    Assessment,
    Certification,
    Document,
    FrozenEvidence,
    Publication,
    PublicationPlan,
    Result,
)
from platforms.models import AuditEvent, Mail, Round, Standing
from tests.evaluation import stage
from tests.platforms.background.process import ROOT, surroundings

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.trust("T42")]
AFTER = {
    "rows": (1, 3, 2, 7, 3, 2, 2),
    "statuses": {"published": 3},
    "round": "published",
    "plan": "decided",
}


@pytest.fixture
def plan() -> PublicationPlan:
    """A plan of three platforms of two counties, ready to be approved by ``approver``."""
    round_ = stage.graded_round({"330212": {"A": 1, "D": 1}, "330282": {"B": 1}})
    made = stage.prepared_plan(
        round=round_, decided_on=date(2020, 9, 28), by=stage.city_officer(), at=stage.moment(2020)
    )
    stage.approver()
    return made


def state() -> dict[str, Any]:
    """Everything that an approval touches."""
    models = (Publication, Result, Certification, Document, FrozenEvidence, Standing)
    told = Mail.objects.filter(kind="published").count()
    return {
        "rows": (*(model.objects.count() for model in models), told),
        "statuses": dict(Counter(Assessment.objects.values_list("status", flat=True))),
        "round": Round.objects.values_list("status", flat=True).get(),
        "plan": PublicationPlan.objects.values_list("status", flat=True).get(),
    }


def killed(plan: PublicationPlan, *steps: str) -> list[str]:
    """Approve ``plan`` in processes that die at ``steps``; returns what became of each."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.evaluation.certification.killed", str(plan.pk), *steps],
        cwd=ROOT, env=surroundings(), text=True, capture_output=True, timeout=1200, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    return [line.split()[-1] for line in ended.stdout.splitlines()]


@pytest.mark.long
def test_killed_before_any_of_its_steps_nothing_of_a_publication_is_there(plan: PublicationPlan) -> None:
    before, events = state(), AuditEvent.objects.count()
    at_once = [str(step) for step in range(400)]
    told = killed(plan, *at_once)
    # The first step that there is not lets it come to its end: everything is there, and once.
    steps = len(told) - 1
    assert told == ["killed"] * steps + ["0"]
    assert steps > 60
    assert before["rows"] == (0,) * 7
    assert state() == AFTER
    assert len(set(Mail.objects.filter(kind="published").values_list("occasion", flat=True))) == 2
    # What was killed left no event behind; 公布认定结果 is said of the round and of its publication.
    verbs = Counter(AuditEvent.objects.order_by("serial")[events:].values_list("verb", flat=True))
    assert (verbs["批准公布"], verbs["公布认定结果"], verbs["公布"], verbs["颁发证书"]) == (1, 2, 3, 2)


def test_killed_in_the_middle_the_database_is_as_it_was_and_killed_once_it_is_kept_all_is_there(
    plan: PublicationPlan,
) -> None:
    before, events = state(), AuditEvent.objects.count()
    steps = [str(step) for step in range(0, 100, 16)]
    assert killed(plan, *steps) == ["killed"] * len(steps)
    assert (state(), AuditEvent.objects.count()) == (before, events)
    assert killed(plan, "commit") == ["killed"]
    assert state() == AFTER
