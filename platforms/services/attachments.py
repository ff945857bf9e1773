"""Files that come with an application: judged by their content, kept under a name of our own."""

from datetime import datetime
from typing import BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from platforms.models import Application, Attachment, User


@transaction.atomic
def add(
    *, application: Application, kind: str, upload: UploadedFile, by: User | None, at: datetime, actor: str = ""
) -> Attachment:
    """Keep ``upload`` as an attachment of ``kind`` (PDF, JPEG, PNG, docx or xlsx, at most 20 MB).

    Raises:
        Refusal: not editable, not the person's own, empty, too large, of another format, or with macros.
    """
    raise NotImplementedError


@transaction.atomic
def remove(*, attachment: Attachment, by: User | None, at: datetime, actor: str = "") -> None:
    """Take an attachment off a draft or returned application; what a submitted version names stays on disk.

    Raises:
        Refusal: not editable or not the person's own.
    """
    raise NotImplementedError


def open_file(attachment: Attachment) -> BinaryIO:
    """Open the file of ``attachment`` for reading; the caller has checked that the person may see it.

    Raises:
        FileNotFoundError: the file is gone from disk.
    """
    raise NotImplementedError
