from django.db import models

from platforms.applications.choices import RuleKind
from platforms.models import Platform
from platforms.scope import ScopedModel


class WithheldFile(ScopedModel):
    """That a published file of a rule (二·(六)) is shown to the public no longer; what was published stays as it was.

    ``digest`` is that of its content, so that a later round that publishes the same content does not show it either.
    Never changed, never taken back: another file goes with the next application.
    """

    region_path = "platform__region"

    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="窗口平台", related_name="withheld_files")
    digest = models.CharField("校验值", max_length=64, editable=False)
    kind = models.CharField("制度", max_length=12, choices=RuleKind.choices)
    reason = models.CharField("停止公开的理由", max_length=400)
    withheld_at = models.DateTimeField("办理时间")
    withheld_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="办理人", related_name="+")

    class Meta:
        verbose_name = "停止公开的制度文件"
        verbose_name_plural = "停止公开的制度文件"
        ordering = ("-withheld_at", "-pk")
        permissions = (("withhold_file", "停止公开制度文件"),)
        constraints = (
            models.UniqueConstraint(fields=("platform", "digest"), name="withheld_once"),
            models.CheckConstraint(condition=models.Q(kind__in=RuleKind.values), name="withheld_kind_closed"),
        )

    def __str__(self) -> str:
        return self.get_kind_display()
