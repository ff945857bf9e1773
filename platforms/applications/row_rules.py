"""What must hold between the rows of one kind below a form; the database holds the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class RowProblem:
    """The row ``place`` (from 0) of those given is wrong in ``field``: empty, written twice, or against a rule."""

    place: int
    field: str
    sentence: str
    what: Literal["empty", "double", "rule"]


def problems(kind: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[RowProblem]:
    """Yield what is wrong between the columns and the rows of ``kind`` (``services``, ``rules`` …)."""
    if kind == "services":
        yield from _services(rows)
    elif kind == "rules":
        yield from _rules(rows)


def _services(rows: Sequence[Mapping[str, Any]]) -> Iterator[RowProblem]:
    """A service is one of the three free ones or of a class; the free ones stand once and carry no fee (二·(四))."""
    seen: set[str] = set()
    for place, row in enumerate(rows):
        free, other = row.get("free_service", ""), row.get("service_class", "")
        if bool(free) == bool(other):
            sentence = "每项服务只能是公益性服务或八类服务之一。"
            yield RowProblem(place, "free_service", sentence, "rule" if free else "empty")
            continue
        if not free:
            continue
        if not row.get("is_free", True):
            yield RowProblem(place, "is_free", "三项公益性服务须免费，不得填写收费标准。", "rule")
        elif row.get("fee_standard"):
            yield RowProblem(place, "fee_standard", "三项公益性服务须免费，不得填写收费标准。", "rule")
        if free in seen:
            yield RowProblem(place, "free_service", "同一项公益性服务只需填写一次。", "double")
        seen.add(free)


def _rules(rows: Sequence[Mapping[str, Any]]) -> Iterator[RowProblem]:
    """Each kind of rule stands once."""
    seen: set[str] = set()
    for place, row in enumerate(rows):
        kind = row.get("kind", "")
        if kind and kind in seen:
            yield RowProblem(place, "kind", "同一类制度只需填写一次。", "double")
        seen.add(kind)
