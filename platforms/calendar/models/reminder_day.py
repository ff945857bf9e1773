"""That a region was reminded on a day."""

from django.db import models

from platforms.mail.models import Mail
from platforms.reference.models import Region
from platforms.scope import ScopedModel


class ReminderDay(ScopedModel):
    """That the liaison officer of a region was written to on a day about what is due: once per region and day."""

    region_path = "region"

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="地区", related_name="reminder_days")
    on = models.DateField("日期")
    things = models.PositiveSmallIntegerField("事项（项）")
    mail = models.OneToOneField(
        Mail, models.SET_NULL, verbose_name="邮件", related_name="reminder_day", null=True, blank=True
    )

    class Meta:
        verbose_name = "到期提醒"
        verbose_name_plural = "到期提醒"
        ordering = ("-on", "region")
        constraints = (models.UniqueConstraint(fields=("region", "on"), name="reminder_once_per_region_and_day"),)

    def __str__(self) -> str:
        return f"{self.on} {self.region}"
