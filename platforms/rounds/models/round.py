from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from platforms.choices import PlatformType
from platforms.notices.models import Notice, value_of
from platforms.notices.terms import Terms
from platforms.reference.models import Region, check_goes_on
from platforms.rounds.choices import RoundStatus
from platforms.rounds.phases import MOST_PHASES, phase_label
from platforms.scope import EVERYWHERE, ScopedModel


class Round(ScopedModel):
    """One year of the scheme (年度): its dates, target, cap and quotas are data, nothing in code says 2020.

    ``notice`` says what else it runs under; from the opening of filing on it is an approved one and stays the same.
    ``cap_yuan`` is the most that may be split in whole yuan (五: 不高于1500万元), ``target`` the number of platforms
    aimed at (三: 100个左右), ``report_due_on`` the day by which counties report; later reports are marked late.
    ``published_on`` is the day in Ningbo on which the results became public. ``counted_from`` and ``counted_until``
    bound what the evaluation counts (四·(四)), both days included; where they are empty, phases two and three do
    (``platforms.rounds.counted_period``). ``counted_fixed_at`` is when the evaluation began: both days are written down
    then
    and never change again.
    """

    region_path = EVERYWHERE

    notice = models.ForeignKey(Notice, models.PROTECT, verbose_name="通知", related_name="rounds")
    year = models.PositiveSmallIntegerField(
        "年度", unique=True, validators=[MinValueValidator(2020), MaxValueValidator(2099)]
    )
    title = models.CharField("名称", max_length=80)
    status = models.CharField("状态", max_length=12, choices=RoundStatus.choices, default=RoundStatus.PREPARING)
    target = models.PositiveIntegerField("建设目标（个）", default=100)
    cap_yuan = models.PositiveBigIntegerField("资金上限（元）", validators=[MinValueValidator(1)])
    report_due_on = models.DateField("上报截止日期")
    published_on = models.DateField("公布日期", null=True, blank=True, editable=False)
    counted_from = models.DateField("评价期间开始", null=True, blank=True)
    counted_until = models.DateField("评价期间结束", null=True, blank=True)
    counted_fixed_at = models.DateTimeField("评价期间确定时间", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "年度"
        verbose_name_plural = "年度"
        ordering = ("-year",)
        permissions = (("move_round", "开始、截止申报"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(status__in=RoundStatus.values), name="round_status_closed"),
            models.CheckConstraint(condition=models.Q(cap_yuan__gt=0), name="round_cap_positive"),
            models.CheckConstraint(
                condition=models.Q(counted_until__gte=models.F("counted_from"))
                | models.Q(counted_from__isnull=True)
                | models.Q(counted_until__isnull=True),
                name="round_counted_in_order",
                violation_error_message="评价期间的结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                condition=models.Q(counted_fixed_at__isnull=True)
                | models.Q(counted_from__isnull=False, counted_until__isnull=False),
                name="round_counted_fixed_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}年度"

    @property
    def terms(self) -> Terms:
        """The terms of its notice."""
        return value_of(self.notice_id).terms


class NamingRule(ScopedModel):
    """How platforms of one type are called (二·(一): 全市统一的命名方式), with the marks of
    ``platforms.applications.naming``.

    A type without a row is called by ``naming.DEFAULT_RULES``.
    """

    region_path = EVERYWHERE

    type = models.CharField("类型", max_length=16, choices=PlatformType.choices, unique=True)
    pattern = models.CharField("命名规则", max_length=80)

    class Meta:
        verbose_name = "命名规则"
        verbose_name_plural = "命名规则"
        ordering = ("type",)
        constraints = (
            models.CheckConstraint(condition=models.Q(type__in=PlatformType.values), name="naming_rule_type_closed"),
        )

    def __str__(self) -> str:
        return self.get_type_display()


class Phase(ScopedModel):
    """One phase of the round's notice, by its number from 1, with its first and last day."""

    region_path = EVERYWHERE

    round = models.ForeignKey(Round, models.CASCADE, verbose_name="年度", related_name="phases")
    number = models.PositiveSmallIntegerField("阶段")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")

    class Meta:
        verbose_name = "阶段"
        verbose_name_plural = "阶段"
        ordering = ("round", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "number"),
                name="phase_once_per_round",
                violation_error_message="同一阶段在一个年度内不得重复。",
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=MOST_PHASES), name="phase_number_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="phase_ends_after_start",
                violation_error_message="阶段的结束日期不能早于开始日期。",
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What the notice calls the phase."""
        return phase_label(self.round.terms, self.number)


class Quota(ScopedModel):
    """How many platforms a region is guided to file in a round (attachment 1): guidance, never a bar."""

    region_path = "region"

    round = models.ForeignKey(Round, models.CASCADE, verbose_name="年度", related_name="quotas")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="地区", related_name="quotas")
    places = models.PositiveSmallIntegerField("名额（个）")

    class Meta:
        verbose_name = "名额"
        verbose_name_plural = "名额"
        ordering = ("round", "region")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "region"),
                name="quota_once_per_round_and_region",
                violation_error_message="该地区在本年度已有名额。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.round} {self.region}"

    def clean(self) -> None:
        """Refuse a quota for a region that ended before the round was published; it has none of the round's rows."""
        if self.round_id is not None and self.round.status != RoundStatus.PUBLISHED:
            check_goes_on(self, "region")


class Liaison(ScopedModel):
    """The one liaison officer (工作联络员) that a region names for a round (四·(一))."""

    region_path = "region"

    round = models.ForeignKey(Round, models.CASCADE, verbose_name="年度", related_name="liaisons")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="地区", related_name="liaisons")
    name = models.CharField("姓名", max_length=40)
    post = models.CharField("职务", max_length=40)
    phone = models.CharField("联系电话", max_length=60)
    email = models.EmailField("电子邮箱", max_length=120, blank=True)

    class Meta:
        verbose_name = "联络员"
        verbose_name_plural = "联络员"
        ordering = ("round", "region")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "region"),
                name="liaison_once_per_round_and_region",
                violation_error_message="该地区在本年度已有联络员。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.round} {self.region}联络员"
