"""What the sheets of every workbook to fill in have in common: names of sheets, kinds of columns."""

import re
import unicodedata
from functools import lru_cache

NOTES, EXAMPLES, OPTIONS, VERSION, FOUND = "填写说明", "示例", "选项", "版本", "检查结果"
#: Sheets that explain or serve; they are not read.
NOT_READ = (NOTES, EXAMPLES, OPTIONS, VERSION, FOUND)
#: A column with this head, or one that begins with it, is the officer's own; it is not read.
OWN_NOTES = "备注"


@lru_cache(maxsize=1_000)
def plain_header(text: str) -> str:
    """Return what two heads have in common that mean the same: no blanks, line breaks, stars, no width of brackets."""
    wide = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s*]+", "", "".join(each for each in wide if unicodedata.category(each) not in ("Cf", "Cc")))
