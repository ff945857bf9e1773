"""The moves of a plan of publication, as a table."""

from evaluation.certification.choices import PlanStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

#: Who approves is another officer than the one who proposed; who withdraws is the one who proposed.
PUBLICATION = Workflow(
    "publication",
    "公布认定结果",
    (
        Move(
            "approve",
            "批准公布",
            (PlanStatus.PROPOSED,),
            PlanStatus.DECIDED,
            (Role.CITY,),
            "evaluation.publish_results",
            irreversible=True,
            asks_password=True,
        ),
        Move(
            "decline",
            "不批准公布",
            (PlanStatus.PROPOSED,),
            PlanStatus.DECLINED,
            (Role.CITY,),
            "evaluation.publish_results",
            reason_required=True,
        ),
        Move(
            "withdraw",
            "撤回方案",
            (PlanStatus.PROPOSED,),
            PlanStatus.WITHDRAWN,
            (Role.CITY,),
            "evaluation.propose_publication",
        ),
    ),
)
