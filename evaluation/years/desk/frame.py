"""What the pages about several years share: which years, regions and types the address asks for, and the tabs."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from evaluation.marking.choices import CITY
from evaluation.years import queries
from evaluation.years.queries import Line, Year
from platforms.choices import TYPES_IN_SHORT
from platforms.excel.list_file import Row
from platforms.notices.terms import merged
from platforms.pages.lists import Filter, ListPage, Words
from platforms.reference.choices import CITYS_OWN

#: So many years are laid beside each other where the address names none.
USUAL = 3
TABS = (
    ("evaluation:years", "各平台"),
    ("evaluation:year_regions", "各地区"),
    ("evaluation:year_indicators", "各指标"),
    ("evaluation:year_movements", "档次变化"),
)
YEAR = r"\d{4}"
LATEST = "最近公布的年度"


class YearsList(ListPage):
    """A list over the years that the person may compare, narrowed by years, region and type."""

    template = "years/years.html"
    file_permission = queries.COMPARE
    usual: ClassVar[int] = USUAL
    #: What the table of its chart lists.
    chart_name: ClassVar[str]
    filters: ClassVar[tuple[Filter, ...]] = (
        Filter("from", "起始年度", pattern=YEAR, every=f"最近{USUAL}个年度", narrows=False, stays=True),
        Filter("to", "截止年度", pattern=YEAR, every=LATEST, narrows=False, stays=True),
        Filter("region", "地区", most=12, city=True),
        Filter("type", "类型", words=TYPES_IN_SHORT, some=True),
    )
    none_yet = "暂无已公布的年度，公布认定结果后可以逐年对比。"
    size = 50
    sticky = True

    def __init__(self, request: HttpRequest, **kept: Any) -> None:
        super().__init__(request, **kept)
        #: Every year that the person may compare, the earliest first.
        self.all_years = queries.years(self.user)
        self.years = self._chosen()

    def _chosen(self) -> tuple[Year, ...]:
        """Return the years asked for, in whichever order they are named.

        Without a last year it is the last one that is public, so that a year in work stands there only when it is
        asked for; without a first one it is as many as usual.
        """
        public = [each.year for each in self.all_years if each.public]
        since, until = int(self.values["from"] or 0), int(self.values["to"] or 0)
        if since and until:
            since, until = sorted((since, until))
        if not until and public and since <= public[-1]:
            until = public[-1]
        found = [each for each in self.all_years if each.year >= since and (not until or each.year <= until)]
        return tuple(found if since else found[-self.usual :])

    @cached_property
    def everything(self) -> list[Line]:
        """What stands in the years, whatever region and type the address asks for."""
        return queries.lines(self.user, self.years)

    @cached_property
    def compared(self) -> list[Line]:
        """What of the years the address asks for."""
        region, type_ = self.values["region"], self.values["type"]
        return [
            each
            for each in self.everything
            if (not region or (each.region or CITYS_OWN) == region) and (not type_ or each.type == type_)
        ]

    @cached_property
    def grades(self) -> list[tuple[str, str]]:
        """The grades of all the years, as the latest notice orders them."""
        return merged(each.terms.grade_choices for each in reversed(self.years))

    @cached_property
    def regions(self) -> Sequence[tuple[Any, ...]]:
        names = dict(sorted({(each.region or CITYS_OWN, each.region_name) for each in self.everything}))
        return list(names.items())

    def words(self, filter: Filter) -> Words:
        if filter.name in ("from", "to"):
            return {str(each.year): each.label for each in self.all_years}
        return super().words(filter)

    def counts(self, filter: Filter) -> dict[str, int]:
        if filter.name != "type":
            return dict(super().counts(filter))
        return {type_: sum(each.type == type_ for each in self.everything) for type_ in TYPES_IN_SHORT}

    def notes(self) -> list[Row]:
        place = self.user.region.name if self.user.region and not self.user.has_perm(queries.JUDGE) else "全市"
        return [["范围", place], ["年度", "、".join(each.label for each in self.years)]]

    def list_url(self, *, since: int, until: int, **more: str) -> str:
        """Return the address of the platforms behind a number: those of the years, with this page's region and type."""
        asked = {"from": str(since), "to": str(until)} | {name: self.values[name] for name in ("region", "type")} | more
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse('evaluation:years')}?{query}"

    def extra(self) -> dict[str, Any]:
        kept = {each.name: self.values.get(each.name, "") for each in YearsList.filters}
        query = urlencode({name: value for name, value in kept.items() if value})
        tabs = [
            {"label": label, "url": reverse(name) + (f"?{query}" if query else ""), "active": name == self.place}
            for name, label in TABS
        ]
        return {
            "tabs": tabs,
            "chart_name": self.chart_name,
            "unpublished": [each.label for each in self.years if not each.public],
        }


def region_key(line: Line) -> tuple[str, str]:
    """Return code and name of the region of ``line``, in the order in which regions stand: the city's own last."""
    return (line.region, line.region_name) if line.region else ("~", CITY)
