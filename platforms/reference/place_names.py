"""Names of places: one spelling each, and when two of them mean the same place."""

import unicodedata
from collections.abc import Iterable

from platforms.identity import ours

_BEFORE = ours().spellings
_AFTER = ("管理委员会", "管委会")
#: What people leave out or put in without meaning another place.
_GRADES = ("国家级", "省级", "市级", "国家", "省")
#: Brackets of Chinese text are full-width; NFKC makes them half-width.
_BRACKETS = str.maketrans("()", "（）")


def spelled(name: str) -> str:
    """Return ``name`` as it is kept: half-width letters and digits, full-width brackets, no blank or hidden sign."""
    before = None
    # What a blank kept apart may melt into one character: again until nothing changes.
    while name != before:
        before = name
        wide = unicodedata.normalize("NFKC", name).translate(_BRACKETS)
        name = "".join(each for each in wide if not each.isspace() and unicodedata.category(each) != "Cf")
    return name


def core(name: str, region: str = "") -> str:
    """Return what is left of ``name`` without the province, the city and ``region`` before it and 管委会 after it.

    Names with one core are taken for one place; what is nothing but such words keeps its whole spelling.
    """
    left = whole = spelled(name)
    before = (*_BEFORE, *(word for word in (region, region.removesuffix(region[-1:])) if len(word) > 1), *_GRADES)
    before_that = None
    while left != before_that:
        before_that = left
        for word in before:
            left = left.removeprefix(word)
        for word in _AFTER:
            left = left.removesuffix(word)
    return left or whole


def same_place(name: str, others: Iterable[str], region: str = "") -> str:
    """Return the first of ``others`` that means the same place as ``name``, or nothing."""
    wanted = core(name, region)
    return next((other for other in others if core(other, region) == wanted), "")
