"""Whether somebody works for a unit that has a hand in a platform (回避): by credit code, else by name."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_BRACKETS = str.maketrans("（）【】[]〔〕", "()()()()")


@dataclass(frozen=True)
class Unit:
    """A unit that has a hand in a platform: as what, its name and, where it is known, its credit code."""

    part: str
    name: str
    code: str = ""


def same_name(one: str, other: str) -> bool:
    """Say whether two names of units are the same but for blanks, width, case and the kind of brackets."""
    return bool(one.strip()) and _plain(one) == _plain(other)


def conflict(employer: str, employer_code: str, units: Iterable[Unit]) -> str:
    """Return the sentence that says which of ``units`` a person works for; nothing where it is none of them.

    Two credit codes decide, whatever the names; where one of them is not known, the names do.
    """
    for unit in units:
        codes = bool(employer_code and unit.code)
        if (employer_code == unit.code) if codes else same_name(employer, unit.name):
            return f"工作单位“{employer}”是该平台的{unit.part}。"
    return ""


def _plain(name: str) -> str:
    kept = unicodedata.normalize("NFKC", name).translate(_BRACKETS).casefold()
    return "".join(kept.split())
