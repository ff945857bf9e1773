"""Which parts of a returned form are open again: only what the return names (and what the officer adds to it)."""

from collections.abc import Iterable
from dataclasses import dataclass

#: What the county signs again with every correction, whatever the return names.
ALWAYS_OPEN = frozenset({("commitment", "county_opinion"), ("commitment", "county_opinion_on")})


@dataclass(frozen=True)
class Named:
    """A part that a return names: ``section`` empty is the whole form, ``field`` empty the whole section."""

    section: str
    field: str = ""


def is_open(named: Iterable[Named], section: str, field: str) -> bool:
    """Say whether ``field`` of ``section`` may be changed while ``named`` is what was asked for.

    ``field`` is a column of the application, a kind of rows, ``attachments`` or the key of a question. Nothing named
    means that nothing is open but what the county signs again.
    """
    if (section, field) in ALWAYS_OPEN:
        return True
    return any(each.section in ("", section) and each.field in ("", field) for each in named)
