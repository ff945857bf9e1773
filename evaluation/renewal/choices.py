"""How the renewal of a certificate stands, with the words that users see."""

from django.db.models import TextChoices

from platforms.tones import Tone


class Renewal(TextChoices):
    """Derived from the certificate, from what stands after it and from the applications; never stored."""

    OPEN = "open", "待续期申报"
    FILING = "filing", "续期填报中"
    FILED = "filed", "续期已申报"
    ACCEPTED = "accepted", "续期已受理"
    RENEWED = "renewed", "已续期"
    AGAIN = "again", "到期后重新认定"
    LAPSED = "lapsed", "到期未续期"
    EARLY = "early", "未到续期时间"
    NONE = "none", "不适用"


#: While an application is on its way to renew a certificate.
UNDER_WAY = (Renewal.FILING, Renewal.FILED, Renewal.ACCEPTED)

TONES: dict[str, Tone] = {
    Renewal.OPEN: "wait",
    Renewal.FILING: "info",
    Renewal.FILED: "info",
    Renewal.ACCEPTED: "good",
    Renewal.RENEWED: "good",
    Renewal.AGAIN: "neutral",
    Renewal.LAPSED: "bad",
    Renewal.EARLY: "neutral",
    Renewal.NONE: "neutral",
}
