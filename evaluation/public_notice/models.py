from django.db import models

from evaluation.marking.models import Assessment
from evaluation.public_notice.choices import NoticeStatus, ObjectionChannel, ObjectionOutcome, ObjectionStatus
from platforms.choices import PlatformType
from platforms.models import Region, Round
from platforms.notices.terms import grade_label
from platforms.scope import EVERYWHERE, ScopedModel
from platforms.two_people import Proposal, two_people


class PublicNotice(Proposal):
    """A 公示 of a round: proposed by one officer, opened by another; it runs from ``starts_on`` to ``ends_on``.

    Both days count; the dates are stored as they were counted from ``working_days`` and ``first_day_counts`` by the
    arrangement of holidays known then. ``basis`` is the digest of the grades that were proposed: opening refuses
    others. The list itself is :class:`NoticeLine`.
    """

    region_path = EVERYWHERE

    round = models.ForeignKey(Round, models.PROTECT, verbose_name="年度", related_name="public_notices")
    status = models.CharField("状态", max_length=10, choices=NoticeStatus.choices, default=NoticeStatus.PROPOSED)
    document_number = models.CharField("文号", max_length=40, blank=True)
    organiser = models.CharField("公示单位", max_length=60)
    phone = models.CharField("联系电话", max_length=60)
    address = models.CharField("来信地址", max_length=120, blank=True)
    email = models.EmailField("邮箱", max_length=120, blank=True)
    working_days = models.PositiveSmallIntegerField("公示工作日数")
    first_day_counts = models.BooleanField("公示首日计入", default=False)
    starts_on = models.DateField("公示开始日期")
    ends_on = models.DateField("公示结束日期")
    basis = models.CharField("依据校验值", max_length=64, editable=False)
    stopped_at = models.DateTimeField("终止时间", null=True, blank=True)
    stopped_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="终止人", related_name="+", null=True, blank=True
    )
    stop_reason = models.TextField("终止理由", max_length=400, blank=True)

    class Meta:
        verbose_name = "公示"
        verbose_name_plural = "公示"
        ordering = ("-proposed_at", "-pk")
        permissions = (
            ("propose_publicnotice", "提出公示"),
            ("open_publicnotice", "批准公示"),
            ("amend_publicnotice", "更新公示名单"),
        )
        constraints = (
            *two_people("public_notice", NoticeStatus.values),
            models.UniqueConstraint(
                fields=("round",),
                condition=models.Q(status__in=(NoticeStatus.PROPOSED, NoticeStatus.OPENED)),
                name="public_notice_one_per_round",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="public_notice_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(working_days__gte=1, working_days__lte=60), name="public_notice_days_in_range"
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(status=NoticeStatus.STOPPED, stopped_at__isnull=False, stopped_by__isnull=False)
                    & ~models.Q(stop_reason="")
                )
                | (
                    ~models.Q(status=NoticeStatus.STOPPED)
                    & models.Q(stopped_at__isnull=True, stopped_by__isnull=True, stop_reason="")
                ),
                name="public_notice_stop_has_who_when_and_why",
            ),
        )


