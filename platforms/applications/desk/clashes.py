"""What two people changed on one page of the form, told with both texts, so that one of them can be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from platforms.applications.desk.field_groups import FieldGroup
from platforms.applications.desk.row_sets import RowSet
from platforms.applications.queries.wording import in_words
from platforms.merging import Merged, MergedRows, fingerprint
from platforms.unreadable import as_typed

GONE = "没有这一行"


@dataclass(frozen=True)
class Clash:
    """One place that both changed: ``key`` names the choice, ``mark`` what is stored, both texts are for people."""

    key: str
    label: str
    stored: str
    typed: str
    mark: str


def field_clashes(group: FieldGroup, merged: Merged) -> list[Clash]:
    """Return the boxes of ``group`` that both changed."""
    return [
        Clash(name, group.label(name), *group.words(name), fingerprint(group.stored[name])) for name in merged.clashes
    ]


def row_clashes(rows: RowSet, merged: MergedRows) -> list[Clash]:
    """Return the rows that both changed."""
    return [
        Clash(
            f"{rows.kind}-{clash.base}",
            f"{rows.noun}第 {clash.base + 1} 行",
            _line(rows.kind, clash.stored),
            _line(rows.kind, clash.typed),
            fingerprint(clash.stored),
        )
        for clash in merged.clashes
    ]


def _line(kind: str, row: Mapping[str, Any] | None) -> str:
    if row is None:
        return GONE
    return "，".join(in_words(name, value, kind) for name, value in as_typed(row).items() if value not in ("", None))
