from django.db import models

from platforms.applications.choices import ReliefKind, ReliefStatus
from platforms.applications.models.platform import Ban
from platforms.scope import EVERYWHERE
from platforms.two_people import Proposal, two_people


class BanRelief(Proposal):
    """A ban that is lifted, or whose place is released for other operators: proposed by one, decided by another.

    It holds from ``effective_on`` on once it is granted. A proposal that is withdrawn ends with the one who made it;
    from then on, as after a decision, the database refuses to change it.
    """

    region_path = EVERYWHERE

    ban = models.ForeignKey(Ban, models.PROTECT, verbose_name="限制申报", related_name="reliefs")
    kind = models.CharField("事项", max_length=10, choices=ReliefKind.choices)
    status = models.CharField("状态", max_length=10, choices=ReliefStatus.choices, default=ReliefStatus.PROPOSED)
    document_number = models.CharField("文号", max_length=60, blank=True)
    effective_on = models.DateField("生效日期")

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
            *two_people("ban_relief", ReliefStatus.values),
            models.UniqueConstraint(
                fields=("ban",), condition=models.Q(status=ReliefStatus.PROPOSED), name="ban_relief_one_open"
            ),
            models.UniqueConstraint(
                fields=("ban", "kind"), condition=models.Q(status=ReliefStatus.GRANTED), name="ban_relief_granted_once"
            ),
        )
