"""A date of a round that was moved, and why."""

from django.db import models

from platforms.rounds.choices import DateKind
from platforms.rounds.models.round import Round
from platforms.scope import EVERYWHERE, ScopedModel


class DateChange(ScopedModel):
    """A date of a round that was moved (phase, report, task of all platforms): from, to, why. Never changed.

    ``what`` is what it was called then; ``phase`` is None for the day by which counties report.
    """

    region_path = EVERYWHERE

    round = models.ForeignKey(Round, models.PROTECT, verbose_name="年度", related_name="date_changes")
    kind = models.CharField("种类", max_length=12, choices=DateKind.choices)
    phase = models.PositiveSmallIntegerField("阶段", null=True, blank=True)
    what = models.CharField("事项", max_length=80)
    old = models.DateField("原日期")
    new = models.DateField("现日期")
    reason = models.CharField("理由", max_length=400)
    changed_at = models.DateTimeField("调整时间")
    changed_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="调整人", related_name="+")

    class Meta:
        verbose_name = "日期调整"
        verbose_name_plural = "日期调整"
        ordering = ("-changed_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=DateKind.values), name="date_change_kind_closed"),
            models.CheckConstraint(condition=~models.Q(old=models.F("new")), name="date_change_differs"),
        )

    def __str__(self) -> str:
        return self.what
