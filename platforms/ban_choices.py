"""The closed vocabularies of what two people of the city may do about a ban (限制申报, 五)."""

from django.db.models import TextChoices


class ReliefKind(TextChoices):
    """``lift`` ends the whole ban; ``release`` opens its place to other operators, the operator stays banned."""

    LIFT = "lift", "解除限制申报"
    RELEASE = "release", "放开地点"


class ReliefStatus(TextChoices):
    PROPOSED = "proposed", "待决定"
    GRANTED = "granted", "已同意"
    DECLINED = "declined", "不予同意"
    WITHDRAWN = "withdrawn", "已撤回"
