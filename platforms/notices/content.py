"""A notice as a whole: terms and clauses that fit together. Pure."""

from collections.abc import Mapping
from typing import Any

from platforms.notices import clauses, terms
from platforms.notices.clauses import Clause
from platforms.notices.terms import Terms


class ContentError(ValueError):
    """A notice that cannot be; ``problems`` holds a place and a Chinese sentence each."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("".join(sentence for _, sentence in problems))
        self.problems = tuple(problems)


def read(terms_data: Mapping[str, Any], clauses_data: Any) -> tuple[Terms, tuple[Clause, ...]]:
    """Return both parts as values.

    Raises:
        ContentError: with every problem of both, and with each phase and ground whose clause has no number.
    """
    problems: list[tuple[str, str]] = []
    value: Terms | None = None
    printed: tuple[Clause, ...] = ()
    try:
        value = terms.read(terms_data)
    except terms.TermsError as error:
        problems += error.problems
    try:
        printed = clauses.read(clauses_data)
    except clauses.ClausesError as error:
        problems += error.problems
    if value is not None and printed:
        numbered = {clause.key for clause in printed}
        cited = [(f"phases.{at}.clause", each.label, each.clause) for at, each in enumerate(value.phases, 1)]
        cited += [(f"grounds.{at}.clause", each.label, each.clause) for at, each in enumerate(value.grounds, 1)]
        problems += [
            (place, f"“{label}”所依据的条款（{key}）没有条款号，请在条款中补充。")
            for place, label, key in cited
            if key not in numbered
        ]
    if problems or value is None:
        raise ContentError(problems)
    return value, printed


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return place, old and new value of each leaf in which two terms or clauses as data differ, sorted by place."""
    before, after = dict(_leaves("", old)), dict(_leaves("", new))
    return [
        (place, before.get(place), after.get(place))
        for place in sorted({*before, *after})
        if before.get(place) != after.get(place)
    ]


def by_key(clauses_data: Any) -> dict[str, Any]:
    """Return clauses as data by key, so that differences are told by clause and not by place in a list."""
    rows = clauses_data if isinstance(clauses_data, list) else []
    return {
        str(row.get("key")): {"number": row.get("number"), "text": row.get("text")}
        for row in rows
        if isinstance(row, Mapping)
    }


def _leaves(place: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [leaf for key, inner in value.items() for leaf in _leaves(f"{place}.{key}".strip("."), inner)]
    if isinstance(value, list):
        return [leaf for at, inner in enumerate(value, 1) for leaf in _leaves(f"{place}.{at}", inner)]
    return [(place, value)]
