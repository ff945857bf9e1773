"""The moves of an activity, as a table."""

from platforms.activities.choices import ActivityStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

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
