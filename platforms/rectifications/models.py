from django.db import models

from platforms.applications.models.platform import Platform
from platforms.rectifications.choices import AnsweredFor, RectificationClause, RectificationFinder, RectificationStatus
from platforms.rounds.models.round import Round
from platforms.scope import ScopedModel


class Rectification(ScopedModel):
    """What is to be mended at one platform (整改, 四·(二)): what is wrong, by when, and how far it is.

    Found by the county or the city (or a hub for either), answered by the platform through its county, checked by the
    side that found it. ``clause`` is one of :class:`RectificationClause` or the key of a ground of the notice of its
    round. ``version`` counts the turns. Overdue is derived: still to be mended after ``due_on``. ``answered_at``
    and ``answered_by`` are those of the last answer, ``closed_at`` says when it was checked off.
    """

    region_path = "platform__region"

    number = models.CharField("整改编号", max_length=20, unique=True, editable=False)
    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="窗口平台", related_name="rectifications")
    round = models.ForeignKey(
        Round, models.PROTECT, verbose_name="年度", related_name="rectifications", null=True, blank=True
    )
    finder = models.CharField("发现单位", max_length=10, choices=RectificationFinder.choices)
    clause = models.CharField("整改依据", max_length=24)
    indicator = models.CharField("指标或要求", max_length=80, blank=True)
    problem = models.TextField("存在问题", max_length=1000)
    due_on = models.DateField("整改期限")
    status = models.CharField(
        "状态", max_length=10, choices=RectificationStatus.choices, default=RectificationStatus.OPENED
    )
    version = models.PositiveSmallIntegerField("版本", default=1, editable=False)
    opened_at = models.DateTimeField("开出时间")
    opened_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="开出人", related_name="+")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="答复人", related_name="+", null=True, blank=True
    )
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="办结人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "整改"
        verbose_name_plural = "整改"
        ordering = ("-opened_at", "-pk")
        permissions = (
            ("answer_rectification", "答复整改"),
            ("check_rectification", "复核整改"),
        )
        indexes = (models.Index(fields=("status", "due_on"), name="rectification_due"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=RectificationStatus.values), name="rectification_status_closed"
            ),
            models.CheckConstraint(
                # A ground is called as the notice calls it: a word without a dot.
                condition=models.Q(clause__in=RectificationClause.values)
                | (~models.Q(clause="") & ~models.Q(clause__contains=".")),
                name="rectification_clause_closed",
            ),
            models.CheckConstraint(
                condition=models.Q(finder__in=RectificationFinder.values), name="rectification_finder_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, answered_by__isnull=True)
                | models.Q(answered_at__isnull=False, answered_by__isnull=False),
                name="rectification_answer_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=("closed", "withdrawn"), closed_at__isnull=False, closed_by__isnull=False)
                | (
                    ~models.Q(status__in=("closed", "withdrawn"))
                    & models.Q(closed_at__isnull=True, closed_by__isnull=True)
                ),
                name="rectification_closed_whole",
            ),
        )

    def __str__(self) -> str:
        return self.number


class RectificationTurn(ScopedModel):
    """One move of a rectification with what was said; all of them stay, none is ever changed.

    ``due_on`` is the deadline that held after it; ``late`` marks an answer that came after the deadline.
    """

    region_path = "rectification__platform__region"

    rectification = models.ForeignKey(Rectification, models.PROTECT, verbose_name="整改", related_name="turns")
    name = models.CharField("动作", max_length=10)
    label = models.CharField("动作名称", max_length=20)
    source = models.CharField("原状态", max_length=10, choices=RectificationStatus.choices)
    target = models.CharField("新状态", max_length=10, choices=RectificationStatus.choices)
    text = models.TextField("内容", max_length=1000, blank=True)
    answered_for = models.CharField("答复单位", max_length=10, choices=AnsweredFor.choices, blank=True)
    due_on = models.DateField("整改期限")
    late = models.BooleanField("逾期答复", default=False)
    at = models.DateTimeField("时间")
    by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="经办人", related_name="+")

    class Meta:
        verbose_name = "整改经过"
        verbose_name_plural = "整改经过"
        ordering = ("rectification", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(source__in=RectificationStatus.values, target__in=RectificationStatus.values),
                name="rectification_turn_closed",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_for="") | models.Q(answered_for__in=AnsweredFor.values),
                name="rectification_turn_answered_for_closed",
            ),
        )

    def __str__(self) -> str:
        return self.label
