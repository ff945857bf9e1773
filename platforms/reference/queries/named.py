"""Which row people mean: a region, town or park by its code or by its name, the same in every sheet that comes in."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Generic, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def plain(text: str) -> str:
    """Return a code or name as it is compared: half-width, without blanks; capitals stay as they are."""
    return "".join(unicodedata.normalize("NFKC", text).split())


#: What may be left off at the end of a name, the longest first.
_ENDINGS = ("街道", "镇", "乡", "区", "市", "县")


class Named(Generic[Row]):
    """Rows by what they are called: the code, the name, and the name with that of the region before it.

    A name without its ending counts where no row is called so: 某某 for 某某镇.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[str, list[Row]] = {}
        self._short: dict[str, list[Row]] = {}
        for row in rows:
            for word in words_of(row):
                self._rows.setdefault(word, []).append(row)
                if len(short := _without_ending(word)) > 1:
                    self._short.setdefault(short, []).append(row)

    def find(self, text: str) -> list[Row]:
        """Return the rows that ``text`` names; one if all is well."""
        word = plain(text)
        return self._rows.get(word) or self._short.get(word, [])

    def proposal(self, text: str) -> str:
        """Return the name that ``text`` may mean although it names nothing, in a half sentence; "" if there is none."""
        names = {str(getattr(row, "name", "")) for rows in self._rows.values() for row in rows}
        near = get_close_matches(plain(text), sorted(names), n=1)
        return f"，是否为“{near[0]}”" if near else ""


def _without_ending(word: str) -> str:
    return next((word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)), "")


def words_of(row: models.Model) -> set[str]:
    """Return what ``row`` is called, in the plain form."""
    code, name = getattr(row, "code", ""), str(getattr(row, "name", ""))
    region = getattr(row, "region", None)
    return {plain(word) for word in (str(code), name, f"{region.name}{name}" if region else "") if word}
