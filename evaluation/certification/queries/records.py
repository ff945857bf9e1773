"""What every platform that was ever certified has on record: its certificates and its evaluations."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from evaluation.certification.queries.in_force import WITH_END, end_of, in_force
from evaluation.models import Certification, Result


@dataclass
class Record:
    """One platform: its latest result, the days of its certificates, and the results that count, the latest first.

    ``days`` are first and last day of each certificate, as they came to be; what ended before it began has a last day
    before its first. ``held`` is the certificate in force on the day that was asked for.
    """

    latest: Result
    days: list[tuple[date, date]] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    held: Certification | None = None


def records(*, on: date) -> Mapping[int, Record]:
    """Return by key of the platform what is on record of those that were ever certified, as of the day ``on``.

    A result that was corrected is left out; three questions, however many there are.
    """
    counting = Result.objects.filter(
        corrected_by__isnull=True,
        platform__in=Certification.objects.values("result__platform"),
    )
    found: dict[int, Record] = {}
    for row in counting.select_related("publication__round", "region").order_by("code", "-publication__round__year"):
        found.setdefault(row.platform_id, Record(row)).results.append(row)
    days: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
    for each in Certification.objects.select_related("result", *WITH_END).order_by("valid_from"):
        end = end_of(each)
        last = min(each.valid_until, end.ended_on - timedelta(days=1)) if end else each.valid_until
        days[each.result.platform_id].append((each.valid_from, last))
    for each in in_force(on).select_related("result"):
        if each.result.platform_id in found:
            found[each.result.platform_id].held = each
    for platform, record in found.items():
        record.days = days[platform]
    return found
