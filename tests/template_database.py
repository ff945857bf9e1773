"""An empty migrated SQLite database that is made once for a state of the migrations and copied from then on.

Migrating an empty database takes seconds of processor time, copying one takes some milliseconds. The copy still
runs ``migrate``, which finds nothing to do. A template is named by a digest of all that it is made from, so that a
changed migration never meets an old one.
"""

import fcntl
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("*/migrations/*.py", "platforms/triggers.py", "requirements.txt")
KEPT = "template-"


def digest() -> str:
    """Return what names the template of today's migrations."""
    total = hashlib.sha256(sqlite3.sqlite_version.encode())
    for source in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        total.update(f"{source.relative_to(ROOT)}\0".encode() + source.read_bytes())
    return total.hexdigest()[:16]


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let one process after the other through, so that the second finds what the first made."""
    with (folder / f"{KEPT}lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def template(folder: Path) -> Path:
    """Return where the template of today's migrations lies in ``folder``, whether or not it is there."""
    return folder / f"{KEPT}{digest()}.sqlite3"


def copy_to(database: Path) -> bool:
    """Lay the template at ``database`` and say whether there was one.

    What a run that was killed left in the log beside its database would be played into the new one.
    """
    for left in ("-wal", "-shm"):
        Path(f"{database}{left}").unlink(missing_ok=True)
    kept = template(database.parent)
    if not kept.exists():
        return False
    shutil.copyfile(kept, database)
    return True


def keep(connection: BaseDatabaseWrapper, database: Path) -> None:
    """Keep ``connection``'s migrated, still empty database as the template, in place of all older ones."""
    kept = template(database.parent)
    for old in database.parent.glob(f"{KEPT}*.sqlite3"):
        old.unlink(missing_ok=True)
    # Under another name until it is whole, so that a copy never takes half of it.
    unfinished = kept.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(unfinished)])
    unfinished.rename(kept)
