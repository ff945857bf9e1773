from django.db import models

from evaluation.hearings.choices import HearingKind
from evaluation.marking.models import Assessment
from platforms.models import Platform
from platforms.scope import ScopedModel


class Hearing(ScopedModel):
    """A notice to the operator of a platform of what is intended and why, with a link to answer until ``answer_by``.

    ``assessment`` is whose grade is meant, for :attr:`HearingKind.GRADE`. ``answer`` comes through the link, or was
    written down by ``entered_by`` from paper; ``waived`` says that the operator has nothing to say. What came of the
    answer is ``reply``, which the operator reads under its link. Nothing sent, answered or replied ever changes.
    """

    region_path = "platform__region"

    number = models.CharField("告知书编号", max_length=20, unique=True, editable=False)
    kind = models.CharField("事项", max_length=10, choices=HearingKind.choices)
    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="窗口平台", related_name="hearings")
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, verbose_name="评价", related_name="hearings", null=True, blank=True
    )
    recipient = models.CharField("被告知单位", max_length=80)
    intended = models.CharField("拟办事项", max_length=60)
    reasons = models.TextField("事实和理由", max_length=1500)
    answer_by = models.DateField("陈述期限")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField("告知时间")
    sent_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="告知人", related_name="+")
    opened_at = models.DateTimeField("首次打开时间", null=True, blank=True)
    answer = models.TextField("陈述申辩", max_length=2000, blank=True)
    waived = models.BooleanField("放弃陈述", default=False)
    answered_at = models.DateTimeField("陈述时间", null=True, blank=True)
    answered_name = models.CharField("陈述人", max_length=40, blank=True)
    answered_phone = models.CharField("联系电话", max_length=60, blank=True)
    entered_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="书面陈述登记人", related_name="+", null=True, blank=True
    )
    reply = models.TextField("复核意见", max_length=1500, blank=True)
    replied_at = models.DateTimeField("复核时间", null=True, blank=True)
    replied_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="复核人", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = "告知和陈述"
        verbose_name_plural = "告知和陈述"
        ordering = ("-sent_at", "-pk")
        permissions = (("pass_on_hearing", "转交告知书、登记书面陈述"), ("reply_hearing", "复核陈述申辩"))
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=HearingKind.values), name="hearing_kind_closed"),
            models.CheckConstraint(
                condition=models.Q(kind=HearingKind.GRADE, assessment__isnull=False)
                | models.Q(kind=HearingKind.REVOCATION, assessment__isnull=True),
                name="hearing_of_a_grade_names_it",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, answer="", waived=False, answered_name="")
                | (models.Q(answered_at__isnull=False) & ~models.Q(answered_name="") & models.Q(waived=True, answer=""))
                | (
                    models.Q(answered_at__isnull=False, waived=False)
                    & ~models.Q(answered_name="")
                    & ~models.Q(answer="")
                ),
                name="hearing_answer_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(reply="", replied_at__isnull=True, replied_by__isnull=True)
                | (
                    ~models.Q(reply="")
                    & models.Q(replied_at__isnull=False, replied_by__isnull=False, answered_at__isnull=False)
                ),
                name="hearing_reply_whole",
            ),
        )

    def __str__(self) -> str:
        return self.number
