from django.db import models

from platforms.cases.choices import FeeCaseState
from platforms.scope import ScopedModel
from platforms.service_records.models.record import ServiceRecord


class FeeCase(ScopedModel):
    """What became of one fee for a service that must be free (二·(四), 五·(五)).

    A flagged record without a row here still waits for the explanation of its region. It is explained by the region,
    then settled or passed on by the city, both with a reason; what was passed on stands in the register of grounds for
    revocation. It stays when the record is corrected or cancelled, so that what was asked is not lost.
    """

    region_path = "record__platform__region"

    record = models.OneToOneField(
        ServiceRecord, models.PROTECT, verbose_name="服务记录", related_name="fee_case", editable=False
    )
    state = models.CharField("状态", max_length=12, choices=FeeCaseState.choices)
    explanation = models.CharField("情况说明", max_length=400, blank=True)
    explained_at = models.DateTimeField("说明时间", null=True, blank=True)
    explained_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="说明人", related_name="+", null=True, blank=True
    )
    decision = models.CharField("处理意见", max_length=400, blank=True)
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="处理人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "公益性服务收费核查"
        verbose_name_plural = "公益性服务收费核查"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=FeeCaseState.values), name="fee_case_state_closed"),
            models.CheckConstraint(
                condition=models.Q(explanation="", explained_at__isnull=True, explained_by__isnull=True)
                | (~models.Q(explanation="") & models.Q(explained_at__isnull=False, explained_by__isnull=False)),
                name="fee_case_explained_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=FeeCaseState.EXPLAINED,
                    explained_at__isnull=False,
                    decision="",
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                )
                | (
                    ~models.Q(state=FeeCaseState.EXPLAINED)
                    & ~models.Q(decision="")
                    & models.Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="fee_case_decided_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.get_state_display()
