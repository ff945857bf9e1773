"""The list of the strong industrial towns (attachment 2 of the notice) as it is pasted, read against the towns."""

import re
import unicodedata
from dataclasses import dataclass

from platforms.models import Town
from platforms.reference.choices import TownKind
from platforms.reference.queries.named import Named

_NUMBERED = re.compile(r"^[(（]?\d{1,3}[)）.、．]\s*")
_CODE = re.compile(r"\d{9,12}", re.ASCII)
_APART = re.compile(r"[\n,，、;；\t]+")


@dataclass(frozen=True)
class StrongList:
    """What was read: the ``towns`` of the list in their order, and what could not be read, as sentences."""

    towns: tuple[Town, ...]
    problems: tuple[str, ...]

    @property
    def added(self) -> list[Town]:
        """Towns that would be marked newly."""
        return [town for town in self.towns if not town.is_strong]


def read_list(text: str) -> StrongList:
    """Return the towns that ``text`` names, by name (with or without the county before it) or by code.

    Entries stand on lines of their own or are set apart by commas; numbers before them are not read.
    """
    named = Named(Town.objects.exclude(kind=TownKind.ZONE).select_related("region").order_by("code"))
    towns: dict[int, Town] = {}
    problems = []
    for entry in entries_of(text):
        found = named.find(entry)
        if not found:
            problems.append(f"没有找到“{entry}”，请核对名称，或填写代码。")
        elif len(found) > 1:
            where = "、".join(str(town.region) for town in found)
            problems.append(f"“{entry}”在{where}都有，请在前面写明区县（市）。")
        elif found[0].pk in towns:
            problems.append(f"“{entry}”重复出现，请只保留一处。")
        else:
            towns[found[0].pk] = found[0]
    return StrongList(tuple(towns.values()), tuple(problems))


def entries_of(text: str) -> list[str]:
    """Return the entries of a list that was pasted, half-width and without numbers before them."""
    found = []
    for part in _APART.split(text.replace("\r", "\n")):
        visible = "".join(each for each in part if unicodedata.category(each) != "Cf")
        plain = unicodedata.normalize("NFKC", visible).strip()
        if not _CODE.fullmatch(plain):
            plain = _NUMBERED.sub("", plain).strip()
        if plain:
            found.append(plain)
    return found
