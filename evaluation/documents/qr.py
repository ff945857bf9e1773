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


def svg_of(address: str) -> bytes:
    """Return the QR code of ``address`` as an SVG of its own, which refers to nothing and runs nothing.

    Raises:
        ValueError: as :func:`code_of`.
    """
    code = code_of(address)
    side = code["modules"]
    dark = "".join(f"M{column} {row}h{length}v1h-{length}z" for column, row, length in code["runs"])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side * 8}" height="{side * 8}"'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
        f'<path d="{dark}"/></svg>'
    ).encode()


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
