"""The runs that count a published result, for the page of the result."""

from django.urls import reverse

from evaluation.certification.queries.counted_in import CountedIn
from evaluation.models import Result
from funding.models import AllocationItem
from funding.runs.choices import RunStatus
from funding.runs.queries.frozen import named_money
from platforms.models import User


def runs_that_count(result: Result, user: User) -> list[CountedIn]:
    """Return the runs with ``result`` that were not discarded and that ``user`` may see, the latest first."""
    items = AllocationItem.objects.visible_to(user).filter(result=result).exclude(run__status=RunStatus.DISCARDED)
    return [
        CountedIn(item.run.number, f"{_counted_as(item)}，{item.run.get_status_display()}", _url(item))
        for item in items.select_related("run__round", "row").order_by("-run__made_at")
    ]


def _counted_as(item: AllocationItem) -> str:
    label = named_money(item.run).labels.get(item.counts_as, "")
    return f"计入{label}" if label else str(item.get_column_display())


def _url(item: AllocationItem) -> str:
    if item.row.code:
        return reverse("admin:funding_allocationrun_region", args=(item.run_id, item.row.code))
    return reverse("admin:funding_allocationrun_change", args=(item.run_id,))
