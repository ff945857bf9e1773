"""Which indicators have something beside them that proves what was found, of many platforms at once."""

from collections.abc import Callable, Collection, Mapping

from evaluation.marking.choices import SheetKind
from evaluation.models import Proof, Sheet

#: What else proves: functions from keys of assessments to the keys of their indicators; other rooms add theirs.
SOURCES: list[Callable[[Collection[int]], Mapping[int, Collection[int]]]] = []


def proven(assessments: Collection[int], sheets: Mapping[int, Sheet | None]) -> dict[int, set[int]]:
    """Return by assessment the keys of the indicators that something is beside.

    ``sheets`` names, by assessment, the sheet that is looked at: what the county and whoever fills it added counts,
    nothing of another judge. Without one all of it counts.
    """
    found: dict[int, set[int]] = {pk: set() for pk in assessments}
    rows = Proof.objects.filter(score__assessment__in=found).values_list(
        "score__assessment", "score__indicator", "sheet", "sheet__kind"
    )
    for assessment, indicator, sheet, kind in rows:
        own = sheets.get(assessment)
        if own is None or sheet == own.pk or kind == SheetKind.COUNTY:
            found[assessment].add(indicator)
    for source in SOURCES:
        for assessment, indicators in source(found).items():
            found[assessment] |= set(indicators)
    return found


def proven_on(assessment: int, sheet: Sheet | None) -> set[int]:
    """Return the same of one platform."""
    return proven([assessment], {assessment: sheet})[assessment]
