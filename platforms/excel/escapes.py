"""What a workbook writes for characters that XML cannot hold: ``_x000D_`` for a line break."""

import re

from platforms.storable import is_storable

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Return ``text`` with the characters that its escapes stand for; half a character alone stays one."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    # Two halves beside each other are one character.
    return plain if is_storable(plain) else plain.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
