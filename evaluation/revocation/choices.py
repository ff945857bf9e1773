"""How far a proposal to revoke is, with the words that users see."""

from django.db.models import TextChoices


class ProposalStatus(TextChoices):
    """How far a proposal to revoke (五) is."""

    PROPOSED = "proposed", "待决定"
    DECIDED = "decided", "已撤销"
    DECLINED = "declined", "不予撤销"
    WITHDRAWN = "withdrawn", "已撤回"
