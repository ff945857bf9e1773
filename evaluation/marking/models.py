from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from evaluation.marking.choices import AssessmentStatus, JudgedBy, SheetKind, SheetStatus
from evaluation.schemes.grading import Entry, IndicatorValue
from evaluation.schemes.models import Indicator, Scheme
from platforms.choices import Role
from platforms.models import Application, ApplicationVersion, EvidenceFile, Round
from platforms.notices.terms import Terms, grade_label
from platforms.scope import EVERYWHERE, ScopedModel, ScopedQuerySet

if TYPE_CHECKING:
    from platforms.models import User


class Evaluation(ScopedModel):
    """The evaluation of one round by one scheme, which is locked from then on.

    ``self_reports_by`` and ``first_scores_by`` are the last days for what the units report of themselves (自评) and for
    the scores of the counties; ``judged_by`` says whose scores count. ``counted_at`` is when the figures of the
    counted period were read from the records; until then nothing can be completed.
    """

    region_path = EVERYWHERE

    round = models.OneToOneField(Round, models.PROTECT, verbose_name="年度", related_name="evaluation")
    scheme = models.ForeignKey(Scheme, models.PROTECT, verbose_name="评价方案", related_name="evaluations")
    started_at = models.DateTimeField("启动时间")
    started_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="启动人", related_name="+")
    self_reports_by = models.DateField("自评截止日期")
    first_scores_by = models.DateField("县级初评截止日期")
    judged_by = models.CharField("评分方式", max_length=10, choices=JudgedBy.choices, default=JudgedBy.CITY)
    counted_at = models.DateTimeField("核计时间", null=True, blank=True)

    class Meta:
        verbose_name = "绩效评价"
        verbose_name_plural = "绩效评价"
        ordering = ("-round__year",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(judged_by__in=JudgedBy.values), name="evaluation_judged_by_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(first_scores_by__gte=models.F("self_reports_by")), name="evaluation_days_in_order"
            ),
        )

    def __str__(self) -> str:
        return f"{self.round}绩效评价"


class Assessment(ScopedModel):
    """The evaluation of one application: scores, points, proposed, staged and confirmed grade.

    ``points`` and ``proposed_grade`` are what the scheme gives for the scores as they stand. ``staged_grade`` is what
    the city means to give, with ``staged_reason`` where it differs; ``seconded_by`` is the second officer whom two
    grades of difference need. ``grade`` is the staged grade once all are applied. ``veto`` is the ground, a key of the
    round's notice, that makes it D whatever the points; ``unreported_at`` is when it was settled that the unit
    reported nothing (自评). ``frozen_form`` is the submitted version that is judged; ``revision`` counts the saves.
    Who scored it does not confirm it.
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
    unreported_at = models.DateTimeField("认定未自评时间", null=True, blank=True)
    staged_grade = models.CharField("暂定档次", max_length=8, blank=True)
    staged_reason = models.CharField("暂定说明", max_length=400, blank=True)
    staged_at = models.DateTimeField("暂定时间", null=True, blank=True)
    staged_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="暂定人", related_name="+", null=True, blank=True
    )
    seconded_at = models.DateTimeField("复核时间", null=True, blank=True)
    seconded_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="复核人", related_name="+", null=True, blank=True
    )
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
                condition=models.Q(
                    staged_grade="",
                    staged_reason="",
                    staged_at__isnull=True,
                    staged_by__isnull=True,
                    seconded_at__isnull=True,
                    seconded_by__isnull=True,
                )
                | (
                    models.Q(staged_at__isnull=False, staged_by__isnull=False, status=AssessmentStatus.SCORED)
                    & ~models.Q(staged_grade="")
                    & (
                        models.Q(seconded_at__isnull=True, seconded_by__isnull=True)
                        | models.Q(seconded_at__isnull=False, seconded_by__isnull=False)
                    )
                ),
                name="assessment_staged_has_who_and_when",
            ),
            # Django compares with NULL as SQL does: a row that nobody scored or confirmed passes.
            models.CheckConstraint(
                condition=models.Q(scored_by__isnull=True)
                | models.Q(confirmed_by__isnull=True)
                | ~models.Q(confirmed_by=models.F("scored_by")),
                name="assessment_scorer_does_not_confirm",
            ),
            models.CheckConstraint(
                condition=models.Q(scored_by__isnull=True)
                | models.Q(staged_by__isnull=True)
                | ~models.Q(staged_by=models.F("scored_by")),
                name="assessment_scorer_does_not_stage",
            ),
            models.CheckConstraint(
                condition=models.Q(seconded_by__isnull=True) | ~models.Q(seconded_by=models.F("staged_by")),
                name="assessment_seconded_by_another",
            ),
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
    def staged_label(self) -> str:
        """What the notice calls the staged grade; empty while there is none."""
        return grade_label(self.terms, self.staged_grade)

    @property
    def grade_label(self) -> str:
        """What the notice calls the confirmed grade; empty while there is none."""
        return grade_label(self.terms, self.grade)


class Given(ScopedModel):
    """What somebody found for one indicator; ``full_marks`` are those of the platform's own type.

    ``passed`` is for gates, ``verified`` for values that are counted, ``points`` for the rest; ``points`` of a counted
    indicator follow from ``verified``. ``evidence`` is what the finding rests on, in words.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, verbose_name="指标", related_name="+")
    verified = models.DecimalField("核定数值", max_digits=14, decimal_places=2, null=True, blank=True)
    passed = models.BooleanField("具备", null=True, blank=True)
    points = models.DecimalField("得分", max_digits=6, decimal_places=2, null=True, blank=True)
    evidence = models.CharField("佐证与说明", max_length=400, blank=True)
    full_marks = models.DecimalField("满分（分）", max_digits=6, decimal_places=2)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.indicator)

    def value(self) -> IndicatorValue:
        """Return the indicator as ``grading`` reads it, with the full marks of the platform's own type."""
        return self.indicator.value().with_marks(Fraction(self.full_marks))

    def entry(self) -> Entry:
        """Return the finding as ``grading`` reads it."""
        return Entry(self.passed, _exact(self.verified), _exact(self.points))


