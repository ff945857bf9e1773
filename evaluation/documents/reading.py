"""Which numbers stand in a PDF, whoever made it: what a document says it is."""

import io
import logging
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader

# What is wrong with a file from anybody is nothing for our log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

#: Numbers of documents are of letters, digits and hyphens, with a digit among them.
_NUMBER = re.compile(r"(?=[A-Z0-9-]*\d)[A-Z0-9](?:[A-Z0-9-]{3,22})[A-Z0-9]", re.IGNORECASE)
#: More than so many are not looked at: a document names its own number first.
MOST = 200
#: Pages that are read.
MOST_PAGES = 5


def numbers_in(content: bytes) -> list[str]:
    """Return what may be numbers of documents in the PDF ``content``, those it names itself by first.

    A file that is no PDF, or one that cannot be read, has none.
    """
    try:
        found = [each for words in _words(PdfReader(io.BytesIO(content))) for each in _NUMBER.findall(words)]
    except Exception:  # a file from anybody: whatever is wrong with it, no number was read
        return []
    return list(dict.fromkeys(each.upper() for each in found))[:MOST]


def _words(reader: PdfReader) -> Iterator[str]:
    """Yield the words that a PDF describes itself by, then those of its pages."""
    about: Any = reader.metadata or {}
    yield from (str(about[key]) for key in ("/Keywords", "/Title") if about.get(key))
    for page in reader.pages[:MOST_PAGES]:
        yield unicodedata.normalize("NFKC", page.extract_text()).replace("\u200b", "")
