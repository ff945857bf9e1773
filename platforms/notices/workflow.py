"""How a notice comes into use: entered, sent for approval, approved by another officer of the city."""

from platforms.choices import Role
from platforms.move_table import Move, Workflow
from platforms.notices.choices import NoticeStatus

#: Who approves is another officer than the one who sent it for approval.
NOTICE = Workflow(
    "notice",
    "通知",
    (
        Move(
            "propose",
            "送审",
            (NoticeStatus.DRAFT,),
            NoticeStatus.PROPOSED,
            (Role.CITY,),
            "platforms.propose_notice",
        ),
        Move(
            "send_back",
            "退回修改",
            (NoticeStatus.PROPOSED,),
            NoticeStatus.DRAFT,
            (Role.CITY,),
            "platforms.propose_notice",
            reason_required=True,
        ),
        Move(
            "approve",
            "批准",
            (NoticeStatus.PROPOSED,),
            NoticeStatus.APPROVED,
            (Role.CITY,),
            "platforms.approve_notice",
            irreversible=True,
        ),
    ),
)
