"""How far a staged grade may lie from the proposal before a second officer must agree."""

from collections.abc import Sequence

#: From so many grades of difference on.
JUMP = 2


def jumps(grades: Sequence[str], proposed: str, staged: str) -> bool:
    """Say whether ``staged`` lies so far from ``proposed`` that a second officer must agree; ``grades`` in order."""
    return abs(grades.index(staged) - grades.index(proposed)) >= JUMP
