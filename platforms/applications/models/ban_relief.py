from django.db import models

from platforms.applications.choices import ReliefKind, ReliefStatus
from platforms.applications.models.platform import Ban
from platforms.scope import EVERYWHERE, ScopedModel


class BanRelief(ScopedModel):
    """A ban that is lifted, or whose place is released for other operators: proposed by one, decided by another.

    It holds from ``effective_on`` on once it is granted. A proposal that is withdrawn ends with the one who made it;
    from then on, as after a decision, the database refuses to change it.
    """

    region_path = EVERYWHERE

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    ban = models.ForeignKey(Ban, models.PROTECT, verbose_name="限制申报", related_name="reliefs")
    kind = models.CharField("事项", max_length=10, choices=ReliefKind.choices)
    status = models.CharField("状态", max_length=10, choices=ReliefStatus.choices, default=ReliefStatus.PROPOSED)
    reason = models.TextField("理由", max_length=1000)
    document_number = models.CharField("文号", max_length=60, blank=True)
    effective_on = models.DateField("生效日期")
    proposed_at = models.DateTimeField("提出时间")
    proposed_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="提出人", related_name="+")
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="决定人", related_name="+", null=True, blank=True
    )
    decision_reason = models.TextField("决定理由", max_length=400, blank=True)

    class Meta:
        verbose_name = "限制申报的解除和放开"
        verbose_name_plural = "限制申报的解除和放开"
        ordering = ("-proposed_at", "-pk")
        permissions = (
            ("propose_banrelief", "提出解除限制申报或放开地点"),
            ("decide_banrelief", "决定解除限制申报或放开地点"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=ReliefKind.values), name="ban_relief_kind_closed"),
            models.CheckConstraint(condition=models.Q(status__in=ReliefStatus.values), name="ban_relief_status_closed"),
            models.CheckConstraint(
                condition=models.Q(status=ReliefStatus.PROPOSED, decided_at__isnull=True, decided_by__isnull=True)
                | models.Q(status=ReliefStatus.WITHDRAWN, decided_at__isnull=False, decided_by=models.F("proposed_by"))
                | models.Q(
                    status__in=(ReliefStatus.GRANTED, ReliefStatus.DECLINED),
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="ban_relief_decision_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=(ReliefStatus.PROPOSED, ReliefStatus.WITHDRAWN))
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="ban_relief_needs_two_people",
            ),
            models.UniqueConstraint(
                fields=("ban",), condition=models.Q(status=ReliefStatus.PROPOSED), name="ban_relief_one_open"
            ),
            models.UniqueConstraint(
                fields=("ban", "kind"), condition=models.Q(status=ReliefStatus.GRANTED), name="ban_relief_granted_once"
            ),
        )

    def __str__(self) -> str:
        return self.number
