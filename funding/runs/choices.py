"""The closed vocabulary of allocation runs, with the words that users see; the readings stand in ``readings``."""

from django.db.models import TextChoices


class RunStatus(TextChoices):
    DRAFT = "draft", "测算中"
    SIGNED = "signed", "待复核"
    LOCKED = "locked", "已锁定"
    DISCARDED = "discarded", "已作废"
