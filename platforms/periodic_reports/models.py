from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from platforms.activities.models.activity import together
from platforms.applications.models.platform import Platform
from platforms.periodic_reports.choices import ReturnPeriod
from platforms.rounds.models.round import Round
from platforms.scope import EVERYWHERE, ScopedModel
from platforms.tasks.models import FOR_TYPE


class ReturnSchedule(ScopedModel):
    """What platforms of some types hand in periodically (定期报送): what, how often, on which day, from when to when.

    Due days are those of ``platforms.periodic_reports.dates`` between ``starts_on`` and ``ends_on``, inclusive.
    ``figures`` are
    the labels of the numbers asked for, one a line. Stopped, it makes no rows any more; what is there stays.
    """

    region_path = EVERYWHERE

    round = models.ForeignKey(Round, models.PROTECT, verbose_name="年度", related_name="return_schedules")
    title = models.CharField("名称", max_length=40)
    what = models.TextField("报送要求", max_length=400, blank=True)
    wants_text = models.BooleanField("须填写文字", default=True)
    figures = models.TextField("须填写的数字", max_length=400, blank=True)
    wants_file = models.BooleanField("须上传文件", default=False)
    for_functional_zone = models.BooleanField("适用于功能区窗口平台", default=True)
    for_town = models.BooleanField("适用于乡镇（街道）窗口平台", default=True)
    for_park = models.BooleanField("适用于小微企业园窗口平台", default=True)
    for_industry = models.BooleanField("适用于重点行业窗口平台", default=True)
    period = models.CharField("报送周期", max_length=10, choices=ReturnPeriod.choices)
    due_day = models.PositiveSmallIntegerField(
        "报送日（日）", default=5, validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    starts_on = models.DateField("自")
    ends_on = models.DateField("至")
    stopped = models.BooleanField("停止", default=False)

    class Meta:
        verbose_name = "报送安排"
        verbose_name_plural = "报送安排"
        ordering = ("-round", "title", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "title"),
                name="return_schedule_once",
                violation_error_message="该年度已有同名的报送安排。",
            ),
            models.CheckConstraint(condition=models.Q(period__in=ReturnPeriod.values), name="return_period_closed"),
            models.CheckConstraint(
                condition=models.Q(due_day__gte=1, due_day__lte=28),
                name="return_due_day",
                violation_error_message="报送日应在 1 至 28 之间。",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="return_ends_after_start",
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                condition=models.Q(wants_text=True) | models.Q(wants_file=True) | ~models.Q(figures=""),
                name="return_asks_something",
                violation_error_message="请至少要求文字、数字、文件中的一项。",
            ),
            models.CheckConstraint(
                condition=models.Q(for_functional_zone=True)
                | models.Q(for_town=True)
                | models.Q(for_park=True)
                | models.Q(for_industry=True),
                name="return_for_some_type",
                violation_error_message="请至少选择一个适用类型。",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def labels(self) -> list[str]:
        """The labels of the numbers asked for."""
        return [line.strip() for line in self.figures.splitlines() if line.strip()]

    def is_for(self, type: str) -> bool:
        """Say whether platforms of ``type`` hand this in."""
        return not self.stopped and bool(getattr(self, FOR_TYPE[type]))


class PeriodicReturn(ScopedModel):
    """What one platform hands in for one period, due on a day; made as an empty row by the schedule.

    ``figures`` maps labels to whole numbers or decimals as text. ``late`` marks what first came in after the day that
    held then. After the city closed the period it cannot be handed in or corrected.
    """

    region_path = "platform__region"

    schedule = models.ForeignKey(ReturnSchedule, models.PROTECT, verbose_name="报送安排", related_name="returns")
    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="窗口平台", related_name="returns")
    key = models.CharField("期次", max_length=8)
    label = models.CharField("报送期", max_length=20)
    due_on = models.DateField("报送期限")
    text = models.TextField("报送内容", max_length=3000, blank=True)
    figures = models.JSONField("数字", default=dict, blank=True)
    version = models.PositiveSmallIntegerField("版本", default=1, editable=False)
    late = models.BooleanField("逾期报送", default=False)
    handed_in_at = models.DateTimeField("报送时间", null=True, blank=True)
    handed_in_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="报送人", related_name="+", null=True, blank=True
    )
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="结束人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "定期报送"
        verbose_name_plural = "定期报送"
        ordering = ("due_on", "schedule", "platform")
        permissions = (("hand_in_periodicreturn", "报送"),)
        indexes = (models.Index(fields=("schedule", "key", "due_on"), name="return_by_period"),)
        constraints = (
            models.UniqueConstraint(fields=("schedule", "platform", "key"), name="return_once_per_period"),
            models.CheckConstraint(condition=together("handed_in_at", "handed_in_by"), name="return_handed_in_whole"),
            models.CheckConstraint(condition=together("closed_at", "closed_by"), name="return_closed_whole"),
        )

    def __str__(self) -> str:
        return f"{self.platform} {self.label}"


class ReturnDateChange(ScopedModel):
    """The due day of one period of a schedule that was moved: from, to, why. Never changed."""

    region_path = EVERYWHERE

    schedule = models.ForeignKey(ReturnSchedule, models.PROTECT, verbose_name="报送安排", related_name="date_changes")
    key = models.CharField("期次", max_length=8)
    label = models.CharField("报送期", max_length=20)
    old = models.DateField("原期限")
    new = models.DateField("现期限")
    reason = models.CharField("理由", max_length=400)
    changed_at = models.DateTimeField("调整时间")
    changed_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="调整人", related_name="+")

    class Meta:
        verbose_name = "报送期限调整"
        verbose_name_plural = "报送期限调整"
        ordering = ("-changed_at", "-pk")
        constraints = (models.CheckConstraint(condition=~models.Q(old=models.F("new")), name="return_date_differs"),)

    def __str__(self) -> str:
        return self.label
