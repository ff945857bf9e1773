"""Regions and towns from the reference files; repeatable, says what it did, never deletes."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction


@dataclass(frozen=True)
class Loaded:
    """What one file did: the codes that were added and changed, and how many rows were as they should be."""

    label: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int


@transaction.atomic
def load_reference(*, folder: Path, outline: Path, at: datetime) -> tuple[Loaded, ...]:
    """Load ``regions.csv`` and ``towns.csv`` from ``folder`` and check that ``outline`` has a shape for each county.

    Raises:
        Refusal: a file is missing or a row is wrong; the sentence names file, row and reason. Nothing is loaded then.
    """
    raise NotImplementedError
