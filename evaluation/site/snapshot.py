"""What one edition of the list holds, read once and kept in memory: who is found by which filter and which word.

Sets of lines are integers with one bit for each line, in the order of the list, so that filters and words are joined by
``&`` and counted at once. A row is rendered by its template when it is shown first.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import Cast

from evaluation.certification.queries import published
from evaluation.certification.queries.in_force import NOT_CERTIFIED
from evaluation.certification.queries.published import (
    CITY_CODE,
    FACETS,
    HOLDING_STATES,
    IN_TOWNS,
    SEARCHED,
    Line,
    Wanted,
)
from evaluation.models import Publication, Result
from evaluation.site.filters import EVERY, LEFT_OUT, Filters, years_without_grade
from evaluation.site.results import row_html, shown
from platforms.choices import ServiceClass
from platforms.models import Region

#: As many words are remembered with what they find.
MOST_WORDS_KEPT = 500


class Snapshot:
    """The lines of all rounds on the day ``on``; it knows what addresses can name (``filters.Vocabulary``)."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.lines: list[Line] = []
        self._rows: list[bytes | None] = []
        self._texts: list[str] = []
        self._facets: dict[tuple[str, str], int] = {}
        self._postings: dict[str, list[int]] = {}
        self._numbers: dict[str, int] = {}
        self._words: OrderedDict[str, int] = OrderedDict()
        self._towns: dict[str, set[str]] = defaultdict(set)
        self._publications: list[Publication] = []
        self._regions: list[tuple[str, str]] = []
        self._region_names: dict[str, str] = {}
        self.everything = 0

    @classmethod
    def read(cls, on: date) -> "Snapshot":
        """Read everything from the database."""
        made = cls(on)
        with transaction.atomic():
            made._publications = published.publications()
            made._regions = published.regions()
            made._region_names = dict(Region.objects.values_list("code", "name"))
            rows = published.results(Wanted(None, on, every=True)).select_related("corrected_by")
            rows = rows.annotate(offered=Cast("services", CharField()))
            rows = rows.defer(None).defer("services", "public_rules", "introduction")
            members: dict[tuple[str, str], list[int]] = defaultdict(list)
            for place, row in enumerate(rows.iterator(chunk_size=1000)):
                made._take(place, row, members)
        made._rows = [None] * len(made.lines)
        made._facets = {key: bits(places) for key, places in members.items()}
        made.everything = (1 << len(made.lines)) - 1
        return made

    def _take(self, place: int, row: Any, members: dict[tuple[str, str], list[int]]) -> None:
        line = published.line(row, self.on)
        self.lines.append(line)
        if line.certificate:
            self._numbers[line.certificate] = place
        text = "\n".join((*(_column(row, name) for name in SEARCHED), "")).lower()
        self._texts.append(text)
        for gram in {text[at : at + 2] for at in range(len(text) - 1)}:
            self._postings.setdefault(gram, []).append(place)
        keys = [("type", line.type_code), ("grade", line.grade), ("region", line.region_code)]
        keys.append(("state", line.state or NOT_CERTIFIED))
        keys += [("service", each) for each in ServiceClass.values if f'"service_class": "{each}"' in row.offered]
        if row.type in IN_TOWNS:
            keys.append(("town", line.site))
            self._towns[line.region_code].add(line.site)
        if getattr(row, "corrected_by", None) is None:
            keys.append(("round", str(line.round)))
        for key in keys:
            members[key].append(place)

    def publications(self) -> list[Publication]:
        return self._publications

    def regions(self) -> list[tuple[str, str]]:
        return self._regions

    def region_name(self, code: str) -> str | None:
        return published.CITY_NAME if code == CITY_CODE else self._region_names.get(code)

    def towns(self, region: str) -> list[str]:
        return sorted(self._towns.get(region, ()))

    def is_town(self, name: str) -> bool:
        return any(name in names for names in self._towns.values())

    def row(self, place: int) -> bytes:
        """Return the row of the line at ``place``, as the template renders it."""
        row = self._rows[place]
        if row is None:
            row = self._rows[place] = row_html(shown(self.lines[place])).encode()
        return row

    def holding(self) -> int:
        return self._facet("state", HOLDING_STATES[0]) | self._facet("state", HOLDING_STATES[1])

    def wanted(self, wanted: Wanted) -> int:
        """Return the lines that ``wanted`` leaves, its search aside."""
        return self._extent(wanted) & self._narrowed(wanted)

    def choice(self, filters: Filters, name: str, value: str) -> int:
        """Return the lines that a press on a choice shows, the search aside; as ``filters.counts_of`` counts them."""
        wanted = filters.wanted
        if name == "round":
            if not value:
                return self.holding() & self._narrowed(wanted, {"state"})
            if value == EVERY:
                return self._narrowed(wanted)
            dropped = {"grade"} if int(value) in years_without_grade(filters) else set()
            return self._facet("round", value) & self._narrowed(wanted, dropped)
        rest = self._narrowed(wanted, LEFT_OUT.get(name, {name}))
        if not value:
            return self._extent(wanted) & rest
        extent = self.everything if name == "state" and not wanted.publication else self._extent(wanted)
        return extent & rest & self._facet(name, value)

    def _facet(self, name: str, value: str) -> int:
        return self._facets.get((name, value), 0)

    def _extent(self, wanted: Wanted) -> int:
        if wanted.publication:
            return self._facet("round", str(wanted.year))
        return self.everything if wanted.every else self.holding()

    def _narrowed(self, wanted: Wanted, left_out: Iterable[str] = ()) -> int:
        found = self.everything
        for name in FACETS:
            if name not in left_out and (value := getattr(wanted, name)):
                found &= self._facet(name, value)
        return found

    def search(self, words: Iterable[str], patterns: tuple[str, ...]) -> int:
        """Return the lines in which every one of ``words`` is found."""
        found = self.everything
        for word in words:
            found &= self._word(word, patterns)
        return found

    def _word(self, word: str, patterns: tuple[str, ...]) -> int:
        if (known := self._words.get(word)) is not None:
            return known
        found = 0
        for spelling in published.spellings(word.lower()):
            found |= self._holding_text(spelling)
        for number in published.numbers_meant(word, patterns):
            if number in self._numbers:
                found |= 1 << self._numbers[number]
        self._words[word] = found
        while len(self._words) > MOST_WORDS_KEPT:
            self._words.popitem(last=False)
        return found

    def _holding_text(self, text: str) -> int:
        if len(text) == 1:
            return bits({place for gram, places in self._postings.items() if gram[0] == text for place in places})
        grams = [self._postings.get(text[at : at + 2], []) for at in range(len(text) - 1)]
        places = min(grams, key=len)
        # Two characters are a posting; of more the rarest two say where to look.
        return bits(places if len(text) == 2 else [place for place in places if text in self._texts[place]])


def bits(places: Iterable[int]) -> int:
    """Return the set of ``places`` as an integer."""
    chosen = list(places)
    if not chosen:
        return 0
    made = bytearray(max(chosen) // 8 + 1)
    for place in chosen:
        made[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(made, "little")


def places_of(lines: int, first: int, most: int) -> list[int]:
    """Return the places in the set ``lines``, in order, from the one at ``first`` on, at most ``most``."""
    digits = bin(lines)[:1:-1]
    found, at = [], -1
    for number in range(first + most):
        at = digits.find("1", at + 1)
        if at < 0:
            break
        if number >= first:
            found.append(at)
    return found


def _column(row: Result, name: str) -> str:
    if name == "region__name":
        return row.region.name if row.region else ""
    return str(getattr(row, name))
