from django.db import models

from evaluation.hearings.models import Hearing
from evaluation.revocation.choices import ProposalStatus
from platforms.models import Ground, Notice, Platform
from platforms.notices.models import value_of
from platforms.scope import ScopedModel
from platforms.two_people import Proposal, two_people


class RevocationProposal(Proposal):
    """A platform's right to operate is proposed to be taken back (五): by one officer, decided by another.

    ``notice`` is that of the certificate which is to be taken, ``ground`` the key of one of its grounds. It rests on
    confirmed facts of that ground, kept in ``RevocationFact`` as they read when it was proposed. ``reason``
    is internal; the public reads ground and day. Once it is decided, declined or withdrawn it never changes.
    """

    region_path = "platform__region"

    platform = models.ForeignKey(Platform, models.PROTECT, verbose_name="窗口平台", related_name="revocations")
    notice = models.ForeignKey(Notice, models.PROTECT, verbose_name="依据的通知", related_name="+")
    ground = models.CharField("撤销情形", max_length=20)
    status = models.CharField("状态", max_length=10, choices=ProposalStatus.choices, default=ProposalStatus.PROPOSED)
    reason = models.TextField("事实和依据", max_length=1000)
    effective_on = models.DateField("撤销日期")
    # What the platform was told and could answer before the decision.
    hearing = models.OneToOneField(Hearing, models.PROTECT, verbose_name="告知和陈述", related_name="revocation")

    class Meta:
        verbose_name = "撤销认定"
        verbose_name_plural = "撤销认定"
        ordering = ("-proposed_at", "-pk")
        permissions = (("propose_revocation", "提出撤销认定"), ("decide_revocation", "决定撤销认定"))
        constraints = (
            *two_people("revocation", ProposalStatus.values),
            models.UniqueConstraint(
                fields=("platform",),
                condition=models.Q(status=ProposalStatus.PROPOSED),
                name="revocation_one_open_per_platform",
            ),
        )

    @property
    def ground_label(self) -> str:
        """The ground as its notice calls it."""
        return value_of(self.notice_id).terms.ground(self.ground).label


class RevocationFact(ScopedModel):
    """One fact that a proposal rests on, in the words of the register when it was proposed.

    ``complaints`` are the numbers of the complaints that it counted then. ``is_used`` is true while the proposal waits
    and after it was decided, so that a fact carries one revocation; a proposal that was declined or withdrawn frees it.
    """

    region_path = "proposal__platform__region"

    proposal = models.ForeignKey(RevocationProposal, models.PROTECT, verbose_name="撤销认定", related_name="facts")
    fact = models.ForeignKey(Ground, models.PROTECT, verbose_name="登记的事实", related_name="+")
    number = models.CharField("登记编号", max_length=20)
    text = models.TextField("事实", max_length=1000)
    happened_on = models.DateField("发生日期")
    confirmation = models.TextField("确认理由", max_length=400)
    complaints = models.JSONField("计入的投诉", default=list)
    is_used = models.BooleanField("占用", default=True)

    class Meta:
        verbose_name = "撤销认定依据的事实"
        verbose_name_plural = "撤销认定依据的事实"
        ordering = ("proposal", "happened_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("fact",), condition=models.Q(is_used=True), name="revocation_fact_used_once"
            ),
            models.UniqueConstraint(fields=("proposal", "fact"), name="revocation_fact_named_once"),
        )

    def __str__(self) -> str:
        return self.number
