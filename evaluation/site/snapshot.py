"""What one edition of the list holds, read once and kept in memory: who is found by which filter and which word.

Sets of lines are integers with one bit for each line, in the order of the list, so that filters and words are joined by
``&`` and counted at once. Rows are rendered by their template once for each kind of row, with marks that are filled.
"""

import re
import secrets
from array import array
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from html import escape
from itertools import compress, repeat
from operator import add, contains
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS

from evaluation.certification import one_typo
from evaluation.certification.queries import published
from evaluation.certification.queries.in_force import NOT_CERTIFIED
from evaluation.certification.queries.published import (
    CITY_CODE,
    FACETS,
    HOLDING_STATES,
    IN_TOWNS,
    MISTYPED,
    MOST_NEAR,
    SEARCHED,
    Cell,
    Line,
    Wanted,
)
from evaluation.models import Publication, Result
from evaluation.site.filters import EVERY, LEFT_OUT, Filters, years_without_grade
from evaluation.site.results import row_html, shown, state_words
from platforms.choices import ServiceClass
from platforms.models import Region

#: As many words are remembered with what they find.
MOST_WORDS_KEPT = 500
#: Two characters that fewer than one in so many lines have keep their places, others a set of lines: which is smaller.
_RARE = 64
#: What is searched, in texts of their own: what a typo may be in, that with letters of ours alone, and the rest.
_TEXTS = (
    tuple(name for name in MISTYPED if name != "pinyin"),
    ("pinyin",),
    tuple(name for name in SEARCHED if name not in MISTYPED),
)
_TYPED = 2
#: More than one in so many lines are many; what many lines share is learned from as many of them.
_MANY = 32
_LOOKED_AT = 500
#: What the services of a line, read as text, hold where they are of a class.
_OFFERED = {f'"service_class": "{each}"': each for each in ServiceClass.values}
#: What Django leaves as it is in the path of an address.
_IN_PATHS = RFC3986_SUBDELIMS + "/~:@"
_DIGITS = bytes.maketrans(b"01", b"\0\1")
#: In every mark: no page of ours holds it by itself.
_SECRET = secrets.token_hex(8)
MARK = re.compile(rf"(q=)?z{_SECRET}z([a-y0-9]+)z".encode())


def mark(slot: str) -> str:
    """Return what stands for ``slot`` until it is filled: neither templates nor addresses change it."""
    return f"z{_SECRET}z{slot}z"


