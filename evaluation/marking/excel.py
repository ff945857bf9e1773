from typing import Any

from django.db.models import QuerySet
from import_export.fields import Field

from evaluation.marking.choices import CITY, AssessmentStatus
from evaluation.marking.queries.blindness import seeing
from evaluation.models import Assessment
from platforms.choices import PlatformType
from platforms.excel.base import ScopedResource
from platforms.excel.columns import Column, Kind


class AssessmentResource(ScopedResource):
    """The worklist of a round, as the city takes it into a meeting."""

    columns = (
        Column("number", "申报编号", Kind.CODE),
        Column("name", "平台名称"),
        Column("region", "地区"),
        Column("type", "类型", Kind.CHOICE, choices=tuple(PlatformType.choices)),
        Column("status", "状态", Kind.CHOICE, choices=tuple(AssessmentStatus.choices)),
        Column("points", "得分", Kind.DECIMAL),
        Column("proposed_grade", "建议档次"),
        Column("staged_grade", "暂定档次"),
        Column("grade", "核定档次"),
        Column("grade_reason", "核定说明"),
    )

    class Meta(ScopedResource.Meta):
        model = Assessment

    def attribute_of(self, column: Column) -> str:
        paths = {"number": "number", "name": "name", "region": "region__name", "type": "type"}
        own = {"grade": "grade_label", "staged_grade": "staged_label", "proposed_grade": "proposed_label"}
        return f"application__{paths[column.name]}" if column.name in paths else own.get(column.name, column.name)

    def get_queryset(self) -> QuerySet:
        rows = super().get_queryset().select_related("application__region", "evaluation__round")
        return seeing(rows, self.user) if self.user is not None else rows.none()

    def shown(self, name: str, field: Field, obj: Any) -> Any:
        value = super().shown(name, field, obj)
        return value or CITY if name == "region" else value
