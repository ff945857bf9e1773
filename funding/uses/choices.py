"""The closed vocabulary of reports on the use of funds, with the words that users see."""

from django.db.models import TextChoices


class ReportStatus(TextChoices):
    DRAFT = "draft", "填报中"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已通过"
