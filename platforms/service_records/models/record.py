from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from platforms.applications.models.platform import Platform
from platforms.choices import FreeService, ServiceClass
from platforms.reference.models import Region
from platforms.scope import EVERYWHERE, ScopedModel
from platforms.service_records.choices import ServiceChannel, ServiceResult


class Enterprise(ScopedModel):
    """An enterprise that was served, one row for each credit code, with its name as first and as last given."""

    region_path = EVERYWHERE

    code = models.CharField("统一社会信用代码", max_length=18, unique=True)
    first_name = models.CharField("首次登记的名称", max_length=80)
    name = models.CharField("名称", max_length=80)
    first_seen_at = models.DateTimeField("首次登记时间")

    class Meta:
        verbose_name = "服务企业"
        verbose_name_plural = "服务企业"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class ServiceRecord(ScopedModel):
    """One service (二·(三)): which platform, for whom, what, when, how, for how much, how satisfied.

    ``source`` and ``external_id`` identify it for good: the same again changes nothing, another content under them is
    a correction that keeps the old one as :class:`ServiceRecordPast`. A record is never deleted: it is cancelled with
    a reason, and then counts nowhere. ``fee`` in yuan; 0 is free of charge.
    """

    region_path = "platform__region"

    # Here and below a key that begins another index has none of its own: each costs at every record that comes in.
    platform = models.ForeignKey(
        Platform, models.PROTECT, verbose_name="窗口平台", related_name="service_records", db_index=False
    )
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, verbose_name="服务企业", related_name="service_records")
    service_class = models.CharField("服务类别", max_length=12, choices=ServiceClass.choices)
    free_category = models.CharField("公益性服务", max_length=10, choices=FreeService.choices, blank=True)
    served_on = models.DateField("服务日期")
    channel = models.CharField("服务方式", max_length=8, choices=ServiceChannel.choices)
    result = models.CharField("结果", max_length=8, choices=ServiceResult.choices, default=ServiceResult.SETTLED)
    fee = models.DecimalField(
        "收费（元）", max_digits=10, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    satisfaction = models.PositiveSmallIntegerField(
        "满意度", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    summary = models.CharField("服务内容", max_length=200, blank=True)
    served_by = models.CharField("服务人员", max_length=40, blank=True)
    source = models.CharField("来源", max_length=40, editable=False)
    external_id = models.CharField("来源编号", max_length=64, editable=False)
    version = models.PositiveSmallIntegerField("版本", default=1, editable=False)
    received_at = models.DateTimeField("登记时间", editable=False)
    entered_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="登记人", related_name="+", null=True, blank=True, db_index=False
    )
    cancelled_at = models.DateTimeField("作废时间", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="作废人", related_name="+", null=True, blank=True, db_index=False
    )
    cancel_reason = models.CharField("作废理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "服务记录"
        verbose_name_plural = "服务记录"
        ordering = ("-served_on", "-pk")
        permissions = (
            ("import_servicerecord", "导入服务记录"),
            ("export_servicerecord", "导出服务记录"),
        )
        indexes = (
            # The list of a platform and of a region pages by these keys, never by offset.
            models.Index(fields=("platform", "-served_on", "-id"), name="record_list_of_platform"),
            models.Index(fields=("-served_on", "-id"), name="record_list"),
            # What an officer entered; records of the interface are not in it.
            models.Index(
                fields=("entered_by",), name="record_entered_by", condition=models.Q(entered_by__isnull=False)
            ),
            models.Index(
                fields=("platform",),
                name="record_fee_in_free",
                condition=~models.Q(free_category="") & models.Q(fee__gt=0),
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("source", "external_id"), name="record_once_per_source"),
            models.CheckConstraint(
                condition=models.Q(service_class__in=ServiceClass.values), name="record_class_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(free_category="") | models.Q(free_category__in=FreeService.values),
                name="record_free_category_closed",
            ),
            models.CheckConstraint(condition=models.Q(channel__in=ServiceChannel.values), name="record_channel_closed"),
            models.CheckConstraint(condition=models.Q(result__in=ServiceResult.values), name="record_result_closed"),
            models.CheckConstraint(condition=models.Q(fee__gte=0), name="record_fee_not_negative"),
            models.CheckConstraint(
                condition=models.Q(satisfaction__isnull=True) | models.Q(satisfaction__gte=1, satisfaction__lte=5),
                name="record_satisfaction_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at__isnull=True, cancel_reason="")
                | (models.Q(cancelled_at__isnull=False) & ~models.Q(cancel_reason="")),
                name="record_cancelled_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.served_on} {self.get_service_class_display()}"


class ServiceRecordPast(ScopedModel):
    """What a record said before it was corrected; ``data`` holds its fields as text."""

    region_path = "record__platform__region"

    record = models.ForeignKey(
        ServiceRecord, models.PROTECT, verbose_name="服务记录", related_name="past", db_index=False
    )
    version = models.PositiveSmallIntegerField("版本")
    data = models.JSONField("内容")
    replaced_at = models.DateTimeField("更正时间")
    replaced_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="更正人", related_name="+", null=True, blank=True
    )
    actor = models.CharField("更正方", max_length=40, blank=True)
    reason = models.CharField("更正理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "服务记录的旧内容"
        verbose_name_plural = "服务记录的旧内容"
        ordering = ("record", "version")
        constraints = (models.UniqueConstraint(fields=("record", "version"), name="record_past_once_per_version"),)

    def __str__(self) -> str:
        return f"第{self.version}版"


class ApiToken(ScopedModel):
    """A token of a platform or of a county hub for the interface; only the SHA-256 of it is stored."""

    region_path = "region"

    token_hash = models.CharField("令牌校验值", max_length=64, unique=True, editable=False)
    hint = models.CharField("开头", max_length=8, editable=False)
    platform = models.ForeignKey(
        Platform, models.PROTECT, verbose_name="窗口平台", related_name="tokens", null=True, blank=True
    )
    # Of the county hub, or of the region that the platform lies in; None is a platform of the city's.
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="地区", related_name="tokens", null=True, blank=True
    )
    # What its records are kept under where the region came to another one: they go on as the same ones.
    former_code = models.CharField("原地区代码", max_length=12, blank=True, editable=False)
    note = models.CharField("用途", max_length=80, blank=True)
    issued_at = models.DateTimeField("发放时间")
    issued_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="发放人", related_name="+", null=True, blank=True
    )
    expires_at = models.DateTimeField("到期时间")
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)
    revoked_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="作废人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "接口令牌"
        verbose_name_plural = "接口令牌"
        ordering = ("-issued_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(platform__isnull=False) | models.Q(region__isnull=False),
                name="token_of_platform_or_region",
            ),
        )

    def __str__(self) -> str:
        return f"{self.hint}…"
