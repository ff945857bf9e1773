from django.db import models

from platforms.reference.models import Region
from platforms.region_changes.choices import ChangeKind
from platforms.scope import EVERYWHERE, ScopedModel


class RegionChange(ScopedModel):
    """One act by which regions were merged, founded or dissolved; never changed.

    ``effective_on`` is the first day of the new order: what ends has its last day before it. ``main`` is the region
    that takes over whatever goes to no other one. ``carried`` says in words and numbers what was carried over.
    """

    region_path = EVERYWHERE

    kind = models.CharField("事项", max_length=8, choices=ChangeKind.choices)
    effective_on = models.DateField("生效日期")
    main = models.ForeignKey(Region, models.PROTECT, verbose_name="承接地区", related_name="+")
    document_number = models.CharField("文号", max_length=60)
    reason = models.CharField("事由", max_length=400)
    carried = models.JSONField("转入情况")
    decided_at = models.DateTimeField("办理时间")
    decided_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="办理人", related_name="+")

    class Meta:
        verbose_name = "地区调整"
        verbose_name_plural = "地区调整"
        ordering = ("-effective_on", "-pk")
        permissions = (("decide_regionchange", "合并、新设、撤销地区"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=ChangeKind.values), name="region_change_kind_closed"),
            models.CheckConstraint(
                condition=~models.Q(reason="") & ~models.Q(document_number=""), name="region_change_has_grounds"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.main}"


class RegionSuccession(ScopedModel):
    """That ``predecessor`` ended and came, wholly or in part, to ``successor``; never changed.

    The database takes only a predecessor that has ended and a successor that has not, so there is no circle.
    """

    region_path = EVERYWHERE

    change = models.ForeignKey(RegionChange, models.PROTECT, verbose_name="地区调整", related_name="successions")
    predecessor = models.ForeignKey(Region, models.PROTECT, verbose_name="原地区", related_name="successions")
    successor = models.ForeignKey(Region, models.PROTECT, verbose_name="承接地区", related_name="predecessions")

    class Meta:
        verbose_name = "地区承接"
        verbose_name_plural = "地区承接"
        ordering = ("change", "predecessor", "successor")
        constraints = (
            models.UniqueConstraint(fields=("predecessor", "successor"), name="region_succession_once"),
            models.CheckConstraint(
                condition=~models.Q(predecessor=models.F("successor")), name="region_succession_to_another"
            ),
        )

    def __str__(self) -> str:
        return f"{self.predecessor}→{self.successor}"
