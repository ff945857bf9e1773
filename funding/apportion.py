"""Cutting exact shares down to whole units so that nothing is lost and nothing is made up."""

from collections.abc import Sequence


def apportion(weights: Sequence[int], divisor: int, pool: int, order: Sequence[str]) -> list[int]:
    """Whole units for the exact shares ``pool * weights[i] / divisor``, in the same order (N27).

    Each share is cut down to a whole unit; what is still owed, the sum of the shares cut down to a whole unit less
    what was given, goes one unit each to the largest cut-off parts, ties to the smaller ``order[i]`` in code point
    order. Neither ``pool`` nor a weight may be negative, and the divisor is positive. No position in the input
    matters, each number is less than one unit from its share, and they add up to ``pool * sum(weights) // divisor``.
    """
    shares = [pool * weight for weight in weights]
    units = [share // divisor for share in shares]
    owed = sum(shares) // divisor - sum(units)
    if not owed:
        return units
    rests = [share % divisor for share in shares]
    # There are more rests above zero than units owed, so the last rest that is served is never zero.
    last = sorted(rests)[-owed]
    tied = []
    for i, rest in enumerate(rests):
        if rest > last:
            units[i] += 1
            owed -= 1
        elif rest == last:
            tied.append(i)
    if len(tied) > owed:
        tied.sort(key=order.__getitem__)
    for i in tied[:owed]:
        units[i] += 1
    return units
