"""The moves of a round, as a table."""

from platforms.choices import Role
from platforms.move_table import Move, Workflow
from platforms.rounds.choices import RoundStatus

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
