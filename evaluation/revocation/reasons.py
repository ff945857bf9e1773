"""What the operator of a platform is told of why its certification is to be revoked."""

from collections.abc import Sequence
from datetime import date

from platforms.dates import day_in_words

#: So many facts are told in words; of more it is said how many there are.
MOST_TOLD = 12


def told(ground: str, facts: Sequence[tuple[date, str]], *, on: date, most: int) -> str:
    """Return ground, day and facts in at most ``most`` characters, each fact on a line of its own.

    ``facts`` are pairs of day and text. Where they do not fit, each is cut to its share of the room.
    """
    head = f"撤销情形：{ground}。拟自{day_in_words(on)}起撤销认定。"
    lines = [f"{place}. {day_in_words(day)}：{' '.join(text.split())}" for place, (day, text) in enumerate(facts, 1)]
    rest = f"另有 {len(lines) - MOST_TOLD} 项事实，可向市经信局查阅。" if len(lines) > MOST_TOLD else ""
    lines = lines[:MOST_TOLD]
    whole = "\n".join(filter(None, [head, *lines, rest]))
    if len(whole) <= most:
        return whole
    share = (most - len(head) - len(rest) - len(lines) - 1) // len(lines)
    cut = [line if len(line) <= share else f"{line[: share - 1]}…" for line in lines]
    return "\n".join(filter(None, [head, *cut, rest]))
