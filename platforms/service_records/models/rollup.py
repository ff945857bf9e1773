from django.db import models

from platforms.applications.models.platform import Platform
from platforms.choices import ServiceClass
from platforms.reference.models import Region
from platforms.scope import ScopedModel
from platforms.service_records.models.record import Enterprise


class Rollup(ScopedModel):
    """What the rollups count, over records that are not cancelled; kept in the transaction of each change of a record.

    ``month`` is its first day; ``satisfaction_sum`` over the ``satisfaction_count`` records that have one; ``flagged``
    are those with a fee in a free category (五·(五)).
    """

    month = models.DateField("月份")
    service_class = models.CharField("服务类别", max_length=12, choices=ServiceClass.choices)
    records = models.PositiveIntegerField("服务记录（条）", default=0)
    free_records = models.PositiveIntegerField("免费服务（条）", default=0)
    public_records = models.PositiveIntegerField("公益性服务（条）", default=0)
    flagged = models.PositiveIntegerField("公益性服务收费（条）", default=0)
    fees = models.DecimalField("收费（元）", max_digits=14, decimal_places=2, default=0)
    satisfaction_sum = models.PositiveBigIntegerField("满意度合计", default=0)
    satisfaction_count = models.PositiveIntegerField("有满意度的（条）", default=0)

    class Meta:
        abstract = True


class PlatformMonth(Rollup):
    """The rollup by platform, month and class."""

    region_path = "platform__region"

    platform = models.ForeignKey(
        Platform, models.CASCADE, verbose_name="窗口平台", related_name="months", db_index=False
    )

    class Meta:
        verbose_name = "平台月度服务统计"
        verbose_name_plural = "平台月度服务统计"
        ordering = ("platform", "month", "service_class")
        constraints = (
            models.UniqueConstraint(fields=("platform", "month", "service_class"), name="platform_month_once"),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class RegionMonth(Rollup):
    """The rollup by region, month and class, for the province and the country; ``region`` None is the city's own."""

    region_path = "region"

    region = models.ForeignKey(
        Region, models.CASCADE, verbose_name="地区", related_name="months", null=True, blank=True, db_index=False
    )

    class Meta:
        verbose_name = "地区月度服务统计"
        verbose_name_plural = "地区月度服务统计"
        ordering = ("region", "month", "service_class")
        constraints = (
            models.UniqueConstraint(
                fields=("region", "month", "service_class"),
                condition=models.Q(region__isnull=False),
                name="region_month_once",
            ),
            models.UniqueConstraint(
                fields=("month", "service_class"),
                condition=models.Q(region__isnull=True),
                name="city_month_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class PlatformReach(ScopedModel):
    """How often a platform served an enterprise in a year; its rows are the reached enterprises.

    The database does not check its keys once more: each is that of a record written in the same transaction.
    """

    region_path = "platform__region"

    platform = models.ForeignKey(
        Platform, models.CASCADE, verbose_name="窗口平台", related_name="reach", db_index=False, db_constraint=False
    )
    enterprise = models.ForeignKey(
        Enterprise, models.CASCADE, verbose_name="服务企业", related_name="reach", db_constraint=False
    )
    year = models.PositiveSmallIntegerField("年份")
    records = models.PositiveIntegerField("服务记录（条）")

    class Meta:
        verbose_name = "服务覆盖"
        verbose_name_plural = "服务覆盖"
        ordering = ("platform", "year", "enterprise")
        constraints = (models.UniqueConstraint(fields=("platform", "year", "enterprise"), name="reach_once_per_year"),)

    def __str__(self) -> str:
        return str(self.year)
