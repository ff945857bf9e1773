"""What the grid of marking costs: ``python -m tests.bench.grid [--postgres] [--quick]``.

A round with 100 and with 1,000 platforms (20 and 40 with ``--quick``) under the default scheme. The floor is reading
every score of the round as plain values: what any page of them has to ask for. Saving is measured with 100 cells of
one request, against writing 100 scores in one statement.
"""

import json
from functools import partial
from typing import Any

from tests.bench.allocation import medians
from tests.bench.stand import HOST, Line, arguments, own_database, queries_of, show

SIZES, QUICK_SIZES = (100, 1_000), (20, 40)
CELLS = 100


def measure(platforms: int, year: int, runs: int) -> list[Line]:
    """Measure the page of a round of ``platforms`` platforms, and saving cells of it, each with its floor."""
    from django.test import Client
    from django.urls import reverse

    from evaluation.models import Score
    from platforms.models import User
    from tests import factories
    from tests.evaluation import stage

    round_ = stage.filed_round(
        {"330212": {"A": platforms // 2}, "330282": {"A": platforms - platforms // 2}}, year=year
    )
    evaluation = stage.started(round_)
    client = Client(HTTP_HOST=HOST)
    city = User.objects.filter(username="grid").first() or factories.person("grid", "city")
    client.force_login(city, backend="ningbo_windows.backends.RoleBackend")
    address = f"{reverse('admin:evaluation_assessment_grid')}?round={round_.pk}"
    scores = Score.objects.filter(assessment__evaluation=evaluation)

    def floor() -> None:
        list(scores.values_list("assessment", "indicator", "passed", "verified", "points", "evidence"))

    def page() -> None:
        assert client.get(address).status_code == 200

    rows = list(evaluation.assessments.values_list("pk", flat=True)[:CELLS])
    values = iter(range(10_000))

    def save() -> None:
        value = str(next(values) % 8)
        cells = [{"row": pk, "col": "verified-staff", "value": value, "seen": seen.get(pk, "")} for pk in rows]
        answer = client.post(
            reverse("admin:evaluation_assessment_grid_cells"), json.dumps({"cells": cells}), "application/json"
        )
        told: dict[str, Any] = answer.json()
        assert len(told["saved"]) == len(rows), told
        seen.update(dict.fromkeys(rows, value))

    seen: dict[int, str] = {}
    some = list(scores.filter(assessment__in=rows, indicator__code="staff"))
    write = partial(Score.objects.bulk_update, some, ["evidence"])
    read, shown = medians([floor, page], runs)
    written, saved = medians([write, save], runs)
    return [
        Line(f"{platforms:,} platforms, the page", "reading the scores", read, shown, f"{queries_of(page)} questions"),
        Line(f"{platforms:,} platforms, {len(rows)} cells saved", "one update", written, saved),
    ]


def main() -> None:
    given = arguments(__doc__)
    sizes = QUICK_SIZES if given.quick else SIZES
    with own_database(postgres=given.postgres):
        lines = [line for at, size in enumerate(sizes) for line in measure(size, 2020 + at, 3 if given.quick else 7)]
        show("The grid of marking", lines)


if __name__ == "__main__":
    main()
