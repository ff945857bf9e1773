from decimal import Decimal
from fractions import Fraction

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from evaluation.schemes.choices import DEDUCTIONS, DEDUCTIONS_LABEL, Method, SchemeStatus
from evaluation.schemes.grading import IndicatorValue, SchemeValue
from platforms.models import Notice
from platforms.notices.models import value_of
from platforms.notices.terms import Terms
from platforms.scope import EVERYWHERE, ScopedModel

POINTS = (MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1000)))


class Scheme(ScopedModel):
    """A versioned evaluation scheme (评价方案) under a notice: indicators, full marks and cut-offs.

    The city's own indicators are not public; what the product ships is a default and named so. A scheme that an
    evaluation uses is locked; a change is a new version. A grade needs at least the points of its cut-off.
    """

    region_path = EVERYWHERE

    name = models.CharField("名称", max_length=80)
    version = models.PositiveSmallIntegerField("版本", default=1)
    status = models.CharField("状态", max_length=8, choices=SchemeStatus.choices, default=SchemeStatus.DRAFT)
    notice = models.ForeignKey(Notice, models.PROTECT, verbose_name="通知", related_name="schemes")
    note = models.TextField("说明", max_length=1000, blank=True)

    class Meta:
        verbose_name = "评价方案"
        verbose_name_plural = "评价方案"
        ordering = ("name", "-version")
        constraints = (
            models.UniqueConstraint(fields=("name", "version"), name="scheme_version_once"),
            models.CheckConstraint(condition=models.Q(status__in=SchemeStatus.values), name="scheme_status_closed"),
        )

    def __str__(self) -> str:
        return f"{self.name}(第{self.version}版)"

    @property
    def terms(self) -> Terms:
        """The terms of its notice, which has the grades and heads."""
        return value_of(self.notice_id).terms

    def value(self) -> SchemeValue:
        """Return the scheme as ``grading`` reads it."""
        return SchemeValue(
            tuple(indicator.value() for indicator in self.indicators.all()),
            tuple((cutoff.grade, Fraction(cutoff.least)) for cutoff in self.cutoffs.all()),
            tuple(self.terms.grade_choices),
            tuple(key for key, _ in heads_of(self.terms)),
        )


def heads_of(terms: Terms) -> list[tuple[str, str]]:
    """Return keys and names of the heads of a notice, and what is taken off at the end."""
    return [*((head.key, head.label) for head in terms.heads), (DEDUCTIONS, DEDUCTIONS_LABEL)]


class SchemeCutoff(ScopedModel):
    """The least points of one grade of a scheme, inclusive; the last grade of the notice has none."""

    region_path = EVERYWHERE

    scheme = models.ForeignKey(Scheme, models.CASCADE, verbose_name="评价方案", related_name="cutoffs")
    grade = models.CharField("档次", max_length=8)
    least = models.DecimalField("起点(分)", max_digits=6, decimal_places=2, validators=POINTS)

    class Meta:
        verbose_name = "档次起点"
        verbose_name_plural = "档次起点"
        ordering = ("scheme", "-least")
        constraints = (
            models.UniqueConstraint(
                fields=("scheme", "grade"),
                name="scheme_cutoff_once",
                violation_error_message="同一档次只填写一个起点分。",
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
    takes ``full_marks`` off. ``source`` names the value that is proposed as reported value
    (``evaluation.schemes.reported``).
    """

    region_path = EVERYWHERE

    scheme = models.ForeignKey(Scheme, models.CASCADE, verbose_name="评价方案", related_name="indicators")
    order = models.PositiveSmallIntegerField("序号")
    head = models.CharField("类别", max_length=20)
    code = models.SlugField("代号", max_length=40)
    title = models.CharField("指标", max_length=120)
    method = models.CharField("计分方法", max_length=8, choices=Method.choices)
    full_marks = models.DecimalField("满分(分)", max_digits=6, decimal_places=2, default=0, validators=POINTS)
    unit = models.CharField("单位", max_length=10, blank=True)
    floor = models.DecimalField("起点值", max_digits=12, decimal_places=2, null=True, blank=True)
    target = models.DecimalField("目标值", max_digits=12, decimal_places=2, null=True, blank=True)
    tiers = models.JSONField("分档", default=list, blank=True)
    source = models.CharField("填报数值来源", max_length=40, blank=True)
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
        )
