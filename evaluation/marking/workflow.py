"""The moves of an assessment, as a table."""

from evaluation.marking.choices import AssessmentStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

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
