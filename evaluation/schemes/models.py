from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from evaluation.schemes.choices import DEDUCTIONS, DEDUCTIONS_LABEL, Method, MissingReport, SchemeStatus
from evaluation.schemes.grading import IndicatorValue, SchemeValue
from platforms.models import Notice
from platforms.notices.models import value_of
from platforms.notices.terms import Terms
from platforms.scope import EVERYWHERE, ScopedModel

POINTS = (MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1000)))
#: A part of a whole, in percent.
PERCENT = (MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100)))


class Scheme(ScopedModel):
    """A versioned evaluation scheme (评价方案) under a notice: indicators, full marks and cut-offs.

    The city's own indicators are not public; what the product ships is a default and named so. A scheme that an
    evaluation uses is locked; a change is a new version. A grade needs at least the points of its cut-off, and a rank
    within its share where it has one. What the settings mean is said by ``grading.SchemeValue``.
    """

    region_path = EVERYWHERE

    name = models.CharField("名称", max_length=80)
    version = models.PositiveSmallIntegerField("版本", default=1)
    status = models.CharField("状态", max_length=8, choices=SchemeStatus.choices, default=SchemeStatus.DRAFT)
    notice = models.ForeignKey(Notice, models.PROTECT, verbose_name="通知", related_name="schemes")
    note = models.TextField("说明", max_length=1000, blank=True)
    explain_full = models.BooleanField(
        "得满分也须说明",
        default=False,
        help_text="勾选后，指标得满分、基本条件具备的，也须填写依据；不勾选的，只在扣分和不具备时填写。",
    )
    difference_share = models.DecimalField(
        "评分分歧界限（%）",
        max_digits=5,
        decimal_places=2,
        default=Decimal(20),
        validators=PERCENT,
        help_text="两位评分人对同一指标的评分，相差超过该指标满分的这一比例的，列为分歧，由第三人评定。",
    )
    gap_share = models.DecimalField(
        "自评与记录差异界限（%）",
        max_digits=5,
        decimal_places=2,
        default=Decimal(30),
        validators=PERCENT,
        help_text="自评填报数值与系统记录相差超过这一比例的，提示核实是否属于材料、数据严重失实，不直接作出认定。",
    )
    missing_report = models.CharField(
        "未报送自评的",
        max_length=8,
        choices=MissingReport.choices,
        default=MissingReport.LAST,
        help_text="逾期未报送自评的平台按所选方式处理。",
    )

    class Meta:
        verbose_name = "评价方案"
        verbose_name_plural = "评价方案"
        ordering = ("name", "-version")
        constraints = (
            models.UniqueConstraint(fields=("name", "version"), name="scheme_version_once"),
            models.CheckConstraint(condition=models.Q(status__in=SchemeStatus.values), name="scheme_status_closed"),
            models.CheckConstraint(
                condition=models.Q(missing_report__in=MissingReport.values), name="scheme_missing_report_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(difference_share__range=(0, 100), gap_share__range=(0, 100)),
                name="scheme_shares_are_percents",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}（第{self.version}版）"

    @property
    def terms(self) -> Terms:
        """The terms of its notice, which has the grades and heads."""
        return value_of(self.notice_id).terms

    def value(self) -> SchemeValue:
        """Return the scheme as ``grading`` reads it."""
        return self.value_with(self.indicators.all(), self.cutoffs.all())

    def value_with(self, indicators: Iterable["Indicator"], cutoffs: Iterable["SchemeCutoff"]) -> SchemeValue:
        """Return the scheme as it would be with these ``indicators`` and ``cutoffs``, which need not be stored."""
        cutoffs = list(cutoffs)
        return SchemeValue(
            tuple(indicator.value() for indicator in indicators),
            tuple((cutoff.grade, Fraction(cutoff.least)) for cutoff in cutoffs),
            tuple(self.terms.grade_choices),
            tuple(key for key, _ in heads_of(self.terms)),
            tuple((cutoff.grade, Fraction(cutoff.share)) for cutoff in cutoffs if cutoff.share is not None),
            explain_full=self.explain_full,
            difference_share=self.difference_share,
            gap_share=self.gap_share,
            missing_report=MissingReport(self.missing_report),
        )


def heads_of(terms: Terms) -> list[tuple[str, str]]:
    """Return keys and names of the heads of a notice, and what is taken off at the end."""
    return [*((head.key, head.label) for head in terms.heads), (DEDUCTIONS, DEDUCTIONS_LABEL)]


class SchemeCutoff(ScopedModel):
    """What one grade of a scheme takes: least points, inclusive, and a rank within a share; the last one has none.

    ``share`` is the part of all judged platforms that may reach the grade or a better one, in percent.
    """

    region_path = EVERYWHERE

    scheme = models.ForeignKey(Scheme, models.CASCADE, verbose_name="评价方案", related_name="cutoffs")
    grade = models.CharField("档次", max_length=8)
    least = models.DecimalField("起点（分）", max_digits=6, decimal_places=2, default=0, validators=POINTS)
    share = models.DecimalField(
        "名次占比（%）", max_digits=5, decimal_places=2, null=True, blank=True, validators=PERCENT
    )

    class Meta:
        verbose_name = "档次起点"
        verbose_name_plural = "档次起点"
        ordering = ("scheme", "-least", "share")
        constraints = (
            models.UniqueConstraint(
                fields=("scheme", "grade"),
                name="scheme_cutoff_once",
                violation_error_message="同一档次只填写一个起点分。",
            ),
            models.CheckConstraint(
                condition=models.Q(share__isnull=True) | models.Q(share__gt=0, share__lte=100),
                name="scheme_cutoff_share_is_a_percent",
                violation_error_message="名次占比须大于 0、不超过 100。",
            ),
        )

    def __str__(self) -> str:
        return self.grade


class Indicator(ScopedModel):
    """One line of a scheme.

    ``head`` is the key of a head of the notice, or ``deductions``. A gate is yes or no and carries no points; any no
    gives the last grade (四·(四)). ``scored``: a person gives 0 to ``full_marks``.
    ``linear``: the verified value earns 0 at ``floor``, full marks at ``target``, straight between. ``tiers``: list of
    ``[at least, points]`` pairs as text, the best one that the verified value reaches counts. ``deduct``: each case
    takes ``full_marks`` off. ``marks_by_type`` are full marks as text by the type of a platform, where they differ;
    0 means that platforms of the type are not asked. ``source`` names the figure that its value comes from
    (``evaluation.schemes.reported.sources``).
    """

    region_path = EVERYWHERE

    scheme = models.ForeignKey(Scheme, models.CASCADE, verbose_name="评价方案", related_name="indicators")
    order = models.PositiveSmallIntegerField("序号")
    head = models.CharField("类别", max_length=20)
    code = models.SlugField("代号", max_length=40)
    title = models.CharField("指标", max_length=120)
    method = models.CharField("计分方法", max_length=8, choices=Method.choices)
    full_marks = models.DecimalField("满分（分）", max_digits=6, decimal_places=2, default=0, validators=POINTS)
    unit = models.CharField("单位", max_length=10, blank=True)
    floor = models.DecimalField("起点值", max_digits=12, decimal_places=2, null=True, blank=True)
    target = models.DecimalField("目标值", max_digits=12, decimal_places=2, null=True, blank=True)
    tiers = models.JSONField("分档", default=list, blank=True)
    marks_by_type = models.JSONField("各类型满分", default=dict, blank=True)
    source = models.CharField("数值来源", max_length=40, blank=True)
    evidence_required = models.BooleanField("须附佐证", default=False)
    guide = models.CharField("评分说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "指标"
        verbose_name_plural = "指标"
        ordering = ("scheme", "order")
        constraints = (
            models.UniqueConstraint(fields=("scheme", "code"), name="indicator_code_once"),
            models.CheckConstraint(condition=~models.Q(head=""), name="indicator_has_head"),
            models.CheckConstraint(condition=models.Q(method__in=Method.values), name="indicator_method_closed"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def head_label(self) -> str:
        """What the notice calls the head."""
        return dict(heads_of(self.scheme.terms)).get(self.head, self.head)

    def value(self) -> IndicatorValue:
        """Return the indicator as ``grading`` reads it."""
        return IndicatorValue(
            code=self.code,
            title=self.title,
            method=Method(self.method),
            head=self.head,
            full_marks=Fraction(self.full_marks),
            floor=None if self.floor is None else Fraction(self.floor),
            target=None if self.target is None else Fraction(self.target),
            tiers=tuple((Fraction(str(least)), Fraction(str(points))) for least, points in self.tiers),
            source=self.source,
            evidence_required=self.evidence_required,
            by_type={type: Fraction(marks) for type, marks in self.marks_by_type.items()},
        )
