"""The runs that count a published result, for the page of the result."""

from django.urls import reverse

from evaluation.certification.queries.counted_in import CountedIn
from evaluation.models import Result
from funding.models import AllocationItem
from funding.runs.choices import RunStatus
from funding.runs.queries.explained import column_in_words
from funding.runs.queries.frozen import named_money
from platforms.models import User


def runs_that_count(result: Result, user: User) -> list[CountedIn]:
    """Return the runs with ``result`` that were not discarded and that ``user`` may see, the latest first."""
    items = AllocationItem.objects.visible_to(user).filter(result=result).exclude(run__status=RunStatus.DISCARDED)
    rows = items.select_related("run__round", "row").order_by("-run__made_at")
    return [CountedIn(item.run.number, _words(item), _url(item)) for item in rows]


def _words(item: AllocationItem) -> str:
    column = column_in_words(item, named_money(item.run).labels)
    return f"{column}，{item.run.get_status_display()}"


def _url(item: AllocationItem) -> str:
    if item.row.code:
        return reverse("admin:funding_allocationrun_region", args=(item.run_id, item.row.code))
    return reverse("admin:funding_allocationrun_change", args=(item.run_id,))
