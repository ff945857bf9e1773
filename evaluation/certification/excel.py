"""What can be taken out as Excel: assessments, results, certifications."""

from typing import Any

from django.db.models import QuerySet
from import_export.fields import Field

from evaluation.certification.choices import Validity
from evaluation.certification.queries.in_force import end_of, state_of
from evaluation.certification.validity import day_in_ningbo
from evaluation.marking.choices import CITY
from evaluation.models import Certification, Result
from platforms.choices import PlatformType
from platforms.excel.base import ScopedResource
from platforms.excel.columns import Column, Kind


class ResultResource(ScopedResource):
    """The published list: what practice allows in public."""

    columns = (
        Column("code", "平台编号", Kind.CODE),
        Column("name", "平台名称"),
        Column("type", "类型", Kind.CHOICE, choices=tuple(PlatformType.choices)),
        Column("region", "地区"),
        Column("site_name", "地点"),
        Column("operator_name", "运营单位"),
        Column("grade", "档次"),
        Column("certificate", "证书编号"),
        Column("valid_until", "有效期止", Kind.DATE),
        Column("service_phone", "服务电话"),
    )

    class Meta(ScopedResource.Meta):
        model = Result

    def attribute_of(self, column: Column) -> str:
        paths = {
            "region": "region__name",
            "certificate": "certification__number",
            "valid_until": "certification__valid_until",
            "grade": "grade_label",
        }
        return paths.get(column.name, column.name)

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("region", "certification", "publication__round")

    def shown(self, name: str, field: Field, obj: Any) -> Any:
        value = super().shown(name, field, obj)
        return value or CITY if name == "region" else value


class CertificationResource(ScopedResource):
    """Certificates with what each is on the day of the export."""

    columns = (
        Column("number", "证书编号", Kind.CODE),
        Column("code", "平台编号", Kind.CODE),
        Column("name", "平台名称"),
        Column("region", "地区"),
        Column("year", "年度", Kind.WHOLE),
        Column("grade", "档次"),
        Column("valid_from", "有效期起", Kind.DATE),
        Column("valid_until", "有效期止", Kind.DATE),
        Column("state", "状态"),
        Column("ended_on", "终止日期", Kind.DATE),
        Column("ground_label", "撤销情形"),
    )

    class Meta(ScopedResource.Meta):
        model = Certification

    def attribute_of(self, column: Column) -> str:
        paths = {
            "code": "code",
            "name": "name",
            "region": "region__name",
            "year": "publication__round__year",
            "grade": "grade_label",
        }
        return f"result__{paths[column.name]}" if column.name in paths else column.name

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("result__region", "result__publication__round", "end")

    def shown(self, name: str, field: Field, obj: Any) -> Any:
        if name == "state":
            found: Validity = state_of(obj, day_in_ningbo(self.at))
            return found.label
        if name == "ended_on":
            end = end_of(obj)
            return end.ended_on if end else None
        value = super().shown(name, field, obj)
        return value or CITY if name == "region" else value
