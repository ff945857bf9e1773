"""The code in which a phone reads where a document is verified."""

from typing import Any

import segno

#: Light modules around the code, without which readers do not find it.
QUIET = 4


def code_of(address: str) -> dict[str, Any]:
    """Return the QR code of ``address`` as a drawing: ``modules`` on a side, the margin included, and dark ``runs``.

    A run is column, row and length in modules. A quarter of the code may be scratched or covered.

    Raises:
        ValueError: there is no address, or one longer than a code holds (some 1,600 characters).
    """
    made = segno.make_qr(address, error="q", boost_error=False)
    rows = [tuple(map(bool, row)) for row in made.matrix_iter(border=QUIET)]
    runs = [run for number, row in enumerate(rows) for run in _runs(row, number)]
    return {"modules": len(rows), "runs": runs}


def _runs(row: tuple[bool, ...], number: int) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []
    start: int | None = None
    for column, dark in enumerate((*row, False)):
        if dark and start is None:
            start = column
        elif not dark and start is not None:
            found.append((start, number, column - start))
            start = None
    return found
