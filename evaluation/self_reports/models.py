from django.db import models

from evaluation.marking.models import Assessment
from evaluation.schemes.models import Indicator
from evaluation.self_reports.choices import SelfReportStatus
from platforms.scope import ScopedModel


class SelfReport(ScopedModel):
    """What one unit reports of the period of its evaluation (自评), from when the evaluation opens.

    It can be written until the day of the evaluation, or until ``leave_until``, the last day of the latest
    :class:`SelfReportLeave`. ``receipt`` is given when it is first handed in, by the person ``filled_by``; what the
    county asks to be mended stands on the lines and in ``return_reason``. ``version`` counts the saves.
    """

    region_path = "assessment__application__region"

    assessment = models.OneToOneField(Assessment, models.CASCADE, verbose_name="评价", related_name="self_report")
    status = models.CharField("状态", max_length=10, choices=SelfReportStatus.choices, default=SelfReportStatus.WAITING)
    version = models.PositiveIntegerField("保存次数", default=1)
    saved_at = models.DateTimeField("更新时间", null=True, blank=True)
    leave_until = models.DateField("延期至", null=True, blank=True)
    receipt = models.CharField("回执编号", max_length=20, blank=True)
    filled_by = models.CharField("填报人", max_length=40, blank=True)
    handed_in_at = models.DateTimeField("提交时间", null=True, blank=True)
    return_reason = models.CharField("退回理由", max_length=400, blank=True)
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="退回人", related_name="+", null=True, blank=True
    )
    checked_at = models.DateTimeField("审核时间", null=True, blank=True)
    checked_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="审核人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "自评"
        verbose_name_plural = "自评"
        ordering = ("assessment__application__number",)
        permissions = (
            ("send_selfreport", "发送自评链接"),
            ("check_selfreport", "审核自评"),
            ("extend_selfreport", "准予逾期自评"),
            ("settle_selfreport", "登记未自评"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=SelfReportStatus.values), name="self_report_status_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(status="waiting", handed_in_at__isnull=True, receipt="", filled_by="")
                | (
                    models.Q(status__in=("handed_in", "returned", "checked"), handed_in_at__isnull=False)
                    & ~models.Q(receipt="")
                    & ~models.Q(filled_by="")
                ),
                name="self_report_handed_in_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(returned_at__isnull=True, returned_by__isnull=True, return_reason="")
                | (models.Q(returned_at__isnull=False, returned_by__isnull=False) & ~models.Q(return_reason="")),
                name="self_report_returned_has_who_and_why",
            ),
            models.CheckConstraint(
                condition=models.Q(status="checked", checked_at__isnull=False, checked_by__isnull=False)
                | models.Q(
                    status__in=("waiting", "handed_in", "returned"), checked_at__isnull=True, checked_by__isnull=True
                ),
                name="self_report_checked_has_who_and_when",
            ),
            models.UniqueConstraint(
                fields=("receipt",), condition=~models.Q(receipt=""), name="self_report_receipt_once"
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number of its application, which people call it by."""
        return self.assessment.application.number


class SelfReportLine(ScopedModel):
    """What a unit reports for one indicator; its files are :class:`EvidenceFile` rows of the kind ``self_report``.

    ``link`` is where else the proof stands. ``question`` is what the county asks to be mended.
    """

    region_path = "report__assessment__application__region"

    report = models.ForeignKey(SelfReport, models.CASCADE, verbose_name="自评", related_name="lines")
    indicator = models.ForeignKey(Indicator, models.PROTECT, verbose_name="指标", related_name="+")
    value = models.DecimalField("本期数值", max_digits=14, decimal_places=2, null=True, blank=True)
    remark = models.CharField("说明", max_length=400, blank=True)
    link = models.CharField("佐证链接", max_length=300, blank=True)
    question = models.CharField("退回意见", max_length=400, blank=True)

    class Meta:
        verbose_name = "自评指标"
        verbose_name_plural = "自评指标"
        ordering = ("report", "indicator__order")
        constraints = (
            models.UniqueConstraint(fields=("report", "indicator"), name="self_report_line_once"),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(value__gte=0), name="self_report_value_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(link="") | models.Q(link__startswith="https://"), name="self_report_link_is_https"
            ),
        )

    def __str__(self) -> str:
        return str(self.indicator)


class SelfReportLink(ScopedModel):
    """A link that lets a unit write its report without an account; only the SHA-256 of the token is stored.

    A newer one ends the older. Of its openings the row keeps the moment of the first, and nothing of who it was.
    """

    region_path = "report__assessment__application__region"

    report = models.ForeignKey(SelfReport, models.CASCADE, verbose_name="自评", related_name="links")
    token_hash = models.CharField("令牌校验值", max_length=64, unique=True, editable=False)
    recipient = models.CharField("填报单位", max_length=80)
    sent_at = models.DateTimeField("发出时间")
    sent_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="发出人", related_name="+")
    opened_at = models.DateTimeField("首次打开时间", null=True, blank=True)
    ended_at = models.DateTimeField("作废时间", null=True, blank=True)

    class Meta:
        verbose_name = "自评链接"
        verbose_name_plural = "自评链接"
        ordering = ("-sent_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("report",), condition=models.Q(ended_at__isnull=True), name="self_report_one_link_open"
            ),
        )

    def __str__(self) -> str:
        return self.recipient


class SelfReportLeave(ScopedModel):
    """That a unit may report after the day of its evaluation: until when, why, who allowed it. Never changed."""

    region_path = "report__assessment__application__region"

    report = models.ForeignKey(SelfReport, models.CASCADE, verbose_name="自评", related_name="leaves")
    until = models.DateField("延期至")
    reason = models.CharField("理由", max_length=400)
    granted_at = models.DateTimeField("准予时间")
    granted_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="准予人", related_name="+")

    class Meta:
        verbose_name = "自评延期"
        verbose_name_plural = "自评延期"
        ordering = ("report", "granted_at", "pk")
        constraints = (models.CheckConstraint(condition=~models.Q(reason=""), name="self_report_leave_has_reason"),)

    def __str__(self) -> str:
        return f"{self.report}：{self.until}"


class SelfReportReminder(ScopedModel):
    """That a unit was reminded so many ``days`` before its last day: once each."""

    region_path = "report__assessment__application__region"

    report = models.ForeignKey(SelfReport, models.CASCADE, verbose_name="自评", related_name="reminders")
    days = models.PositiveSmallIntegerField("提前天数")
    on = models.DateField("日期")

    class Meta:
        verbose_name = "自评提醒"
        verbose_name_plural = "自评提醒"
        ordering = ("report", "-days")
        constraints = (models.UniqueConstraint(fields=("report", "days"), name="self_report_reminded_once"),)

    def __str__(self) -> str:
        return f"{self.report}：{self.days}"
