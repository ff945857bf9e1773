"""What each platform did, and what part of it was free (六·(三): public service first), the least free first."""

from typing import Any

from django.http import HttpRequest
from django.views.decorators.http import require_safe

from platforms.choices import PlatformType
from platforms.models import Platform
from platforms.pages.access import officer
from platforms.pages.lists import (
    Column,
    Counted,
    Filter,
    Value,
    leads_to,
    ordered,
    region,
    short_name,
    sorting,
    text,
    word,
)
from platforms.pages.years import ONE_YEAR, by_year
from platforms.reference.choices import CITYS_OWN
from platforms.service_records.queries import statistics
from platforms.workbench.desk.address import OWN, ScopedList, query_of
from platforms.workbench.desk.figures import figure_columns
from platforms.workbench.queries.figures import BY_KEY
from platforms.workbench.queries.scope import Scope

FIGURES = tuple(BY_KEY[key] for key in ("services", "free", "public", "flagged", "satisfaction", "enterprises"))
REGION = Column("地区", region("region", none=OWN))


class PlatformFigures(ScopedList):
    """The platforms with their services of the last twelve months and the enterprises that each served this year."""

    title = label = file_title = "各平台服务"
    noun, unit, sticky = "平台", "个", True
    place, file_place = "desk:workbench_platforms", "desk:workbench_platforms_file"
    none_yet = "没有已受理的平台。"
    filters = (
        Filter("region", "地区", city=True, stays=True, narrows=False),
        text("platform", "窗口平台", 20, stays=True, narrows=False),
        ONE_YEAR,
        sorting("free", *(figure.key for figure in FIGURES)),
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.lead = f"公益性服务为主，市场化服务为辅。服务按{self.months()}统计，默认按免费服务占比从低到高排列。"
        self.link = leads_to_figures(self.scope)

    def rows(self) -> list[Counted]:
        return ordered(lines_of(self.scope), self.values["sort"])

    def shown_columns(self) -> tuple[Column, ...]:
        name = Column("平台", short_name("", ("site",)))
        return (name, REGION, *figure_columns(FIGURES, self.scope, opens="platform"))

    def file_heads(self) -> tuple[Column, ...]:
        services, free, public, *others = figure_columns(FIGURES, self.scope)
        return (
            Column("平台编号", "code"), Column("平台", "name"), Column("类型", word("type", PlatformType)), REGION,
            services, Column("免费服务", "free_records", "次"), free,
            Column("公益性服务", "public_records", "次"), public, *others,
        )  # fmt: skip


def leads_to_figures(scope: Scope) -> Value:
    """Return the address of the figures of a platform."""
    here = leads_to("desk:workbench").make()
    return Value(("code",), lambda code: here + query_of(scope, platform=code, region=""))


def lines_of(scope: Scope) -> list[Counted]:
    """Return the platforms of ``scope`` by code, each with its numbers by the key of their figure."""
    numbers = statistics.per_platform(scope.user, since=scope.since, until=scope.until)
    reached = statistics.reached_per_platform(scope.user, year=scope.until.year)
    return [
        _line(each.platform) | {
            "services": each.numbers.records, "free_records": each.numbers.free_records,
            "free": each.numbers.free_share, "public_records": each.numbers.public_records,
            "public": each.numbers.public_share, "flagged": each.numbers.flagged,
            "satisfaction": each.numbers.satisfaction, "enterprises": reached.get(each.platform.pk, 0),
        }
        for each in numbers
        if _is_of(each.platform, scope)
    ]  # fmt: skip


def _line(platform: Platform) -> dict[str, Any]:
    own = {name: getattr(platform, name) for name in ("code", "name", "type")}
    return own | {"site": platform.site_name, "region": platform.region.name if platform.region else ""}


def _is_of(platform: Platform, scope: Scope) -> bool:
    if scope.platform is not None and platform.pk != scope.platform.pk:
        return False
    if scope.place is None:
        return True
    return platform.region == (None if scope.place == CITYS_OWN else scope.place)


index = officer("platforms.view_platform")(require_safe(by_year(PlatformFigures.page)))
export = officer("platforms.view_platform")(require_safe(by_year(PlatformFigures.file)))
