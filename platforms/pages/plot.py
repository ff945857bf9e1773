"""Bars and columns as SVG that the server draws (``components/plot.html``). Pure.

A drawing is as wide as its place: what runs sideways is in per cent of the width, what runs upwards is in pixels, and
words keep their size. So one drawing serves a phone, a screen and paper without a script.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from unicodedata import east_asian_width

from platforms.figures import rounded
from platforms.pages.charts import Chart, Number

COLUMNS, BARS = "columns", "bars"
#: More series than this cannot be told apart.
MOST_SERIES = 5

#: The series that is drawn pale.
MISSING = 0

#: Pixels of a row of bars: its words, the bar, the room below.
WORDS_HIGH, BAR_HIGH, GAP_HIGH = 20, 12, 16
#: Pixels of columns: above the highest line, between the highest and the lowest one, and below for the labels.
ABOVE, FIELD, BELOW = 20, 180, 26
#: Per cent of the width that the numbers of the scale take, and per cent of its place that a column fills.
GUTTER, FILLED = Fraction(12), Fraction(70, 100)
#: Pixels that labels share on the narrowest phone, and what characters take there.
NARROWEST, HALF_WIDTH, FULL_WIDTH, BETWEEN = 260, 7, 13, 8


@dataclass(frozen=True)
class Piece:
    """One rectangle: ``x`` and ``width`` in per cent, ``y`` and ``height`` in pixels.

    ``series`` counts from 1; it is :data:`MISSING` for what is missing to the whole.

    ``said`` is what it stands for, to be shown under the pointer.
    """

    series: int
    x: str
    y: str
    width: str
    height: str
    said: str


@dataclass(frozen=True)
class Word:
    """A text: ``x`` in per cent, ``y`` its lower edge in pixels; ``anchor`` is start, middle or end.

    ``kind`` is label (what a bar is of), value (how much it is) or scale.
    """

    x: str
    y: int
    anchor: str
    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """A line across the drawing from ``x`` in per cent to its right edge, ``y`` pixels below the top."""

    x: str
    y: str


@dataclass(frozen=True)
class Plot:
    """A drawing, ``height`` pixels high; ``said`` tells in a sentence what a reader sees who cannot look at it.

    ``legend`` names the series where there are several. ``key`` sets the drawing's marks apart from those of others.
    """

    key: str
    title: str
    said: str
    height: int
    pieces: tuple[Piece, ...]
    words: tuple[Word, ...]
    lines: tuple[Line, ...]
    legend: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Drawn:
    """What ``components/plot.html`` shows: a chart, its drawing, what its table lists, and its files by kind."""

    chart: Chart
    plot: Plot
    name: str
    exports: tuple[tuple[str, str], ...] = ()


def plot(chart: Chart, *, missing: bool = False, whole: int = 0) -> Plot:
    """Draw the rows of ``chart``, whose shape is columns (beside each other) or bars (below each other).

    The series of a row are stacked, the first one lowest or leftmost; a number that is None or not above 0 is not
    drawn. The longest row takes the whole width, or ``whole`` does where it is more. ``missing`` says that the last
    series is what is missing to the whole of its row: it is drawn pale, and bars name both, the part and the whole.

    Raises:
        ValueError: the shape is another one, or the chart has more than :data:`MOST_SERIES` series.
    """
    if chart.shape not in (COLUMNS, BARS):
        raise ValueError(f"no such drawing: {chart.shape}")
    if len(chart.head) - 1 > MOST_SERIES:
        raise ValueError("too many series to be told apart")
    longest = max(Fraction(whole), *(_sum(numbers) for _, _, numbers in chart.rows), Fraction(0))
    series = [*range(1, len(chart.head))]
    if missing:
        series[-1] = MISSING
    drawn = _columns if chart.shape == COLUMNS else _bars
    height, pieces, words, lines = drawn(chart, longest, series)
    names = chart.head[1:]
    return Plot(
        key=chart.key,
        title=chart.title,
        said=said(chart, missing=missing),
        height=height,
        pieces=tuple(pieces),
        words=tuple(words),
        lines=tuple(lines),
        legend=tuple(zip(series, names, strict=True)) if len(names) > 1 else (),
    )


def said(chart: Chart, *, missing: bool = False) -> str:
    """Return what the drawing shows in a sentence: how many rows, which is the highest and which the lowest.

    What is ``missing`` to a whole makes no row higher.
    """
    rows = [(label, _sum(numbers[:-1] if missing else numbers)) for label, _, numbers in chart.rows]
    if not rows:
        return "没有可以统计的数据。"
    kind = "柱形图" if chart.shape == COLUMNS else "条形图"
    if len(rows) == 1:
        parts = zip(chart.head[1:], chart.rows[0][2], strict=True)
        told = "，".join(f"{name} {_shown(number)} {chart.unit}" for name, number in parts)
        return f"{kind}：{rows[0][0]}，{told}。"
    most, least = max(rows, key=lambda row: row[1]), min(rows, key=lambda row: row[1])
    if most[1] == least[1]:
        return f"{kind}，共 {len(rows)} 项，均为 {_shown(most[1])} {chart.unit}。"
    return (
        f"{kind}，共 {len(rows)} 项；最高为{most[0]}，{_shown(most[1])} {chart.unit}；"
        f"最低为{least[0]}，{_shown(least[1])} {chart.unit}。"
    )


def scale(longest: Fraction) -> tuple[int, int]:
    """Return the end and the step of a scale from 0 that holds ``longest``: two to five steps of 1, 2 or 5 tens.

    The end is above 0 and no smaller than ``longest``.
    """
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            if 5 * step >= longest:
                return max(2, -(-longest // step)) * step, step
        size *= 10


def every(labels: Sequence[str]) -> int:
    """Return that each how manieth of ``labels`` is written below columns, so that none touches the next on a phone."""
    widest = max((_pixels(label) for label in labels), default=0) + BETWEEN
    fit = max(1, NARROWEST // widest)
    return max(1, -(-len(labels) // fit))


def _bars(chart: Chart, longest: Fraction, series: Sequence[int]) -> tuple[int, list[Piece], list[Word], list[Line]]:
    pieces, words = [], []
    row_high = WORDS_HIGH + BAR_HIGH + GAP_HIGH
    for at, (label, _, numbers) in enumerate(chart.rows):
        top = at * row_high
        words.append(Word("0%", top + 14, "start", "label", label))
        much = _shown(_total(numbers))
        if MISSING in series:
            much = f"{_shown(_total(numbers[:-1]))} / {much}"
        words.append(Word("100%", top + 14, "end", "value", f"{much} {chart.unit}"))
        reached = Fraction(0)
        for at_series, name, number in zip(series, chart.head[1:], numbers, strict=True):
            if number is not None and number > 0:
                width = Fraction(number) * 100 / longest
                told = _told(chart, label, name, number)
                pieces.append(
                    Piece(at_series, _percent(reached), str(top + WORDS_HIGH), _percent(width), str(BAR_HIGH), told)
                )
                reached += width
    return max(0, len(chart.rows) * row_high - GAP_HIGH), pieces, words, []


def _columns(chart: Chart, longest: Fraction, series: Sequence[int]) -> tuple[int, list[Piece], list[Word], list[Line]]:
    end, step = scale(longest)
    pieces, words, lines = [], [], []
    for mark in range(0, end + 1, step):
        y = ABOVE + FIELD * (1 - Fraction(mark, end))
        lines.append(Line(_percent(GUTTER), _pixel(y)))
        words.append(Word(_percent(GUTTER - 2), round(y) + 4, "end", "scale", f"{mark:,}"))
    labels = [label for label, _, _ in chart.rows]
    shown = every(labels)
    place = (100 - GUTTER) / max(1, len(labels))
    for at, (label, _, numbers) in enumerate(chart.rows):
        left = GUTTER + place * at
        if at % shown == 0:
            words.append(Word(_percent(left + place / 2), ABOVE + FIELD + BELOW - 8, "middle", "label", label))
        reached = Fraction(0)
        for at_series, name, number in zip(series, chart.head[1:], numbers, strict=True):
            if number is not None and number > 0:
                high = Fraction(number) * FIELD / end
                reached += high
                pieces.append(
                    Piece(
                        at_series,
                        _percent(left + place * (1 - FILLED) / 2),
                        _pixel(ABOVE + FIELD - reached),
                        _percent(place * FILLED),
                        _pixel(high),
                        _told(chart, label, name, number),
                    )
                )
    return ABOVE + FIELD + BELOW, pieces, words, lines


def _told(chart: Chart, label: str, name: str, number: Number) -> str:
    """Return what a piece stands for; the name of the only series is that of the chart's unit and is left out."""
    series = f"，{name}" if len(chart.head) > 2 else ""
    return f"{label}{series}：{_shown(number)} {chart.unit}"


def _sum(numbers: Sequence[Number]) -> Fraction:
    return sum((Fraction(number) for number in numbers if number is not None and number > 0), Fraction(0))


def _total(numbers: Sequence[Number]) -> Number:
    """Return the sum that is written beside a row, None where nothing is known of it."""
    return None if all(number is None for number in numbers) else _sum(numbers)


def _shown(number: Number) -> str:
    return "—" if number is None else f"{rounded(Fraction(number)):,}"


def _percent(number: Fraction) -> str:
    return f"{rounded(number)}%"


def _pixel(number: Fraction) -> str:
    return f"{rounded(number)}"


def _pixels(text: str) -> int:
    return sum(FULL_WIDTH if east_asian_width(each) in "WF" else HALF_WIDTH for each in text)