class NoticeLine(ScopedModel):
    """One platform in a public notice, frozen: what was public of it, and since when.

    Only lines with ``is_public`` (the grade is certified) are public; the others are for their county and the operator,
    with ``reasons``. A change after an objection is a new ``version`` with ``change_reason``; the older one stays
    beside it.
    """

    region_path = "region"

    notice = models.ForeignKey(PublicNotice, models.PROTECT, verbose_name="公示", related_name="lines")
    assessment = models.ForeignKey(Assessment, models.PROTECT, verbose_name="评价", related_name="notice_lines")
    version = models.PositiveSmallIntegerField("版本", default=1)
    code = models.CharField("平台编号", max_length=20)
    name = models.CharField("平台名称", max_length=80)
    type = models.CharField("类型", max_length=16, choices=PlatformType.choices)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="地区", related_name="+", null=True, blank=True)
    site_name = models.CharField("地点", max_length=100)
    operator_name = models.CharField("运营单位", max_length=80)
    grade = models.CharField("拟评档次", max_length=8)
    is_public = models.BooleanField("对外公示")
    reasons = models.TextField("理由", max_length=2000, blank=True)
    change_reason = models.TextField("变动理由", max_length=400, blank=True)
    objection = models.ForeignKey(
        "evaluation.Objection", models.PROTECT, verbose_name="依据的异议", related_name="changed", null=True, blank=True
    )
    made_at = models.DateTimeField("列入时间")
    made_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="办理人", related_name="+")

    class Meta:
        verbose_name = "公示平台"
        verbose_name_plural = "公示平台"
        ordering = ("notice", "code", "version")
        constraints = (
            models.UniqueConstraint(fields=("notice", "assessment", "version"), name="notice_line_once_per_version"),
            models.CheckConstraint(
                condition=models.Q(version=1, change_reason="", objection__isnull=True)
                | (models.Q(version__gt=1) & ~models.Q(change_reason="")),
                name="notice_line_change_has_reason",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def grade_label(self) -> str:
        """What the notice of its round calls the grade."""
        return grade_label(self.notice.round.terms, self.grade)


class Objection(ScopedModel):
    """An objection to a public notice by somebody with a name; only the city reads who objected.

    ``assessment`` is that of the platform that it is about, None for the list as a whole. ``number`` is the receipt and
    random; with the secret lookup code, of which the hash is kept, whoever objected reads the answer. ``entered_by``
    wrote it down from a mail or from paper. What was answered or refused never changes.
    """

    region_path = "region"

    number = models.CharField("受理编号", max_length=20, unique=True, editable=False)
    lookup_hash = models.CharField(max_length=64, editable=False)
    notice = models.ForeignKey(PublicNotice, models.PROTECT, verbose_name="公示", related_name="objections")
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, verbose_name="涉及的平台", related_name="objections", null=True, blank=True
    )
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="地区", related_name="+", null=True, blank=True)
    channel = models.CharField("来源", max_length=8, choices=ObjectionChannel.choices)
    status = models.CharField("状态", max_length=10, choices=ObjectionStatus.choices, default=ObjectionStatus.RECEIVED)
    name = models.CharField("姓名或单位", max_length=80)
    phone = models.CharField("联系电话", max_length=60)
    email = models.EmailField("邮箱", max_length=120, blank=True)
    text = models.TextField("异议内容", max_length=2000)
    received_at = models.DateTimeField("收到时间")
    sender_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    entered_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="登记人", related_name="+", null=True, blank=True
    )
    due_on = models.DateField("答复期限")
    assigned_to = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="承办人", related_name="+", null=True, blank=True
    )
    assigned_at = models.DateTimeField("分办时间", null=True, blank=True)
    outcome = models.CharField("处理结果", max_length=10, choices=ObjectionOutcome.choices, blank=True)
    answer = models.TextField("答复意见", max_length=2000, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="答复人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "异议"
        verbose_name_plural = "异议"
        ordering = ("-received_at", "-pk")
        permissions = (("assign_objection", "分办异议"), ("answer_objection", "答复异议"))
        indexes = (models.Index(fields=("status", "due_on"), name="objection_due"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(channel__in=ObjectionChannel.values), name="objection_channel_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=ObjectionStatus.values), name="objection_status_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(assigned_to__isnull=True, assigned_at__isnull=True)
                | models.Q(assigned_to__isnull=False, assigned_at__isnull=False),
                name="objection_assigned_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=(ObjectionStatus.RECEIVED, ObjectionStatus.ASSIGNED),
                    outcome="", answer="", answered_at__isnull=True, answered_by__isnull=True,
                )
                | (
                    models.Q(status=ObjectionStatus.ANSWERED, outcome__in=ObjectionOutcome.values)
                    & ~models.Q(answer="")
                    & models.Q(answered_at__isnull=False, answered_by__isnull=False, assigned_to__isnull=False)
                )
                | (
                    models.Q(status=ObjectionStatus.REFUSED, outcome="")
                    & ~models.Q(answer="")
                    & models.Q(answered_at__isnull=False, answered_by__isnull=False)
                ),
                name="objection_answer_whole",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.number
