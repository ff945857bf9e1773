"""How platforms would be spread over those who judge, before anything is assigned."""

from collections.abc import Collection

from evaluation.marking.choices import SheetKind, SheetStatus
from evaluation.marking.queries.judges import ASSESSORS, bars, load_of
from evaluation.marking.spreading import Place, Spread, spread
from evaluation.models import Assessment, Sheet
from platforms.models import User


def plan_of(
    rows: Collection[Assessment], people: Collection[User], *, replace: bool
) -> tuple[tuple[Spread, ...], dict[int, dict[int, str]]]:
    """Return who would judge ``rows`` if they were spread over ``people``, and why somebody stays out of which.

    With ``replace`` only who has handed in already stays.
    """
    barred = bars(rows, people)
    there = judges_there(rows, handed_in=replace)
    thirds = Sheet.objects.filter(assessment__in=rows, kind=SheetKind.THIRD, judge__isnull=False)
    for key, judge in thirds.values_list("assessment", "judge"):
        barred[key].setdefault(judge, "已指定为该平台的第三人。")
    places = [Place(row.pk, tuple(there.get(row.pk, ())), barred[row.pk]) for row in rows]
    evaluations = {row.evaluation_id: row.evaluation for row in rows}
    load: dict[int, int] = {}
    for evaluation in evaluations.values():
        for judge, count in load_of(evaluation, but=[row.pk for row in rows]).items():
            load[judge] = load.get(judge, 0) + count
    return spread(places, [person.pk for person in people], load=load, each=ASSESSORS), barred


def judges_there(rows: Collection[Assessment], *, handed_in: bool = False) -> dict[int, list[int]]:
    """Return who judges each of ``rows`` as an assessor now; with ``handed_in`` only who has handed in."""
    sheets = Sheet.objects.filter(assessment__in=rows, kind=SheetKind.ASSESSOR).order_by("pk")
    found: dict[int, list[int]] = {}
    for key, judge in (sheets.filter(status=SheetStatus.HANDED_IN) if handed_in else sheets).values_list(
        "assessment", "judge"
    ):
        found.setdefault(key, []).append(judge)
    return found
