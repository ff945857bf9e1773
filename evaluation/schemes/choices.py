"""The closed vocabularies of schemes and grades, with the words that users see."""

from django.db.models import TextChoices

#: The head of what is taken off at the end, beside the heads that the notice names (四·(四)).
DEDUCTIONS = "deductions"
DEDUCTIONS_LABEL = "扣分项"


class Method(TextChoices):
    """How an indicator turns what was verified into points."""

    GATE = "gate", "基本条件(是否具备)"
    SCORED = "scored", "评分"
    TIERS = "tiers", "分档计分"
    LINEAR = "linear", "按比例计分"
    DEDUCTION = "deduct", "按次扣分"


class SchemeStatus(TextChoices):
    DRAFT = "draft", "编制中"
    LOCKED = "locked", "已启用"
