"""What a change of regions is to be: which end, who takes over, which towns go where, from which day on."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from platforms.models import Region, Town
from platforms.reference.queries.named import Named
from platforms.region_changes.choices import ChangeKind

_ARROW = re.compile(r"[\s→>]+|->")


@dataclass(frozen=True)
class Newcomer:
    """A region that is founded."""

    code: str
    name: str
    kind: str
    host: Region | None = None


@dataclass(frozen=True)
class Wanted:
    """A change as it is asked for; ``plan`` says what it comes to.

    ``main`` takes over what goes to no other region: an existing one, or a ``newcomer``. ``towns`` are those that are
    named, each with the region that it goes to, None for ``main``. ``close_officers`` switches the accounts of what
    ends off instead of giving them to ``main``.
    """

    kind: str
    effective_on: date
    document_number: str
    reason: str
    ending: tuple[Region, ...] = ()
    main: Region | None = None
    newcomer: Newcomer | None = None
    towns: tuple[tuple[Town, Region | None], ...] = ()
    close_officers: bool = False

    @property
    def main_name(self) -> str:
        return self.newcomer.name if self.newcomer else self.main.name if self.main else ""

    @property
    def main_kind(self) -> str:
        return self.newcomer.kind if self.newcomer else self.main.kind if self.main else ""

    @property
    def others(self) -> tuple[Region, ...]:
        """The regions beside ``main`` that towns go to, each once."""
        found = {to.pk: to for _, to in self.towns if to is not None and to != self.main}
        return tuple(found.values())


@dataclass(frozen=True)
class TownList:
    """What was read of a list of towns: the towns with where they go, and what could not be read, as sentences."""

    towns: tuple[tuple[Town, Region | None], ...]
    problems: tuple[str, ...]


def read_towns(text: str, *, kind: str, regions: Sequence[Region]) -> TownList:
    """Return the towns that ``text`` names, one a line, behind it for a split the one of ``regions`` that takes it."""
    by_name = Named(Town.objects.select_related("region", "zone").order_by("code"))
    takers = Named(regions)
    found: dict[int, tuple[Town, Region | None]] = {}
    problems = []
    for line in text.replace("\r", "\n").split("\n"):
        words = [word for word in _ARROW.split(unicodedata.normalize("NFKC", line).strip()) if word]
        if not words:
            continue
        towns = by_name.find(words[0])
        if len(towns) != 1:
            several = "、".join(f"{town.region}{town.name}" for town in towns)
            told = f"有多个：{several}，请在前面写明区县（市）" if towns else "没有找到，请核对名称，或填写代码"
            problems.append(f"“{words[0]}”{told}。")
            continue
        to: Region | None = None
        if kind == ChangeKind.SPLIT:
            named = takers.find("".join(words[1:]))
            if len(named) != 1:
                problems.append(f"请在“{words[0]}”后空一格，写明划入的地区。")
                continue
            to = named[0]
        elif len(words) > 1:
            problems.append(f"“{line.strip()}”：一行只写一个乡镇（街道）。")
            continue
        if towns[0].pk in found:
            problems.append(f"“{words[0]}”重复出现，请只保留一处。")
        found[towns[0].pk] = (towns[0], to)
    return TownList(tuple(found.values()), tuple(problems))
