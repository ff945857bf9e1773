"""The moves of an objection to a public notice, as a table."""

from evaluation.public_notice.choices import OBJECTION_OPEN, ObjectionStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

#: Who was assigned answers; nobody is assigned who scored or confirmed the grade in question.
OBJECTION = Workflow(
    "objection",
    "异议",
    (
        Move("assign", "分办", OBJECTION_OPEN, ObjectionStatus.ASSIGNED, (Role.CITY,), "evaluation.assign_objection"),
        Move(
            "answer",
            "答复",
            (ObjectionStatus.ASSIGNED,),
            ObjectionStatus.ANSWERED,
            (Role.CITY,),
            "evaluation.answer_objection",
            # What is answered.
            reason_required=True,
            irreversible=True,
        ),
        Move(
            "refuse",
            "不予受理",
            OBJECTION_OPEN,
            ObjectionStatus.REFUSED,
            (Role.CITY,),
            "evaluation.answer_objection",
            reason_required=True,
            irreversible=True,
        ),
    ),
)
