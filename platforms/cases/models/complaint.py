from django.db import models

from platforms.applications.models.platform import Platform
from platforms.cases.choices import COMPLAINT_DECIDED, COMPLAINT_OPEN, ComplaintFinding, ComplaintStatus
from platforms.cases.models.ground import Ground
from platforms.scope import ScopedModel


class Complaint(ScopedModel):
    """A complaint about a published platform; only those who handle it read who complained.

    ``number`` is random and quoted by the complainant, together with the secret ``lookup_code`` of which the hash is
    kept. ``sender_hash`` is a keyed hash of the sender's address, used to limit floods and for nothing else.
    ``finding``, its text and ``reply_draft`` are written by who looked into it, ``decision_reason`` (internal) and
    ``outcome`` (shown to the complainant) by the city. What was merged follows ``merged_into``, which is never merged
    itself. ``ground`` is the fact of the register that counts it; each is counted once.
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
    due_on = models.DateField("办理期限", null=True, blank=True)
    sender_hash = models.CharField(max_length=64, editable=False, db_index=True)
    text_hash = models.CharField(max_length=64, editable=False)
    finding = models.CharField("核查结论", max_length=12, choices=ComplaintFinding.choices, blank=True)
    finding_text = models.TextField("核查情况", max_length=1000, blank=True)
    reply_draft = models.TextField("拟答复", max_length=200, blank=True)
    examined_at = models.DateTimeField("核查时间", null=True, blank=True)
    examined_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="核查人", related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField("认定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="认定人", related_name="+", null=True, blank=True
    )
    decision_reason = models.TextField("认定理由", max_length=1000, blank=True)
    outcome = models.TextField("答复投诉人", max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, verbose_name="并入", related_name="merged", null=True, blank=True
    )
    ground = models.ForeignKey(
        Ground, models.PROTECT, verbose_name="计入的撤销情形", related_name="complaints", null=True, blank=True
    )

    class Meta:
        verbose_name = "投诉"
        verbose_name_plural = "投诉"
        ordering = ("-received_at",)
        permissions = (("decide_complaint", "认定投诉"), ("examine_complaint", "核查投诉"))
        indexes = (models.Index(fields=("status", "due_on"), name="complaint_due"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=ComplaintStatus.values), name="complaint_status_closed"
            ),
            models.CheckConstraint(
                condition=models.Q(finding="") | models.Q(finding__in=ComplaintFinding.values),
                name="complaint_finding_closed",
            ),
            models.CheckConstraint(
                condition=models.Q(examined_at__isnull=True, examined_by__isnull=True, finding="")
                | (models.Q(examined_at__isnull=False, examined_by__isnull=False) & ~models.Q(finding="")),
                name="complaint_finding_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=COMPLAINT_DECIDED, decided_at__isnull=False, decided_by__isnull=False)
                | (
                    ~models.Q(status__in=COMPLAINT_DECIDED) & models.Q(decided_at__isnull=True, decided_by__isnull=True)
                ),
                name="complaint_decision_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=models.Q(status=ComplaintStatus.MERGED, merged_into__isnull=False)
                | (~models.Q(status=ComplaintStatus.MERGED) & models.Q(merged_into__isnull=True)),
                name="complaint_merged_into_another",
            ),
            # The same words of the same enterprise about the same platform are one case, however often they are sent.
            models.UniqueConstraint(
                fields=("platform", "text_hash"),
                condition=models.Q(status__in=COMPLAINT_OPEN),
                name="complaint_once_per_text",
            ),
        )

    def __str__(self) -> str:
        return self.number


class ComplaintTurn(ScopedModel):
    """One step of a complaint with what was said; all of them stay. ``by`` None is the system, which only merges."""

    region_path = "complaint__platform__region"

    complaint = models.ForeignKey(Complaint, models.PROTECT, verbose_name="投诉", related_name="turns")
    name = models.CharField("动作", max_length=10)
    label = models.CharField("动作名称", max_length=20)
    source = models.CharField("原状态", max_length=10, choices=ComplaintStatus.choices)
    target = models.CharField("新状态", max_length=10, choices=ComplaintStatus.choices)
    text = models.TextField("内容", max_length=1200, blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="经办人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "投诉经过"
        verbose_name_plural = "投诉经过"
        ordering = ("complaint", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(source__in=ComplaintStatus.values, target__in=ComplaintStatus.values),
                name="complaint_turn_closed",
            ),
        )

    def __str__(self) -> str:
        return self.label
