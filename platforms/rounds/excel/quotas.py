"""Quotas as a sheet."""

from typing import ClassVar

from django.db import models
from import_export.results import Result
from import_export.widgets import Widget

from platforms.excel.base import RowWidget, ScopedResource
from platforms.excel.columns import Column, Kind
from platforms.identity import ours
from platforms.models import Quota, Region, Round
from platforms.reference.choices import REGION_CODE_HINT

_PLACES = ours().examples


class QuotaResource(ScopedResource):
    """名额, by the year of the round and the code of the region (三, attachment 1)."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("round", "年度", Kind.WHOLE, required=True, example="2020"),
        Column("region", "地区代码", Kind.CODE, required=True, hint=REGION_CODE_HINT, example=_PLACES.region_code),
        Column("region_name", "地区", readonly=True),
        Column("places", "名额（个）", Kind.WHOLE, required=True, example="8"),
    )

    class Meta(ScopedResource.Meta):
        model = Quota
        import_id_fields = ("round", "region")

    def attribute_of(self, column: Column) -> str:
        return "region__name" if column.name == "region_name" else column.name

    def widget_of(self, column: Column) -> Widget | None:
        if column.name == "round":
            return RowWidget(column, self.visible(Round), key="year")
        return RowWidget(column, self.visible(Region)) if column.name == "region" else None

    def rows_not_named(self, result: Result) -> models.QuerySet:
        rounds = {row.instance.round_id for row in result.rows if row.instance is not None}
        return super().rows_not_named(result).filter(round__in=rounds)

    def audit_code(self, instance: Quota) -> str:
        return f"{instance.round.year}-{instance.region.code}"
