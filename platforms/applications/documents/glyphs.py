"""Which characters our fonts can show, what stands on paper for those they cannot, and where long words break."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parent / "fonts"

_ZERO_WIDTH_SPACE = "\u200b"
# Blanks, ideographs and full-width marks are places to break; what is between two of them is a run, or marks alone.
_MARKS = r"\u3000-\u303f\uff00-\uff60"
_RUN = re.compile(rf"[^ \n{_MARKS}\u2e80-\u2fff\u3040-\ufaff\U00020000-\U000323af]{{4,}}|[{_MARKS}]{{4,}}")
# Upper bounds of the widths in our face, in em.
_WIDTHS = (
    ("0123456789", 0.57),
    ("abcdefghijklnopqrstuvxyz", 0.67),
    ("-.,:;_/()[]", 0.57),
    ("mwABCDEFGHIJKLNOPQRSTUVXYZ", 1),
)
_WIDTH = {each: width for some, width in _WIDTHS for each in some}
_WIDEST = 1.1


def printable(text: str) -> str:
    """Return ``text`` as it can be printed.

    A character without a shape of its own (joiners, marks of direction, control characters) is left out: whatever
    order such marks ask for, paper shows the order in which the text is stored. A character that the fonts lack is
    named, 〔U+1F600〕: never a blank box. Line breaks stay, a tab is a blank.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    shaped = "".join(each for each in text if each == "\n" or _has_shape(each))
    return _outside().sub(lambda found: f"〔U+{ord(found[0]):04X}〕", shaped)


def all_printable(part: Any) -> Any:
    """Return ``part``, which is JSON-able, with each of its texts as it can be printed."""
    if isinstance(part, str):
        return printable(part)
    if isinstance(part, Mapping):
        return {name: all_printable(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [all_printable(each) for each in part]
    return part


def breakable(text: str, width: float) -> str:
    """Return ``text`` with places to break inside of each run that may be wider than ``width``, in em.

    The places have no width and are not seen. Runs that surely fit stay as they are, so that they can be copied.
    """
    return _RUN.sub(lambda run: _ZERO_WIDTH_SPACE.join(run[0]) if _may_exceed(run[0], width) else run[0], text)


def _may_exceed(run: str, width: float) -> bool:
    return sum(_WIDTH.get(each, _WIDEST) for each in run) > width


# Of a document nearly all characters come again, and as many different ones as this stand in few.
@lru_cache(maxsize=8192)
def _has_shape(character: str) -> bool:
    if "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        return False
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs")


@cache
def _outside() -> re.Pattern[str]:
    """Return what finds a character that is not in ``fonts/coverage.txt`` (ranges of hexadecimal code points)."""
    ranges = (FONTS / "coverage.txt").read_text(encoding="ascii").split()
    inside = "".join("-".join(f"\\U{int(end, 16):08x}" for end in each.split("-")) for each in ranges)
    return re.compile(f"[^\n{inside}]")
