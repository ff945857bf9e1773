"""The closed vocabularies of schemes and grades, with the words that users see."""

from django.db.models import TextChoices

#: The head of what is taken off at the end, beside the heads that the notice names (四·(四)).
DEDUCTIONS = "deductions"
DEDUCTIONS_LABEL = "扣分项"


class Method(TextChoices):
    """How an indicator turns what was verified into points."""

    GATE = "gate", "基本条件（是否具备）"
    SCORED = "scored", "评分"
    TIERS = "tiers", "分档计分"
    LINEAR = "linear", "按比例计分"
    DEDUCTION = "deduct", "按次扣分"


class SchemeStatus(TextChoices):
    DRAFT = "draft", "编制中"
    LOCKED = "locked", "已启用"


class MissingReport(TextChoices):
    """What it means that a platform hands in no self-report (自评)."""

    LAST = "last", "评为最低档：逾期未报送自评的，按拒不参加评价处理"
    RECORDED = "recorded", "只按系统核计评分：不影响评分，有系统记录的指标按记录计分"
    ZERO = "zero", "填报数值按 0 计：自评填报的数值视为 0，其余照常评分"
