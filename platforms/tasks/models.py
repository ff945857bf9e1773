from django.db import models

from platforms.applications.models.platform import Platform
from platforms.choices import PlatformType
from platforms.rounds.models.round import Round
from platforms.rounds.phases import MOST_PHASES, phase_label
from platforms.scope import EVERYWHERE, ScopedModel

#: The column of a template that says whether it is for platforms of a type.
FOR_TYPE = {type: f"for_{type}" for type in PlatformType.values}


class TaskTemplate(ScopedModel):
    """One task that the platforms of some types have in a phase of a round (四·(二), 四·(三)).

    ``proof`` says what counts as done, ``due_on`` lies inside of the phase, ``clause`` is the place in the notice. A
    retired one makes no tasks any more; those that were done stay.
    """

    region_path = EVERYWHERE

    round = models.ForeignKey(Round, models.CASCADE, verbose_name="年度", related_name="task_templates")
    phase = models.PositiveSmallIntegerField("阶段")
    position = models.PositiveSmallIntegerField("顺序", default=1)
    title = models.CharField("任务", max_length=40)
    proof = models.CharField("完成标准", max_length=200)
    clause = models.CharField("依据", max_length=20, blank=True)
    for_functional_zone = models.BooleanField("适用于功能区窗口平台", default=True)
    for_town = models.BooleanField("适用于乡镇（街道）窗口平台", default=True)
    for_park = models.BooleanField("适用于小微企业园窗口平台", default=True)
    for_industry = models.BooleanField("适用于重点行业窗口平台", default=True)
    due_on = models.DateField("完成期限")
    needs_file = models.BooleanField("须上传佐证材料", default=False)
    retired = models.BooleanField("停用", default=False)

    class Meta:
        verbose_name = "任务模板"
        verbose_name_plural = "任务模板"
        ordering = ("round", "phase", "position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(phase__gte=1, phase__lte=MOST_PHASES), name="task_template_phase_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(for_functional_zone=True)
                | models.Q(for_town=True)
                | models.Q(for_park=True)
                | models.Q(for_industry=True),
                name="task_template_for_some_type",
                violation_error_message="请至少选择一个适用类型。",
            ),
            models.UniqueConstraint(
                fields=("round", "phase", "title"),
                name="task_template_once_per_phase",
                violation_error_message="该阶段已有同名的任务。",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def phase_label(self) -> str:
        """What the round's notice calls the phase."""
        return phase_label(self.round.terms, self.phase)

    def is_for(self, type: str) -> bool:
        """Say whether platforms of ``type`` have this task."""
        return not self.retired and bool(getattr(self, FOR_TYPE[type]))


class Task(ScopedModel):
    """What one platform has to do in a phase: due, done (with evidence, by whom and when), or blocked (since, why).

    ``dropped`` is set while it is nobody's task: its template is for other types or retired, or the application that it
    came with was withdrawn. Its past is in the audit log.
    """

    region_path = "platform__region"

    template = models.ForeignKey(TaskTemplate, models.PROTECT, verbose_name="任务", related_name="tasks")
    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="窗口平台", related_name="tasks")
    due_on = models.DateField("完成期限")
    evidence = models.CharField("完成情况", max_length=1000, blank=True)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    done_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="完成人", related_name="+", null=True, blank=True
    )
    blocked_at = models.DateTimeField("受阻时间", null=True, blank=True)
    blocked_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="登记人", related_name="+", null=True, blank=True
    )
    blocked_reason = models.CharField("受阻原因", max_length=400, blank=True)
    dropped = models.BooleanField("不再适用", default=False)

    class Meta:
        verbose_name = "阶段任务"
        verbose_name_plural = "阶段任务"
        ordering = ("due_on", "template", "platform")
        indexes = (models.Index(fields=("template", "done_at", "due_on"), name="task_open_by_template"),)
        constraints = (
            models.UniqueConstraint(fields=("template", "platform"), name="task_once_per_platform"),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True, done_by__isnull=True)
                | models.Q(done_at__isnull=False, done_by__isnull=False),
                name="task_done_by_and_at",
            ),
            models.CheckConstraint(
                condition=models.Q(blocked_at__isnull=True, blocked_by__isnull=True, blocked_reason="")
                | (models.Q(blocked_at__isnull=False, blocked_by__isnull=False) & ~models.Q(blocked_reason="")),
                name="task_blocked_by_at_and_why",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(blocked_at__isnull=True),
                name="task_done_or_blocked",
            ),
        )

    def __str__(self) -> str:
        return f"{self.platform} {self.template}"


class TaskDateChange(ScopedModel):
    """The due date of one platform's task that was moved: from, to, why. Never changed."""

    region_path = "task__platform__region"

    task = models.ForeignKey(Task, models.PROTECT, verbose_name="阶段任务", related_name="date_changes")
    old = models.DateField("原期限")
    new = models.DateField("现期限")
    reason = models.CharField("理由", max_length=400)
    changed_at = models.DateTimeField("调整时间")
    changed_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="调整人", related_name="+")

    class Meta:
        verbose_name = "任务期限调整"
        verbose_name_plural = "任务期限调整"
        ordering = ("-changed_at", "-pk")
        constraints = (models.CheckConstraint(condition=~models.Q(old=models.F("new")), name="task_date_differs"),)

    def __str__(self) -> str:
        return str(self.task)
