"""What came of a call, with the words that users see."""

from django.db.models import TextChoices


class FollowUpResult(TextChoices):
    """What came of a call; none yet is an empty text."""

    CONFIRMED = "confirmed", "属实"
    NOT_CONFIRMED = "not_confirmed", "不属实"
    NOT_REACHED = "not_reached", "未接通"
    REFUSED = "refused", "拒绝回访"
