"""The one store of files: uploads, printed forms and documents, proofs, pictures, imports that wait to be confirmed,
and what the background works on and makes.

A file has a name of ours, never a sent one; but for imports, the background and copies for the public it ends with the
SHA-256 of its content, so the same name is the same content. Files lie where ``STORAGES["default"]`` says: below
``MEDIA_ROOT``, or in another backend of Django's storage API.
"""

import contextlib
import errno
import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

logger = logging.getLogger(__name__)

ATTACHMENTS, EVIDENCE, EXAMPLES, IMPORTS = "attachments", "evidence", "examples", "imports"
#: Pictures and files of news.
NEWS = "news"
#: What was printed for a certification; each file is called by the SHA-256 of its content alone.
DOCUMENTS = "documents"
#: Copies for the public, each called by the SHA-256 of what it was made of.
PUBLIC = "public"
#: What is worked on in the background, and what came of it.
BACKGROUND = "background"


class StoreTrouble(OSError):
    """The store does not answer, or does not do what it is asked for."""


@contextlib.contextmanager
def _asked() -> Iterator[None]:
    """Let whatever a store raises be an OSError: each backend has failures of its own kind.

    A file that is not there, a disk that is full and a name that leads elsewhere stay what they are.
    """
    try:
        yield
    except (FileNotFoundError, StoreTrouble, SuspiciousOperation):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StoreTrouble("the store of files fails") from error


def space_left() -> tuple[int, float]:
    """Return the bytes that are free where files lie, and their share of all; of the disk of the product where files
    lie elsewhere."""
    folder = Path(settings.MEDIA_ROOT)
    space = shutil.disk_usage(folder if folder.exists() else settings.BASE_DIR)
    return space.free, space.free / space.total


class PrivateFiles(FileSystemStorage):
    """Files that only the account of the service reads; each is whole or not there at all."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002 - Django's signature
        """Return ``name``: what lies there already is the same content."""
        return name

    def _save(self, name: str, content: File) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Written aside and put in place in one step.
        aside = target.with_name(f".{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
        return name

    def link(self, name: str, kept: str) -> None:
        """Let ``name`` be another name of the file ``kept``."""
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.hardlink_to(self.path(kept))

    # What somebody linked into the folder is named and deleted itself, never what it leads to.

    def delete(self, name: str) -> None:
        """Delete a file, a link or an empty folder."""
        path = Path(self.path(name))
        if path.is_symlink():
            path.unlink(missing_ok=True)
        else:
            super().delete(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Return the names of folders and of files; a link counts as a file."""
        folders: list[str] = []
        files: list[str] = []
        with os.scandir(self.path(path)) as entries:
            for entry in entries:
                (folders if entry.is_dir(follow_symlinks=False) else files).append(entry.name)
        return folders, files

    def size(self, name: str) -> int:
        """Return the bytes of a file."""
        return os.lstat(self.path(name)).st_size

    def get_modified_time(self, name: str) -> datetime:
        """Return when a file was written."""
        return datetime.fromtimestamp(os.lstat(self.path(name)).st_mtime, UTC)


def name_of(application_pk: int, digest: str) -> str:
    """Return the name of a content of one application."""
    return f"{ATTACHMENTS}/{application_pk}/{digest}"


def exists(name: str) -> bool:
    """Say whether there is a file called ``name``.

    Raises:
        OSError: the store fails.
    """
    with _asked():
        return default_storage.exists(name)


def keep(name: str, content: bytes) -> bool:
    """Keep ``content`` under ``name``; return whether it is new there.

    Raises:
        OSError: the disk is full, or the store fails.
    """
    if exists(name):
        return False
    with _asked():
        default_storage.save(name, ContentFile(content))
    return True


def keep_file(name: str, file: File) -> None:
    """Keep ``file``, which is read bit by bit, under a ``name`` that nothing has yet.

    Raises:
        OSError: the disk is full, or the store fails.
    """
    with _asked():
        default_storage.save(name, file)


def keep_also(name: str, kept: str) -> None:
    """Keep under ``name``, too, what lies under ``kept``; it takes room once where the store can.

    Raises:
        OSError: as for :func:`keep` and :func:`read`.
    """
    if exists(name):
        return
    try:
        default_storage.link(name, kept)  # type: ignore[attr-defined]
    except (AttributeError, OSError):
        keep(name, read(kept))


def open(name: str) -> File:
    """Open a file for reading.

    Raises:
        FileNotFoundError: it is gone.
        OSError: the store fails.
    """
    with _asked():
        file = default_storage.open(name)
        # Some stores fetch a file only when it is first used, where nobody can say any more that it cannot be had.
        _ = file.file
        return file


def read(name: str) -> bytes:
    """Return the content of a file.

    Raises:
        FileNotFoundError: it is gone.
        OSError: the store fails.
    """
    with _asked(), open(name) as file:
        content: bytes = file.read()
        return content


def names(folder: str) -> Iterator[str]:
    """Yield the name of each file below ``folder``; none where there is no such folder.

    Raises:
        OSError: the store fails.
    """
    try:
        with _asked():
            folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{each}" for each in files)
    for each in folders:
        yield from names(f"{folder}/{each}")


def size(name: str) -> int:
    """Return the bytes of a file.

    Raises:
        OSError: it is gone, or the store fails.
    """
    with _asked():
        return default_storage.size(name)


def written_at(name: str) -> datetime:
    """Return when a file was written.

    Raises:
        FileNotFoundError: it is gone.
        OSError: the store fails.
    """
    with _asked():
        return default_storage.get_modified_time(name)


def drop(name: str) -> bool:
    """Delete one file that no row and no submitted version names any more; return whether it is gone.

    A store that fails keeps it, and the log says so: what no row names is swept away later.
    """
    try:
        with contextlib.suppress(FileNotFoundError), _asked():
            default_storage.delete(name)
    except OSError:
        logger.exception("a file that is no longer named was not deleted")
        return False
    return True


def drop_all(application_pk: int) -> None:
    """Delete the files of a draft that was deleted, as :func:`drop` does."""
    folder = f"{ATTACHMENTS}/{application_pk}"
    try:
        known = list(names(folder))
    except OSError:
        logger.exception("the files of a deleted draft were not deleted")
        return
    for name in [*known, folder]:
        drop(name)
