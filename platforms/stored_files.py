"""Where attachments lie on disk: under the application and the SHA-256 of their content, never under a sent name."""

import contextlib
import os
import secrets
import shutil
from pathlib import Path

from django.conf import settings

_FOLDER = "attachments"


def name_of(application_pk: int, digest: str) -> str:
    """Return the name below the media folder of a content of one application."""
    return f"{_FOLDER}/{application_pk}/{digest}"


def keep(application_pk: int, digest: str, content: bytes) -> str:
    """Write ``content`` and return its name below the media folder; the same content is there once per application.

    The file is whole or not there at all: it is written aside and put in place in one step.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    return keep_as(name_of(application_pk, digest), content)


def keep_as(name: str, content: bytes) -> str:
    """Write ``content`` under ``name``, which ends with its SHA-256, and return the name; as :func:`keep`.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    target = path_of(name)
    if target.exists():
        return name
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
    return name


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


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
