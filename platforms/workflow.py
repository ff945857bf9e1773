"""Who may move what from where to where: one table per workflow, no database.

The same rows feed the guard of each move, the buttons, the permission tests and the diagrams in ``docs/workflows.md``.
"""

from platforms.activity_choices import ActivityStatus
from platforms.choices import (
    COMPLAINT_DECIDED,
    COMPLAINT_OPEN,
    COMPLAINT_TO_EXAMINE,
    ApplicationStatus,
    ComplaintStatus,
    Role,
    RoundStatus,
)
from platforms.ground_choices import GroundStatus
from platforms.move_table import Move, Workflow, diagram
from platforms.supervision_choices import RectificationStatus

__all__ = ["ACTIVITY", "APPLICATION", "COMPLAINT", "GROUND", "RECTIFICATION", "ROUND", "Move", "Workflow", "diagram"]

APPLICATION = Workflow(
    "application",
    "申报表",
    (
        Move(
            "submit",
            "提交申报表",
            (ApplicationStatus.DRAFT,),
            ApplicationStatus.SUBMITTED,
            (Role.COUNTY, Role.CITY),
            "platforms.submit_application",
            irreversible=True,
        ),
        Move(
            "resubmit",
            "补正后重新提交",
            (ApplicationStatus.RETURNED,),
            ApplicationStatus.SUBMITTED,
            (Role.COUNTY, Role.CITY),
            "platforms.submit_application",
            # The answer to what the city asked for.
            reason_required=True,
        ),
        Move(
            "accept",
            "受理",
            (ApplicationStatus.SUBMITTED,),
            ApplicationStatus.ACCEPTED,
            (Role.CITY,),
            "platforms.accept_application",
        ),
        Move(
            "return",
            "退回补正",
            (ApplicationStatus.SUBMITTED,),
            ApplicationStatus.RETURNED,
            (Role.CITY,),
            "platforms.return_application",
            reason_required=True,
        ),
        Move(
            "withdraw",
            "撤回申报",
            (ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED, ApplicationStatus.ACCEPTED),
            ApplicationStatus.WITHDRAWN,
            (Role.COUNTY, Role.CITY),
            "platforms.withdraw_application",
            reason_required=True,
            irreversible=True,
        ),
    ),
)

ROUND = Workflow(
    "round",
    "年度",
    (
        Move(
            "open_filing",
            "开始受理申报",
            (RoundStatus.PREPARING,),
            RoundStatus.FILING,
            (Role.CITY,),
            "platforms.move_round",
        ),
        Move(
            "close_filing",
            "截止申报",
            (RoundStatus.FILING,),
            RoundStatus.EVALUATING,
            (Role.CITY,),
            "platforms.move_round",
            reason_required=True,
        ),
        Move(
            "reopen_filing",
            "重新受理申报",
            (RoundStatus.EVALUATING,),
            RoundStatus.FILING,
            (Role.CITY,),
            "platforms.move_round",
            reason_required=True,
        ),
        Move(
            "publish",
            "公布认定结果",
            (RoundStatus.EVALUATING,),
            RoundStatus.PUBLISHED,
            (Role.CITY,),
            "evaluation.publish_results",
            irreversible=True,
        ),
    ),
)

