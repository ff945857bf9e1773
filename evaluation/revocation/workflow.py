"""The moves of a proposal to revoke, as a table."""

from evaluation.revocation.choices import ProposalStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

#: 五: who decides is another officer than the one who proposed; who withdraws is the one who proposed.
REVOCATION = Workflow(
    "revocation",
    "撤销认定",
    (
        Move(
            "decide",
            "决定撤销",
            (ProposalStatus.PROPOSED,),
            ProposalStatus.DECIDED,
            (Role.CITY,),
            "evaluation.decide_revocation",
            irreversible=True,
            asks_password=True,
        ),
        Move(
            "decline",
            "不予撤销",
            (ProposalStatus.PROPOSED,),
            ProposalStatus.DECLINED,
            (Role.CITY,),
            "evaluation.decide_revocation",
            reason_required=True,
        ),
        Move(
            "withdraw",
            "撤回提议",
            (ProposalStatus.PROPOSED,),
            ProposalStatus.WITHDRAWN,
            (Role.CITY,),
            "evaluation.propose_revocation",
        ),
    ),
)
