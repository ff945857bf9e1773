"""The moves of a complaint and of a ground, as tables."""

from platforms.cases.choices import (
    COMPLAINT_DECIDED,
    COMPLAINT_OPEN,
    COMPLAINT_TO_EXAMINE,
    ComplaintStatus,
    GroundStatus,
)
from platforms.choices import Role
from platforms.move_table import Move, Workflow

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
