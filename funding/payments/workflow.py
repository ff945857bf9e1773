"""The moves of a batch of payments, as a table."""

from funding.payments.choices import BatchStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

#: Who releases is another finance officer than the one who proposed; who withdraws is the one who proposed.
BATCH = Workflow(
    "payment_batch",
    "拨付批次",
    (
        Move(
            "release",
            "批准拨付",
            (BatchStatus.PROPOSED,),
            BatchStatus.RELEASED,
            (Role.FINANCE,),
            "funding.decide_paymentbatch",
            irreversible=True,
            asks_password=True,
        ),
        Move(
            "decline",
            "不批准拨付",
            (BatchStatus.PROPOSED,),
            BatchStatus.DECLINED,
            (Role.FINANCE,),
            "funding.decide_paymentbatch",
            reason_required=True,
        ),
        Move(
            "withdraw",
            "撤回拨付",
            (BatchStatus.PROPOSED,),
            BatchStatus.WITHDRAWN,
            (Role.FINANCE,),
            "funding.propose_paymentbatch",
        ),
    ),
)
