"""The moves of a public notice, as a table."""

from evaluation.public_notice.choices import NoticeStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

#: Who opens or declines is another officer than the one who proposed; who withdraws is the one who proposed.
NOTICE = Workflow(
    "public_notice",
    "公示",
    (
        Move(
            "open",
            "批准公示",
            (NoticeStatus.PROPOSED,),
            NoticeStatus.OPENED,
            (Role.CITY,),
            "evaluation.open_publicnotice",
            irreversible=True,
            asks_password=True,
        ),
        Move(
            "decline",
            "不予批准",
            (NoticeStatus.PROPOSED,),
            NoticeStatus.DECLINED,
            (Role.CITY,),
            "evaluation.open_publicnotice",
            reason_required=True,
        ),
        Move(
            "withdraw",
            "撤回",
            (NoticeStatus.PROPOSED,),
            NoticeStatus.WITHDRAWN,
            (Role.CITY,),
            "evaluation.propose_publicnotice",
        ),
        Move(
            "stop",
            "终止公示",
            (NoticeStatus.OPENED,),
            NoticeStatus.STOPPED,
            (Role.CITY,),
            "evaluation.open_publicnotice",
            reason_required=True,
            irreversible=True,
            asks_password=True,
        ),
    ),
)
