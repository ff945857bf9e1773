"""A released allocation of the worked example, and batches of payments for it."""

from datetime import date
from typing import Any

from funding.models import AllocationRelease, AllocationRun, PaymentBatch
from funding.payments.services.batches import propose, release_batch
from funding.readings import Reading
from funding.runs.services.runs import check, lock, make_run, sign
from platforms.models import Region, User
from tests.funding.worked import AT, LATER, drafter

DOCUMENT, PAID_ON = "甬财〔2020〕90号", date(2020, 10, 20)


def corrected(old: AllocationRun, pool: int, first: User, second: User, **reading: str) -> AllocationRun:
    """A locked run that corrects ``old``."""
    by = drafter()
    run = make_run(round=old.round, pool_yuan=pool, reading=Reading.of(**reading), by=by, at=AT, replaces=old)
    return lock(run=sign(run=check(run=run, by=by, at=AT), by=first, at=AT), by=second, at=LATER)


def lines(**amounts: int) -> dict[Region, int]:
    """Whole yuan by region, ``r330203=1`` for the region of that code."""
    return {Region.objects.get(code=code.removeprefix("r")): amount for code, amount in amounts.items()}


def proposed(release: AllocationRelease, by: User, *, given: Any = None, **amounts: int) -> PaymentBatch:
    """A batch that waits for its release."""
    return propose(
        release=release, lines=lines(**amounts) if given is None else given, document_number=DOCUMENT, paid_on=PAID_ON,
        reason="首批拨付", by=by, at=LATER,
    )  # fmt: skip


def paid(release: AllocationRelease, by: User, other: User, **amounts: int) -> PaymentBatch:
    """A batch that ``by`` proposed and ``other`` released."""
    return release_batch(batch=proposed(release, by, **amounts), by=other, at=LATER)
