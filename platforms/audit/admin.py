"""The audit log, for the auditor: to be read, filtered and exported; never the values that were changed."""

from django.contrib import admin

from platforms.audit.excel import AuditEventResource, actor_for_auditor, reason_for_auditor
from platforms.backoffice.base import ReadOnlyAdmin
from platforms.backoffice.excel import ExportAdmin
from platforms.models import AuditEvent


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin, ExportAdmin):
    resource = AuditEventResource
    list_display = (
        "serial",
        "at",
        "shown_actor",
        "actor_name",
        "actor_role",
        "address",
        "verb",
        "object_type",
        "object_code",
        "result",
    )
    list_filter = ("at", "result", "actor_role", "verb")
    search_fields = ("actor", "actor_name", "verb", "object_code", "address")
    search_help_text = "账号、姓名、操作、对象编号或来源地址"
    fields = (
        "serial",
        "at",
        "shown_actor",
        "actor_name",
        "actor_role",
        "address",
        "verb",
        "object_type",
        "object_code",
        "result",
        "shown_reason",
        "digest",
    )
    readonly_fields = ("shown_actor", "shown_reason", "digest")

    @admin.display(description="账号", ordering="actor")
    def shown_actor(self, obj: AuditEvent) -> str:
        return actor_for_auditor(obj)

    @admin.display(description="说明")
    def shown_reason(self, obj: AuditEvent) -> str:
        return reason_for_auditor(obj)
