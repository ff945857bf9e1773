"""The moves of an assessment and of the sheets of those who judge, as tables."""

from evaluation.marking.choices import AssessmentStatus, SheetStatus
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

SHEET = Workflow(
    "sheet",
    "评分表",
    (
        Move(
            "hand_in",
            "提交评分表",
            (SheetStatus.OPEN,),
            SheetStatus.HANDED_IN,
            (Role.COUNTY, Role.ASSESSOR, Role.CITY),
            "evaluation.fill_sheet",
        ),
        Move(
            "reopen",
            "退回评分表",
            (SheetStatus.HANDED_IN,),
            SheetStatus.OPEN,
            (Role.CITY,),
            "evaluation.reopen_sheet",
            reason_required=True,
        ),
    ),
)
