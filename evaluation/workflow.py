"""The moves of an assessment and of a proposal to revoke, as tables."""

from evaluation.choices import AssessmentStatus, ProposalStatus
from platforms.choices import Role
from platforms.workflow import Move, Workflow

ASSESSMENT = Workflow(
    "assessment",
    "评价",
    (
        Move(
            "complete",
            "完成评分",
            (AssessmentStatus.OPEN,),
            AssessmentStatus.SCORED,
            (Role.CITY,),
            "evaluation.score_assessment",
        ),
        Move(
            "reopen",
            "退回重评",
            (AssessmentStatus.SCORED, AssessmentStatus.CONFIRMED),
            AssessmentStatus.OPEN,
            (Role.CITY,),
            "evaluation.confirm_assessment",
            reason_required=True,
        ),
        Move(
            "confirm",
            "核定档次",
            (AssessmentStatus.SCORED,),
            AssessmentStatus.CONFIRMED,
            (Role.CITY,),
            "evaluation.confirm_assessment",
        ),
        Move(
            "publish",
            "公布",
            (AssessmentStatus.CONFIRMED,),
            AssessmentStatus.PUBLISHED,
            (Role.CITY,),
            "evaluation.publish_results",
            irreversible=True,
        ),
    ),
)

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
