"""Why a platform stands no longer under a certificate, with the words that users see."""

from django.db.models import TextChoices


class EndedWhy(TextChoices):
    """What ended a standing; only a revocation bans from applying again (五).

    ``EXPIRED`` is written when another standing follows: a standing that ran out by itself has no end but its last day.
    """

    REPLACED = "replaced", "换发新证"
    GIVEN_UP = "given_up", "自愿放弃"
    REVOKED = "revoked", "撤销"
    CORRECTED = "corrected", "更正"
    EXPIRED = "expired", "到期"
