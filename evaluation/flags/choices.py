"""The closed vocabularies of flags (核实事项), with the words that users see."""

from django.db.models import TextChoices

#: Days from the day on which a flag is raised until it is to be answered. No clause of the notice names any; a week
#: leaves a county five working days for a visit.
ANSWER_DAYS = 7


class FlagKind(TextChoices):
    """What is in doubt."""

    DOUBTFUL = "doubtful", "材料存疑"
    MISMATCH = "mismatch", "数据与记录不符"
    VISIT = "visit", "需现场核查"
    REVOCATION = "revocation", "涉嫌撤销情形"
    INTEREST = "interest", "利益关联"
    OTHER = "other", "其他"


class FlagReader(TextChoices):
    """Whom a flag is routed to: who answers it, and who reads it beside the city."""

    COUNTY = "county", "县级核实"
    CITY = "city", "市级核实"


class FlagStatus(TextChoices):
    OPEN = "open", "待核实"
    ESCALATED = "escalated", "已报市级"
    ANSWERED = "answered", "已答复，待办结"
    RESOLVED = "resolved", "已办结"


#: Still to be answered.
PENDING = (FlagStatus.OPEN, FlagStatus.ESCALATED)
