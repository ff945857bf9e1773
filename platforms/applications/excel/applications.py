"""Applications as a sheet that leaves the house; what comes in goes through ``platforms.applications.intake``."""

from typing import Any, ClassVar

from django.db import models
from import_export.fields import Field

from platforms.applications.choices import ApplicationStatus
from platforms.applications.form_fields import FORM_FIELDS
from platforms.applications.queries.questions import answered
from platforms.choices import PlatformType
from platforms.excel.base import ScopedResource
from platforms.excel.columns import Column, Kind, guard_formula
from platforms.masking import PEOPLE
from platforms.models import Application


class ApplicationResource(ScopedResource):
    """申报表: place, operator, contact and venue."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("number", "申报编号", Kind.CODE),
        Column("round", "年度", Kind.WHOLE),
        Column("type", "类型", Kind.CHOICE, choices=tuple(PlatformType.choices)),
        Column("region", "地区代码", Kind.CODE),
        Column("region_name", "地区"),
        Column("town", "乡镇（街道）代码", Kind.CODE),
        Column("park", "小微企业园备案编号", Kind.CODE),
        Column("association", "行业协会"),
        Column("industry_chain", "服务产业链"),
        Column("name", "平台名称"),
        Column("status", "状态", Kind.CHOICE, choices=tuple(ApplicationStatus.choices)),
        *(
            Column(each.name, each.header, each.kind, choices=each.pairs)
            for fields in FORM_FIELDS.values()
            for each in fields
            if each.exported
        ),
    )

    class Meta(ScopedResource.Meta):
        model = Application

    def attribute_of(self, column: Column) -> str:
        return {"round": "round__year", "region_name": "region__name"}.get(
            column.name, f"{column.name}__code" if column.name in ("region", "town", "park") else column.name
        )

    def export_rows(self, queryset: models.QuerySet) -> tuple[list[str], list[list[Any]]]:
        """Return headers and rows, with a column for each question that the rounds ask on top."""
        headers, rows = super().export_rows(queryset.select_related("round", "region", "town", "park"))
        keys = dict(queryset.values_list("number", "pk"))
        more, cells = answered(list(keys.values()))
        for row in rows:
            mine = cells.get(keys.get(row[0], 0), {})
            row += [guard_formula(cell) if isinstance(cell := mine.get(head, ""), str) else cell for head in more]
        return [*headers, *more], rows

    def shown(self, name: str, field: Field, obj: Any) -> Any:
        value = super().shown(name, field, obj)
        if name in PEOPLE and self.user and not self.user.sees_people(obj.region_id):
            return PEOPLE[name](str(value))
        return value
