"""The closed vocabularies of evaluation and certification, with the words that users see."""

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


class AssessmentStatus(TextChoices):
    OPEN = "open", "待评分"
    SCORED = "scored", "待核定"
    CONFIRMED = "confirmed", "已核定"
    PUBLISHED = "published", "已公布"


class ProposalStatus(TextChoices):
    """How far a proposal to revoke (五) is."""

    PROPOSED = "proposed", "待决定"
    DECIDED = "decided", "已撤销"
    DECLINED = "declined", "不予撤销"
    WITHDRAWN = "withdrawn", "已撤回"


class EndCause(TextChoices):
    """What ends a certification before its last day; only a revocation bans from applying again (五)."""

    REPLACED = "replaced", "换发新证"
    GIVEN_UP = "given_up", "自愿放弃"
    REVOKED = "revoked", "撤销"
    CORRECTED = "corrected", "更正"


class Validity(TextChoices):
    """What a certification is on a given day; derived from its dates and its end, never stored."""

    PENDING = "pending", "尚未生效"
    IN_FORCE = "in_force", "有效"
    EXPIRING = "expiring", "即将到期"
    EXPIRED = "expired", "已到期"
    REPLACED = "replaced", "已换证"
    GIVEN_UP = "given_up", "已放弃"
    REVOKED = "revoked", "已撤销"
    CORRECTED = "corrected", "已更正"
