from django.db import models

from platforms.audit.choices import AuditResult
from platforms.choices import Role
from platforms.scope import EVERYWHERE, ScopedModel


class AuditEvent(ScopedModel):
    """Who did what to which row, when, from where, with what result; kept for good, chained, never changed.

    No foreign keys: an event outlives what it speaks of. ``digest`` is the SHA-256 over the event and the digest before
    it, so a changed, missing or reordered row is found by ``check_audit``. ``changes`` holds old and new values; they
    are shown to those who may see the row itself, never to the auditor.
    """

    region_path = EVERYWHERE

    serial = models.PositiveBigIntegerField("序号", unique=True)
    at = models.DateTimeField("时间", db_index=True)
    actor = models.CharField("账号", max_length=40, blank=True, db_index=True)
    actor_name = models.CharField("姓名", max_length=40, blank=True)
    actor_role = models.CharField("角色", max_length=10, choices=Role.choices, blank=True)
    address = models.CharField("来源地址", max_length=45, blank=True)
    verb = models.CharField("操作", max_length=60)
    object_type = models.CharField("对象类别", max_length=60, blank=True)
    object_pk = models.CharField("对象内码", max_length=40, blank=True)
    object_code = models.CharField("对象编号", max_length=60, blank=True)
    result = models.CharField("结果", max_length=8, choices=AuditResult.choices, default=AuditResult.DONE)
    reason = models.TextField("理由", blank=True)
    changes = models.JSONField("变更", default=dict, blank=True)
    previous_digest = models.CharField(max_length=64, editable=False, blank=True)
    digest = models.CharField("校验值", max_length=64, editable=False)

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        ordering = ("-serial",)
        indexes = (models.Index(fields=("object_type", "object_pk"), name="audit_object"),)

    def __str__(self) -> str:
        return f"{self.serial}"


class Counter(models.Model):
    """The last number handed out under a name; see ``platforms.audit.services.numbering``."""

    name = models.CharField(max_length=60, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = "编号计数"
        verbose_name_plural = "编号计数"

    def __str__(self) -> str:
        return self.name