COMPLAINT = Workflow(
    "complaint",
    "投诉",
    (
        Move(
            "take_up",
            "受理核查",
            (ComplaintStatus.RECEIVED,),
            ComplaintStatus.EXAMINING,
            (Role.COUNTY, Role.CITY),
            "platforms.examine_complaint",
        ),
        Move(
            "examine",
            "填写核查结论",
            COMPLAINT_TO_EXAMINE,
            ComplaintStatus.EXAMINED,
            (Role.COUNTY, Role.CITY),
            "platforms.examine_complaint",
            # What was found.
            reason_required=True,
        ),
        Move(
            "verify",
            "核查属实",
            (ComplaintStatus.EXAMINED,),
            ComplaintStatus.VERIFIED,
            (Role.CITY,),
            "platforms.decide_complaint",
            reason_required=True,
        ),
        Move(
            "dismiss",
            "核查不属实",
            (ComplaintStatus.EXAMINED,),
            ComplaintStatus.UNFOUNDED,
            (Role.CITY,),
            "platforms.decide_complaint",
            reason_required=True,
        ),
        Move(
            "reopen",
            "退回重新核查",
            (ComplaintStatus.EXAMINED, *COMPLAINT_DECIDED),
            ComplaintStatus.REOPENED,
            (Role.CITY,),
            "platforms.decide_complaint",
            reason_required=True,
        ),
        Move(
            "merge",
            "并入另一件",
            COMPLAINT_OPEN,
            ComplaintStatus.MERGED,
            (Role.COUNTY, Role.CITY),
            "platforms.examine_complaint",
            reason_required=True,
        ),
        Move(
            "separate",
            "撤销并案",
            (ComplaintStatus.MERGED,),
            ComplaintStatus.REOPENED,
            (Role.CITY,),
            "platforms.decide_complaint",
            reason_required=True,
        ),
    ),
)

GROUND = Workflow(
    "ground",
    "撤销情形",
    (
        Move(
            "confirm",
            "确认事实",
            (GroundStatus.PROPOSED,),
            GroundStatus.CONFIRMED,
            (Role.CITY,),
            "platforms.decide_ground",
            reason_required=True,
        ),
        Move(
            "dismiss",
            "不予认定",
            (GroundStatus.PROPOSED,),
            GroundStatus.DISMISSED,
            (Role.CITY,),
            "platforms.decide_ground",
            reason_required=True,
        ),
        Move(
            "reopen",
            "重新认定",
            (GroundStatus.CONFIRMED, GroundStatus.DISMISSED),
            GroundStatus.PROPOSED,
            (Role.CITY,),
            "platforms.decide_ground",
            reason_required=True,
        ),
    ),
)

#: Whose turn it is (the side that answers, the side that found it) is said by ``services/rectifications.py``.
RECTIFICATION = Workflow(
    "rectification",
    "整改",
    (
        Move(
            "answer",
            "答复整改",
            (RectificationStatus.OPENED, RectificationStatus.REOPENED),
            RectificationStatus.ANSWERED,
            (Role.COUNTY, Role.CITY),
            "platforms.answer_rectification",
            reason_required=True,
        ),
        Move(
            "close",
            "复核通过",
            (RectificationStatus.ANSWERED,),
            RectificationStatus.CLOSED,
            (Role.COUNTY, Role.CITY),
            "platforms.check_rectification",
        ),
        Move(
            "reopen",
            "退回重新整改",
            (RectificationStatus.ANSWERED,),
            RectificationStatus.REOPENED,
            (Role.COUNTY, Role.CITY),
            "platforms.check_rectification",
            reason_required=True,
        ),
        Move(
            "withdraw",
            "撤销整改",
            (RectificationStatus.OPENED, RectificationStatus.ANSWERED, RectificationStatus.REOPENED),
            RectificationStatus.WITHDRAWN,
            (Role.COUNTY, Role.CITY),
            "platforms.check_rectification",
            reason_required=True,
            irreversible=True,
        ),
    ),
)


ACTIVITY = Workflow(
    "activity",
    "服务活动",
    (
        Move(
            "hold",
            "登记已举办",
            (ActivityStatus.PLANNED,),
            ActivityStatus.HELD,
            (Role.COUNTY, Role.CITY),
            "platforms.move_activity",
        ),
        Move(
            "report",
            "填报活动总结",
            (ActivityStatus.HELD,),
            ActivityStatus.REPORTED,
            (Role.COUNTY, Role.CITY),
            "platforms.move_activity",
        ),
        Move(
            "cancel",
            "取消活动",
            (ActivityStatus.PLANNED,),
            ActivityStatus.CANCELLED,
            (Role.COUNTY, Role.CITY),
            "platforms.move_activity",
            reason_required=True,
            irreversible=True,
        ),
    ),
)
