"""Tiers as officials write them: 70(含)–80：4；90(含)以上：10. Pure: text in, pairs of least value and points out.

A tier holds its least value and not its upper end, which is where the next one begins; the last one is open. What is
stored are the pairs alone, so that tiers can neither overlap nor leave a hole once they are read.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

EXAMPLE = "60（含）–70：2；70（含）–80：4；80（含）以上：10"
#: Most tiers of one indicator.
MOST = 20
_NUMBER = r"\d{1,9}(?:\.\d{1,2})?"
_POINTS = re.compile(r"\d{1,4}(?:\.\d{1,2})?", re.ASCII)
_BETWEEN = re.compile(rf"({_NUMBER})(?:\(含\))?-({_NUMBER})(?:\(不含\))?", re.ASCII)
_FROM = re.compile(rf"({_NUMBER})(?:\(含\))?(?:以上|及以上)", re.ASCII)
_BELOW = re.compile(rf"({_NUMBER})(?:\(不含\))?以下", re.ASCII)
_CLOSED = re.compile(rf".*-{_NUMBER}\(含\)", re.ASCII)
#: What is written for "to" between two numbers, after compatibility forms are folded.
_TO = re.compile(r"[-‐‑‒–—―−~∼～至到]+")
_UNITS = re.compile(r"(?<=\d)(%|分)")


class TiersError(ValueError):
    """A text that cannot be read as tiers; the message is a Chinese sentence that names the tier."""


@dataclass(frozen=True)
class _Tier:
    """One tier as it was written: ``upper`` is None for the open one; numbers as text."""

    written: str
    least: str
    upper: str | None
    points: str


def parse(text: str) -> list[list[str]]:
    """Return pairs of least value and points, both as decimal text, the lowest tier first; nothing for no text.

    Raises:
        TiersError: a tier cannot be read, two overlap, something lies between two, or the best one is not open.
    """
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    parts = [part for part in re.split(r"[;；。]", folded) if part]
    if len(parts) > MOST:
        raise TiersError(f"最多可分 {MOST} 档。")
    tiers = sorted((_read(part) for part in parts), key=lambda tier: float(tier.least))
    for lower, higher in pairwise(tiers):
        if lower.upper is None or float(lower.upper) > float(higher.least):
            raise TiersError(f"“{lower.written}”与“{higher.written}”两档重叠，请改为首尾相接。")
        if float(lower.upper) < float(higher.least):
            hole = f"{lower.upper}（含）–{higher.least}"
            raise TiersError(f"“{lower.written}”与“{higher.written}”两档之间缺 {hole}，请补齐。")
    if tiers and tiers[-1].upper is not None:
        last = tiers[-1]
        raise TiersError(f"最高一档“{last.written}”没有上限，应写为“{last.least}（含）以上：{last.points}”。")
    return [[tier.least, tier.points] for tier in tiers]


def _read(part: str) -> _Tier:
    written, _, points = part.rpartition(":")
    written = written or part
    scale = _TO.sub("-", _UNITS.sub("", written))
    part, written = (each.replace("(", "（").replace(")", "）") for each in (part, written))
    if _CLOSED.fullmatch(scale):
        raise TiersError(f"“{written}”的上限不在本档之内，上限后面不写“（含）”。")
    if not _POINTS.fullmatch(_UNITS.sub("", points)):
        raise TiersError(f"“{part}”格式有误，请按“数值范围：得分”填写，例如 {EXAMPLE}。")
    earned = _plain(_UNITS.sub("", points))
    if found := _BETWEEN.fullmatch(scale):
        least, upper = _plain(found[1]), _plain(found[2])
        if float(upper) <= float(least):
            raise TiersError(f"“{written}”的上限须大于下限。")
        return _Tier(written, least, upper, earned)
    if found := _FROM.fullmatch(scale):
        return _Tier(written, _plain(found[1]), None, earned)
    if found := _BELOW.fullmatch(scale):
        return _Tier(written, "0", _plain(found[1]), earned)
    raise TiersError(f"“{written}”格式有误，请写为“70（含）–80”或“90（含）以上”，例如 {EXAMPLE}。")


def ranges(pairs: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """Return each tier as it is written, such as ``70(含)–80``, with its points, in the order of ``pairs``."""
    rows = [(_plain(str(least)), _plain(str(points))) for least, points in pairs]
    uppers = [least for least, _ in rows[1:]]
    return [
        (f"{least}（含）–{uppers[at]}" if at < len(uppers) else f"{least}（含）以上", points)
        for at, (least, points) in enumerate(rows)
    ]


def show(pairs: Iterable[Sequence[str]]) -> str:
    """Return the text of ``pairs``; :func:`parse` reads it back to equal pairs where they rise."""
    return "；".join(f"{written}：{points}" for written, points in ranges(pairs))


def _plain(number: str) -> str:
    """Return a number without zeros that say nothing: 070.50 is 70.5."""
    whole, _, part = number.partition(".")
    part = part.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{part}" if part else "")
