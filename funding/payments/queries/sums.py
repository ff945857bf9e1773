"""What was paid of what was allocated, by region of a round."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from funding.models import AllocationRelease, AllocationRow, AllocationRun, Payment
from funding.payments.balance import Balance
from funding.payments.choices import BatchStatus
from funding.runs.queries.obstacles import in_force
from platforms.models import Region, Round

#: Statuses in which a payment counts against the amount of its region.
COUNTED = (BatchStatus.PROPOSED, BatchStatus.RELEASED)


@dataclass(frozen=True)
class RegionMoney:
    """One region of a round: its sums and the payments that make them up, the first one first.

    ``in_run`` says whether the run divides the money over it, or it only was paid by an earlier one.
    """

    region: Region
    balance: Balance
    payments: Sequence[Payment]
    in_run: bool = True


def released_rounds() -> QuerySet[Round]:
    """Return the rounds whose amounts are known, the latest first."""
    rows: QuerySet[Round] = Round.objects.filter(allocation_runs__release__isnull=False).distinct()
    return rows.order_by("-year")


def release_in_force(round: Round) -> AllocationRelease | None:
    """Return the release of the run in force of ``round``; None while that run is not released, or there is none."""
    run = in_force(round)
    if run is None:
        return None
    return AllocationRelease.objects.filter(run=run).select_related("run__round").first()


def payments_of(round: Round) -> QuerySet[Payment]:
    """Return the payments of ``round`` that count, the first one first."""
    rows: QuerySet[Payment] = Payment.objects.filter(batch__release__run__round=round, batch__status__in=COUNTED)
    return rows.select_related("batch", "region").order_by("batch__paid_on", "pk")


def money_of_regions(run: AllocationRun) -> list[RegionMoney]:
    """Return all regions of ``run`` by code, and after them those that are none of it any more but were paid."""
    found: dict[int, list[Payment]] = defaultdict(list)
    for payment in payments_of(run.round):
        found[payment.region_id].append(payment)
    lines = []
    rows = AllocationRow.objects.filter(run=run, region__isnull=False).select_related("region")
    for row in rows.order_by("code"):
        assert row.region is not None
        own = found.pop(row.region.pk, [])
        balance = Balance(row.label, row.amount_yuan, *_sums(own), excluded=row.excluded)
        lines.append(RegionMoney(row.region, balance, own))
    left = (
        RegionMoney(own[0].region, Balance(own[0].region.name, 0, *_sums(own)), own, in_run=False)
        for own in found.values()
    )
    return [*lines, *left]


def _sums(payments: Sequence[Payment]) -> tuple[int, int]:
    """Return what is paid and what is proposed."""
    paid = sum(each.amount_yuan for each in payments if each.batch.status == BatchStatus.RELEASED)
    return paid, sum(each.amount_yuan for each in payments) - paid
