"""The number of an official document: 经信〔2026〕12号; no database."""

import re
import unicodedata

_SHAPE = re.compile(r"[\u4e00-\u9fff]{1,16}〔(?:19|20)\d{2}〕[1-9]\d{0,3}号")
_BRACKETS = str.maketrans({"[": "〔", "(": "〔", "【": "〔", "]": "〕", ")": "〕", "】": "〕"})


def document_number(text: str) -> str:
    """Return ``text`` as the number of a document is written; empty for nothing.

    Blanks go, brackets of any kind become 〔〕, and full-width digits plain ones.

    Raises:
        ValueError: it is none; the text is a Chinese sentence.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).translate(_BRACKETS)
    if plain and not _SHAPE.fullmatch(plain):
        raise ValueError("请按“机关代字〔年份〕序号”填写文号，如 经信〔2026〕12号。")
    return plain