class Score(Given):
    """The scores of one assessment that count, each with the figures that stand beside it.

    ``stated`` is what the application's form says, of the year before filing: shown, never compared. ``reported`` is
    what the unit reported of the period (自评). ``counted`` is what the records of the same period give, with how many
    records it rests on, their digest and what was counted in words; ``None`` where nothing can be counted. ``by`` gave
    the score last.
    """

    region_path = "assessment__application__region"

    assessment = models.ForeignKey(Assessment, models.CASCADE, verbose_name="评价", related_name="scores")
    stated = models.DecimalField("申报表所填", max_digits=14, decimal_places=2, null=True, blank=True)
    reported = models.DecimalField("填报数值", max_digits=14, decimal_places=2, null=True, blank=True)
    counted = models.DecimalField("系统核计", max_digits=14, decimal_places=2, null=True, blank=True)
    counted_rows = models.PositiveIntegerField("核计记录数", null=True, blank=True)
    counted_digest = models.CharField("核计校验值", max_length=64, blank=True)
    counted_meaning = models.CharField("核计口径", max_length=300, blank=True)
    by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="评分人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "指标得分"
        verbose_name_plural = "指标得分"
        ordering = ("assessment", "indicator__order")
        constraints = (models.UniqueConstraint(fields=("assessment", "indicator"), name="score_once_per_indicator"),)


class CountySheets(ScopedQuerySet):
    """A county sees the sheets of its own kind; those of assessors are not its business (四·(四))."""

    #: The lookup to the kind of the sheet.
    kind = "kind"

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        rows = super().visible_to(user)
        county = getattr(user, "role", "") == Role.COUNTY
        return rows.filter(**{self.kind: SheetKind.COUNTY}) if county else rows


class CountyMarks(CountySheets):
    kind = "sheet__kind"


