from django.db import models

from platforms.applications.models.platform import Platform
from platforms.cases.choices import GroundSource, GroundStatus
from platforms.notices.models import Notice, value_of
from platforms.scope import ScopedModel


class Ground(ScopedModel):
    """One fact about one platform that speaks for taking its certification back (撤销情形事实, 五).

    ``ground`` is the key of a ground of ``notice``: of the certificate that the platform held on ``happened_on``.
    ``source`` and ``source_key`` name the row that it comes from and stand once; a fact noted by hand has no key. A
    fact of complaints is named by ``Complaint.ground`` of each complaint that it counts. ``noted_by`` None is the
    system, which only proposes: ``status`` is decided by the city, and revoking is another step.
    """

    region_path = "platform__region"

    number = models.CharField("登记编号", max_length=20, unique=True, editable=False)
    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="窗口平台", related_name="grounds")
    notice = models.ForeignKey(Notice, models.PROTECT, verbose_name="依据的通知", related_name="+", editable=False)
    ground = models.CharField("撤销情形", max_length=20)
    status = models.CharField("状态", max_length=10, choices=GroundStatus.choices, default=GroundStatus.PROPOSED)
    text = models.TextField("事实", max_length=1000)
    happened_on = models.DateField("发生日期")
    source = models.CharField("来源", max_length=14, choices=GroundSource.choices)
    source_key = models.CharField("来源编号", max_length=40, blank=True, editable=False)
    noted_at = models.DateTimeField("登记时间")
    noted_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="登记人", related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("认定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="认定人", related_name="+", null=True, blank=True
    )
    decision_reason = models.TextField("认定理由", max_length=400, blank=True)

    class Meta:
        verbose_name = "撤销情形"
        verbose_name_plural = "撤销情形"
        ordering = ("-noted_at", "-pk")
        permissions = (("decide_ground", "核实撤销情形"),)
        indexes = (models.Index(fields=("platform", "status"), name="ground_of_platform"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(status__in=GroundStatus.values), name="ground_status_closed"),
            models.CheckConstraint(condition=models.Q(source__in=GroundSource.values), name="ground_source_closed"),
            models.CheckConstraint(
                condition=models.Q(source=GroundSource.HAND, source_key="", noted_by__isnull=False)
                | (~models.Q(source=GroundSource.HAND) & ~models.Q(source_key="")),
                name="ground_names_its_source",
            ),
            models.CheckConstraint(
                condition=models.Q(status=GroundStatus.PROPOSED, decided_at__isnull=True, decided_by__isnull=True)
                | (
                    ~models.Q(status=GroundStatus.PROPOSED)
                    & models.Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="ground_decision_has_who_and_when",
            ),
            models.UniqueConstraint(
                fields=("source", "source_key"), condition=~models.Q(source_key=""), name="ground_once_per_source"
            ),
        )

    @property
    def ground_label(self) -> str:
        """The ground as its notice calls it."""
        return value_of(self.notice_id).terms.ground(self.ground).label

    def __str__(self) -> str:
        return self.number
