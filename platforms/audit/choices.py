"""What a choice of the log may be, with the words that users see."""

from django.db.models import TextChoices


class AuditResult(TextChoices):
    DONE = "done", "成功"
    REFUSED = "refused", "拒绝"
