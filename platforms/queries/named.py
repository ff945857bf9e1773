"""Which row people mean: a region, town or park by its code or by its name, the same in every sheet that comes in."""

import unicodedata
from collections.abc import Iterable
from typing import Generic, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def plain(text: str) -> str:
    """Return a code or name as it is compared: half-width, without blanks; capitals stay as they are."""
    return "".join(unicodedata.normalize("NFKC", text).split())


class Named(Generic[Row]):
    """Rows by what they are called: the code, the name, and the name with that of the region before it."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[str, list[Row]] = {}
        for row in rows:
            for word in words_of(row):
                self._rows.setdefault(word, []).append(row)

    def find(self, text: str) -> list[Row]:
        """Return the rows that ``text`` names; one if all is well."""
        return self._rows.get(plain(text), [])


def words_of(row: models.Model) -> set[str]:
    """Return what ``row`` is called, in the plain form."""
    code, name = getattr(row, "code", ""), str(getattr(row, "name", ""))
    region = getattr(row, "region", None)
    return {plain(word) for word in (str(code), name, f"{region.name}{name}" if region else "") if word}
