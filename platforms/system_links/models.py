"""How a platform is linked to the city's information system."""

from django.db import models

from platforms.applications.models.platform import Platform
from platforms.scope import ScopedModel


class LinkState(ScopedModel):
    """Whether a platform is linked to the city's information system (二·(三), 四·(二)): each finding is a row.


    The latest row holds. ``linked`` with ``method`` and the day ``on`` since when, or not linked with the reason in
    ``note``; evidence hangs on it as ``EvidenceFile`` of kind link.
    """

    region_path = "platform__region"

    platform = models.ForeignKey(Platform, models.CASCADE, verbose_name="窗口平台", related_name="link_states")
    linked = models.BooleanField("已联通")
    method = models.CharField("联通方式", max_length=40, blank=True)
    on = models.DateField("日期")
    note = models.CharField("说明", max_length=200, blank=True)
    noted_at = models.DateTimeField("登记时间")
    noted_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="登记人", related_name="+")

    class Meta:
        verbose_name = "联通情况"
        verbose_name_plural = "联通情况"
        ordering = ("platform", "-pk")
        get_latest_by = "pk"

    def __str__(self) -> str:
        return "已联通" if self.linked else "未联通"
