from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from evaluation.flags.choices import FlagKind, FlagReader, FlagStatus
from evaluation.marking.models import Assessment
from platforms.choices import Role
from platforms.scope import ScopedModel, ScopedQuerySet

if TYPE_CHECKING:
    from platforms.models import User


class FlagQuerySet(ScopedQuerySet):
    """Flags, of which a county reads those that are routed to it."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Return the flags of the person's scope; a county does not see what is routed to the city."""
        rows = super().visible_to(user)
        return rows.filter(for_whom=FlagReader.COUNTY) if getattr(user, "role", "") == Role.COUNTY else rows


class FlagTurnQuerySet(ScopedQuerySet):
    """Turns of flags, read by who reads the flag."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Return the turns of the flags that the person sees."""
        rows = super().visible_to(user)
        return rows.filter(flag__for_whom=FlagReader.COUNTY) if getattr(user, "role", "") == Role.COUNTY else rows


class Flag(ScopedModel):
    """Something about one assessment that is to be looked into (核实事项); it changes no score and no grade.

    ``for_whom`` says who answers it and who reads it beside the city, and is never changed: an escalated flag of a
    county is answered by the city and still read by both. ``due_on`` is the last day for an answer; overdue is derived.
    ``answered_at`` and ``answered_by`` are those of the last answer.
    """

    region_path = "assessment__application__region"

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, models.PROTECT, verbose_name="评价", related_name="flags")
    kind = models.CharField("类型", max_length=12, choices=FlagKind.choices)
    for_whom = models.CharField("核实层级", max_length=8, choices=FlagReader.choices)
    text = models.TextField("需核实的内容", max_length=1000)
    due_on = models.DateField("答复期限")
    status = models.CharField("状态", max_length=10, choices=FlagStatus.choices, default=FlagStatus.OPEN)
    raised_at = models.DateTimeField("提出时间")
    raised_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="提出人", related_name="+")
    escalated_at = models.DateTimeField("上报时间", null=True, blank=True)
    escalated_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="上报人", related_name="+", null=True, blank=True
    )
    escalation_reason = models.TextField("上报理由", max_length=1000, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="答复人", related_name="+", null=True, blank=True
    )
    resolved_at = models.DateTimeField("办结时间", null=True, blank=True)
    resolved_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="办结人", related_name="+", null=True, blank=True
    )
    resolution = models.TextField("办结意见", max_length=1000, blank=True)

    objects: ClassVar[Any] = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = "核实事项"
        verbose_name_plural = "核实事项"
        ordering = ("-raised_at", "-pk")
        permissions = (
            ("answer_flag", "答复核实事项"),
            ("escalate_flag", "报市级核实"),
            ("resolve_flag", "办结核实事项"),
        )
        indexes = (models.Index(fields=("status", "due_on"), name="flag_due"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=FlagKind.values), name="flag_kind_closed"),
            models.CheckConstraint(condition=models.Q(for_whom__in=FlagReader.values), name="flag_reader_closed"),
            models.CheckConstraint(condition=models.Q(status__in=FlagStatus.values), name="flag_status_closed"),
            models.CheckConstraint(
                condition=models.Q(escalated_at__isnull=True, escalated_by__isnull=True, escalation_reason="")
                | (
                    models.Q(escalated_at__isnull=False, escalated_by__isnull=False, for_whom=FlagReader.COUNTY)
                    & ~models.Q(escalation_reason="")
                ),
                name="flag_escalation_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=FlagStatus.ESCALATED) | models.Q(escalated_at__isnull=False),
                name="flag_escalated_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, answered_by__isnull=True)
                | models.Q(answered_at__isnull=False, answered_by__isnull=False),
                name="flag_answer_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=FlagStatus.ANSWERED) | models.Q(answered_at__isnull=False),
                name="flag_answered_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(status=FlagStatus.RESOLVED, resolved_at__isnull=False, resolved_by__isnull=False)
                    & ~models.Q(resolution="")
                )
                | (
                    ~models.Q(status=FlagStatus.RESOLVED)
                    & models.Q(resolved_at__isnull=True, resolved_by__isnull=True, resolution="")
                ),
                name="flag_resolved_whole",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_the_citys(self) -> bool:
        """Whether the city answers it: routed to it, or escalated."""
        return self.for_whom == FlagReader.CITY or self.escalated_at is not None


class FlagTurn(ScopedModel):
    """One move of a flag with what was said; all of them stay, none is ever changed."""

    region_path = "flag__assessment__application__region"

    flag = models.ForeignKey(Flag, models.PROTECT, verbose_name="核实事项", related_name="turns")
    name = models.CharField("动作", max_length=10)
    label = models.CharField("动作名称", max_length=20)
    source = models.CharField("原状态", max_length=10, choices=FlagStatus.choices)
    target = models.CharField("新状态", max_length=10, choices=FlagStatus.choices)
    text = models.TextField("内容", max_length=1000)
    at = models.DateTimeField("时间")
    by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="经办人", related_name="+")

    objects: ClassVar[Any] = FlagTurnQuerySet.as_manager()

    class Meta:
        verbose_name = "核实经过"
        verbose_name_plural = "核实经过"
        ordering = ("flag", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(source__in=FlagStatus.values, target__in=FlagStatus.values), name="flag_turn_closed"
            ),
        )

    def __str__(self) -> str:
        return self.label
