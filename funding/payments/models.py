from django.core.validators import MinValueValidator
from django.db import models

from funding.payments.choices import BatchStatus
from funding.releases.models import AllocationRelease
from platforms.models import Region
from platforms.scope import EVERYWHERE, ScopedModel
from platforms.two_people import Proposal, two_people


class PaymentBatch(Proposal):
    """Payments of one day by one document, proposed by one finance officer and released by another.

    ``release`` is the one in force when it was proposed; what is released never changes, and counts against the
    amounts of the run in force then.
    """

    region_path = EVERYWHERE

    release = models.ForeignKey(AllocationRelease, models.PROTECT, verbose_name="分配结果", related_name="batches")
    status = models.CharField("状态", max_length=10, choices=BatchStatus.choices, default=BatchStatus.PROPOSED)
    document_number = models.CharField("拨款文号", max_length=40)
    paid_on = models.DateField("拨付日期")

    class Meta:
        verbose_name = "拨付批次"
        verbose_name_plural = "拨付批次"
        ordering = ("-proposed_at", "-pk")
        permissions = (("propose_paymentbatch", "提出拨付"), ("decide_paymentbatch", "批准拨付"))
        constraints = (
            *two_people("payment_batch", BatchStatus.values),
            models.CheckConstraint(condition=~models.Q(document_number=""), name="payment_batch_has_a_document"),
        )


class Payment(ScopedModel):
    """Whole yuan paid to one region with one batch."""

    region_path = "region"

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, verbose_name="拨付批次", related_name="payments")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="地区", related_name="+")
    amount_yuan = models.PositiveBigIntegerField("拨付金额（元）", validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = "拨付"
        verbose_name_plural = "拨付"
        ordering = ("batch", "region__code")
        constraints = (
            models.UniqueConstraint(fields=("batch", "region"), name="payment_once_per_batch"),
            models.CheckConstraint(condition=models.Q(amount_yuan__gt=0), name="payment_positive"),
        )

    def __str__(self) -> str:
        return f"{self.region}{self.amount_yuan:,}元"
