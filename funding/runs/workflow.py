"""The moves of an allocation run, as a table. Drafter and signer are two people; who signed does not lock."""

from funding.runs.choices import RunStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

RUN = Workflow(
    "allocation_run",
    "资金分配",
    (
        Move(
            "check",
            "核对无误，送签署",
            (RunStatus.DRAFT,),
            RunStatus.CHECKED,
            (Role.FINANCE,),
            "funding.change_allocationrun",
        ),
        Move(
            "sign",
            "签署",
            (RunStatus.CHECKED,),
            RunStatus.SIGNED,
            (Role.FINANCE,),
            "funding.sign_allocationrun",
            asks_password=True,
        ),
        Move(
            "send_back",
            "退回重新测算",
            (RunStatus.CHECKED, RunStatus.SIGNED),
            RunStatus.DRAFT,
            (Role.FINANCE,),
            "funding.confirm_allocationrun",
            reason_required=True,
        ),
        Move(
            "lock",
            "锁定",
            (RunStatus.SIGNED,),
            RunStatus.LOCKED,
            (Role.FINANCE,),
            "funding.confirm_allocationrun",
            irreversible=True,
            asks_password=True,
        ),
        Move(
            "discard",
            "作废",
            (RunStatus.DRAFT, RunStatus.CHECKED),
            RunStatus.DISCARDED,
            (Role.FINANCE,),
            "funding.change_allocationrun",
            reason_required=True,
            irreversible=True,
        ),
    ),
)
