"""What a new version of a published result is, with the words that users see."""

from django.db.models import TextChoices


class AmendmentKind(TextChoices):
    """Whether what was published was wrong, or is no longer so."""

    CORRECTION = "correction", "更正"
    CHANGE = "change", "变更"


class AmendmentStatus(TextChoices):
    PROPOSED = "proposed", "待决定"
    DECIDED = "decided", "已生效"
    DECLINED = "declined", "不予办理"
    WITHDRAWN = "withdrawn", "已撤回"
