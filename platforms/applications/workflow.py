"""The moves of an application and of a proposal about a ban, as tables."""

from platforms.applications.choices import ApplicationStatus, ReliefStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

BAN_RELIEF = Workflow(
    "ban_relief",
    "限制申报的解除和放开",
    (
        Move(
            "grant",
            "同意",
            (ReliefStatus.PROPOSED,),
            ReliefStatus.GRANTED,
            (Role.CITY,),
            "platforms.decide_banrelief",
            irreversible=True,
        ),
        Move(
            "decline",
            "不予同意",
            (ReliefStatus.PROPOSED,),
            ReliefStatus.DECLINED,
            (Role.CITY,),
            "platforms.decide_banrelief",
            reason_required=True,
        ),
        # Only by the one who proposed it.
        Move(
            "withdraw",
            "撤回提议",
            (ReliefStatus.PROPOSED,),
            ReliefStatus.WITHDRAWN,
            (Role.CITY,),
            "platforms.propose_banrelief",
        ),
    ),
)
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