class Sheet(ScopedModel):
    """What one judge gives: the county first, then assessors who do not see each other, then a third where they differ.

    ``judge`` is who was assigned; a county's sheet has none, any officer of the region fills it. ``runs_itself`` marks
    the score of a county that runs the platform itself. ``note`` says on the sheet of the third where the two differ.
    """

    region_path = "assessment__application__region"
    judge_path = "judge"

    assessment = models.ForeignKey(Assessment, models.CASCADE, verbose_name="评价", related_name="sheets")
    kind = models.CharField("评分表", max_length=10, choices=SheetKind.choices)
    judge = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="评分人", related_name="+", null=True, blank=True
    )
    status = models.CharField("状态", max_length=10, choices=SheetStatus.choices, default=SheetStatus.OPEN)
    revision = models.PositiveIntegerField("保存次数", default=1)
    points = models.DecimalField("得分", max_digits=7, decimal_places=2, null=True, blank=True)
    runs_itself = models.BooleanField("县级自行运营", default=False)
    note = models.TextField("说明", max_length=2000, blank=True)
    opened_at = models.DateTimeField("建立时间")
    handed_in_at = models.DateTimeField("提交时间", null=True, blank=True)
    handed_in_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="提交人", related_name="+", null=True, blank=True
    )

    objects = CountySheets.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "评分表"
        verbose_name_plural = "评分表"
        ordering = ("assessment__application__number", "kind", "pk")
        permissions = (
            ("fill_sheet", "填写评分表"),
            ("assign_sheet", "分派评审员"),
            ("reopen_sheet", "退回评分表"),
        )
        indexes = (models.Index(fields=("judge", "status"), name="sheet_worklist"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=SheetKind.values), name="sheet_kind_closed"),
            models.CheckConstraint(condition=models.Q(status__in=SheetStatus.values), name="sheet_status_closed"),
            models.CheckConstraint(
                condition=models.Q(kind=SheetKind.COUNTY, judge__isnull=True)
                | models.Q(kind=SheetKind.ASSESSOR, judge__isnull=False)
                | models.Q(kind=SheetKind.THIRD),
                name="sheet_has_its_judge",
            ),
            models.CheckConstraint(
                condition=models.Q(status="open", handed_in_at__isnull=True, handed_in_by__isnull=True)
                | models.Q(status="handed_in", handed_in_at__isnull=False, handed_in_by__isnull=False),
                name="sheet_handed_in_has_who_and_when",
            ),
            models.UniqueConstraint(fields=("assessment", "judge"), name="sheet_once_per_judge"),
            models.UniqueConstraint(
                fields=("assessment", "kind"),
                condition=models.Q(kind__in=("county", "third")),
                name="sheet_of_county_and_third_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessment}（{self.get_kind_display()}）"


class Mark(Given):
    """What a sheet gives for one indicator; a third's sheet holds only those on which the two differ."""

    region_path = "sheet__assessment__application__region"
    judge_path = "sheet__judge"

    sheet = models.ForeignKey(Sheet, models.CASCADE, verbose_name="评分表", related_name="marks")

    objects = CountyMarks.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "评分"
        verbose_name_plural = "评分"
        ordering = ("sheet", "indicator__order")
        constraints = (models.UniqueConstraint(fields=("sheet", "indicator"), name="mark_once_per_indicator"),)


class CountyProofs(CountySheets):
    kind = "sheet__kind"


class Proof(ScopedModel):
    """What somebody put beside an indicator to show why: a file or a link.

    It belongs to a ``sheet``; without one, to the scores that count. It goes with whom it belongs to: never changed,
    taken away by whoever added it, while that is open.
    """

    region_path = "score__assessment__application__region"
    judge_path = "sheet__judge"

    score = models.ForeignKey(Score, models.CASCADE, verbose_name="指标得分", related_name="proofs")
    sheet = models.ForeignKey(
        Sheet, models.CASCADE, verbose_name="评分表", related_name="proofs", null=True, blank=True
    )
    file = models.OneToOneField(
        EvidenceFile, models.PROTECT, verbose_name="文件", related_name="+", null=True, blank=True
    )
    link = models.URLField("链接", max_length=500, blank=True)
    note = models.CharField("说明", max_length=80, blank=True)
    added_at = models.DateTimeField("添加时间")
    added_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="添加人", related_name="+")

    objects: ClassVar[Any] = CountyProofs.as_manager()

    class Meta:
        verbose_name = "评分佐证"
        verbose_name_plural = "评分佐证"
        ordering = ("score", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(file__isnull=False, link="") | (models.Q(file__isnull=True) & ~models.Q(link="")),
                name="proof_is_file_or_link",
            ),
        )

    def __str__(self) -> str:
        return self.file.shown_name if self.file else self.link


class Conflict(ScopedModel):
    """Why a person stays out of the assessment of one application (回避): declared by that person or by the city."""

    region_path = "assessment__application__region"
    judge_path = "person"

    assessment = models.ForeignKey(Assessment, models.CASCADE, verbose_name="评价", related_name="conflicts")
    person = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="回避人", related_name="conflicts")
    reason = models.CharField("回避事由", max_length=400)
    declared_at = models.DateTimeField("登记时间")
    declared_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="登记人", related_name="+")

    class Meta:
        verbose_name = "回避"
        verbose_name_plural = "回避"
        ordering = ("assessment__application__number", "pk")
        constraints = (models.UniqueConstraint(fields=("assessment", "person"), name="conflict_once"),)

    def __str__(self) -> str:
        return f"{self.assessment}：{self.person}"


class Look(ScopedModel):
    """When an officer last said that the grades of an evaluation were looked through."""

    region_path = EVERYWHERE

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, verbose_name="绩效评价", related_name="looks")
    user = models.ForeignKey("platforms.User", models.CASCADE, verbose_name="查看人", related_name="+")
    looked_at = models.DateTimeField("查看时间")

    class Meta:
        verbose_name = "档次查看"
        verbose_name_plural = "档次查看"
        ordering = ("evaluation", "user")
        constraints = (models.UniqueConstraint(fields=("evaluation", "user"), name="look_once_per_person"),)

    def __str__(self) -> str:
        return f"{self.evaluation}：{self.user}"


def _exact(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)
