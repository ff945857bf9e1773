"""The moves of a report on the use of funds, as a table."""

from funding.uses.choices import ReportStatus
from platforms.choices import Role
from platforms.move_table import Move, Workflow

USE_REPORT = Workflow(
    "use_report",
    "资金使用情况报告",
    (
        Move(
            "submit",
            "报送",
            (ReportStatus.DRAFT, ReportStatus.RETURNED),
            ReportStatus.SUBMITTED,
            (Role.COUNTY,),
            "funding.fill_usereport",
        ),
        Move(
            "return",
            "退回补正",
            (ReportStatus.SUBMITTED,),
            ReportStatus.RETURNED,
            (Role.FINANCE,),
            "funding.settle_usereport",
            reason_required=True,
        ),
        Move(
            "accept",
            "审核通过",
            (ReportStatus.SUBMITTED,),
            ReportStatus.ACCEPTED,
            (Role.FINANCE,),
            "funding.settle_usereport",
            irreversible=True,
        ),
    ),
)
