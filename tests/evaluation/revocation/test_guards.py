"""What was proposed and decided about a revocation or a ban, and the change that the database itself refuses."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from evaluation.models import RevocationFact, RevocationProposal
from evaluation.revocation.services import revocation
from platforms.applications.services import ban_reliefs
from platforms.models import Ban, BanRelief, User
from tests.evaluation import stage
from tests.evaluation.revocation.revoking import hearing_of, proposed
from tests.platforms.test_guards import refused

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T49")]
AT = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)
ON = date(2021, 6, 1)
PROPOSAL, FACT = "撤销认定办结后不得修改或删除", "撤销认定依据的事实不得修改或删除"
BAN, RELIEF = "限制申报不得修改或删除，解除和放开另行登记", "限制申报的解除和放开办结后不得修改或删除"


@pytest.fixture
def proposal(city: User) -> RevocationProposal:
    return proposed(stage.certified().result.platform, on=ON, at=AT, by=city)


def hold(rows: Any, sentence: str, *changes: dict[str, Any]) -> None:
    for change in (*changes, {}):
        refused(rows, sentence, **change)


def test_what_was_proposed_stays_as_it_was_proposed(proposal: RevocationProposal, city2: User) -> None:
    rows, facts = RevocationProposal.objects.all(), RevocationFact.objects.all()
    hold(rows, PROPOSAL, {"reason": "别的"}, {"ground": "other"}, {"effective_on": date(2021, 1, 1)}, {"number": "X"})
    other = hearing_of(proposal.platform, city2, at=AT)
    hold(rows, PROPOSAL, {"proposed_by": city2}, {"hearing": other})
    hold(facts, FACT, {"text": "别的"}, {"complaints": ["TS1"]}, {"confirmation": "别的"}, {"number": "X"})


def test_what_was_decided_stays_with_its_facts(proposal: RevocationProposal, city: User, city2: User) -> None:
    revocation.decide(proposal=proposal, by=city2, at=AT)
    hold(RevocationProposal.objects.all(), PROPOSAL, {"status": "declined"}, {"decision_reason": "别的"})
    hold(RevocationFact.objects.all(), FACT, {"is_used": False})
    hold(Ban.objects.all(), BAN, {"ends_on": date(2022, 1, 1)}, {"site_key": ""})


def test_a_fact_that_was_let_go_is_not_taken_up_again(proposal: RevocationProposal, city2: User) -> None:
    revocation.decline(proposal=proposal, reason="轻微", by=city2, at=AT)
    hold(RevocationFact.objects.all(), FACT, {"is_used": True})


def test_nothing_comes_in_decided_already(proposal: RevocationProposal, city: User, city2: User) -> None:
    """By no other door than the move that a second person makes."""
    from django.db import IntegrityError, transaction

    revocation.withdraw(proposal=proposal, by=city, at=AT)
    kept = {"proposed_at": AT, "proposed_by": city, "decided_at": AT, "decided_by": city2, "reason": "x"}
    forged = RevocationProposal(
        platform=proposal.platform,
        notice=proposal.notice,
        number="X",
        ground="fees",
        effective_on=ON,
        hearing=hearing_of(proposal.platform, city, at=AT),
        status="decided",
        **kept,
    )
    with pytest.raises(IntegrityError, match=PROPOSAL), transaction.atomic():
        forged.save()
    late = RevocationFact(
        proposal=proposal, fact=proposal.facts.get().fact, number="X", text="x", happened_on=ON, is_used=False
    )
    with pytest.raises(IntegrityError, match=FACT), transaction.atomic():
        late.save()
    ban = Ban.objects.create(operator_code="X", starts_on=ON, ends_on=date(2024, 6, 1), reason="撤销")
    relief = BanRelief(ban=ban, number="X", kind="lift", effective_on=ON, status="granted", **kept)
    with pytest.raises(IntegrityError, match=RELIEF), transaction.atomic():
        relief.save()


def test_a_ban_is_lifted_in_a_row_of_its_own_and_for_good(city: User, city2: User) -> None:
    ban = Ban.objects.create(operator_code="X", starts_on=ON, ends_on=date(2024, 6, 1), reason="撤销")
    hold(Ban.objects.all(), BAN, {"ends_on": ON}, {"operator_code": "Y"}, {"reason": "别的"})
    row = ban_reliefs.propose(ban=ban, kind="lift", reason="依据不足", effective_on=ON, by=city, at=AT)
    rows = BanRelief.objects.all()
    hold(rows, RELIEF, {"reason": "别的"}, {"kind": "release"}, {"effective_on": date(2022, 1, 1)})
    ban_reliefs.grant(relief=row, by=city2, at=AT)
    hold(rows, RELIEF, {"status": "declined"}, {"document_number": "1"})
