from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models

from platforms.background.choices import JobState
from platforms.scope import EVERYWHERE, ScopedModel, ScopedQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from platforms.accounts.models.user import User


class JobQuerySet(ScopedQuerySet):
    """Jobs, each of which only who asked for it sees."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Return the jobs that ``user`` asked for."""
        return super().visible_to(user).filter(by=user.pk)


class Job(ScopedModel):
    """One piece of work in the background: who asked for what, how far it is, and what came of it.

    ``task`` is the dotted path of the task that does it, ``asked`` what that needs to know, ``input_name`` the kept
    file that it works on. ``attempt`` counts how often it was begun: what ends a job ends this attempt or nothing.
    A job that is done may have a file, an ``address`` to go to (``by_post``: by a form) and a sentence; one that
    failed has a sentence, and a number where it was nobody's fault at the desk. ``may_restart`` says that asking
    again makes sense.
    """

    region_path = EVERYWHERE

    by = models.ForeignKey("platforms.User", models.CASCADE, verbose_name="提交人", related_name="jobs")
    task = models.CharField("任务", max_length=120, editable=False)
    title = models.CharField("事项", max_length=120)
    unit = models.CharField("单位", max_length=8, default="行")
    asked = models.JSONField("参数", default=dict, blank=True, editable=False)
    request_address = models.CharField("来源地址", max_length=64, blank=True, editable=False)
    input_name = models.CharField("待处理文件", max_length=120, blank=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=JobState.choices, default=JobState.WAITING)
    attempt = models.PositiveSmallIntegerField("处理次数", default=0)
    worker = models.CharField("处理程序", max_length=64, blank=True, editable=False)
    task_id = models.CharField("任务编号", max_length=64, blank=True, editable=False)
    total = models.PositiveIntegerField("总数", null=True, blank=True)
    done = models.PositiveIntegerField("已处理", default=0)
    created_at = models.DateTimeField("提交时间")
    queued_at = models.DateTimeField("排队时间")
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    seen_at = models.DateTimeField("查看时间", null=True, blank=True)
    sentence = models.CharField("结果", max_length=400, blank=True)
    address = models.CharField("前往", max_length=400, blank=True, editable=False)
    by_post = models.BooleanField("以表单前往", default=False, editable=False)
    error_number = models.CharField("故障编号", max_length=16, blank=True)
    may_restart = models.BooleanField("可重新处理", default=False)
    shown_name = models.CharField("文件名", max_length=200, blank=True)
    stored_name = models.CharField("存放名称", max_length=120, blank=True, editable=False)
    media_type = models.CharField("格式", max_length=100, blank=True, editable=False)
    size = models.PositiveBigIntegerField("大小（字节）", default=0)

    objects: ClassVar[Any] = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "后台处理"
        verbose_name_plural = "后台处理"
        ordering = ("-created_at", "-pk")
        indexes = (
            models.Index(fields=("by", "state"), name="job_of_person"),
            models.Index(fields=("state", "queued_at"), name="job_in_state"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=JobState.values), name="job_state_closed"),
            models.CheckConstraint(
                condition=models.Q(state__in=(JobState.DONE, JobState.FAILED), finished_at__isnull=False)
                | (
                    models.Q(state__in=(JobState.WAITING, JobState.RUNNING), finished_at__isnull=True)
                    & models.Q(stored_name="", error_number="")
                ),
                name="job_ends_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(stored_name="") | models.Q(state=JobState.DONE), name="job_file_when_done"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Worker(ScopedModel):
    """A process that does jobs, and when it was last heard of; one that ends in good order takes its row along."""

    region_path = EVERYWHERE

    name = models.CharField("名称", max_length=64, unique=True)
    started_at = models.DateTimeField("启动时间")
    heard_at = models.DateTimeField("最近联系")

    class Meta:
        verbose_name = "后台处理程序"
        verbose_name_plural = "后台处理程序"
        ordering = ("started_at", "pk")

    def __str__(self) -> str:
        return self.name
