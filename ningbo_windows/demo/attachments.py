"""Files of invented applications on disk: each content is written once, the other places are links to it."""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings

from ningbo_windows.demo.papers import paper
from platforms.models import Application, Attachment, User

_FOLDER = "attachments"


def keep_files(wanted: Iterable[tuple[Application, list[tuple[str, str]], datetime, User | None]]) -> None:
    """Write the files of each application (kind and name) with their rows, as sent at that moment by that person."""
    first: dict[str, Path] = {}
    rows: list[Attachment] = []
    for application, files, at, by in wanted:
        folder = Path(settings.MEDIA_ROOT) / _FOLDER / str(application.pk)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for kind, name in files:
            content, media_type, digest = _paper(name)
            _put(folder / digest, content, first.setdefault(digest, folder / digest))
            rows.append(
                Attachment(
                    application=application,
                    kind=kind,
                    shown_name=name,
                    stored_name=f"{_FOLDER}/{application.pk}/{digest}",
                    media_type=media_type,
                    size=len(content),
                    digest=digest,
                    uploaded_at=at,
                    uploaded_by=by,
                )
            )
    Attachment.objects.bulk_create(rows, batch_size=500)


@cache
def _paper(name: str) -> tuple[bytes, str, str]:
    content, media_type = paper(name)
    return content, media_type, hashlib.sha256(content).hexdigest()


def _put(target: Path, content: bytes, first: Path) -> None:
    """Write ``content`` to ``target``, or link it to the same content at ``first`` where the file system can."""
    target.unlink(missing_ok=True)
    if first != target:
        try:
            target.hardlink_to(first)
        except OSError:
            pass
        else:
            return
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
