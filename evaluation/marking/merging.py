"""Two assessors' findings laid together: where they differ too much for anybody but a third, and what they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from evaluation.schemes.choices import Method
from evaluation.schemes.grading import Entry, IndicatorValue, SchemeValue, hundredths, plain, points_of


@dataclass(frozen=True)
class Difference:
    """One indicator on which two findings differ by more than the scheme lets stand, and the sentence that says so."""

    code: str
    sentence: str


def differences(
    scheme: SchemeValue, first: Mapping[str, Entry], second: Mapping[str, Entry], *, share: Fraction
) -> tuple[Difference, ...]:
    """Return where ``first`` and ``second`` differ by more than ``share`` percent of an indicator's full marks.

    A basic condition that one finds met and the other does not always counts. Indicators that one of them left open
    are not compared.
    """
    found: list[Difference] = []
    for indicator in scheme.indicators:
        one, other = first.get(indicator.code, Entry()), second.get(indicator.code, Entry())
        if indicator.method == Method.GATE:
            if None not in (one.passed, other.passed) and one.passed != other.passed:
                found.append(Difference(indicator.code, f"“{indicator.title}”：一人判定具备，一人判定不具备。"))
            continue
        points, others = points_of(indicator, one), points_of(indicator, other)
        if points is None or others is None:
            continue
        apart = abs(points - others)
        if apart > indicator.full_marks * share / 100:
            low, high = sorted((points, others))
            found.append(
                Difference(
                    indicator.code,
                    f"“{indicator.title}”：一人 {plain(low)} 分，一人 {plain(high)} 分，相差 {plain(apart)} 分，"
                    f"超过满分 {plain(indicator.full_marks)} 分的 {plain(share)}%。",
                )
            )
    return tuple(found)


def merged(
    scheme: SchemeValue, first: Mapping[str, Entry], second: Mapping[str, Entry], third: Mapping[str, Entry]
) -> dict[str, Entry]:
    """Return the findings that count: the third's where there is one, else what both say, or the mean of the two.

    Means are rounded half up to hundredths. What one of the two left open stays open, and so does a basic condition on
    which they differ while no third decides.
    """
    return {
        each.code: third[each.code]
        if each.code in third
        else _together(each, first.get(each.code, Entry()), second.get(each.code, Entry()))
        for each in scheme.indicators
    }


def _together(indicator: IndicatorValue, one: Entry, other: Entry) -> Entry:
    if indicator.method == Method.GATE:
        return Entry(passed=one.passed if one.passed == other.passed else None)
    return Entry(verified=_mean(one.verified, other.verified), points=_mean(one.points, other.points))


def _mean(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else hundredths((one + other) / 2)
