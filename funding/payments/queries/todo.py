"""Which batches wait for whom."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse

from funding.models import PaymentBatch
from funding.payments.choices import BatchStatus
from platforms.choices import Role
from platforms.models import User
from platforms.workbench.queries.todo import Opened, Source, Waiting


def waiting_for(user: User) -> QuerySet[PaymentBatch]:
    """Return the batches that wait for ``user`` to decide: those of somebody else."""
    rows: QuerySet[PaymentBatch] = PaymentBatch.objects.visible_to(user)
    if not user.has_perm("funding.decide_paymentbatch"):
        return rows.none()
    return rows.filter(status=BatchStatus.PROPOSED).exclude(proposed_by=user)


def _batches(user: User, _opened: Opened) -> Iterator[Waiting]:
    listing = reverse("admin:funding_paymentbatch_changelist")
    yield Waiting("proposed", "批准拨付", waiting_for(user), listing, since="proposed_at")


SOURCES = (Source("payments", 11, (Role.FINANCE,), "资金", _batches),)
