"""How the report of one region stands on a day. Pure: no Django."""

from dataclasses import dataclass
from datetime import date, timedelta

#: So many days before the due day it begins to wait for the county.
DAYS_AHEAD = 30
#: What the county still has to hand in, an unwritten one included.
WITH_THE_COUNTY = ("", "draft", "returned")


@dataclass(frozen=True, slots=True)
class Standing:
    """Whole yuan ``paid`` and ``reported``; ``status`` is empty while nothing was written."""

    paid: int
    reported: int
    status: str
    due_on: date

    @property
    def is_owed(self) -> bool:
        """Whether the county still has to report."""
        return self.paid > 0 and self.status in WITH_THE_COUNTY

    def is_overdue(self, today: date) -> bool:
        """Say whether it is owed after its due day."""
        return self.is_owed and today > self.due_on

    def is_due(self, today: date) -> bool:
        """Say whether it is owed within thirty days, or overdue."""
        return self.is_owed and today >= self.due_on - timedelta(days=DAYS_AHEAD)


def why_not_submitted(*, paid: int, amounts: list[int], text: str) -> str:
    """Return in a Chinese sentence why a report cannot be handed in, or nothing."""
    if not amounts and not text.strip():
        return "请至少填写一笔支出；尚未支出的，请在“总体情况”中说明原因和安排。"
    if sum(amounts) > paid:
        return f"支出合计 {sum(amounts):,} 元超过已拨付的 {paid:,} 元，请核对。"
    return ""
