"""How a Chinese name is typed by who has no patience: in full pinyin or by initials (jsz finds 姜山镇)."""

import unicodedata

from pypinyin import Style, lazy_pinyin

LONGEST = 600


def searchable(name: str) -> str:
    """Return initials and full spelling of ``name`` in small letters, so that hjq or hengjiang finds 横江区."""
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return f"{initials} {''.join(lazy_pinyin(name))}".lower()[:LONGEST]


def search_text(name: str) -> str:
    """Return what a search compares with: ``name`` itself in small letters, its initials and its full spelling."""
    return f"{' '.join(name.split()).lower()} {searchable(name)}" if name.strip() else ""


def asked_for(text: str) -> tuple[str, ...]:
    """Return the words of a question as :func:`search_text` has them: half-width, in small letters."""
    wide = unicodedata.normalize("NFKC", text.replace("\x00", ""))
    return tuple(wide.lower().split())
