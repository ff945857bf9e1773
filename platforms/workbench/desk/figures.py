"""How a figure of the workbench is said, and its column in a list."""

from collections.abc import Iterable
from fractions import Fraction
from functools import partial
from typing import Any

from platforms.pages.lists import Column, Value
from platforms.workbench.desk.address import NOTHING, rows_url
from platforms.workbench.queries.scope import COUNT, SHARE, Figure, Scope


def said(figure: Figure, worth: int | Fraction | None) -> str:
    """Return ``worth`` as it is read, without its unit; a share is rounded down, so that 100 % is all of them."""
    if worth is None:
        return NOTHING
    if figure.shown == COUNT:
        return f"{worth:,}"
    return f"{int(worth * 1000) / 10:.1f}%" if figure.shown == SHARE else f"{float(worth):.2f}"


def written(figure: Figure, worth: int | Fraction | None) -> Any:
    """Return ``worth`` for a file: a number but for a share."""
    if figure.shown == SHARE or worth is None:
        return said(figure, worth)
    return worth if figure.shown == COUNT else round(float(worth), 2)


def figure_columns(figures: Iterable[Figure], scope: Scope, *, opens: str = "") -> tuple[Column, ...]:
    """Return a column for each of ``figures``, for a file or for a page, where each number opens its rows.

    ``opens`` says whose rows: those of the ``region`` or the ``platform`` that a line of the page has in ``code``.
    """
    make = said if opens else written
    return tuple(
        Column(
            scope.named(figure.label),
            Value((figure.key,), partial(make, figure)),
            figure.unit,
            num=True,
            sort=figure.key,
            down=True,
            opens=Value(("code",), partial(_url, figure, scope, opens)) if opens else None,
        )
        for figure in figures
    )


def _url(figure: Figure, scope: Scope, whose: str, code: str) -> str:
    return rows_url(figure, scope, **{whose: code})
