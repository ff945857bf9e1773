"""What the quotas of an earlier round would be in this one."""

from collections.abc import Collection
from dataclasses import dataclass

from platforms.models import Quota, Region, Round
from platforms.rounds.queries.regions import regions_of


@dataclass(frozen=True)
class Given:
    """One region: ``before`` is its quota in the earlier round, ``now`` in this one; None where it has none."""

    region: Region
    before: int | None
    now: int | None

    @property
    def is_new(self) -> bool:
        """Whether taking over gives it a quota: what it has already stays."""
        return self.now is None and self.before is not None


@dataclass(frozen=True)
class Takeover:
    """The quotas of ``source`` for the regions of another round, by code; ``gone`` names regions that ended since."""

    source: Round
    lines: tuple[Given, ...]
    gone: tuple[str, ...]

    @property
    def new(self) -> tuple[Given, ...]:
        """The regions that would get a quota."""
        return tuple(each for each in self.lines if each.is_new)


def source_for(round: Round) -> Round | None:
    """Return the latest earlier round with quotas, None where there is none."""
    return Round.objects.filter(year__lt=round.year, quotas__isnull=False).order_by("-year").first()


def has_any_for(round: Round, regions: Collection[int]) -> bool:
    """Say whether any of ``regions``, by key, would get a quota by taking over."""
    source = source_for(round) if regions else None
    return source is not None and Quota.objects.filter(round=source, region__in=regions).exists()


def takeover_for(round: Round) -> Takeover | None:
    """Return what ``round`` would take over of the latest earlier round with quotas; None where there is none."""
    source = source_for(round)
    if source is None:
        return None
    before, now = (dict(Quota.objects.filter(round=each).values_list("region", "places")) for each in (source, round))
    regions = list(regions_of(round))
    gone = Region.objects.filter(pk__in=before.keys() - {region.pk for region in regions}).order_by("code")
    lines = tuple(Given(region, before.get(region.pk), now.get(region.pk)) for region in regions)
    return Takeover(source, lines, tuple(gone.values_list("name", flat=True)))
