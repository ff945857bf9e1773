"""A PDF from anybody without what it tells of who made it: its pages, tags and bookmarks stay as they are."""

import io
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject

#: What a signature says it covers; it stands in the open in every signed file.
_SIGNED = b"/ByteRange"
#: What describes a file or a part of it, and what programs keep in it for themselves.
_ABOUT = ("/Metadata", "/PieceInfo")


def without_metadata(content: bytes) -> bytes:
    """Return the PDF ``content`` without author, company, program, times and the names at comments.

    The same content gives the same copy. A signed file is returned as it is, as no signature holds for a copy; so is
    one that cannot be read, or not without a password.
    """
    if _SIGNED in content:
        return content
    try:
        return _copy(content)
    except Exception:  # a file from anybody: whatever is wrong with it, there is no copy
        return content


def _copy(content: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.metadata = None
    for each in writer._objects:
        _strip(each)
    writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _strip(thing: Any) -> None:
    if not isinstance(thing, DictionaryObject):
        return
    # The /T of a field of a form is its name; that of a comment is whoever wrote it.
    is_comment = "/Rect" in thing and thing.get("/Subtype") != "/Widget"
    for key in (*_ABOUT, *(("/T",) if is_comment else ())):
        thing.pop(key, None)
