"""The moves of a correction or change, as a table."""

from evaluation.amendments.choices import AmendmentStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

#: Who decides is another officer of the city than the one who proposed; who withdraws is the one who proposed.
AMENDMENT = Workflow(
    "amendment",
    "更正和变更",
    (
        Move(
            "decide",
            "批准生效",
            (AmendmentStatus.PROPOSED,),
            AmendmentStatus.DECIDED,
            (Role.CITY,),
            "evaluation.decide_amendment",
            irreversible=True,
            asks_password=True,
        ),
        Move(
            "decline",
            "不予办理",
            (AmendmentStatus.PROPOSED,),
            AmendmentStatus.DECLINED,
            (Role.CITY,),
            "evaluation.decide_amendment",
            reason_required=True,
        ),
        Move(
            "withdraw",
            "撤回",
            (AmendmentStatus.PROPOSED,),
            AmendmentStatus.WITHDRAWN,
            (Role.COUNTY, Role.CITY),
            "evaluation.propose_change",
        ),
    ),
)
