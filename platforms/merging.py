"""What becomes of a form that two people changed: three-way, field by field and row by row.

``base`` is what the page was made from, ``stored`` what is saved now, ``typed`` what was sent. Base values are known
by their fingerprint only: enough to see who changed what, too little to carry a form twice.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

Row = Mapping[str, Any]

#: Says which of two a person chose where both changed something: "mine", "theirs", or nothing yet. It is given the
#: name of the field, or the place of the row, and what is stored.
Choose = Callable[[Any, Any], str]


def fingerprint(value: Any) -> str:
    """Return 12 hex digits (48 bits) that stand for ``value``: text, number, yes or no, None, or a row of those.

    Nothing typed is nothing, whichever way it is kept: None and "" are the same.
    """
    text = json.dumps(_canonical(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]


def _canonical(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _canonical(each) for key, each in value.items()}
    if value is None or isinstance(value, bool):
        return value
    text = str(value)
    return text or None


def _undecided(_name: Any, _stored: Any) -> str:
    return ""


@dataclass(frozen=True)
class Merged:
    """``values`` is what is to be saved, ``theirs`` what stays as a colleague saved it, ``clashes`` the rest.

    A clash is a field that both changed, and not to the same; ``values`` does not hold it.
    """

    values: Mapping[str, Any]
    theirs: tuple[str, ...]
    clashes: tuple[str, ...]


def merge_values(
    *, base: Mapping[str, str], stored: Mapping[str, Any], typed: Mapping[str, Any], choose: Choose = _undecided
) -> Merged:
    """Merge fields by name; a field without a fingerprint in ``base`` counts as changed by both."""
    values: dict[str, Any] = {}
    theirs, clashes = [], []
    for name, mine in typed.items():
        now, own, before = fingerprint(stored[name]), fingerprint(mine), base.get(name)
        if own == now:
            continue
        choice = "mine" if before == now else "theirs" if before == own else choose(name, stored[name])
        if choice == "mine":
            values[name] = mine
        elif choice == "theirs":
            theirs.append(name)
        else:
            clashes.append(name)
    return Merged(values, tuple(theirs), tuple(clashes))


@dataclass(frozen=True)
class TypedRow:
    """One row as it was sent; ``base`` is its place among the rows that the page was made from, None for a new one.

    A ``wrong`` row cannot be saved as it is: what was saved before stays in its place.
    """

    values: Row
    base: int | None = None
    wrong: bool = False


@dataclass(frozen=True)
class RowClash:
    """One row that both changed: ``base`` is its place when the page was made; None for ``stored`` or ``typed`` means
    that the row was taken away there."""

    base: int
    stored: Row | None
    typed: Row | None


@dataclass(frozen=True)
class MergedRows:
    """``rows`` is what is to be saved; ``at`` says for each typed row where in ``rows`` it stands, None for nowhere.

    While there are ``clashes``, nothing is to be saved. ``changed_there`` says whether a colleague's changes make the
    rows others than those that were typed, so that the page has to show them anew.
    """

    rows: tuple[Row, ...]
    at: tuple[int | None, ...] = ()
    clashes: tuple[RowClash, ...] = ()
    changed_there: bool = False


def merge_rows(
    *, base: Sequence[str] | None, stored: Sequence[Row], typed: Sequence[TypedRow], choose: Choose = _undecided
) -> MergedRows:
    """Merge a set of rows; ``base`` holds the fingerprint of each row that the page was made from, in order.

    Without a base each difference between ``stored`` and ``typed``, place by place, counts as changed by both.
    """
    now = [fingerprint(row) for row in stored]
    if base is not None and now == list(base):
        return _mine_alone(stored, typed)
    if base is None:
        base = [""] * max(len(stored), len(typed))
        typed = [TypedRow(each.values, place, each.wrong) for place, each in enumerate(typed)]
        there = {place: place for place in range(len(stored))}
    else:
        there = _places(base, now)
    mine, added = _by_base(base, typed)
    rows: list[Row] = []
    at: list[int | None] = [None] * len(typed)
    clashes: list[RowClash] = []
    for place, before in enumerate(base):
        own = typed[mine[place]] if place in mine else None
        their = stored[there[place]] if place in there else None
        kept = _one_row(place, before, their, own, choose, clashes)
        if kept is not None:
            if place in mine:
                at[mine[place]] = len(rows)
            rows.append(kept)
    known = set(there.values())
    new_there = [row for place, row in enumerate(stored) if place not in known]
    marks = {fingerprint(row): len(rows) + place for place, row in reversed(list(enumerate(new_there)))}
    rows += new_there
    for each in (new for new in added if not typed[new].wrong):
        # The same line typed or pasted by both is one line.
        at[each] = marks.pop(fingerprint(typed[each].values), len(rows))
        if at[each] == len(rows):
            rows.append(typed[each].values)
    as_typed = len(rows) == len(typed) and all(
        place == index and (each.wrong or fingerprint(each.values) == fingerprint(rows[index]))
        for index, (place, each) in enumerate(zip(at, typed, strict=True))
    )
    return MergedRows(tuple(rows), tuple(at), tuple(clashes), changed_there=not as_typed)


def _mine_alone(stored: Sequence[Row], typed: Sequence[TypedRow]) -> MergedRows:
    rows: list[Row] = []
    at: list[int | None] = []
    for each in typed:
        kept = each.values
        if each.wrong:
            kept = stored[each.base] if each.base is not None and each.base < len(stored) else {}
        at.append(len(rows) if kept else None)
        rows += [kept] if kept else []
    return MergedRows(tuple(rows), tuple(at))


def _by_base(base: Sequence[str], typed: Sequence[TypedRow]) -> tuple[dict[int, int], list[int]]:
    """Return base place → index of the typed row, and the indexes of the new ones."""
    mine: dict[int, int] = {}
    added = []
    for index, each in enumerate(typed):
        if each.base is not None and each.base < len(base) and each.base not in mine:
            mine[each.base] = index
        else:
            added.append(index)
    return mine, added


def _one_row(
    place: int, before: str, their: Row | None, own: TypedRow | None, choose: Choose, clashes: list[RowClash]
) -> Row | None:
    """Return the row that stays, if any; what both changed, and not to the same, is added to ``clashes``."""
    mine = own.values if own is not None else None
    if their is not None and fingerprint(their) == before:
        return their if own is not None and own.wrong else mine
    if mine is not None and fingerprint(mine) == before:
        return their
    if fingerprint(mine) == fingerprint(their):
        return their
    choice = choose(place, their)
    if choice == "mine" and not (own is not None and own.wrong):
        return mine
    if choice != "theirs":
        clashes.append(RowClash(place, their, mine))
    return their


def _places(base: Sequence[str], now: Sequence[str]) -> dict[int, int]:
    """Return where each base row stands now; what was replaced one for one counts as the same row, changed."""
    found: dict[int, int] = {}
    for verb, b_from, b_to, n_from, n_to in SequenceMatcher(None, base, now, autojunk=False).get_opcodes():
        if verb in ("equal", "replace"):
            found |= dict(zip(range(b_from, b_to), range(n_from, n_to), strict=False))
    return found
