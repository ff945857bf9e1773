from django.db import models

from platforms.files.choices import EvidenceKind
from platforms.reference.models import Region
from platforms.scope import ScopedModel


class EvidenceFile(ScopedModel):
    """One file that proves something below a platform: a finished task, a mended fault, an activity, a fact.

    ``kind`` says what the row ``key`` is (the primary key of a task, a rectification …); files are judged by content,
    kept under the SHA-256 of it and served by a checked view only. ``region`` None is the city's. Never changed.
    """

    region_path = "region"

    kind = models.CharField("用途", max_length=16, choices=EvidenceKind.choices)
    key = models.PositiveBigIntegerField("所属记录")
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="地区", related_name="evidence", null=True, blank=True
    )
    note = models.CharField("说明", max_length=80, blank=True)
    shown_name = models.CharField("文件名", max_length=120)
    stored_name = models.CharField("存储名", max_length=120, editable=False)
    media_type = models.CharField("格式", max_length=100, editable=False)
    size = models.PositiveIntegerField("大小（字节）", editable=False)
    digest = models.CharField("校验值", max_length=64, editable=False)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="上传人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "佐证材料"
        verbose_name_plural = "佐证材料"
        ordering = ("kind", "key", "pk")
        indexes = (models.Index(fields=("kind", "key"), name="evidence_of"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=EvidenceKind.values), name="evidence_kind_closed"),
        )

    def __str__(self) -> str:
        return self.shown_name
