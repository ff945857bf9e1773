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
