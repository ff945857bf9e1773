from django.db import models

from platforms.rounds.choices import RoundAct
from platforms.rounds.models.round import Round
from platforms.scope import EVERYWHERE, ScopedModel


class RoundOverride(ScopedModel):
    """That a round was moved on although something was missing: ``gaps`` are the sentences that were shown, and why.

    Never changed, never deleted.
    """

    region_path = EVERYWHERE

    round = models.ForeignKey(Round, models.PROTECT, verbose_name="年度", related_name="overrides")
    act = models.CharField("事项", max_length=16, choices=RoundAct.choices)
    gaps = models.JSONField("办理时尚缺")
    reason = models.CharField("理由", max_length=400)
    at = models.DateTimeField("办理时间")
    by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="办理人", related_name="+")

    class Meta:
        verbose_name = "带缺项办理"
        verbose_name_plural = "带缺项办理"
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(condition=models.Q(act__in=RoundAct.values), name="round_override_act_closed"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="round_override_has_reason"),
        )

    def __str__(self) -> str:
        return f"{self.round}{self.get_act_display()}"
