"""What is missing before a round is moved on: one rule for opening its filing, starting its evaluation, publishing it.

What cannot be mended afterwards or has no meaning without it stops the act. Anything else is told, with where it is
mended, and the act goes on with a reason that is kept. Notes are told and ask for nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

#: As many things are named in one sentence; a page links them, the record keeps all of them.
NAMED = 5


class Weight(StrEnum):
    """What a finding means for the act."""

    STOPS = "stops"
    ASKS = "asks"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing that is missing: ``text`` says what, without a full stop where ``names`` follow.

    ``names`` are pairs of a name and the address of what it names, ``url`` with ``label`` is where it is mended.
    """

    text: str
    weight: Weight = Weight.ASKS
    names: tuple[tuple[str, str], ...] = ()
    url: str = ""
    label: str = ""

    @property
    def sentence(self) -> str:
        """Return it with the first few names."""
        return self._with(self.names[:NAMED])

    @property
    def full(self) -> str:
        """Return it with every name, as it is kept."""
        return self._with(self.names)

    def _with(self, names: Sequence[tuple[str, str]]) -> str:
        if not names:
            return self.text
        more = "等" if len(names) < len(self.names) else ""
        return f"{self.text}：{'、'.join(name for name, _ in names)}{more}。"


def of_weight(findings: Iterable[Finding], weight: Weight) -> list[Finding]:
    """Return those of ``findings`` that weigh ``weight``, in order."""
    return [each for each in findings if each.weight == weight]


def stopping(findings: Iterable[Finding]) -> list[Finding]:
    """Return what stops the act, whatever the reason."""
    return of_weight(findings, Weight.STOPS)


def asking(findings: Iterable[Finding]) -> list[Finding]:
    """Return what the act goes on without only for a reason."""
    return of_weight(findings, Weight.ASKS)
