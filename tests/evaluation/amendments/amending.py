"""Corrections and changes on their whole way, for tests that need one: proposed by one officer, decided by another."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from evaluation.amendments.services import deciding, proposing
from evaluation.certification.evidence import (
    Evidence,
    Line,
    digest,
    frozen_indicators,
    recompute,
    scheme_digest,
    to_data,
)
from evaluation.models import Amendment, FrozenEvidence, Result
from evaluation.schemes.grading import Entry
from platforms.models import User
from tests import factories

WHY = "公布的档次有误。"
INTERNAL = "复核发现录入差错。"


def officers() -> tuple[User, User]:
    """Two officers of the city of their own, who stand beside the cast of ``conftest``."""
    found = {row.username: row for row in User.objects.filter(username__in=("proposer", "decider"))}
    made = [found.get(name) or factories.person(name, "city") for name in ("proposer", "decider")]
    return made[0], made[1]


def with_evidence(result: Result) -> Result:
    """Let ``result`` have the evidence that goes with its scores, if it has none yet."""
    if FrozenEvidence.objects.filter(result=result).exists():
        return result
    assessment = result.assessment
    assert assessment is not None
    scheme = assessment.evaluation.scheme.value()
    scores = {score.indicator.code: score for score in assessment.scores.select_related("indicator")}
    lines = tuple(
        Line(indicator, "", "", _entry(scores[indicator.code]), None, reason=scores[indicator.code].evidence)
        for indicator in frozen_indicators(scheme, result.type)
    )
    made = Evidence(
        "方案", 1, scheme_digest(scheme), replace(scheme, indicators=()), result.type, lines, Fraction(0), "",
        result.grade,
    )  # fmt: skip
    now = recompute(made)
    lines = tuple(replace(line, points=now.lines.get(line.indicator.code)) for line in lines)
    data = to_data(replace(made, lines=lines, points=now.points, proposed_grade=now.proposed_grade))
    FrozenEvidence.objects.create(result=result, data=data, digest=digest(data))
    return result


def _entry(score: Any) -> Entry:
    if score.indicator.method == "scored":
        return Entry(points=Fraction(score.points))
    return Entry(passed=score.passed, verified=None if score.verified is None else Fraction(score.verified))


def correction(result: Result, *, on: date, at: datetime, by: User | None = None, **values: Any) -> Amendment:
    """A correction of ``result`` that waits for another officer than ``by``."""
    given: dict[str, Any] = {"public_reason": WHY, "reason": INTERNAL} | values
    return proposing.propose_correction(
        result=with_evidence(result), effective_on=on, by=by or officers()[0], at=at, **given
    )


def change(
    result: Result, changes: Mapping[str, str], *, on: date, at: datetime, by: User | None = None, **values: Any
) -> Amendment:
    """A change of ``changes`` that waits for another officer than ``by``."""
    given: dict[str, Any] = {
        "public_reason": "运营单位变更。",
        "reason": INTERNAL,
        "uploads": [factories.upload("营业执照.pdf")],
    } | values
    return proposing.propose_change(
        result=with_evidence(result), changes=changes, effective_on=on, by=by or officers()[0], at=at, **given
    )


def corrected(result: Result, *, on: date, at: datetime, **values: Any) -> Result:
    """Correct ``result``; returns the version that came of it."""
    return decided(correction(result, on=on, at=at, **values), at=at)


def changed(result: Result, changes: Mapping[str, str], *, on: date, at: datetime, **values: Any) -> Result:
    """Change ``result``; returns the version that came of it."""
    return decided(change(result, changes, on=on, at=at, **values), at=at)


def decided(amendment: Amendment, *, at: datetime) -> Result:
    """Decide on ``amendment`` as the second officer; returns the version that came of it."""
    row = deciding.decide(amendment=amendment, by=officers()[1], at=at)
    assert row.made is not None
    return row.made
