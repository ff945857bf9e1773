"""The workbench (六·(一)): the figures of a county, and for the city all regions side by side; each opens its rows."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from platforms.choices import Role
from platforms.dates import day_in_words
from platforms.pages.access import officer
from platforms.pages.lists import Column, Counted, Value, leads_to, ordered, sorting
from platforms.pages.years import by_year, year_url
from platforms.reference.choices import CITYS_OWN
from platforms.rounds.queries.counted_period import period_of_round
from platforms.workbench.desk.address import OWN, ScopedList, query_of, rows_url, words_of_place
from platforms.workbench.desk.counted import figures_of
from platforms.workbench.desk.figures import figure_columns, said
from platforms.workbench.desk.rows import KINDS, RowsOfKind
from platforms.workbench.queries import figures as workbench
from platforms.workbench.queries.figures import BY_KEY, FIGURES
from platforms.workbench.queries.scope import ALL, COUNT, SHARE, Amount, Place


class RegionFigures(ScopedList):
    """The regions side by side, with the whole city below; where one region or platform is asked for, its line."""

    title, file_title, label = "工作台", "工作台", "各地区数据"
    noun, unit, sticky = "地区", "个地区", True
    place, file_place = "desk:workbench", "desk:workbench_file"
    template = "workbench/workbench_city.html"
    filters = (*ScopedList.filters, sorting("region", "region", *BY_KEY))

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        scope = self.scope
        past = f"平台、联通和待办为{day_in_words(scope.on)}的情况。" if scope.is_past else ""
        self.lead = (
            f"服务按{self.months()}统计，任务和受理按{scope.round}统计。{past}"
            "点列名排序，点数字打开它所计的记录，点地区查看该地区。"
        )
        here = leads_to("desk:workbench").make()
        self.link = Value(("code",), lambda code: here + query_of(scope, region=code) if code else "")

    @property
    def is_whole(self) -> bool:
        """Whether these are the regions side by side."""
        return self.user.role == Role.CITY and self.scope.place is None and self.scope.platform is None

    @cached_property
    def found(self) -> Mapping[str, Mapping[Place, Amount]]:
        """The amounts of all figures."""
        return workbench.numbers(self.scope)

    def _line(self, code: str, name: str, key: Place) -> Counted:
        worths = {each.key: each.worth(self.found[each.key].get(key, Amount())) for each in FIGURES}
        return {"code": code, "name": name, **worths}

    def _whole(self) -> Counted:
        return self._line("", words_of_place(self.scope), ALL)

    def rows(self) -> Sequence[Counted]:
        if not self.is_whole:
            return [self._whole()]
        regions = workbench.regions_with_platforms(self.scope)
        lines = [
            self._line(each.code, each.name, each.pk) if each else self._line(CITYS_OWN, OWN, None) for each in regions
        ]
        sort = self.values["sort"]
        return ordered(lines, sort) if sort.removeprefix("-") in BY_KEY else lines[:: -1 if sort[0] == "-" else 1]

    def total(self) -> Counted | None:
        return self._whole() if self.is_whole else None

    def shown_columns(self) -> tuple[Column, ...]:
        return (Column("地区", "name", sort="region"), *figure_columns(FIGURES, self.scope, opens="region"))

    def file_heads(self) -> tuple[Column, ...]:
        return (Column("地区", "name"), *figure_columns(FIGURES, self.scope))

    def of_one(self) -> dict[str, Any]:
        """Return what the page of one region or platform shows."""
        scope, region = self.scope, self.values["region"]
        platform = scope.platform.code if scope.platform else ""
        groups: dict[str, list[dict[str, Any]]] = {}
        for figure in FIGURES:
            amount = self.found[figure.key][ALL]
            words = said(figure, worth := figure.worth(amount))
            groups.setdefault(scope.named(figure.group), []).append(
                {
                    "label": scope.named(figure.label),
                    "said": words,
                    "unit": "" if worth is None else figure.unit,
                    "of": f"{amount.top:,} / {amount.bottom:,}" if figure.shown == SHARE and amount.bottom else "",
                    "url": rows_url(figure, scope, region=region, platform=platform),
                    "bad": figure.bad and amount.top > 0,
                }
            )
        if scope.platform and scope.round and (period := period_of_round(scope.round)):
            groups[f"评价期间（{period.text}）"] = figures_of(scope.platform.pk, period)
        crumbs = _trail(self.request, words_of_place(scope)) if region or platform else []
        return {"list": self, "crumbs": crumbs, "groups": groups, "exports": self.exports(), **self.extra()}


@officer("platforms.view_platform")
@require_safe
@by_year
def index(request: HttpRequest) -> HttpResponse:
    """The figures of one region; for the city the regions side by side until it chooses one."""
    here = RegionFigures(request)
    if here.is_whole:
        return render(request, here.template, here.context())
    return render(request, "workbench/workbench.html", here.of_one())


export = officer("platforms.view_platform")(require_safe(by_year(RegionFigures.file)))


def _trail(request: HttpRequest, *labels: str) -> list[dict[str, str]]:
    here = year_url(request, "desk:workbench")
    return [{"label": "工作台", "url": here}, *({"label": label, "url": ""} for label in labels)]


class FigureRows(RowsOfKind, ScopedList):
    """Exactly the rows that a figure counts."""

    noun = "记录"
    place, file_place = "desk:workbench_rows", "desk:workbench_rows_file"
    none_yet = "现在没有这样的记录。"

    def __init__(self, request: HttpRequest, key: str) -> None:
        if key not in BY_KEY:
            raise Http404
        super().__init__(request, key=key)
        self.figure, scope = BY_KEY[key], self.scope
        self.amount = self.figure.numbers(scope)[ALL]
        self.title = self.file_title = scope.named(self.figure.label)
        self.lead = f"{scope.named(self.figure.group)}{self._now()}。"
        self.kind = self.figure.kind
        kind = KINDS[self.kind]
        self.columns, self.link = kind.columns, kind.link(self.user) if kind.link else None

    def _now(self) -> str:
        figure, worth = self.figure, self.figure.worth(self.amount)
        if figure.shown == COUNT:
            return ""
        return f"，现为 {said(figure, worth)}" + (f" {figure.unit}" if figure.unit and worth is not None else "")

    def count(self) -> int:
        return self.figure.counted(self.amount)

    def rows(self) -> QuerySet[Any]:
        return self.figure.rows(self.scope)

    def crumbs(self) -> list[dict[str, str]]:
        return _trail(self.request, self.title)

    def extra(self) -> dict[str, Any]:
        return {"place": words_of_place(self.scope)}


rows = officer("platforms.view_platform")(require_safe(by_year(FigureRows.page)))
rows_file = officer("platforms.view_platform")(require_safe(by_year(FigureRows.file)))
