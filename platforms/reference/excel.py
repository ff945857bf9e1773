"""Regions, towns, parks and quotas as sheets."""

from typing import ClassVar

from import_export.widgets import Widget

from platforms.excel.base import RowWidget, ScopedResource
from platforms.excel.columns import Column, Kind
from platforms.identity import ours
from platforms.models import Park, Region, Town
from platforms.reference.choices import REGION_CODE_HINT, ParkRating, RegionKind, TownKind

_PLACES = ours().examples
TOWN_CODE_HINT = f"代码或名称均可，不同区县（市）同名的在前面写明区县（市），如“{_PLACES.region}{_PLACES.town}”"


def _words(choices: list[tuple]) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(word)) for value, word in choices)


class RegionResource(ScopedResource):
    """地区, by code."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("code", "代码", Kind.CODE, required=True, example=_PLACES.region_code),
        Column("name", "名称", required=True, example=_PLACES.region),
        Column("kind", "类别", Kind.CHOICE, required=True, choices=_words(RegionKind.choices), example="区县（市）"),
        Column("host", "所在区县代码", Kind.CODE, hint="仅管委会填写，代码或名称均可", example=_PLACES.region_code),
    )

    class Meta(ScopedResource.Meta):
        model = Region
        import_id_fields = ("code",)

    def widget_of(self, column: Column) -> Widget | None:
        return RowWidget(column, self.visible(Region)) if column.name == "host" else None


class TownResource(ScopedResource):
    """乡镇(街道), by code; the strong industrial towns (三·(二)1) are marked here."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("code", "代码", Kind.CODE, required=True, example=_PLACES.town_code),
        Column("name", "名称", required=True, example=_PLACES.town),
        Column("kind", "类别", Kind.CHOICE, required=True, choices=_words(TownKind.choices), example="镇"),
        Column("region", "所属区县代码", Kind.CODE, required=True, hint=REGION_CODE_HINT, example=_PLACES.region_code),
        Column(
            "zone", "代管管委会代码", Kind.CODE, hint="由管委会代管的填写，代码或名称均可", example=_PLACES.zone_code
        ),
        Column(
            "open_to_host",
            "同时开放所在区县申报",
            Kind.YES_NO,
            required=True,
            hint="仅由管委会代管的可填“是”，其余填“否”",
            example="否",
        ),
        Column(
            "is_strong", "工业强镇", Kind.YES_NO, required=True, hint="通知所附名单列有的工业强镇填“是”", example="是"
        ),
        Column("is_proposed", "区县登记待核对", Kind.YES_NO, readonly=True),
    )

    class Meta(ScopedResource.Meta):
        model = Town
        import_id_fields = ("code",)

    def widget_of(self, column: Column) -> Widget | None:
        return RowWidget(column, self.visible(Region)) if column.name in ("region", "zone") else None


class ParkResource(ScopedResource):
    """小微企业园, by the number on record (三·(三))."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("code", "备案编号", Kind.CODE, required=True, example="XWY-001"),
        Column("name", "名称", required=True, example="某某小微企业园"),
        Column("region", "所属地区代码", Kind.CODE, required=True, hint=REGION_CODE_HINT, example=_PLACES.region_code),
        Column("town", "所在乡镇（街道）代码", Kind.CODE, hint=TOWN_CODE_HINT, example=_PLACES.town_code),
        Column("manager", "运营管理方", example="某某园区管理有限公司"),
        Column("recorded_on", "备案日期", Kind.DATE, example="2019-12-31"),
        Column("rating", "最近绩效评价", Kind.CHOICE, choices=_words(ParkRating.choices), example="A级"),
        Column("rating_year", "评价年度", Kind.WHOLE, example="2019"),
    )

    class Meta(ScopedResource.Meta):
        model = Park
        import_id_fields = ("code",)

    def widget_of(self, column: Column) -> Widget | None:
        named = {"region": Region, "town": Town}
        return RowWidget(column, self.visible(named[column.name])) if column.name in named else None
