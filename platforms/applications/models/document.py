from django.db import models

from platforms.applications.choices import DocumentKind
from platforms.applications.models.application import ApplicationVersion
from platforms.scope import ScopedModel


class FormDocument(ScopedModel):
    """A printed form of a submitted version, kept under the SHA-256 of its content: the PDF/A or the Word file."""

    region_path = "version__application__region"

    version = models.ForeignKey(ApplicationVersion, models.PROTECT, verbose_name="版本", related_name="documents")
    kind = models.CharField("格式", max_length=4, choices=DocumentKind.choices)
    stored_name = models.CharField("存储名", max_length=120, editable=False)
    digest = models.CharField("校验值", max_length=64, editable=False)
    size = models.PositiveIntegerField("大小（字节）", editable=False)
    made_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = "申报表文件"
        verbose_name_plural = "申报表文件"
        ordering = ("version", "kind")
        constraints = (
            models.UniqueConstraint(fields=("version", "kind"), name="document_once_per_version_and_kind"),
            models.CheckConstraint(condition=models.Q(kind__in=DocumentKind.values), name="document_kind_closed"),
        )

    def __str__(self) -> str:
        return f"{self.version} {self.get_kind_display()}"
