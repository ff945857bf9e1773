"""Full marks by type of platform as text: 乡镇(街道)：12；小微企业园：8. Pure: the types and their names are given."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

Types = Sequence[tuple[str, str]]
_MARKS = re.compile(r"\d{1,4}(?:\.\d{1,2})?", re.ASCII)
_SUFFIX = "窗口平台"


class MarksError(ValueError):
    """A text that cannot be read; the message is a Chinese sentence."""


def short(label: str) -> str:
    """Return the name of a type without what all of them are."""
    return label.removesuffix(_SUFFIX)


def parse(text: str, types: Types) -> dict[str, str]:
    """Return the full marks by the code of a type, as decimal text; nothing for no text.

    Raises:
        MarksError: a part cannot be read, names no type, or names one for the second time.
    """
    known = {_folded(short(label)): code for code, label in types}
    found: dict[str, str] = {}
    for part in re.split(r"[;；]", text):
        if not part.strip():
            continue
        name, _, marks = _folded(part).rpartition(":")
        code = known.get(name.removesuffix(_SUFFIX))
        if code is None or not _MARKS.fullmatch(marks):
            words = "、".join(short(label) for _, label in types)
            example = short(types[0][1])
            raise MarksError(f"“{part.strip()}”格式有误，请按“类型：满分”填写，例如 {example}：8；类型为{words}。")
        if code in found:
            raise MarksError(f"“{name}”重复，同一类型只填写一个满分。")
        found[code] = marks
    return found


def show(marks: Mapping[str, str], types: Types) -> str:
    """Return the text of ``marks`` in the order of ``types``; a type that is not among them is left out."""
    return "；".join(f"{short(label)}：{marks[code]}" for code, label in types if code in marks)


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
