"""Quotas (三, attachment 1) against what was filed: guidance for the counties, never a bar."""

from dataclasses import dataclass

from platforms.models import Region, Round, User


@dataclass(frozen=True)
class QuotaUse:
    """How a region stands in a round: ``places`` None where no quota was set, ``used`` what was filed and not withdrawn."""

    region: Region
    places: int | None
    used: int

    @property
    def left(self) -> int | None:
        """Places not used yet, never below zero; None without a quota."""
        return None if self.places is None else max(self.places - self.used, 0)

    @property
    def over(self) -> int:
        """By how many the region is over its quota."""
        return 0 if self.places is None else max(self.used - self.places, 0)

    @property
    def next_is_over(self) -> bool:
        """Whether one more submission goes over the quota and so needs a reason."""
        return self.places is not None and self.used + 1 > self.places


def quota_use(*, round: Round, region: Region) -> QuotaUse:  # noqa: A002
    """Return how ``region`` stands in ``round``."""
    raise NotImplementedError


def quota_table(*, round: Round, user: User) -> list[QuotaUse]:  # noqa: A002
    """Return the standing of every region that ``user`` may see the quota of, by region code."""
    raise NotImplementedError
