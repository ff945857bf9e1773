"""How a round stands, for the first page of county and city: its steps with their days, the quotas, the types.

What a later app knows of a round stands in :data:`LATER`.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, prefetch_related_objects
from django.urls import reverse

from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.quotas import FILED
from platforms.choices import TYPES_IN_SHORT, Role
from platforms.deadlines import in_words
from platforms.models import Application, Quota, Region, Round, User
from platforms.rounds.choices import RoundStatus
from platforms.rounds.phases import FILING_PHASE


@dataclass(frozen=True)
class Step:
    """One step of a round: whether it is over, its days as far as they are known, and where its rows are."""

    label: str
    done: bool
    first: date | None = None
    last: date | None = None
    note: str = ""
    url: str = ""


#: What evaluation and funding know of a round, in the order of work.
LATER: list[Callable[[User, Round], Iterable[Step]]] = []


@dataclass(frozen=True)
class Bar:
    """How many of how many: ``said`` is the figure in words; ``most`` is never below ``value`` or 1."""

    label: str
    value: int
    most: int
    said: str
    url: str
    over: bool = False


class Dashboard:
    """How ``round`` stands on the day ``on`` for ``user``: a county reads its own, the city all."""

    def __init__(self, user: User, round: Round, on: date) -> None:
        self.user, self.round, self.on = user, round, on
        self.by_county = user.role == Role.COUNTY

    @cached_property
    def counts(self) -> Counter[tuple[int | None, str, str]]:
        """Applications by region, type and status, in one question."""
        rows = Application.objects.visible_to(self.user).filter(round=self.round).order_by()
        found = rows.values_list("region", "type", "status").annotate(n=Count("*"))
        return Counter({(region, type_, status): n for region, type_, status, n in found})

    def filed(self, region: int | str | None = "") -> int:
        """Return how many were filed and not withdrawn, of one region where one is given."""
        return sum(n for (place, _, status), n in self.counts.items() if status in FILED and region in ("", place))

    def of_status(self, *statuses: str) -> int:
        """Return how many have one of ``statuses``."""
        return sum(n for (_, _, status), n in self.counts.items() if status in statuses)

    def url(self, **narrowed: Any) -> str:
        """Return the list of applications that ``narrowed`` asks for, by its names at the desk."""
        if self.by_county:
            return f"{reverse('desk:home')}?{urlencode({'year': self.round.year, **narrowed})}"
        names = {"status": "status__exact", "type": "type__exact", "region": "region__id__exact"}
        query: dict[str, Any] = {"round__id__exact": self.round.pk}
        for name, value in narrowed.items():
            if (name, value) == ("status", "filed"):
                query["todo"] = "filed"
            elif (name, value) == ("region", None):
                query["region__isnull"] = "True"
            else:
                query[names[name]] = value
        return f"{reverse('admin:platforms_application_changelist')}?{urlencode(query)}"

    @cached_property
    def steps(self) -> list[dict[str, str]]:
        """The steps for ``components/phases.html``; the first one that is not over is at work."""
        prefetch_related_objects([self.round], "phases")
        phase = next((each for each in self.round.phases.all() if each.number == FILING_PHASE), None)
        filing = self.round.status in (RoundStatus.PREPARING, RoundStatus.FILING)
        waiting, returned = (self.of_status(each) for each in (ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED))
        accepted = self.of_status(ApplicationStatus.ACCEPTED)
        found = [
            Step(
                "申报",
                not filing,
                phase.starts_on if phase else None,
                self.round.report_due_on,
                f"已申报 {self.filed()} 份",
                self.url(status="filed"),
            ),
            Step(
                "受理",
                not filing and not waiting + returned,
                note=f"待审核 {waiting} 份，已受理 {accepted} 份",
                url=self.url(status=ApplicationStatus.SUBMITTED if waiting else ApplicationStatus.ACCEPTED),
            ),
            *(step for later in LATER for step in later(self.user, self.round)),
        ]
        now = next((at for at, step in enumerate(found) if not step.done), len(found))
        return [self._shown(step, "current" if at == now else "done" if step.done else "coming") for at, step in
                enumerate(found)]  # fmt: skip

    def _shown(self, step: Step, state: str) -> dict[str, str]:
        left = in_words((step.last - self.on).days) if step.last and state == "current" else ""
        dates = "至".join(self._day(day) for day in (step.first, step.last) if day)
        note = "，".join(filter(None, (step.note, left)))
        return {"label": step.label, "dates": dates, "state": state, "note": note, "url": step.url}

    def _day(self, day: date) -> str:
        return f"{'' if day.year == self.round.year else f'{day.year}年'}{day.month}月{day.day}日"

    @cached_property
    def bars(self) -> list[Bar]:
        """How much of the quotas is used: by region for the city, by status for a county."""
        places = dict(Quota.objects.visible_to(self.user).filter(round=self.round).values_list("region", "places"))
        if self.by_county:
            quota = sum(places.values()) if places else None
            filed = self.filed()
            most = max(quota or 0, filed, 1)
            return [
                self._quota("已申报", filed, quota, self.url(status="filed")),
                *(
                    Bar(label, n, max(most, n), f"{n} 份", self.url(status=status))
                    for status, label in ApplicationStatus.choices
                    if status != ApplicationStatus.WITHDRAWN and (n := self.of_status(status))
                ),
            ]
        keys = {region for region, _, _ in self.counts} | places.keys()
        names = {each.pk: each for each in Region.objects.filter(pk__in=[key for key in keys if key])}
        rows = [
            self._quota(region.name, self.filed(pk), places.get(pk), self.url(region=pk, status="filed"))
            for pk, region in sorted(names.items(), key=lambda pair: pair[1].code)
        ]
        if own := self.filed(None):
            rows.append(self._quota("市级重点行业", own, None, self.url(region=None, status="filed")))
        return rows

    def _quota(self, label: str, filed: int, places: int | None, url: str) -> Bar:
        said = f"{filed} 份" if places is None else f"{filed} / {places} 个"
        over = max(filed - places, 0) if places is not None else 0
        said += f"，超出 {over} 个" if over else ""
        return Bar(label, filed, max(places or 0, filed, 1), said, url, over > 0)

    @cached_property
    def types(self) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
        """The rows of a chart: each type with its address and how many applications of each status it has."""
        return tuple(
            (
                label,
                self.url(type=type_),
                tuple(
                    sum(n for (_, kind, state), n in self.counts.items() if (kind, state) == (type_, status))
                    for status in ApplicationStatus.values
                ),
            )
            for type_, label in TYPES_IN_SHORT.items()
        )

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of that chart."""
        return ("类型", *(str(each.label) for each in ApplicationStatus))

    @property
    def title(self) -> str:
        """What the chart of the types says."""
        filed, accepted = self.filed(), self.of_status(ApplicationStatus.ACCEPTED)
        drafts = self.of_status(ApplicationStatus.DRAFT)
        return f"{self.round}已申报 {filed} 份，其中已受理 {accepted} 份；另有草稿 {drafts} 份"
