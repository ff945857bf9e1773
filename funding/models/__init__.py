from funding.payments.models import Payment, PaymentBatch
from funding.releases.models import AllocationRelease
from funding.runs.models import AllocationItem, AllocationRow, AllocationRun
from funding.uses.models import UseItem, UseReport

__all__ = [
    "AllocationItem",
    "AllocationRelease",
    "AllocationRow",
    "AllocationRun",
    "Payment",
    "PaymentBatch",
    "UseItem",
    "UseReport",
]
