from decimal import Decimal
from fractions import Fraction

from django.db import models

from evaluation.marking.choices import AssessmentStatus
from evaluation.schemes.grading import Entry
from evaluation.schemes.models import Indicator, Scheme
from platforms.models import Application, ApplicationVersion, Round
from platforms.notices.terms import Terms, grade_label
from platforms.scope import EVERYWHERE, ScopedModel


class Evaluation(ScopedModel):
    """The evaluation of one round by one scheme, which is locked from then on."""

    region_path = EVERYWHERE

    round = models.OneToOneField(Round, models.PROTECT, verbose_name="年度", related_name="evaluation")
    scheme = models.ForeignKey(Scheme, models.PROTECT, verbose_name="评价方案", related_name="evaluations")
    started_at = models.DateTimeField("启动时间")
    started_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="启动人", related_name="+")

    class Meta:
        verbose_name = "绩效评价"
        verbose_name_plural = "绩效评价"
        ordering = ("-round__year",)

    def __str__(self) -> str:
        return f"{self.round}绩效评价"


class Assessment(ScopedModel):
    """The evaluation of one application: scores, points, proposed and confirmed grade.

    ``points`` and ``proposed_grade`` are what the scheme gives for the scores as they stand; ``grade`` is what the city
    confirmed, with ``grade_reason`` where it differs. ``veto`` is the ground, a key of the
    round's notice, that makes it D whatever the points.
    ``frozen_form`` is the submitted version that is judged; ``revision`` counts the saves.
    """

    region_path = "application__region"

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, verbose_name="绩效评价", related_name="assessments")
    application = models.OneToOneField(Application, models.PROTECT, verbose_name="申报表", related_name="assessment")
    frozen_form = models.ForeignKey(ApplicationVersion, models.PROTECT, verbose_name="评价依据", related_name="+")
    status = models.CharField("状态", max_length=10, choices=AssessmentStatus.choices, default=AssessmentStatus.OPEN)
    revision = models.PositiveIntegerField("保存次数", default=1)
    points = models.DecimalField("得分", max_digits=7, decimal_places=2, null=True, blank=True)
    proposed_grade = models.CharField("建议档次", max_length=8, blank=True)
    veto = models.CharField("一票否决情形", max_length=20, blank=True)
    veto_fact = models.CharField("否决事实", max_length=400, blank=True)
    grade = models.CharField("核定档次", max_length=8, blank=True)
    grade_reason = models.CharField("核定说明", max_length=400, blank=True)
    scored_at = models.DateTimeField("评分时间", null=True, blank=True)
    scored_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="评分人", related_name="+", null=True, blank=True
    )
    confirmed_at = models.DateTimeField("核定时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="核定人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "评价"
        verbose_name_plural = "评价"
        ordering = ("application__number",)
        permissions = (
            ("score_assessment", "评分"),
            ("confirm_assessment", "核定档次"),
            ("export_assessment", "导出评价"),
        )
        indexes = (models.Index(fields=("evaluation", "status"), name="assessment_worklist"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(veto="", veto_fact="") | (~models.Q(veto="") & ~models.Q(veto_fact="")),
                name="assessment_veto_has_fact",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=AssessmentStatus.values), name="assessment_status_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=("open", "scored"), grade="", confirmed_at__isnull=True, confirmed_by__isnull=True
                )
                | (
                    models.Q(
                        status__in=("confirmed", "published"), confirmed_at__isnull=False, confirmed_by__isnull=False
                    )
                    & ~models.Q(grade="")
                ),
                name="assessment_grade_has_who_and_when",
            ),
        )

    def __str__(self) -> str:
        return self.application.number

    @property
    def terms(self) -> Terms:
        """The terms of the notice of its round."""
        return self.evaluation.round.terms

    @property
    def veto_label(self) -> str:
        """The ground of the veto as the notice of the round calls it; empty where there is none."""
        return self.terms.ground(self.veto).label if self.veto else ""

    @property
    def proposed_label(self) -> str:
        """What the notice calls the proposed grade; empty while there is none."""
        return grade_label(self.terms, self.proposed_grade)

    @property
    def grade_label(self) -> str:
        """What the notice calls the confirmed grade; empty while there is none."""
        return grade_label(self.terms, self.grade)


class Score(ScopedModel):
    """What was reported, verified and given for one indicator of one assessment.

    ``passed`` is for gates, ``verified`` for values that are counted, ``points`` for the rest; ``points`` of a counted
    indicator follow from ``verified``.
    """

    region_path = "assessment__application__region"

    assessment = models.ForeignKey(Assessment, models.CASCADE, verbose_name="评价", related_name="scores")
    indicator = models.ForeignKey(Indicator, models.PROTECT, verbose_name="指标", related_name="+")
    reported = models.DecimalField("填报数值", max_digits=14, decimal_places=2, null=True, blank=True)
    verified = models.DecimalField("核定数值", max_digits=14, decimal_places=2, null=True, blank=True)
    passed = models.BooleanField("具备", null=True, blank=True)
    points = models.DecimalField("得分", max_digits=6, decimal_places=2, null=True, blank=True)
    evidence = models.CharField("佐证与说明", max_length=400, blank=True)

    class Meta:
        verbose_name = "指标得分"
        verbose_name_plural = "指标得分"
        ordering = ("assessment", "indicator__order")
        constraints = (models.UniqueConstraint(fields=("assessment", "indicator"), name="score_once_per_indicator"),)

    def __str__(self) -> str:
        return str(self.indicator)

    def entry(self) -> Entry:
        """Return the score as ``grading`` reads it."""
        return Entry(self.passed, _exact(self.verified), _exact(self.points))


def _exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)
