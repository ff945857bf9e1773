"""The moves of a rectification, as a table."""

from platforms.choices import Role
from platforms.move_table import Move, Workflow
from platforms.rectifications.choices import RectificationStatus

#: Whose turn it is (the side that answers, the side that found it) is said by ``rectifications/services.py``.
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
