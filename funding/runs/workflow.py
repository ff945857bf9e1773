"""The moves of an allocation run, as a table. The second signature must be another person's."""

from funding.runs.choices import RunStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

RUN = Workflow(
    "allocation_run",
    "资金分配",
    (
        Move(
            "sign",
            "签署并送复核",
            (RunStatus.DRAFT,),
            RunStatus.SIGNED,
            (Role.FINANCE,),
            "funding.sign_allocationrun",
        ),
        Move(
            "send_back",
            "退回重新测算",
            (RunStatus.SIGNED,),
            RunStatus.DRAFT,
            (Role.FINANCE,),
            "funding.confirm_allocationrun",
            reason_required=True,
        ),
        Move(
            "lock",
            "复核并锁定",
            (RunStatus.SIGNED,),
            RunStatus.LOCKED,
            (Role.FINANCE,),
            "funding.confirm_allocationrun",
            irreversible=True,
        ),
        Move(
            "discard",
            "作废",
            (RunStatus.DRAFT,),
            RunStatus.DISCARDED,
            (Role.FINANCE,),
            "funding.sign_allocationrun",
            reason_required=True,
            irreversible=True,
        ),
    ),
)
