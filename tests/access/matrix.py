"""The access matrix as it is written down in ``matrix.txt``."""

from functools import cache
from pathlib import Path

from tests.access.visits import COLUMNS

HOME = "/"


@cache
def table() -> dict[tuple[str, str], tuple[int, ...]]:
    """Return method and address to the statuses expected, in the order of the columns."""
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        method, rest = line.split(maxsplit=1)
        pattern, *codes = rest.rsplit(maxsplit=len(COLUMNS))
        key = (method, "" if pattern == HOME else pattern)
        assert key not in found, f"written twice: {line}"
        found[key] = tuple(map(int, codes))
    return found
