from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from evaluation.marking.models import Assessment
from evaluation.visits.choices import VisitSide
from platforms.choices import Role
from platforms.scope import ScopedModel, ScopedQuerySet

if TYPE_CHECKING:
    from platforms.models import Region, User


class SiteVisitQuerySet(ScopedQuerySet):
    """Site visits, of which a county reads its own."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Return the visits of the person's scope; a county does not see what the city found."""
        rows = super().visible_to(user)
        return rows.filter(side=VisitSide.COUNTY) if getattr(user, "role", "") == Role.COUNTY else rows


class SiteVisit(ScopedModel):
    """One visit to a platform whose assessment is not confirmed yet (现场核查); it carries no score.

    ``revision`` counts the saves. A visit that was withdrawn stays on record with who, when and why.
    """

    region_path = "assessment__application__region"

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, models.PROTECT, verbose_name="评价", related_name="visits")
    side = models.CharField("核查层级", max_length=8, choices=VisitSide.choices)
    visited_on = models.DateField("核查日期")
    people = models.CharField("核查人员", max_length=200)
    findings = models.TextField("核查情况", max_length=2000)
    revision = models.PositiveSmallIntegerField("保存次数", default=1, editable=False)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="登记人", related_name="+")
    changed_at = models.DateTimeField("修改时间", null=True, blank=True)
    changed_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="修改人", related_name="+", null=True, blank=True
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="撤回人", related_name="+", null=True, blank=True
    )
    withdrawal_reason = models.CharField("撤回理由", max_length=400, blank=True)

    objects: ClassVar[Any] = SiteVisitQuerySet.as_manager()

    class Meta:
        verbose_name = "现场核查"
        verbose_name_plural = "现场核查"
        ordering = ("-visited_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=models.Q(side__in=VisitSide.values), name="visit_side_closed"),
            models.CheckConstraint(
                condition=models.Q(changed_at__isnull=True, changed_by__isnull=True)
                | models.Q(changed_at__isnull=False, changed_by__isnull=False),
                name="visit_change_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~models.Q(withdrawal_reason="")),
                name="visit_withdrawal_whole",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def region(self) -> "Region | None":
        """Whose the photos are: the county's own, or the city's, which no county opens."""
        return self.assessment.application.region if self.side == VisitSide.COUNTY else None
