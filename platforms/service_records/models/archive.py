from django.db import models

from platforms.scope import EVERYWHERE, ScopedModel


class RecordArchive(ScopedModel):
    """That the service records of the days before ``ends_before`` were written to a file and removed.

    ``ends_before`` is a 1 January: what is counted by year stays as it was. While a row is not read back, no record of
    such a day is taken in, and its rollups are not counted again. ``digest`` is the SHA-256 of the file.
    """

    region_path = EVERYWHERE

    ends_before = models.DateField("归档至（不含）")
    file_name = models.CharField("文件名", max_length=200)
    digest = models.CharField("校验值", max_length=64)
    records = models.PositiveIntegerField("服务记录（条）")
    past_versions = models.PositiveIntegerField("旧内容（条）")
    archived_at = models.DateTimeField("归档时间")
    read_back_at = models.DateTimeField("恢复时间", null=True, blank=True)

    class Meta:
        verbose_name = "服务记录归档"
        verbose_name_plural = "服务记录归档"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.file_name
