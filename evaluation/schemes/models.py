from decimal import Decimal
from fractions import Fraction

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from evaluation.schemes.choices import Head, Method, SchemeStatus
from evaluation.schemes.grading import Cutoffs, IndicatorValue, SchemeValue
from platforms.scope import EVERYWHERE, ScopedModel

POINTS = (MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1000)))


class Scheme(ScopedModel):
    """A versioned evaluation scheme (评价方案): indicators, full marks and cut-offs.

    The city's own indicators are not public; what the product ships is a default and named so. A scheme that an
    evaluation uses is locked; a change is a new version. A grade needs at least the points of its cut-off.
    """

    region_path = EVERYWHERE

    name = models.CharField("名称", max_length=80)
    version = models.PositiveSmallIntegerField("版本", default=1)
    status = models.CharField("状态", max_length=8, choices=SchemeStatus.choices, default=SchemeStatus.DRAFT)
    cutoff_a = models.DecimalField("A档起点(分)", max_digits=6, decimal_places=2, default=90, validators=POINTS)
    cutoff_b = models.DecimalField("B档起点(分)", max_digits=6, decimal_places=2, default=75, validators=POINTS)
    cutoff_c = models.DecimalField("C档起点(分)", max_digits=6, decimal_places=2, default=60, validators=POINTS)
    note = models.TextField("说明", max_length=1000, blank=True)

    class Meta:
        verbose_name = "评价方案"
        verbose_name_plural = "评价方案"
        ordering = ("name", "-version")
        constraints = (
            models.UniqueConstraint(fields=("name", "version"), name="scheme_version_once"),
            models.CheckConstraint(condition=models.Q(status__in=SchemeStatus.values), name="scheme_status_closed"),
            models.CheckConstraint(
                condition=models.Q(cutoff_a__gt=models.F("cutoff_b")) & models.Q(cutoff_b__gt=models.F("cutoff_c")),
                name="scheme_cutoffs_fall",
                violation_error_message="各档起点须依次降低：A档高于B档，B档高于C档。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}(第{self.version}版)"

    def value(self) -> SchemeValue:
        """Return the scheme as ``grading`` reads it."""
        return SchemeValue(
            tuple(indicator.value() for indicator in self.indicators.all()),
            Cutoffs(Fraction(self.cutoff_a), Fraction(self.cutoff_b), Fraction(self.cutoff_c)),
        )


class Indicator(ScopedModel):
    """One line of a scheme.

    A gate is yes or no and carries no points; any no gives D (四·(四)). ``scored``: a person gives 0 to ``full_marks``.
    ``linear``: the verified value earns 0 at ``floor``, full marks at ``target``, straight between. ``tiers``: list of
    ``[at least, points]`` pairs as text, the best one that the verified value reaches counts. ``deduct``: each case
    takes ``full_marks`` off. ``source`` names the value that is proposed as reported value
    (``evaluation.schemes.reported``).
    """

    region_path = EVERYWHERE

    scheme = models.ForeignKey(Scheme, models.CASCADE, verbose_name="评价方案", related_name="indicators")
    order = models.PositiveSmallIntegerField("序号")
    head = models.CharField("类别", max_length=16, choices=Head.choices)
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
            models.CheckConstraint(condition=models.Q(head__in=Head.values), name="indicator_head_closed"),
            models.CheckConstraint(condition=models.Q(method__in=Method.values), name="indicator_method_closed"),
        )

    def __str__(self) -> str:
        return self.title

    def value(self) -> IndicatorValue:
        """Return the indicator as ``grading`` reads it."""
        return IndicatorValue(
            code=self.code,
            title=self.title,
            method=Method(self.method),
            full_marks=Fraction(self.full_marks),
            floor=None if self.floor is None else Fraction(self.floor),
            target=None if self.target is None else Fraction(self.target),
            tiers=tuple((Fraction(str(least)), Fraction(str(points))) for least, points in self.tiers),
        )
