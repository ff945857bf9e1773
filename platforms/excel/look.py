"""How a sheet that leaves the house looks, worked out from its head and its first rows; knows no writer of workbooks.

Characters of Chinese text count two, as they do in a column of Excel.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

#: The font of every cell; whatever opens Chinese workbooks has it or puts its own Chinese one in its place.
FONT, SIZE = "宋体", 11
HEAD_FILL = "#E8EEF6"
#: Number formats.
TEXT, WHOLE, NUMBER = "@", "#,##0", "0"
DAY, MINUTE, SECOND = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "yyyy-mm-dd hh:mm:ss"
#: Columns are at least and at most so wide; a longer text runs on in the next line of its cell.
NARROWEST, WIDEST = 6, 36
#: So many rows say how wide the columns of a long file are.
SAMPLE = 500
PAGE = "第 &P 页，共 &N 页"
#: Excel knows no day before.
FIRST_DAY = date(1900, 3, 1)
#: What stands beside a text of a cell, and the arrow of the filter beside a head.
_AIR, _ARROW = 2, 3
#: A head as wide as this stands in one line; the row of heads has room for two.
_ONE_LINE, HEAD_HEIGHT = 8, 34
_CODE = re.compile(r"[\dA-Z ()（）+/.:-]*\d[\dA-Z ()（）+/.:-]*", re.ASCII | re.IGNORECASE)
#: Numbers under such a head name something and are not grouped.
_NAMES = ("年", "年度", "年份", "序号", "编号", "代码", "版本")


@dataclass(frozen=True)
class Look:
    """What a column of each place looks like: its width, the format of its numbers, whether its text runs on, and
    whether its text would be taken for a number or a day where somebody types it again, as a code."""

    widths: tuple[float, ...]
    numbers: tuple[str, ...]
    wraps: tuple[bool, ...]
    codes: tuple[bool, ...]


def look_of(head: Sequence[Any], sample: Sequence[Sequence[Any]]) -> Look:
    """Return the look of a sheet whose first rows are ``head`` and ``sample``."""
    places = max(map(len, [head, *sample]), default=0)
    widths, numbers, wraps, codes = [], [], [], []
    for place in range(places):
        title = str(head[place]) if place < len(head) else ""
        cells = [row[place] for row in sample if place < len(row)]
        number = _format(title, cells)
        most = max((width_of(cell, number) for cell in cells), default=0)
        widths.append(min(WIDEST, max(NARROWEST, most + _AIR, _width_of_head(title))))
        numbers.append(number)
        wraps.append(most + _AIR > WIDEST or any(isinstance(cell, str) and "\n" in cell for cell in cells))
        codes.append(any(isinstance(cell, str) and _CODE.fullmatch(cell) for cell in cells))
    return Look(tuple(widths), tuple(numbers), tuple(wraps), tuple(codes))


def width_of(value: Any, number: str = NUMBER) -> int:
    """Return how many characters wide ``value`` stands in a cell, a number in the format ``number``."""
    if isinstance(value, str):
        lines = value.splitlines() if "\n" in value else (value,)
        return max((len(line.encode("gb18030", "replace")) for line in lines), default=0)
    if isinstance(value, datetime):
        return len(MINUTE)
    if isinstance(value, date):
        return len(DAY)
    if value is None:
        return 0
    if number.startswith("#") and isinstance(value, (int, float, Decimal)):
        return len(f"{value:,.{len(number.partition('.')[2])}f}")
    return len(str(value))


def page_title(title: str) -> str:
    """Return ``title`` as it stands in the head of a printed page."""
    return f'&"{FONT},Bold"&{SIZE} {title[:100].replace("&", "&&")}'


def _width_of_head(title: str) -> int:
    """A long head stands in two lines, so that a column of small numbers does not get as wide as its name."""
    whole = width_of(title)
    return (whole if whole <= _ONE_LINE else (whole + 1) // 2 + 1) + _ARROW


def _format(title: str, cells: Sequence[Any]) -> str:
    if title.partition("（")[0].endswith(_NAMES):
        return NUMBER
    places = max((_places(cell) for cell in cells), default=0)
    return f"{WHOLE}.{'0' * places}" if places else WHOLE


def _places(value: Any) -> int:
    if isinstance(value, float):
        return 0 if value.is_integer() else 2
    if not isinstance(value, Decimal) or not value.is_finite():
        return 0
    return min(6, max(0, -int(value.as_tuple().exponent)))
