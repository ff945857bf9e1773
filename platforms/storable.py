"""Which text can be kept at all: one answer for forms, addresses, cookies, the interface and cells of workbooks."""

import re

#: NUL, which PostgreSQL takes in no text, halves of characters, which no encoding writes, and the two that are none and
#: no XML holds: a feed, a workbook or a Word file with one of them is broken as a whole.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")
#: What stands in the place of such a text where it can only be told of.
UNSTORABLE = "无法保存的字符"


def without_unstorable(text: str) -> str:
    """Return what of ``text`` can be kept, to name it in an answer."""
    return _UNSTORABLE.sub("", text)


def is_storable(text: str) -> bool:
    """Say whether ``text`` has neither NUL nor anything that is no whole character in it."""
    return (text.isascii() and "\x00" not in text) or not _UNSTORABLE.search(text)
