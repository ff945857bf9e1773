"""How far an assessment is, with the words that users see."""

from django.db.models import TextChoices


class AssessmentStatus(TextChoices):
    OPEN = "open", "待评分"
    SCORED = "scored", "待核定"
    CONFIRMED = "confirmed", "已核定"
    PUBLISHED = "published", "已公布"


CITY = "市级"
