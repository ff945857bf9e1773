"""The database itself refuses to change what was proposed and paid, and to pay more than was allocated."""

# ruff: noqa: S608 - the table names are constants

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from funding.models import AllocationRelease, Payment, PaymentBatch
from platforms.models import Region, User
from tests.funding.payments.paying import DOCUMENT, PAID_ON, corrected, paid, proposed
from tests.funding.worked import BING, JIA, LATER, release_of, released, worked_round
from tests.kept_rows import once

pytestmark = pytest.mark.django_db
BATCH, PAYMENT = "funding_paymentbatch", "funding_payment"


def _release(finance: User, finance2: User) -> AllocationRelease:
    return released(worked_round(), finance, finance2)


@pytest.fixture
def release(finance: User, finance2: User) -> AllocationRelease:
    return once(_release, finance, finance2)


def stored() -> list[Any]:
    return [list(PaymentBatch.objects.order_by("pk").values()), list(Payment.objects.order_by("pk").values())]


def refused(statement: str, **values: Any) -> None:
    before = stored()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    assert stored() == before


CHANGES = (
    f"UPDATE {BATCH} SET reason = 'x' WHERE id = %(batch)s",
    f"UPDATE {BATCH} SET document_number = 'x' WHERE id = %(batch)s",
    f"UPDATE {BATCH} SET paid_on = '2020-10-21' WHERE id = %(batch)s",
    f"UPDATE {BATCH} SET number = 'x' WHERE id = %(batch)s",
    f"UPDATE {BATCH} SET proposed_at = '2020-10-21 00:00:00+00:00' WHERE id = %(batch)s",
    f"UPDATE {BATCH} SET proposed_by_id = %(other)s WHERE id = %(batch)s",
    f"UPDATE {BATCH} SET release_id = %(release)s WHERE id = %(batch)s",
    f"DELETE FROM {BATCH} WHERE id = %(batch)s",
    f"UPDATE {PAYMENT} SET amount_yuan = 1 WHERE batch_id = %(batch)s",
    f"UPDATE {PAYMENT} SET region_id = %(region)s WHERE batch_id = %(batch)s",
    f"DELETE FROM {PAYMENT} WHERE batch_id = %(batch)s",
)


def test_what_was_proposed_or_paid_stays(release: AllocationRelease, finance: User, finance2: User) -> None:
    batches = proposed(release, finance, r330203=9), paid(release, finance, finance2, r330203=9)
    newer = release_of(corrected(release.run, 12_000_000, finance, finance2), finance2)
    region = Region.objects.get(code=BING)
    for batch in batches:
        for change in CHANGES:
            refused(change, batch=batch.pk, other=finance2.pk, release=newer.pk, region=region.pk)
    for status in ("proposed", "declined", "withdrawn"):
        refused(f"UPDATE {BATCH} SET status = '{status}' WHERE id = %(batch)s", batch=batches[1].pk)


def test_nobody_releases_or_declines_what_that_person_proposed(release: AllocationRelease, finance: User) -> None:
    batch = proposed(release, finance, r330203=9)
    for status in ("released", "declined"):
        refused(
            f"UPDATE {BATCH} SET status = '{status}', decided_by_id = %(by)s, decided_at = %(at)s WHERE id = %(batch)s",
            by=finance.pk,
            at=LATER,
            batch=batch.pk,
        )


def test_a_batch_is_never_released_from_the_start(release: AllocationRelease, finance: User, finance2: User) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentBatch.objects.create(
            number="x", release=release, status="released", document_number=DOCUMENT, paid_on=PAID_ON, reason="x",
            proposed_at=LATER, proposed_by=finance, decided_at=LATER, decided_by=finance2,
        )  # fmt: skip
    assert not PaymentBatch.objects.exists()


def test_nothing_joins_a_batch_that_was_decided(release: AllocationRelease, finance: User, finance2: User) -> None:
    batch = paid(release, finance, finance2, r330203=9)
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.create(batch=batch, region=Region.objects.get(code=BING), amount_yuan=1)
    assert batch.payments.count() == 1


@pytest.mark.clause("N27")
def test_more_than_was_allocated_is_never_stored(release: AllocationRelease, finance: User, finance2: User) -> None:
    paid(release, finance, finance2, r330203=9_000_000)
    proposed(release, finance, r330203=200_000)
    batch = proposed(release, finance, r330206=1)
    jia = Region.objects.get(code=JIA)
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.create(batch=batch, region=jia, amount_yuan=50_001)
    assert Payment.objects.create(batch=batch, region=jia, amount_yuan=50_000).pk


def test_the_amount_that_counts_is_that_of_the_run_in_force(
    release: AllocationRelease, finance: User, finance2: User
) -> None:
    newer = release_of(corrected(release.run, 12_000_000, finance, finance2), finance2)
    batch = proposed(newer, finance, r330206=1)
    jia = Region.objects.get(code=JIA)
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.create(batch=batch, region=jia, amount_yuan=7_400_001)
    assert Payment.objects.create(batch=batch, region=jia, amount_yuan=7_400_000).pk


def test_a_payment_is_above_zero_and_a_region_stands_once_in_a_batch(release: AllocationRelease, finance: User) -> None:
    batch = proposed(release, finance, r330203=9)
    for code, amount in ((BING, 0), (JIA, 1)):
        with pytest.raises(DatabaseError), transaction.atomic():
            Payment.objects.create(batch=batch, region=Region.objects.get(code=code), amount_yuan=amount)


def test_a_batch_has_a_document_and_one_of_its_statuses(release: AllocationRelease, finance: User) -> None:
    values = {"release": release, "paid_on": PAID_ON, "reason": "x", "proposed_at": LATER, "proposed_by": finance}
    for more in ({"document_number": ""}, {"document_number": DOCUMENT, "status": "lost"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PaymentBatch.objects.create(number="x", **values, **more)
