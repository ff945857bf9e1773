"""The closed vocabulary of payment batches, with the words that users see."""

from django.db.models import TextChoices


class BatchStatus(TextChoices):
    PROPOSED = "proposed", "待批准"
    RELEASED = "released", "已拨付"
    DECLINED = "declined", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"
