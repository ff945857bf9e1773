"""Whom a ban in force keeps out (五: 若干年内不受理认定申报), and what it says to them.

The notice takes the operator's right to operate away; whether the place is barred too is a reading: it is, until two
people of the city release it for another operator (a strong industrial town must be covered, 三·(二)).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from platforms.applications.eligibility import BanFacts


@dataclass(frozen=True)
class StandingBan:
    """A ban on a day on which it is in force and not lifted; ``is_released`` says that other operators may come."""

    operator_code: str
    site_key: str
    site_label: str
    ends_on: date
    is_released: bool = False

    def meets(self, *, operator_code: str, site_key: str) -> bool:
        """Say whether it keeps this operator out, or anybody from this place; empty values are nobody's."""
        return self._is_on_operator(operator_code) or self.bars_place(site_key)

    def bars_place(self, site_key: str) -> bool:
        """Say whether nobody at all may apply for the place."""
        return bool(self.site_key) and self.site_key == site_key and not self.is_released

    def facts(self, *, operator_code: str, site_name: str) -> BanFacts:
        """Name what it meets in an application; what else it names is none of the applicant's business."""
        if self._is_on_operator(operator_code):
            return BanFacts(operator_code, self.ends_on)
        return BanFacts(self.site_label or site_name, self.ends_on, of_place=True)

    def _is_on_operator(self, operator_code: str) -> bool:
        return bool(self.operator_code) and self.operator_code == operator_code


def met(bans: Iterable[StandingBan], *, operator_code: str, site_key: str, site_name: str = "") -> tuple[BanFacts, ...]:
    """Return what those of ``bans`` that meet this operator or place say of it, each thing once."""
    found = [
        ban.facts(operator_code=operator_code, site_name=site_name)
        for ban in bans
        if ban.meets(operator_code=operator_code, site_key=site_key)
    ]
    return tuple(dict.fromkeys(found))
