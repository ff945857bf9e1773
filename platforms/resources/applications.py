"""Applications as a sheet that leaves the house; what comes in goes through ``platforms.intake``."""

from typing import Any, ClassVar

from django.db import models
from import_export.fields import Field

from platforms.choices import ApplicationStatus, OperatingMode, OperatorNature, PlatformType, VenueTenure
from platforms.masking import PEOPLE, may_see_people
from platforms.models import Application
from platforms.queries.questions import answered
from platforms.resources.base import ScopedResource
from platforms.resources.columns import Column, Kind, guard_formula


class ApplicationResource(ScopedResource):
    """申报表: place, operator, contact and venue."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("number", "申报编号", Kind.CODE),
        Column("round", "年度", Kind.WHOLE),
        Column("type", "类型", Kind.CHOICE, choices=tuple(PlatformType.choices)),
        Column("region", "地区代码", Kind.CODE),
        Column("region_name", "地区"),
        Column("town", "乡镇(街道)代码", Kind.CODE),
        Column("park", "小微企业园备案编号", Kind.CODE),
        Column("association", "行业协会"),
        Column("industry_chain", "服务产业链"),
        Column("name", "平台名称"),
        Column("status", "状态", Kind.CHOICE, choices=tuple(ApplicationStatus.choices)),
        Column("address", "地址"),
        Column("opening_hours", "开放时间"),
        Column("service_phone", "服务电话", Kind.CODE),
        Column("operating_mode", "运营方式", Kind.CHOICE, choices=tuple(OperatingMode.choices)),
        Column("operator_name", "运营单位名称"),
        Column("operator_code", "统一社会信用代码", Kind.CODE),
        Column("operator_nature", "单位性质", Kind.CHOICE, choices=tuple(OperatorNature.choices)),
        Column("legal_representative", "法定代表人"),
        Column("person_in_charge", "平台负责人"),
        Column("contact_name", "联系人"),
        Column("contact_mobile", "联系人手机", Kind.CODE),
        Column("contact_phone", "联系人办公电话", Kind.CODE),
        Column("contact_email", "联系人电子邮箱"),
        Column("founded_on", "成立日期", Kind.DATE),
        Column("floor_area", "服务场地面积(㎡)", Kind.DECIMAL),
        Column("venue_tenure", "场地来源", Kind.CHOICE, choices=tuple(VenueTenure.choices)),
        Column("counters", "服务窗口(个)", Kind.WHOLE),
        Column("meeting_rooms", "会议培训场所(间)", Kind.WHOLE),
        Column("equipment", "主要设施设备"),
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
        if (
            name in PEOPLE
            and self.user
            and not may_see_people(role=self.user.role, own_region=self.user.region_id, row_region=obj.region_id)
        ):
            return PEOPLE[name](str(value))
        return value