class Snapshot:
    """The lines of all rounds on the day ``on``; it knows what addresses can name (``filters.Vocabulary``)."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.lines: list[Line] = []
        self._rows: list[bytes] = []
        self._texts: tuple[list[str], ...] = tuple([] for _ in _TEXTS)
        self._facets: dict[tuple[str, str], int] = {}
        self._postings: dict[str, int | array[int]] = {}
        self._beginning: dict[str, list[str]] = defaultdict(list)
        self._ending: dict[str, list[str]] = defaultdict(list)
        self._shared: tuple[list[tuple[str, int]], ...] = ()
        self._numbers: dict[str, int] = {}
        self._words: OrderedDict[str, int] = OrderedDict()
        self._towns: dict[str, set[str]] = defaultdict(set)
        self._cells: list[tuple[Cell, int]] = []
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
            regions: dict[int | None, Region] = {each.pk: each for each in Region.objects.all()}
            made._region_names = {each.code: each.name for each in regions.values()}
            rounds = {each.pk: each for each in made._publications}
            rows = published.results(Wanted(None, on, every=True)).select_related(None)
            rows = rows.select_related("certification__end__successor", "amendment", "corrected_by")
            rows = rows.annotate(offered=Cast("services", CharField()))
            rows = rows.defer(None).defer("services", "public_rules", "introduction")
            members: dict[tuple[str, str], array[int]] = defaultdict(lambda: array("I"))
            grams: dict[str, array[int]] = defaultdict(lambda: array("I"))
            cells: dict[Cell, array[int]] = defaultdict(lambda: array("I"))
            for place, row in enumerate(rows.iterator(chunk_size=1000)):
                # Joined to each row these would be made anew for each.
                row.publication, row.region = rounds[row.publication_id], regions.get(row.region_id)
                cells[made._take(place, row, members, grams)].append(place)
        count = len(made.lines)
        made._facets = {key: bits(places) for key, places in members.items()}
        for gram, places in grams.items():
            made._postings[gram] = places if len(places) * _RARE < count else bits(places)
            made._beginning[gram[0]].append(gram)
            made._ending[gram[1]].append(gram)
        made._shared = tuple(map(shared_pieces, made._texts))
        made.everything = (1 << count) - 1
        in_order = sorted(cells, key=lambda cell: (cell.region, cell.type, cell.grade, cell.round, cell.state))
        made._cells = [(cell, bits(cells[cell])) for cell in in_order]
        made._rows = Rows().of(made.lines)
        return made

    def _take(
        self, place: int, row: Any, members: dict[tuple[str, str], "array[int]"], grams: dict[str, "array[int]"]
    ) -> Cell:
        """Take in ``row``; returns what its line shares with others, none of them counted."""
        line = published.line(row, self.on)
        services = frozenset(name for key, name in _OFFERED.items() if key in row.offered)
        current = getattr(row, "corrected_by", None) is None
        self.lines.append(line)
        if line.certificate:
            self._numbers[line.certificate] = place
        found: set[str] = set()
        for texts, names in zip(self._texts, _TEXTS, strict=True):
            # Between breaks each character begins two, and ends two.
            text = "\n".join(("", *(_column(row, name) for name in names), "")).lower()
            texts.append(text)
            found.update(map(add, text, text[1:]))
        for gram in found:
            grams[gram].append(place)
        keys = [("type", line.type_code), ("grade", line.grade), ("region", line.region_code)]
        keys.append(("state", line.state or NOT_CERTIFIED))
        keys += [("service", each) for each in services]
        if row.type in IN_TOWNS:
            keys.append(("town", line.site))
            self._towns[line.region_code].add(line.site)
        if current:
            keys.append(("round", str(line.round)))
        for key in keys:
            members[key].append(place)
        return Cell(
            region=line.region_code,
            region_name=line.region,
            type=line.type_code,
            grade=line.grade,
            count=0,
            round=line.round,
            state=line.state or NOT_CERTIFIED,
            services=services,
            current=current,
        )

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
        return self._rows[place]

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

    def cells(self, wanted: Wanted) -> list[Cell]:
        """Return what ``published.cells`` returns; ``wanted`` is no search with a typo."""
        found = self.search(wanted.words, wanted.patterns)
        made = []
        for cell, lines in self._cells:
            left = lines & found
            if left and cell.type in IN_TOWNS:
                names = {wanted.town} | (self._towns.get(cell.region, set()) if cell.region == wanted.region else set())
                for name in sorted(filter(None, names)):
                    there = left & self._facet("town", name)
                    if there:
                        made.append(replace(cell, town=name, count=there.bit_count()))
                        left &= ~there
            if left:
                made.append(replace(cell, count=left.bit_count()))
        return made

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

    def near(self, words: Iterable[str], patterns: tuple[str, ...]) -> int:
        """Return the lines that ``words`` mean if each has a typo at most, as ``published.near`` finds them."""
        words = list(words)
        doubtful = [word for word in words if one_typo.may_have_one(word)]
        if not doubtful:
            return 0
        found = self.search([word for word in words if word not in doubtful], patterns)
        for word in doubtful[:-1]:
            found = self._nearly(word.lower(), found)
        found = self._nearly(doubtful[-1].lower(), found, MOST_NEAR)
        return found if found.bit_count() <= MOST_NEAR else 0

    def _nearly(self, word: str, among: int, enough: int | None = None) -> int:
        """Return the lines of ``among`` in which ``word`` is meant; some of them if they are more than ``enough``."""
        heads, tails = [among], [self.everything]
        for at in range(1, len(word) + 1):
            heads.append(heads[-1] & self._pair(word[max(at - 2, 0) : at]))
            start = len(word) - at
            tails.append(tails[-1] & self._pair(word[start : start + 2]))
        found = 0
        for head, middle, tail in one_typo.forms(word):
            lines = heads[len(head)] & tails[len(tail)]
            if not lines:
                continue
            for piece in self._between(head[-1:], tail[:1]) if middle is None else (middle,):
                there = self._paired(head[-1:] + piece + tail[:1], lines & ~found)
                if there:
                    found |= self._among(there, head + piece + tail, _TYPED)
                    if enough is not None and found.bit_count() > enough:
                        return found
        return found

    def _between(self, before: str, behind: str) -> Iterable[str]:
        """Return the characters that stand in a line after ``before``, and those before ``behind``; not a break."""
        after = {gram[1] for gram in self._beginning.get(before, ())}
        if behind:
            others = {gram[0] for gram in self._ending.get(behind, ())}
            after = after & others if before else others
        return after - {"\n"}

    def _pair(self, text: str) -> int:
        """Return the lines that have ``text``, which is of one or two characters."""
        found = 0
        for gram in self._beginning.get(text, ()) if len(text) == 1 else (text,):
            places = self._postings.get(gram, 0)
            found |= places if isinstance(places, int) else bits(places)
        return found

    def _paired(self, text: str, among: int) -> int:
        """Return the lines of ``among`` that have all that stands side by side in ``text`` so, be it in many places."""
        for at in range(len(text) - 1):
            if not among:
                break
            among &= self._pair(text[at : at + 2])
        return among

    def _holding_text(self, text: str) -> int:
        found = self._paired(text, self.everything) if len(text) > 1 else self._pair(text)
        # Two characters are known; of more it is known only that each two of them are somewhere.
        return self._among(found, text, len(_TEXTS)) if len(text) > 2 else found

    def _among(self, lines: int, text: str, most: int) -> int:
        """Return those of ``lines`` that hold ``text`` in one of their first ``most`` texts."""
        found = 0
        for shared in self._shared[:most]:
            for piece, there in shared:
                if text in piece:
                    found |= lines & there
        for texts in self._texts[:most]:
            if left := lines & ~found:
                found |= holding(left, texts, text)
        return found


def holding(lines: int, texts: list[str], text: str) -> int:
    """Return those of ``lines`` whose text of ``texts`` holds ``text``."""
    count = lines.bit_count()
    places: Iterable[int]
    if count * _MANY < len(texts):
        places = places_of(lines, 0, count)
        hits = [text in texts[place] for place in places]
    else:
        # Many are told from the others quicker all at once.
        chosen = bin(lines)[:1:-1].encode().translate(_DIGITS)
        places = compress(range(len(texts)), chosen)
        hits = list(map(contains, compress(texts, chosen), repeat(text)))
    return lines if all(hits) else bits(compress(places, hits))


def shared_pieces(texts: list[str]) -> list[tuple[str, int]]:
    """Return how many of the words in ``texts`` begin or end, each piece with the lines whose text holds it.

    What stands in such a piece need not be looked for in each of these lines.
    """
    some = texts[:: len(texts) // _LOOKED_AT + 1]
    words = [word for text in some for word in text.split()]
    least, everything = max(len(some) // _MANY, 2), bits(range(len(texts)))
    pieces = begun_by(words, least) | {piece[::-1] for piece in begun_by([word[::-1] for word in words], least)}
    return [(piece, holding(everything, texts, piece)) for piece in sorted(pieces)]


def begun_by(words: list[str], least: int) -> set[str]:
    """Return the longest pieces by which the same words begin, if these are at least ``least``."""
    counts = Counter(word[:size] for word in words for size in range(3, len(word) + 1))
    return {piece for piece, count in counts.items() if count >= least} - {
        piece[:-1] for piece, count in counts.items() if counts[piece[:-1]] == count
    }


class Rows:
    """What renders the rows of lines: each kind of row by its template once, with marks for what differs within it."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[Any, ...], list[tuple[bytes, str]]] = {}

    def of(self, lines: Iterable[Line]) -> list[bytes]:
        """Return the row of each of ``lines``."""
        return [self._row(line) for line in lines]

    def _row(self, line: Line) -> bytes:
        words = state_words(line)
        texts = {
            "code": quote(line.code, safe=_IN_PATHS), "name": line.name, "region": line.region,
            "round": str(line.round), "grade": line.grade_label, "operator": line.operator, "words": words,
        }  # fmt: skip
        kind = (line.type, line.state_label, line.state, not words, line.version > 1, line.taken_over)
        if kind not in self._kinds:
            self._kinds[kind] = self._cut(shown(line))
        return b"".join(part for before, slot in self._kinds[kind] for part in (before, _written(texts.get(slot, ""))))

    def _cut(self, row: dict[str, Any]) -> list[tuple[bytes, str]]:
        """Return the pieces of a row of the kind of ``row``, each with the name of what follows it."""
        marked: dict[str, Any] = {"name": mark("name"), "region": mark("region"), "operator": mark("operator")}
        marked |= {"round": mark("round"), "grade_label": mark("grade")}
        words = mark("words") if row["state_words"] else ""
        url = reverse("site:result", args=[mark("code")])
        html = row_html(row | {"line": replace(row["line"], **marked), "url": url, "state_words": words}).encode()
        pieces, at = [], 0
        for found in MARK.finditer(html):
            pieces.append((html[at : found.start()], found[2].decode()))
            at = found.end()
        return [*pieces, (html[at:], "")]


def _written(text: str) -> bytes:
    return escape(text).encode()


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
