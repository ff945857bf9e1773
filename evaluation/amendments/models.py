from typing import TYPE_CHECKING, Self

from django.db import models

from evaluation.amendments.choices import AmendmentKind, AmendmentStatus
from evaluation.certification.models.publication import Result
from platforms.choices import Role
from platforms.models import Platform
from platforms.scope import ScopedQuerySet
from platforms.two_people import Proposal, two_people

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from platforms.models import User


class Amendments(ScopedQuerySet):
    """A county sees changes, which it asks for, and what was decided, but no correction that is only proposed."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        rows = super().visible_to(user)
        if getattr(user, "role", "") != Role.COUNTY:
            return rows
        return rows.filter(models.Q(kind=AmendmentKind.CHANGE) | models.Q(status=AmendmentStatus.DECIDED))


class Amendment(Proposal):
    """A new version of the published ``result``, proposed by one, decided by another, in force from ``effective_on``.

    ``grade`` is the corrected grade, empty where it stays, ``grade_reason`` why it departs from what the scheme gives;
    ``changes`` maps the fields of the result that change, and ``operator_code``, to pairs of old and new; ``entries``
    maps the codes of indicators to corrected entries (``evaluation.amendments.correcting``).
    ``made`` is the version that came of it. ``public_reason`` is what everybody reads beside the new version,
    ``reason`` stays internal. Once it is decided, declined or withdrawn it never changes.
    """

    region_path = "platform__region"

    kind = models.CharField("种类", max_length=12, choices=AmendmentKind.choices)
    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="窗口平台", related_name="amendments")
    result = models.ForeignKey(Result, models.PROTECT, verbose_name="原认定结果", related_name="amendments")
    status = models.CharField("状态", max_length=10, choices=AmendmentStatus.choices, default=AmendmentStatus.PROPOSED)
    grade = models.CharField("更正后档次", max_length=8, blank=True)
    changes = models.JSONField("变动内容", default=dict)
    grade_reason = models.TextField("档次说明", max_length=400, blank=True)
    entries = models.JSONField("更正的指标", default=dict)
    made = models.OneToOneField(
        Result, models.PROTECT, verbose_name="新的认定结果", related_name="amendment", null=True, blank=True
    )
    public_reason = models.CharField("公开说明", max_length=200)
    effective_on = models.DateField("生效日期")

    objects = Amendments.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "更正和变更"
        verbose_name_plural = "更正和变更"
        ordering = ("-proposed_at", "-pk")
        permissions = (
            ("propose_correction", "提出更正"),
            ("propose_change", "提出变更"),
            ("decide_amendment", "决定更正和变更"),
        )
        constraints = (
            *two_people("amendment", AmendmentStatus.values),
            models.CheckConstraint(condition=models.Q(kind__in=AmendmentKind.values), name="amendment_kind_closed"),
            models.CheckConstraint(
                condition=models.Q(kind=AmendmentKind.CORRECTION) | models.Q(grade="", grade_reason="", entries={}),
                name="amendment_change_leaves_grade",
            ),
            models.CheckConstraint(
                condition=models.Q(status=AmendmentStatus.DECIDED, made__isnull=False)
                | (~models.Q(status=AmendmentStatus.DECIDED) & models.Q(made__isnull=True)),
                name="amendment_decided_made_a_version",
            ),
            models.UniqueConstraint(
                fields=("platform",),
                condition=models.Q(status=AmendmentStatus.PROPOSED),
                name="amendment_one_open_per_platform",
            ),
        )
