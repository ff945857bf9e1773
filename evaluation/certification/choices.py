"""What ends a certificate and what it is on a day, with the words that users see."""

from django.db.models import TextChoices


class EndCause(TextChoices):
    """What ends a certification before its last day; only a revocation bans from applying again (五)."""

    REPLACED = "replaced", "换发新证"
    GIVEN_UP = "given_up", "自愿放弃"
    REVOKED = "revoked", "撤销"
    CORRECTED = "corrected", "更正"


class Validity(TextChoices):
    """What a certification is on a given day; derived from its dates and its end, never stored."""

    PENDING = "pending", "尚未生效"
    IN_FORCE = "in_force", "有效"
    EXPIRING = "expiring", "即将到期"
    EXPIRED = "expired", "已到期"
    REPLACED = "replaced", "已换证"
    GIVEN_UP = "given_up", "已放弃"
    REVOKED = "revoked", "已撤销"
    CORRECTED = "corrected", "已更正"
