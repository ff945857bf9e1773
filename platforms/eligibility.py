"""Who may file which type for which place (三), and for whom nothing is accepted (五)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class RegionFacts:
    """A region as the rules see it; ``host`` is the code of the county that a zone lies in."""

    code: str
    kind: str
    host: str = ""


@dataclass(frozen=True)
class TownFacts:
    """A town as the rules see it: the codes of its county and of the zone committee that runs it, if any."""

    region: str
    kind: str
    zone: str = ""


@dataclass(frozen=True)
class BanFacts:
    """A ban in force that meets the operator or the place of an application; ``ends_on`` is its last day."""

    label: str
    ends_on: date


@dataclass(frozen=True)
class Facts:
    """What decides whether an application may be made; codes, not rows.

    ``zone_has_towns`` says whether any town is assigned to the zone yet, ``park_region`` is the region code of the
    chosen park, ``taken`` whether another application already stands for the same place in the round.
    """

    role: str
    type: str
    region: RegionFacts | None
    town: TownFacts | None = None
    park_region: str | None = None
    association: str = ""
    industry_chain: str = ""
    zone_has_towns: bool = False
    taken: bool = False
    bans: tuple[BanFacts, ...] = ()


def allowed_types(role: str, region_kind: str) -> tuple[str, ...]:
    """Return the platform types that ``role`` may file for a region of ``region_kind`` ("" for the city itself)."""
    raise NotImplementedError


def allowed_town(*, type: str, region: RegionFacts, town: TownFacts, zone_has_towns: bool) -> bool:  # noqa: A002
    """Say whether a platform of ``type`` filed by ``region`` may stand in ``town``."""
    raise NotImplementedError


def problems(facts: Facts) -> tuple[str, ...]:
    """Return every reason against the application, as Chinese sentences; empty if it may be made."""
    raise NotImplementedError


def ban_end(starts_on: date) -> date:
    """Return the last day of a ban that starts on ``starts_on`` (五: 3年内不受理认定申报)."""
    raise NotImplementedError
