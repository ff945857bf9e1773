"""The one liaison officer that each region names for a round (四·(一))."""

from datetime import datetime

from django.db import transaction

from platforms.models import Liaison, Region, Round, User


@transaction.atomic
def name_liaison(
    *,
    round: Round,
    region: Region,
    name: str,
    post: str,
    phone: str,
    by: User,
    at: datetime,  # noqa: A002
) -> Liaison:
    """Name the liaison officer of ``region``, or put another one in the place of the one named before.

    Raises:
        Refusal: not the person's own region, a value that is empty or wrong, or the round is published.
    """
    raise NotImplementedError
