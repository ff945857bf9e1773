"""Two finance officers at once: no region is paid twice, and a batch is decided once."""

import pytest

from funding.models import Payment
from funding.payments.choices import BatchStatus
from funding.payments.services.batches import decline, release_batch, withdraw
from platforms.audit.services import audit
from platforms.models import AuditEvent, User
from tests.funding.payments.paying import proposed
from tests.funding.runs.test_concurrency import at_once
from tests.funding.worked import LATER, released, worked_round

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.trust("T11")]


def test_two_batches_proposed_at_once_never_go_above_the_amount(finance: User, finance2: User) -> None:
    release = released(worked_round(), finance, finance2)
    done, refused = at_once(
        lambda: proposed(release, finance, r330203=9_000_000), lambda: proposed(release, finance2, r330203=9_000_000)
    )
    assert (len(done), len(refused), Payment.objects.count()) == (1, 1, 1)
    assert refused == ["超出海曙区可拨付的 250,000 元（分配 9,250,000 元，已拨付 0 元，待批准 9,000,000 元）。"]


def test_two_decisions_at_once_are_one(finance: User, finance2: User) -> None:
    release = released(worked_round(), finance, finance2)
    batch = proposed(release, finance, r330203=1_000)
    done, refused = at_once(
        lambda: release_batch(batch=batch, by=finance2, at=LATER),
        lambda: decline(batch=batch, reason="有误", by=finance2, at=LATER),
        lambda: withdraw(batch=batch, by=finance, at=LATER),
    )
    batch.refresh_from_db()
    assert (len(done), len(refused)) == (1, 2)
    assert batch.status != BatchStatus.PROPOSED
    assert AuditEvent.objects.filter(verb__in=("批准拨付", "不批准拨付", "撤回拨付")).count() == 1
    assert list(audit.breaks()) == []
