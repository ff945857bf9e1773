"""What the one transaction of a publication costs: ``python -m tests.bench.publication [--postgres] [--quick]``.

The approval of a plan of 100 and of 10,000 platforms (100 and 300 with ``--quick``), everything prepared before, taken
back after each run. The floor writes the very rows that the approval left, bare: one ``bulk_create`` of each table and
one ``UPDATE``, without a question, a digest or a check. Printing is not measured here (``tests.bench.documents``).
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from tests.bench.allocation import medians
from tests.bench.stand import Line, arguments, own_database, queries_of, show

SIZES, QUICK_SIZES = {100: 5, 10_000: 3}, {100: 3, 300: 3}
YEAR = 2020


def undone(act: Callable[[], Any]) -> None:
    """Do ``act`` and take it back."""
    from django.db import transaction

    with transaction.atomic():
        act()
        transaction.set_rollback(True)


def measure(platforms: int, year: int, runs: int) -> Line:
    """Measure the approval of a plan of ``platforms``."""
    from django.db import transaction
    from django.db.models import Max

    from evaluation.certification.services import plans, preparing
    from evaluation.models import (
        Assessment,
        Certification,
        Document,
        FrozenEvidence,
        Publication,
        PublicationPlan,
        Result,
    )
    from platforms.models import AuditEvent, Mail, Standing
    from tests.evaluation import stage

    for name in ("certificate_pdf", "report_pdf", "letter_pdf"):
        setattr(preparing, name, lambda facts: repr(facts).encode())
    by, at = stage.approver(), stage.moment(year)
    share = platforms // 4
    round_ = stage.graded_round({"330212": dict.fromkeys("ABCD", share)}, year=year)
    plan = stage.prepared_plan(
        round=round_, decided_on=date(year, 9, 28), reason=stage.REASON, by=stage.city_officer(), at=at
    )

    def approve() -> None:
        plans.approve(plan=PublicationPlan.objects.get(pk=plan.pk), by=by, at=at)

    models = (Publication, Result, FrozenEvidence, Certification, Document, Standing, Mail, AuditEvent)
    last = {model: model.objects.aggregate(last=Max("pk"))["last"] or 0 for model in models}
    with transaction.atomic():
        approve()
        left = [(model, list(model.objects.filter(pk__gt=last[model]).order_by("pk"))) for model in models]
        transaction.set_rollback(True)

    def bare() -> None:
        for model, rows in left:
            model.objects.bulk_create(rows, batch_size=500)
        Assessment.objects.filter(evaluation__round=round_).update(status="published")

    floor, ours = medians([partial(undone, bare), partial(undone, approve)], runs)
    note = f"{queries_of(partial(undone, approve))} questions"
    return Line(f"{platforms:,} platforms approved", "the same rows, bare", floor, ours, note)


def main() -> None:
    given = arguments(__doc__)
    with own_database(postgres=given.postgres):
        sizes = QUICK_SIZES if given.quick else SIZES
        show("Publication", [measure(*each) for each in _rounds(sizes)])


def _rounds(sizes: dict[int, int]) -> list[tuple[int, int, int]]:
    return [(platforms, YEAR + place, runs) for place, (platforms, runs) in enumerate(sizes.items())]


if __name__ == "__main__":
    main()
