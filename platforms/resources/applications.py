"""Applications as a sheet: place, operator, contact and venue of drafts; each row goes through the services."""

# ruff: noqa: ARG002 - the signatures are django-import-export's

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from import_export.fields import Field
from import_export.results import RowResult
from import_export.widgets import Widget

from platforms.choices import ApplicationStatus, OperatingMode, OperatorNature, PlatformType, VenueTenure
from platforms.eligibility import ban_sentence, operator_problems
from platforms.errors import Refusal
from platforms.masking import PEOPLE
from platforms.models import Application, Park, Region, Round, Town
from platforms.queries.bans import active_bans
from platforms.queries.questions import all_headers, answered
from platforms.resources.base import RowWidget, ScopedResource
from platforms.resources.columns import Column, Kind, guard_formula
from platforms.sections import SECTIONS
from platforms.services import applications

#: What says which place the form is for; set once, by the service that makes the draft.
PLACE = ("round", "type", "region", "town", "park", "association", "industry_chain")


class ApplicationResource(ScopedResource):
    """申报表: a row without a number becomes a draft, one with a number changes that draft; never a status."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("number", "申报编号", Kind.CODE, hint="新建的留空；填写时修改该草稿", example=""),
        Column("round", "年度", Kind.WHOLE, required=True, example="2026"),
        Column(
            "type",
            "类型",
            Kind.CHOICE,
            required=True,
            choices=tuple(PlatformType.choices),
            example="乡镇(街道)窗口平台",
        ),
        Column("region", "地区代码", Kind.CODE, hint="代码或名称均可，重点行业窗口平台留空", example="330212"),
        Column("region_name", "地区", readonly=True),
        Column("town", "乡镇(街道)代码", Kind.CODE, hint="代码或名称均可", example="330212106"),
        Column("park", "小微企业园备案编号", Kind.CODE, hint="编号或名称均可，仅小微企业园窗口平台填写", example=""),
        Column("association", "行业协会", hint="仅重点行业窗口平台填写", example=""),
        Column("industry_chain", "服务产业链", hint="仅重点行业窗口平台填写", example=""),
        Column("name", "平台名称", readonly=True),
        Column("status", "状态", Kind.CHOICE, readonly=True, choices=tuple(ApplicationStatus.choices)),
        Column("address", "地址", example="鄞州区某某路1号"),
        Column("opening_hours", "开放时间", example="工作日8:30至17:00"),
        Column("service_phone", "服务电话", Kind.CODE, example="0574-88880000"),
        Column("operating_mode", "运营方式", Kind.CHOICE, choices=tuple(OperatingMode.choices), example="直接运营"),
        Column("operator_name", "运营单位名称", example="某某镇人民政府"),
        Column("operator_code", "统一社会信用代码", Kind.CODE, hint="18位", example="91330200711192037M"),
        Column("operator_nature", "单位性质", Kind.CHOICE, choices=tuple(OperatorNature.choices), example="机关"),
        Column("legal_representative", "法定代表人"),
        Column("person_in_charge", "平台负责人"),
        Column("contact_name", "联系人"),
        Column("contact_mobile", "联系人手机", Kind.CODE, hint="11位"),
        Column("contact_phone", "联系人办公电话", Kind.CODE, example="0574-88880000"),
        Column("contact_email", "联系人电子邮箱"),
        Column("founded_on", "成立日期", Kind.DATE, example="2015-06-01"),
        Column("floor_area", "服务场地面积(㎡)", Kind.DECIMAL, example="120.5"),
        Column("venue_tenure", "场地来源", Kind.CHOICE, choices=tuple(VenueTenure.choices), example="自有"),
        Column("counters", "服务窗口(个)", Kind.WHOLE, example="2"),
        Column("meeting_rooms", "会议培训场所(间)", Kind.WHOLE, example="1"),
        Column("equipment", "主要设施设备"),
    )

    class Meta(ScopedResource.Meta):
        model = Application
        import_id_fields = ("number",)
        clean_model_instances = False

    def attribute_of(self, column: Column) -> str:
        return "region__name" if column.name == "region_name" else column.name

    def export_rows(self, queryset: models.QuerySet) -> tuple[list[str], list[list[Any]]]:
        """Return headers and rows, with a column for each question that the rounds ask on top."""
        headers, rows = super().export_rows(queryset.select_related("round", "region", "town", "park"))
        keys = dict(queryset.values_list("number", "pk"))
        more, cells = answered(list(keys.values()))
        for row in rows:
            mine = cells.get(keys.get(row[0], 0), {})
            row += [guard_formula(cell) if isinstance(cell := mine.get(head, ""), str) else cell for head in more]
        return [*headers, *more], rows

    @classmethod
    def ignored(cls) -> tuple[Column, ...]:
        return tuple(Column(f"answer_{place}", head, readonly=True) for place, head in enumerate(all_headers()))

    def widget_of(self, column: Column) -> Widget | None:
        rows = {"region": Region, "town": Town, "park": Park}
        if column.name == "round":
            return RowWidget(column, self.visible(Round), key="year")
        return RowWidget(column, self.visible(rows[column.name])) if column.name in rows else None

    def get_instance(self, instance_loader: Any, row: Any) -> Application | None:
        number = row.get(self.fields["number"].column_name)
        if not number:
            return None
        found: Application | None = self.get_queryset().filter(number=number).first()
        if found is None:
            raise ValidationError({"number": [f"没有找到编号为“{number}”的申报表"]})
        if found.status != ApplicationStatus.DRAFT:
            raise ValidationError({"number": [f"该申报表为“{found.get_status_display()}”，只能导入草稿"]})
        return found

    def import_instance(self, instance: Application, row: Any, **kwargs: Any) -> None:
        stored = {name: getattr(instance, f"{name}_id", None) or getattr(instance, name, None) for name in PLACE}
        super().import_instance(instance, row, **kwargs)
        if not instance.pk:
            return
        now = {name: getattr(instance, f"{name}_id", None) or getattr(instance, name, None) for name in PLACE}
        if stored != now:
            raise ValidationError("年度、类型和地点不能通过导入更改，请删除该草稿后重新建立")

    def do_instance_save(self, instance: Application, is_create: bool) -> None:
        assert self.user is not None
        typed = {column.name: getattr(instance, column.name) for column in (self.table.columns if self.table else ())}
        try:
            saved = self._draft(instance, is_create)
            for section in SECTIONS:
                values: Mapping[str, Any] = {name: typed[name] for name in section.fields if name in typed}
                if values and not (is_create and not any(values.values())):
                    saved = applications.save_section(
                        application=saved,
                        section=section.slug,
                        values=values,
                        version=saved.version,
                        by=self.user,
                        at=self.at,
                    )
            self._check_not_banned(saved)
            self._check_operator(saved, typed)
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from None
        instance.__dict__.update(saved.__dict__)

    def _check_not_banned(self, saved: Application) -> None:
        # 五: 3年内不受理认定申报, by operator and by place, at every import too.
        bans = active_bans(
            operator_code=saved.operator_code,
            site_key=saved.site_key,
            site_name=saved.site_name,
            on=timezone.localdate(self.at),
        )
        if bans:
            raise Refusal("".join(map(ban_sentence, bans)))

    def _check_operator(self, saved: Application, typed: Mapping[str, Any]) -> None:
        """Refuse a row that says who runs the platform against 三·(二) to 三·(四); a sheet without it says nothing."""
        if not {"operating_mode", "operator_nature", "operator_code"} & typed.keys():
            return
        against = operator_problems(
            type=saved.type, mode=saved.operating_mode, nature=saved.operator_nature, code=saved.operator_code
        )
        if against:
            raise ValidationError({field: [sentence] for field, sentence in against})

    def _draft(self, instance: Application, is_create: bool) -> Application:
        if not is_create:
            return Application.objects.get(pk=instance.pk)
        assert self.user is not None
        if instance.round_id is None or not instance.type:
            raise Refusal("新建申报表须填写年度和类型。")
        return applications.create(
            round=instance.round,
            type=instance.type,
            region=instance.region,
            town=instance.town,
            park=instance.park,
            association=instance.association,
            industry_chain=instance.industry_chain,
            by=self.user,
            at=self.at,
        )

    def record_row(self, row_result: RowResult) -> None:
        """The services wrote their events already."""

    def shown(self, name: str, field: Field, obj: Any) -> Any:
        value = super().shown(name, field, obj)
        if name in PEOPLE and self.user and not self.user.sees_people(obj.region_id):
            return PEOPLE[name](str(value))
        return value
