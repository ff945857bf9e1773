"""A round on its way: filing opened, closed, opened again; published by ``evaluation``."""

from datetime import datetime

from django.db import transaction

from platforms.models import Round, User


@transaction.atomic
def move_round(*, round: Round, name: str, by: User, at: datetime, reason: str = "") -> Round:  # noqa: A002
    """Make the move ``name``: ``open_filing``, ``close_filing`` or ``reopen_filing``.

    Raises:
        Gone, Refusal: the round is in another status, ``by`` may not, a reason is missing, or a phase has no dates.
    """
    raise NotImplementedError


@transaction.atomic
def mark_published(*, round: Round, by: User, at: datetime) -> Round:  # noqa: A002
    """Set the round to published; called by ``evaluation.services.publication`` in its own transaction only.

    Raises:
        Gone, Refusal: filing is not closed, it is published already, or ``by`` may not.
    """
    raise NotImplementedError
