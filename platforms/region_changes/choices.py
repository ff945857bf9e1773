"""The closed vocabularies of changes of regions, with the words that users see."""

from django.db.models import TextChoices


class ChangeKind(TextChoices):
    MERGE = "merge", "合并、改设"
    FOUND = "found", "新设"
    SPLIT = "split", "撤销、分设"


class Officers(TextChoices):
    """What becomes of the accounts of a region that ends."""

    MOVE = "move", "转入承接地区"
    CLOSE = "close", "停用"
