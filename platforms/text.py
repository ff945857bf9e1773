"""Text that people send, before it is saved."""

import re

from platforms.cells import visible
from platforms.errors import Refusal
from platforms.storable import is_storable

#: Control characters but line break and tab.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean_text(label: str, text: str, *, most: int, required: bool = False, field: str = "") -> str:
    """Return ``text`` trimmed, with line breaks in one form and without what nobody sees or what turns its order.

    Args:
        label: what the field is called on the page.
        most: the largest number of characters.
        required: refuse an empty text.
        field: the column or key that a refusal names.

    Raises:
        Refusal: empty though required, longer than ``most``, or with characters that cannot be stored (NUL, control
            characters, halves of characters).
    """
    text = visible(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not is_storable(text) or _FORBIDDEN.search(text):
        raise Refusal.of(field, f"“{label}”中有无法保存的字符，请删除后重新填写。")
    if required and not text:
        raise Refusal.of(field, f"请填写“{label}”。")
    if len(text) > most:
        raise Refusal.of(field, f"“{label}”最多 {most} 个字，现为 {len(text)} 个字。")
    return text
