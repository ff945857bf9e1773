"""Uploaded files as everybody gets them: a PDF without what it tells of who made it. The original stays as it is."""

from dataclasses import dataclass

from django.http import FileResponse, Http404

from evaluation.documents.public_copy import without_metadata
from platforms import stored_files
from platforms.filetypes import MEDIA_TYPES
from platforms.pages.files import Kept, send_kept


@dataclass(frozen=True)
class Copy:
    """The copy of a file, which is called as the file is."""

    shown_name: str
    stored_name: str
    media_type: str


def send_public(row: Kept) -> FileResponse:
    """Send the file of ``row`` as a download; a PDF as a copy that is made when it is first asked for.

    The caller has checked that everybody may have it.

    Raises:
        OSError: the disk is full.
    """
    if row.media_type != MEDIA_TYPES["pdf"]:
        return send_kept(row)
    # The name of a kept file ends with the digest of its content.
    name = f"{stored_files.PUBLIC}/{row.stored_name.rpartition('/')[2]}"
    if not stored_files.exists(name):
        try:
            content = stored_files.read(row.stored_name)
        except FileNotFoundError:
            raise Http404 from None
        stored_files.keep(name, without_metadata(content))
    return send_kept(Copy(row.shown_name, name, row.media_type))
