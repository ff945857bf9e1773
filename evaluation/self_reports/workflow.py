"""The moves of a self-report (自评), as a table; nobody with an account hands one in: the unit does, by its link."""

from evaluation.self_reports.choices import WRITABLE, SelfReportStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

SELF_REPORT = Workflow(
    "self_report",
    "自评",
    (
        Move("hand_in", "提交自评", WRITABLE, SelfReportStatus.HANDED_IN, (), "evaluation.view_selfreport"),
        Move(
            "return",
            "退回",
            (SelfReportStatus.HANDED_IN,),
            SelfReportStatus.RETURNED,
            (Role.COUNTY, Role.CITY),
            "evaluation.check_selfreport",
            reason_required=True,
        ),
        Move(
            "check",
            "审核通过并提交",
            (SelfReportStatus.HANDED_IN,),
            SelfReportStatus.CHECKED,
            (Role.COUNTY, Role.CITY),
            "evaluation.check_selfreport",
            irreversible=True,
        ),
    ),
)
