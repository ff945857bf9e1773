from platforms.choices import RoundStatus
from platforms.models import Round


def current_round() -> Round | None:
    """Return the round that work is done in: the latest one that takes filings or is evaluated, else the latest."""
    at_work = Round.objects.filter(status__in=(RoundStatus.FILING, RoundStatus.EVALUATING)).order_by("-year").first()
    return at_work or Round.objects.order_by("-year").first()
