"""What a platform is told about, with the words that users see."""

from django.db.models import TextChoices


class HearingKind(TextChoices):
    """Which decision is intended."""

    GRADE = "grade", "拟不予认定"
    REVOCATION = "revocation", "拟撤销认定"
