"""How far the points of a platform lie from the cut-offs beside them."""

from fractions import Fraction

from evaluation.schemes.grading import SchemeValue, plain


def distance(scheme: SchemeValue, points: Fraction) -> str:
    """Return in words how far ``points`` lie above the cut-off that they reach and below the next better one."""
    labels = dict(scheme.grades)
    reached = [each for each in _rising(scheme) if each[1] <= points]
    ahead = [each for each in _rising(scheme) if each[1] > points]
    told = [f"距{labels[code]}起点还差 {plain(least - points)} 分" for code, least in ahead[:1]]
    told += [f"高于{labels[code]}起点 {plain(points - least)} 分" for code, least in reached[-1:]]
    return "，".join(told)


def short_of(scheme: SchemeValue, points: Fraction) -> Fraction | None:
    """Return how many points are missing to the next better grade; None where there is none."""
    return next((least - points for _, least in _rising(scheme) if least > points), None)


def _rising(scheme: SchemeValue) -> list[tuple[str, Fraction]]:
    return sorted(scheme.cutoffs, key=lambda each: each[1])
