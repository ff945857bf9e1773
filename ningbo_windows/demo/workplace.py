"""The folder that the demo lives in: made anew on request, and used by one demo at a time."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

#: Stays when everything else goes: the running process has read the key, and the lock is held.
KEPT = frozenset({"secret_key", "demo.lock"})


class Busy(Exception):
    """Another demo runs in this folder."""


def clear(folder: Path) -> None:
    """Delete database and files of the demo in ``folder``.

    Raises:
        OSError: something cannot be deleted.
    """
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name in KEPT:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold ``folder`` for this process as long as the block lasts.

    Raises:
        Busy: another process holds it.
        OSError: the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "demo.lock", "w", encoding="utf-8") as handle:
        try:
            import fcntl
        except ImportError:  # where there are no such locks a second demo is the visitor's own business
            yield
            return
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield
