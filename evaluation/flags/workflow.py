"""The moves of a flag, as a table."""

from evaluation.flags.choices import PENDING, FlagStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

#: Whose turn it is (the county it is routed to, or the city) is said by ``evaluation/flags/services.py``.
FLAG = Workflow(
    "flag",
    "核实事项",
    (
        Move(
            "answer",
            "答复",
            PENDING,
            FlagStatus.ANSWERED,
            (Role.COUNTY, Role.CITY),
            "evaluation.answer_flag",
            # What was found.
            reason_required=True,
        ),
        Move(
            "escalate",
            "报市级核实",
            (FlagStatus.OPEN,),
            FlagStatus.ESCALATED,
            (Role.COUNTY, Role.CITY),
            "evaluation.escalate_flag",
            reason_required=True,
        ),
        Move(
            "resolve",
            "办结",
            (*PENDING, FlagStatus.ANSWERED),
            FlagStatus.RESOLVED,
            (Role.CITY,),
            "evaluation.resolve_flag",
            reason_required=True,
            irreversible=True,
        ),
        Move(
            "ask_again",
            "退回补充",
            (FlagStatus.ANSWERED,),
            FlagStatus.OPEN,
            (Role.CITY,),
            "evaluation.resolve_flag",
            reason_required=True,
        ),
    ),
)
