"""The last digest of the log, kept outside the database: a log that was cut off or made anew no longer holds it.

One line a check, ``moment serial digest``; only lines are added. The file is worth as much as its place is out of reach
of those who administer the database.
"""

import os
from datetime import datetime
from pathlib import Path

from platforms.models import AuditEvent


def last_kept(path: Path) -> str:
    """Return the digest that was kept last in ``path``; empty where there is no such file or nothing in it.

    Raises:
        OSError: the file cannot be read.
    """
    if not path.exists():
        return ""
    lines = path.read_text(encoding="ascii").split("\n")
    return next((line.split()[-1] for line in reversed(lines) if line.strip()), "")


def keep(path: Path, event: AuditEvent, *, at: datetime) -> None:
    """Add ``event``, the last one of a log that was found whole, to ``path``.

    Raises:
        OSError: the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        file.write(f"{at.isoformat()} {event.serial} {event.digest}\n")
        file.flush()
        os.fsync(file.fileno())
