"""What was typed and its column cannot hold: kept beside the columns of a draft until it is put right.

A form or a row below it keeps under ``KEY``, by column: ``text`` as it was typed, ``sentence`` that says what is wrong
with it, ``label`` of the box. The key is there only where there is something, so that a whole form looks as it always
did and has the same digest.
"""

from collections.abc import Mapping
from typing import Any

KEY = "unreadable"
#: The longest text that is kept so; twice what the longest column takes.
LONGEST = 4000

Unreadable = Mapping[str, str]


def of(values: Mapping[str, Any]) -> Mapping[str, Unreadable]:
    """Return what is kept beside the columns ``values`` of a form or a row, by column."""
    return values.get(KEY) or {}


def with_it(values: Mapping[str, Any], kept: Mapping[str, Unreadable] | None) -> dict[str, Any]:
    """Return the columns ``values`` with ``kept`` beside them; without the key where there is nothing."""
    columns = {name: value for name, value in values.items() if name != KEY}
    return columns | {KEY: dict(kept)} if kept else columns


def as_typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns ``values`` with what was typed in the place of what they could not hold."""
    columns = {name: value for name, value in values.items() if name != KEY}
    return columns | {name: each["text"] for name, each in of(values).items()}


def sentence(kept: Unreadable) -> str:
    """Return what is wrong, with the box it is about."""
    return f"“{kept['label']}”：{kept['sentence']}"
