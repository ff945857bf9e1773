"""Where attachments lie on disk: under the application and the SHA-256 of their content, never under a sent name."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

_FOLDER = "attachments"


def keep(application_pk: int, digest: str, content: bytes) -> tuple[str, bool]:
    """Write ``content``; return its name below the media folder, and whether it was not there yet.

    The same content is there once per application. The file is whole or not there at all: it is written aside and
    put in place in one step.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    name = f"{_FOLDER}/{application_pk}/{digest}"
    target = Path(settings.MEDIA_ROOT) / name
    if target.exists():
        return name, False
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = target.with_name(f".{secrets.token_hex(8)}")
    try:
        with open(aside, "xb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return name, True


def path_of(stored_name: str) -> Path:
    """Return the path of a stored file."""
    return Path(settings.MEDIA_ROOT) / stored_name


def drop(stored_name: str) -> None:
    """Delete one file that no row and no submitted version names any more."""
    path_of(stored_name).unlink(missing_ok=True)


def drop_all(application_pk: int) -> None:
    """Delete the files of a draft that was deleted."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(Path(settings.MEDIA_ROOT) / _FOLDER / str(application_pk))


def stored_names() -> Iterator[str]:
    """Yield the name of every file in the folder of attachments, also of one that was left half written."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted((root / _FOLDER).rglob("*")):
        if path.is_file() or path.is_symlink():
            yield path.relative_to(root).as_posix()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
