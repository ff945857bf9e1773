"""How often something is handed in, with the words that users see."""

from django.db.models import TextChoices


class ReturnPeriod(TextChoices):
    ONCE = "once", "一次"
    MONTHLY = "monthly", "每月"
    QUARTERLY = "quarterly", "每季度"
