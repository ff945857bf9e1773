"""The closed vocabularies of schemes and grades, with the words that users see."""

from django.db.models import TextChoices


class Head(TextChoices):
    """The four heads that the notice names (四·(四)), and what is taken off at the end."""

    CONDITIONS = "conditions", "建设基本条件"
    CONTENT = "content", "服务内容"
    QUANTITY = "quantity", "服务数量"
    SUSTAINABILITY = "sustainability", "可持续发展情况"
    DEDUCTIONS = "deductions", "扣分项"


class Method(TextChoices):
    """How an indicator turns what was verified into points."""

    GATE = "gate", "基本条件(是否具备)"
    SCORED = "scored", "评分"
    TIERS = "tiers", "分档计分"
    LINEAR = "linear", "按比例计分"
    DEDUCTION = "deduct", "按次扣分"


class Grade(TextChoices):
    A = "A", "A档"
    B = "B", "B档"
    C = "C", "C档"
    D = "D", "D档"


#: 四·(四): D档为不满足基本建设条件或绩效指标较差的单位, which is not certified.
CERTIFIED = (Grade.A, Grade.B, Grade.C)


class SchemeStatus(TextChoices):
    DRAFT = "draft", "编制中"
    LOCKED = "locked", "已启用"
