from pypinyin import Style, lazy_pinyin

LONGEST = 600


def searchable(name: str) -> str:
    """Return initials and full spelling of ``name`` in small letters, so that hjq or hengjiang finds 横江区."""
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return f"{initials} {''.join(lazy_pinyin(name))}".lower()[:LONGEST]
