"""How far an assessment is, with the words that users see."""

from django.db.models import TextChoices


class AssessmentStatus(TextChoices):
    OPEN = "open", "待评分"
    SCORED = "scored", "待核定"
    CONFIRMED = "confirmed", "已核定"
    PUBLISHED = "published", "已公布"


class JudgedBy(TextChoices):
    """Who gives the scores of a round that count."""

    CITY = "city", "市级评分"
    ASSESSORS = "assessors", "两名评审员独立评分"


class SheetKind(TextChoices):
    """Whose scores a sheet holds; the scores that count stand on the assessment itself."""

    COUNTY = "county", "县级初评"
    ASSESSOR = "assessor", "评审员评分"
    THIRD = "third", "第三人复评"


class SheetStatus(TextChoices):
    OPEN = "open", "待评分"
    HANDED_IN = "handed_in", "已提交"


CITY = "市级"


class Gap(TextChoices):
    """Why an application of a round has no grade; each has one reason."""

    UNREAD = "unread", "已提交未受理"
    RETURNED = "returned", "退回后未补正"
    NOT_IN = "not_in", "已受理未纳入评价"
    REFUSED = "refused", "拒不参加评价"
    UNREPORTED = "unreported", "未提交自评"
    NOT_SCORED = "not_scored", "尚未评分"
    NOT_STAGED = "not_staged", "尚未暂定档次"
    STAGED = "staged", "暂定后尚未核定"
    KEPT_OUT = "kept_out", "限制申报期内不予认定"
    WITHDRAWN_LATE = "withdrawn_late", "评分提交后撤回"
    WITHDRAWN = "withdrawn", "评分提交前撤回"
