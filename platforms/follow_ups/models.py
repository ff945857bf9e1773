from django.db import models

from platforms.applications.models.platform import Platform
from platforms.choices import FreeService, ServiceClass
from platforms.follow_ups.choices import FollowUpResult
from platforms.reference.models import Region
from platforms.scope import ScopedModel
from platforms.service_records.models.record import Enterprise, ServiceRecord


class FollowUpSample(ScopedModel):
    """One sample of service records whose enterprises are called (回访, 六·(二)); drawn once, never drawn again.

    The rule is whole: filter, period (inclusive), size, seed and the two ways of drawing. With it and the same records
    ``platforms.sampling`` gives the same sample; ``digest`` sums up its identities, ``population`` is how many records
    the rule met. ``region`` is whose sample it is, None the city's, which may narrow it to ``of_region``.
    """

    region_path = "region"

    number = models.CharField("样本编号", max_length=20, unique=True, editable=False)
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="地区", related_name="follow_up_samples", null=True, blank=True
    )
    of_region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="抽样地区", related_name="+", null=True, blank=True
    )
    platform = models.ForeignKey(
        Platform, models.PROTECT, verbose_name="抽样平台", related_name="+", null=True, blank=True
    )
    service_class = models.CharField("服务类别", max_length=12, choices=ServiceClass.choices, blank=True)
    from_on = models.DateField("服务日期自")
    until_on = models.DateField("服务日期至")
    size = models.PositiveSmallIntegerField("样本量")
    seed = models.CharField("抽样随机数", max_length=32)
    by_platform = models.BooleanField("按平台均匀抽取", default=False)
    once_per_enterprise = models.BooleanField("每家企业只抽一条", default=True)
    population = models.PositiveIntegerField("符合条件的记录（条）", editable=False)
    digest = models.CharField("样本校验值", max_length=64, editable=False)
    drawn_at = models.DateTimeField("抽取时间")
    drawn_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="抽取人", related_name="+")

    class Meta:
        verbose_name = "回访样本"
        verbose_name_plural = "回访样本"
        ordering = ("-drawn_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(service_class="") | models.Q(service_class__in=ServiceClass.values),
                name="sample_class_closed",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__gte=models.F("from_on")), name="sample_ends_after_start"
            ),
            models.CheckConstraint(condition=models.Q(size__gte=1), name="sample_not_empty"),
        )

    def __str__(self) -> str:
        return self.number


class FollowUp(ScopedModel):
    """One enterprise to call about one record; what the record said when it was drawn is kept beside the answer.

    The record itself may be corrected, cancelled or archived later; ``source`` and ``external_id`` name it for good.
    ``result`` is empty until somebody called. The three ``*_differs`` say where the answer contradicts the record
    (``platforms.sampling.differences``). ``phone`` is personal: shown in full to the side that drew the sample only.
    """

    region_path = "platform__region"

    sample = models.ForeignKey(FollowUpSample, models.PROTECT, verbose_name="回访样本", related_name="calls")
    position = models.PositiveSmallIntegerField("序号")
    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="窗口平台", related_name="follow_ups")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, verbose_name="服务企业", related_name="follow_ups")
    record = models.ForeignKey(
        ServiceRecord,
        models.SET_NULL,
        verbose_name="服务记录",
        related_name="follow_ups",
        null=True,
        blank=True,
        # Archived records leave without asking here.
        db_constraint=False,
    )
    source = models.CharField("来源", max_length=40, editable=False)
    external_id = models.CharField("来源编号", max_length=64, editable=False)
    record_version = models.PositiveSmallIntegerField("记录版本", editable=False)
    served_on = models.DateField("服务日期")
    service_class = models.CharField("服务类别", max_length=12, choices=ServiceClass.choices)
    free_category = models.CharField("公益性服务", max_length=10, choices=FreeService.choices, blank=True)
    recorded_fee = models.DecimalField("登记的收费（元）", max_digits=10, decimal_places=2)
    recorded_satisfaction = models.PositiveSmallIntegerField("登记的满意度", null=True, blank=True)
    summary = models.CharField("服务内容", max_length=200, blank=True)
    result = models.CharField("回访结果", max_length=16, choices=FollowUpResult.choices, blank=True)
    satisfaction = models.PositiveSmallIntegerField("回访满意度", null=True, blank=True)
    fee_taken = models.BooleanField("是否收费", null=True, blank=True)
    phone = models.CharField("回访电话", max_length=60, blank=True)
    note = models.CharField("回访情况", max_length=400, blank=True)
    existence_differs = models.BooleanField("服务不属实", default=False, editable=False)
    fee_differs = models.BooleanField("收费与记录不符", default=False, editable=False)
    satisfaction_differs = models.BooleanField("满意度与记录不符", default=False, editable=False)
    version = models.PositiveSmallIntegerField("版本", default=1, editable=False)
    called_at = models.DateTimeField("回访时间", null=True, blank=True)
    called_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="回访人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "回访"
        verbose_name_plural = "回访"
        ordering = ("sample", "position")
        indexes = (
            models.Index(
                fields=("platform",),
                name="follow_up_differs",
                condition=models.Q(existence_differs=True)
                | models.Q(fee_differs=True)
                | models.Q(satisfaction_differs=True),
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("sample", "position"), name="follow_up_position_once"),
            models.UniqueConstraint(fields=("sample", "source", "external_id"), name="follow_up_once_per_record"),
            models.CheckConstraint(
                condition=models.Q(service_class__in=ServiceClass.values)
                & (models.Q(free_category="") | models.Q(free_category__in=FreeService.values)),
                name="follow_up_class_closed",
            ),
            models.CheckConstraint(
                condition=models.Q(result="", called_at__isnull=True, called_by__isnull=True)
                | models.Q(result__in=FollowUpResult.values, called_at__isnull=False, called_by__isnull=False),
                name="follow_up_result_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(satisfaction__isnull=True) | models.Q(satisfaction__gte=1, satisfaction__lte=5),
                name="follow_up_satisfaction_in_range",
            ),
        )

    def __str__(self) -> str:
        return f"{self.sample} {self.position}"
