from django.db import models

from platforms.choices import ComplaintStatus
from platforms.models.platform import Platform
from platforms.scope import ScopedModel


class Complaint(ScopedModel):
    """A complaint about a published platform; only those who handle it read who complained.

    ``number`` is random and quoted by the complainant, together with the secret ``lookup_code`` of which the hash is
    kept. ``sender_hash`` is a keyed hash of the sender's address, used to limit floods and for nothing else.
    """

    region_path = "platform__region"

    number = models.CharField("受理编号", max_length=20, unique=True)
    lookup_hash = models.CharField(max_length=64, editable=False)
    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="被投诉平台", related_name="complaints")
    status = models.CharField("状态", max_length=10, choices=ComplaintStatus.choices, default=ComplaintStatus.RECEIVED)
    text = models.TextField("投诉内容", max_length=2000)
    enterprise = models.CharField("投诉企业", max_length=80)
    contact_name = models.CharField("联系人", max_length=40)
    contact_phone = models.CharField("联系电话", max_length=60)
    received_at = models.DateTimeField("收到时间")
    sender_hash = models.CharField(max_length=64, editable=False, db_index=True)
    text_hash = models.CharField(max_length=64, editable=False)
    decided_at = models.DateTimeField("核查时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="核查人", related_name="+", null=True, blank=True
    )
    decision_reason = models.TextField("核查说明", max_length=1000, blank=True)

    class Meta:
        verbose_name = "投诉"
        verbose_name_plural = "投诉"
        ordering = ("-received_at",)
        permissions = (("decide_complaint", "核查投诉"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=ComplaintStatus.values), name="complaint_status_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(status=ComplaintStatus.RECEIVED, decided_at__isnull=True, decided_by__isnull=True)
                | (
                    ~models.Q(status=ComplaintStatus.RECEIVED)
                    & models.Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="complaint_decision_has_who_and_when",
            ),
            # The same words about the same platform are one complaint, however often they are sent.
            models.UniqueConstraint(fields=("platform", "text_hash"), name="complaint_once_per_text"),
        )

    def __str__(self) -> str:
        return self.number
