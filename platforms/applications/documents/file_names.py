"""Names of printed forms as they are sent and archived: readable, and no harm on any file system."""

import re
import unicodedata

#: Characters of a platform's name that a file name keeps.
LONGEST = 50
_UNSAFE = re.compile(r'[\\/:*?"<>|\s]+')


def safe(text: str) -> str:
    """Return ``text`` as a part of a file name: no separators, blanks, control characters or marks of direction."""
    shown = "".join(each for each in text if unicodedata.category(each)[0] != "C" or each in "\n\t")
    return _UNSAFE.sub("_", shown).strip("._")[:LONGEST].strip("._") or "未命名"


def single(*, number: str, name: str, edition: str, ending: str, masked: bool = False) -> str:
    """Return the name of one form: 2026-0012_平台名称_第1版.pdf."""
    return "_".join([safe(number), safe(name), safe(edition), *(["隐去个人信息"] if masked else [])]) + f".{ending}"


def archived(place: int, *, number: str, name: str, edition: str, code: str, ending: str, digits: int = 2) -> str:
    """Return the name of the form at ``place`` of an archive: 01_平台名称_2026-0012_第1版_K7QD-2MWX.pdf."""
    return f"{place:0{digits}d}_{safe(name)}_{safe(number)}_{safe(edition)}_{safe(code)}.{ending}"
