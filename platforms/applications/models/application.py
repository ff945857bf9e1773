from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from platforms.applications.choices import ApplicationStatus, OperatingMode, OperatorNature, VenueTenure
from platforms.applications.models.platform import Platform, Site, site_constraints
from platforms.choices import PlatformType
from platforms.rounds.models.round import Round
from platforms.scope import ScopedModel
from platforms.searchable import SearchText


def whole(label: str, unit: str = "", *, upper: int = 10_000_000) -> models.PositiveIntegerField:
    """A whole number that may be left open while the form is a draft; ``unit`` is shown beside the box."""
    return models.PositiveIntegerField(
        f"{label}（{unit}）" if unit else label, null=True, blank=True, validators=[MaxValueValidator(upper)]
    )


def unreadable_field() -> models.JSONField:
    """What was typed and no column holds, as ``platforms.unreadable`` says; None where there is nothing."""
    return models.JSONField("格式有误的填写内容", null=True, blank=True, editable=False)


class Application(Site, ScopedModel):
    """One application form (建设运营申报表) of one platform in one round; the sections follow
    ``platforms.applications.sections``.

    A draft may be incomplete; ``completeness`` says what is missing. ``version`` counts the saves: a save that names
    an older one is refused, so that two colleagues cannot overwrite each other. ``number`` is what people quote.
    """

    region_path = "region"

    round = models.ForeignKey(Round, models.PROTECT, verbose_name="年度", related_name="applications")
    platform = models.ForeignKey(
        Platform, models.PROTECT, verbose_name="窗口平台", related_name="applications", null=True, blank=True
    )
    number = models.CharField("申报编号", max_length=24, unique=True)
    status = models.CharField("状态", max_length=10, choices=ApplicationStatus.choices, default=ApplicationStatus.DRAFT)
    version = models.PositiveIntegerField("保存次数", default=1)
    created_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="建立人", related_name="+")
    created_at = models.DateTimeField("建立时间")
    saved_at = models.DateTimeField("更新时间")
    submitted_at = models.DateTimeField("首次提交时间", null=True, blank=True)
    last_submitted_at = models.DateTimeField("最近提交时间", null=True, blank=True)
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    is_late = models.BooleanField("逾期提交", default=False)
    # How many gaps it had at the version ``gaps_version``; both or neither, and empty where nobody has counted.
    gap_count = models.PositiveSmallIntegerField("未填项数", null=True, blank=True, editable=False)
    gaps_version = models.PositiveIntegerField("未填项数的保存次数", null=True, blank=True, editable=False)
    # The certificate that this application renews: what it earns begins on the day after the last of that.
    renews = models.ForeignKey(
        "platforms.Standing", models.PROTECT, verbose_name="续期的认定", related_name="renewals", null=True, blank=True
    )
    over_quota_reason = models.CharField("超出名额的理由", max_length=400, blank=True)
    correction_due_on = models.DateField("补正期限", null=True, blank=True)
    # The county's own check between operating unit and city; it holds for the version that was checked.
    checked_version = models.PositiveIntegerField("县级核对的保存次数", null=True, blank=True)
    checked_at = models.DateTimeField("县级核对时间", null=True, blank=True)
    checked_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="县级核对人", related_name="+", null=True, blank=True
    )
    assigned_to = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="经办人", related_name="assigned", null=True, blank=True
    )

    unreadable = unreadable_field()
    #: What was taken over from earlier forms, as ``queries.reuse`` says; None where there is nothing.
    taken_over = models.JSONField("引用的内容", null=True, blank=True, editable=False)
    #: The last print to be sealed, as ``services.documents.note_print`` keeps it; None before the first.
    printed = models.JSONField("最近打印的盖章稿", null=True, blank=True, editable=False)

    # 1 Platform
    name = models.CharField("平台名称", max_length=80)
    search_text = SearchText("检索内容")
    name_reason = models.CharField("名称调整理由", max_length=200, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    longitude = models.DecimalField(
        "经度",
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(120)), MaxValueValidator(Decimal(123))],
    )
    latitude = models.DecimalField(
        "纬度",
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(28)), MaxValueValidator(Decimal(31))],
    )
    opening_hours = models.CharField("开放时间", max_length=80, blank=True)
    service_phone = models.CharField("服务电话", max_length=60, blank=True)
    introduction = models.TextField("平台简介", max_length=1000, blank=True)

    # 2 Operator
    operating_mode = models.CharField("运营方式", max_length=10, choices=OperatingMode.choices, blank=True)
    operator_name = models.CharField("运营单位名称", max_length=80, blank=True)
    operator_code = models.CharField("统一社会信用代码", max_length=18, blank=True, db_index=True)
    operator_nature = models.CharField("单位性质", max_length=16, choices=OperatorNature.choices, blank=True)
    legal_representative = models.CharField("法定代表人", max_length=40, blank=True)
    person_in_charge = models.CharField("平台负责人", max_length=40, blank=True)
    contact_name = models.CharField("联系人", max_length=40, blank=True)
    contact_mobile = models.CharField("联系人手机", max_length=40, blank=True)
    contact_phone = models.CharField("联系人办公电话", max_length=60, blank=True)
    contact_email = models.EmailField("联系人电子邮箱", max_length=120, blank=True)
    founded_on = models.DateField("成立日期", null=True, blank=True)
    support_policy = models.CharField("扶持政策或购买服务文件名称", max_length=200, blank=True)
    agreement = models.CharField("委托运营协议名称", max_length=200, blank=True)

    # 3 Venue
    floor_area = models.DecimalField(
        "服务场地面积（㎡）",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    venue_tenure = models.CharField("场地来源", max_length=10, choices=VenueTenure.choices, blank=True)
    counters = whole("服务窗口", "个", upper=1000)
    meeting_rooms = whole("会议培训场所", "间", upper=1000)
    equipment = models.TextField("主要设施设备", max_length=1000, blank=True)
    in_public_affairs_centre = models.BooleanField("设在公共事务服务中心", null=True, blank=True)
    has_unified_sign = models.BooleanField("已悬挂统一标志标识", null=True, blank=True)

    # 6 Record of the past year
    enterprises_served = whole("服务企业", "家")
    events_held = whole("组织服务活动", "场")
    attendance = whole("活动参加人次", "人次")
    requests_settled = whole("办结企业诉求", "件")
    satisfaction = models.DecimalField(
        "服务满意度（%）",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    typical_cases = models.TextField("典型案例", max_length=2000, blank=True)

    # 8 Plan
    target_enterprises = whole("年度服务企业目标", "家")
    target_events = whole("年度服务活动目标", "场")
    funds_wan = models.DecimalField(
        "年度运营经费（万元）",
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    funds_source = models.CharField("经费来源", max_length=200, blank=True)
    sustainability = models.TextField("可持续运营措施", max_length=1000, blank=True)

    # 10 Commitment and opinions
    committed = models.BooleanField("已承诺所填内容真实", default=False)
    county_opinion = models.TextField("县级审核意见", max_length=400, blank=True)
    county_opinion_on = models.DateField("县级审核日期", null=True, blank=True)
    city_opinion = models.TextField("市级审核意见", max_length=400, blank=True)

    class Meta:
        verbose_name = "申报表"
        verbose_name_plural = "申报表"
        ordering = ("number",)
        permissions = (
            ("submit_application", "提交申报表"),
            ("accept_application", "受理申报表"),
            ("return_application", "退回申报表"),
            ("withdraw_application", "撤回申报表"),
            ("import_application", "导入申报表"),
            ("export_application", "导出申报表"),
            ("check_application", "县级核对申报表"),
            ("assign_application", "分派申报表"),
            ("show_phone", "查看手机号"),
        )
        indexes = (
            # All that the desk counts stands in it, so that counting reads no rows.
            models.Index(
                fields=("round", "region", "status", "type", "gap_count", "gaps_version", "version"),
                name="application_worklist",
            ),
            models.Index(fields=("round", "region", "saved_at", "number"), name="application_recent"),
            models.Index(fields=("round", "operator_code"), name="application_operator"),
        )
        constraints = (
            *site_constraints("application"),
            models.CheckConstraint(
                condition=models.Q(status__in=ApplicationStatus.values), name="application_status_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(operating_mode="") | models.Q(operating_mode__in=OperatingMode.values),
                name="application_operating_mode_closed",
            ),
            models.CheckConstraint(
                condition=models.Q(operator_nature="") | models.Q(operator_nature__in=OperatorNature.values),
                name="application_operator_nature_closed",
            ),
            models.CheckConstraint(
                condition=models.Q(venue_tenure="") | models.Q(venue_tenure__in=VenueTenure.values),
                name="application_venue_tenure_closed",
            ),
            models.CheckConstraint(
                condition=models.Q(status=ApplicationStatus.DRAFT) | models.Q(submitted_at__isnull=False),
                name="application_submitted_when_moved",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=ApplicationStatus.ACCEPTED)
                | models.Q(accepted_at__isnull=False, platform__isnull=False),
                name="application_accepted_has_platform",
            ),
            models.CheckConstraint(
                condition=models.Q(status=ApplicationStatus.WITHDRAWN, withdrawn_at__isnull=False)
                | (~models.Q(status=ApplicationStatus.WITHDRAWN) & models.Q(withdrawn_at__isnull=True)),
                name="application_withdrawn_has_date",
            ),
            models.CheckConstraint(
                condition=models.Q(gap_count__isnull=True, gaps_version__isnull=True)
                | models.Q(gap_count__isnull=False, gaps_version__isnull=False),
                name="application_gaps_with_version",
            ),
            models.CheckConstraint(
                condition=models.Q(checked_version__isnull=True, checked_at__isnull=True, checked_by__isnull=True)
                | models.Q(checked_version__isnull=False, checked_at__isnull=False, checked_by__isnull=False),
                name="application_checked_by_and_at",
            ),
            # One application per place and round; what was withdrawn does not stand in the way.
            models.UniqueConstraint(
                fields=("round", "town"),
                condition=models.Q(town__isnull=False, park__isnull=True) & ~models.Q(status="withdrawn"),
                name="application_once_per_town_and_round",
            ),
            models.UniqueConstraint(
                fields=("round", "park"),
                condition=models.Q(park__isnull=False) & ~models.Q(status="withdrawn"),
                name="application_once_per_park_and_round",
            ),
            models.UniqueConstraint(
                fields=("round", "region"),
                condition=models.Q(type=PlatformType.FUNCTIONAL_ZONE, town__isnull=True, former_zone__isnull=True)
                & ~models.Q(status="withdrawn"),
                name="application_once_per_zone_and_round",
            ),
            models.UniqueConstraint(
                fields=("round", "association"),
                condition=models.Q(type=PlatformType.INDUSTRY) & ~models.Q(status="withdrawn"),
                name="application_once_per_association_and_round",
            ),
            models.UniqueConstraint(
                fields=("round", "name"),
                condition=~models.Q(status="withdrawn"),
                name="application_name_once_per_round",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def is_editable(self) -> bool:
        """Whether the form may be changed at all: only a draft and what was returned."""
        return self.status in (ApplicationStatus.DRAFT, ApplicationStatus.RETURNED)


class ApplicationVersion(ScopedModel):
    """What was submitted, frozen: the whole form as ``data`` and the SHA-256 of its canonical JSON."""

    region_path = "application__region"

    application = models.ForeignKey(Application, models.PROTECT, verbose_name="申报表", related_name="versions")
    number = models.PositiveSmallIntegerField("版本")
    data = models.JSONField("内容")
    digest = models.CharField("校验值", max_length=64)
    submitted_at = models.DateTimeField("提交时间")
    submitted_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="提交人", related_name="+")

    class Meta:
        verbose_name = "提交版本"
        verbose_name_plural = "提交版本"
        ordering = ("application", "number")
        constraints = (models.UniqueConstraint(fields=("application", "number"), name="version_once_per_application"),)

    def __str__(self) -> str:
        return f"第{self.number}版"


class ApplicationMove(ScopedModel):
    """One move of an application with its reason; all of them stay, none is ever changed."""

    region_path = "application__region"

    application = models.ForeignKey(Application, models.PROTECT, verbose_name="申报表", related_name="moves")
    name = models.CharField("动作", max_length=20)
    label = models.CharField("动作名称", max_length=40)
    source = models.CharField("原状态", max_length=10, choices=ApplicationStatus.choices)
    target = models.CharField("新状态", max_length=10, choices=ApplicationStatus.choices)
    reason = models.TextField("理由", max_length=1000, blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="经办人", related_name="+")

    class Meta:
        verbose_name = "流转记录"
        verbose_name_plural = "流转记录"
        ordering = ("application", "pk")

    def __str__(self) -> str:
        return self.label
