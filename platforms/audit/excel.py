"""The audit log as a sheet for the auditor: who did what, when, from where, with what result; no values."""

from typing import Any, ClassVar

from django.utils import timezone
from import_export.fields import Field

from platforms.audit.choices import AuditResult
from platforms.choices import Role
from platforms.excel.base import ScopedResource
from platforms.excel.columns import Column, Kind
from platforms.models import AuditEvent

#: Kinds of rows that are no business of counties, city or finance: their reasons may be read by the auditor.
NO_BUSINESS = ("", "账号")

#: How an operating unit that fills through a link begins in the log; which one it was is business.
UNIT = "填报单位"


def actor_for_auditor(event: AuditEvent) -> str:
    """Return who acted: an account, the public, or an operating unit without its name."""
    return UNIT if event.actor.startswith(UNIT) else event.actor


def reason_for_auditor(event: AuditEvent) -> str:
    """Return the reason of an event about access and accounts; what people wrote about business stays out."""
    return event.reason if event.object_type in NO_BUSINESS else ""


class AuditEventResource(ScopedResource):
    """审计记录; export only."""

    columns: ClassVar[tuple[Column, ...]] = (
        Column("serial", "序号", Kind.WHOLE),
        Column("at", "时间", Kind.DATE),
        Column("actor", "账号"),
        Column("actor_name", "姓名"),
        Column("actor_role", "角色", Kind.CHOICE, choices=tuple(Role.choices)),
        Column("address", "来源地址"),
        Column("verb", "操作"),
        Column("object_type", "对象类别"),
        Column("object_code", "对象编号"),
        Column("result", "结果", Kind.CHOICE, choices=tuple(AuditResult.choices)),
        Column("reason", "说明"),
        Column("digest", "校验值"),
    )

    class Meta(ScopedResource.Meta):
        model = AuditEvent
        import_id_fields = ("serial",)

    def shown(self, name: str, field: Field, obj: Any) -> Any:
        if name == "at":
            return timezone.make_naive(obj.at).replace(microsecond=0)
        if name == "actor":
            return actor_for_auditor(obj)
        return reason_for_auditor(obj) if name == "reason" else super().shown(name, field, obj)
