from django.db import models

from evaluation.certification.models.publication import Certification
from platforms.scope import ScopedModel


class ExpiryWarning(ScopedModel):
    """A county was warned of the end of one certificate, ``days`` before it; each distance is told once."""

    region_path = "certification__result__region"

    certification = models.ForeignKey(Certification, models.PROTECT, verbose_name="认定证书", related_name="warnings")
    days = models.PositiveSmallIntegerField("提前天数")
    on = models.DateField("日期")

    class Meta:
        verbose_name = "到期提醒"
        verbose_name_plural = "到期提醒"
        ordering = ("certification", "-days")
        constraints = (models.UniqueConstraint(fields=("certification", "days"), name="expiry_warned_once"),)

    def __str__(self) -> str:
        return f"{self.certification}（{self.days} 天）"
