"""What a table of moves is made of, and how it is drawn; no database."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Move:
    """One allowed change of status.

    ``actors`` are the roles that may make it, ``permission`` the named permission that the person must hold,
    ``label`` the verb on the button, ``irreversible`` asks for a page that says exactly what will happen,
    ``asks_password`` for the password of whoever makes it, once more.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    actors: tuple[str, ...]
    permission: str
    reason_required: bool = False
    irreversible: bool = False
    asks_password: bool = False


@dataclass(frozen=True)
class Workflow:
    """A named table of moves over one closed vocabulary."""

    name: str
    label: str
    moves: tuple[Move, ...]

    def move(self, name: str) -> Move:
        """Return the move called ``name``.

        Raises:
            KeyError: no such move; a programming error, never a user's.
        """
        for move in self.moves:
            if move.name == name:
                return move
        raise KeyError(f"{self.name}: no move {name!r}")

    def open_to(self, *, status: str, role: str) -> tuple[Move, ...]:
        """Return the moves that a person of ``role`` can make from ``status``, in the order of the table."""
        return tuple(move for move in self.moves if status in move.sources and role in move.actors)


def diagram(workflow: Workflow, labels: Iterable[tuple[str, str]]) -> str:
    """Return ``workflow`` as a Mermaid state diagram; ``labels`` are the pairs of value and word of its statuses."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {value}: {word}" for value, word in labels]
    targets = {move.target for move in workflow.moves}
    starts = [source for move in workflow.moves for source in move.sources if source not in targets]
    lines += [f"    [*] --> {source}" for source in dict.fromkeys(starts)]
    for move in workflow.moves:
        note = "*" if move.reason_required else ""
        lines += [f"    {source} --> {move.target}: {move.label}{note}" for source in move.sources]
    return "\n".join(lines) + "\n"
