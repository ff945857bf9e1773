"""An application on its way: submitted, returned, submitted again, accepted, withdrawn."""

from datetime import datetime

from django.db import transaction

from platforms.models import Application, User


@transaction.atomic
def submit(
    *, application: Application, version: int, by: User, at: datetime, over_quota_reason: str = ""
) -> Application:
    """Submit a complete draft and freeze what was submitted.

    Raises:
        Gone: it is no draft any more. StaleVersion: it was saved since it was shown.
        Refusal: filing is not open, something is missing, no liaison officer is named, a ban is in force, or the quota
            is used up and no reason was given.
    """
    raise NotImplementedError


@transaction.atomic
def resubmit(*, application: Application, version: int, answer: str, by: User, at: datetime) -> Application:
    """Submit a returned application again with the answer to what was asked; possible until the round is published.

    Raises:
        Gone, StaleVersion, Refusal: as for :func:`submit`; neither the quota nor the closing of filings stands against it.
    """
    raise NotImplementedError


@transaction.atomic
def withdraw(*, application: Application, reason: str, by: User, at: datetime) -> Application:
    """Withdraw a submitted, returned or accepted application of one's own, until the round is published.

    Raises:
        Gone, Refusal: it is in no such status, not the person's own, no reason, or the round is published.
    """
    raise NotImplementedError


@transaction.atomic
def accept(*, application: Application, by: User, at: datetime, opinion: str = "") -> Application:
    """Accept a submitted application; its platform is found by place or made, with a code of its own.

    Raises:
        Gone, Refusal: it is not submitted, ``by`` may not, or the round is published.
    """
    raise NotImplementedError


@transaction.atomic
def return_for_correction(*, application: Application, reason: str, by: User, at: datetime) -> Application:
    """Return a submitted application to its county with a reason, which stays for good.

    Raises:
        Gone, Refusal: it is not submitted, no reason, ``by`` may not, or the round is published.
    """
    raise NotImplementedError
