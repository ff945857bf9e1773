"""The moves of a proposal to lift a ban or to release its place, as a table. The second person must be another one."""

from platforms.ban_choices import ReliefStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

BAN_RELIEF = Workflow(
    "ban_relief",
    "限制申报的解除和放开",
    (
        Move(
            "grant",
            "同意",
            (ReliefStatus.PROPOSED,),
            ReliefStatus.GRANTED,
            (Role.CITY,),
            "platforms.decide_banrelief",
            irreversible=True,
        ),
        Move(
            "decline",
            "不予同意",
            (ReliefStatus.PROPOSED,),
            ReliefStatus.DECLINED,
            (Role.CITY,),
            "platforms.decide_banrelief",
            reason_required=True,
        ),
        # Only by the one who proposed it.
        Move(
            "withdraw",
            "撤回提议",
            (ReliefStatus.PROPOSED,),
            ReliefStatus.WITHDRAWN,
            (Role.CITY,),
            "platforms.propose_banrelief",
        ),
    ),
)
