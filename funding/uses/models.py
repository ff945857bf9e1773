from django.core.validators import MinValueValidator
from django.db import models

from funding.uses.choices import ReportStatus
from platforms.models import Platform, Region, Round
from platforms.scope import ScopedModel

#: Statuses in which a report has been handed in at least once.
HANDED_IN = (ReportStatus.SUBMITTED, ReportStatus.RETURNED, ReportStatus.ACCEPTED)
SETTLED = (ReportStatus.RETURNED, ReportStatus.ACCEPTED)


class UseReport(ScopedModel):
    """What one region used the money of one round for; ``revision`` counts the saves.

    What was accepted never changes. ``settled_reason`` says why it was returned.
    """

    region_path = "region"

    round = models.ForeignKey(Round, models.PROTECT, verbose_name="年度", related_name="use_reports")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="地区", related_name="use_reports")
    status = models.CharField("状态", max_length=10, choices=ReportStatus.choices, default=ReportStatus.DRAFT)
    revision = models.PositiveIntegerField("保存次数", default=1)
    text = models.TextField("总体情况", max_length=2000, blank=True)
    made_at = models.DateTimeField("建立时间")
    made_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="填报人", related_name="+")
    submitted_at = models.DateTimeField("报送时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="报送人", related_name="+", null=True, blank=True
    )
    settled_at = models.DateTimeField("审核时间", null=True, blank=True)
    settled_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="审核人", related_name="+", null=True, blank=True
    )
    settled_reason = models.CharField("审核意见", max_length=400, blank=True)

    class Meta:
        verbose_name = "资金使用情况报告"
        verbose_name_plural = "资金使用情况报告"
        ordering = ("-round__year", "region__code")
        permissions = (("fill_usereport", "填报资金使用情况"), ("settle_usereport", "审核资金使用情况"))
        constraints = (
            models.UniqueConstraint(fields=("round", "region"), name="use_report_once_per_region"),
            models.CheckConstraint(condition=models.Q(status__in=ReportStatus.values), name="use_report_status_closed"),
            models.CheckConstraint(
                condition=models.Q(status=ReportStatus.DRAFT, submitted_at__isnull=True, submitted_by__isnull=True)
                | models.Q(status__in=HANDED_IN, submitted_at__isnull=False, submitted_by__isnull=False),
                name="use_report_handed_in_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=SETTLED, settled_at__isnull=False, settled_by__isnull=False)
                | (~models.Q(status__in=SETTLED) & models.Q(settled_at__isnull=True, settled_by__isnull=True)),
                name="use_report_settled_has_who_and_when",
            ),
        )

    def __str__(self) -> str:
        return f"{self.region}{self.round}资金使用情况报告"


class UseItem(ScopedModel):
    """Whole yuan that a region used for one purpose; the proofs are evidence files of the report."""

    region_path = "report__region"

    report = models.ForeignKey(UseReport, models.PROTECT, verbose_name="资金使用情况报告", related_name="items")
    platform = models.ForeignKey(
        Platform, models.PROTECT, verbose_name="用于的平台", related_name="+", null=True, blank=True
    )
    purpose = models.CharField("用途", max_length=200)
    spent_on = models.DateField("支出日期")
    amount_yuan = models.PositiveBigIntegerField("金额（元）", validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = "资金使用明细"
        verbose_name_plural = "资金使用明细"
        ordering = ("report", "spent_on", "pk")
        constraints = (
            models.CheckConstraint(condition=models.Q(amount_yuan__gt=0), name="use_item_positive"),
            models.CheckConstraint(condition=~models.Q(purpose=""), name="use_item_has_a_purpose"),
        )

    def __str__(self) -> str:
        return self.purpose
