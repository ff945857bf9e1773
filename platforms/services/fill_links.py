"""Links that let an operating unit fill one application without an account."""

from datetime import datetime

from django.db import transaction

from platforms.models import Application, FillLink, User


@transaction.atomic
def issue(*, application: Application, recipient: str, days: int, by: User, at: datetime) -> tuple[FillLink, str]:
    """Make a link for ``recipient`` that holds for ``days`` days (1 to 60); an earlier open one is revoked.

    Returns the link and its token, which is shown once and not stored.

    Raises:
        Refusal: the application is not editable or not the person's own, or ``days`` is out of range.
    """
    raise NotImplementedError


def find(token: str, at: datetime) -> FillLink | None:
    """Return the link of ``token`` while it is usable: not expired, not revoked, not handed over, form editable."""
    raise NotImplementedError


@transaction.atomic
def open_link(*, link: FillLink, at: datetime) -> FillLink:
    """Note that the link was opened for the first time; later calls change nothing."""
    raise NotImplementedError


@transaction.atomic
def hand_over(*, link: FillLink, at: datetime) -> FillLink:
    """Hand the form over to the county; the link ends with it.

    Raises:
        Gone: the link is no longer usable.
    """
    raise NotImplementedError


@transaction.atomic
def revoke(*, link: FillLink, by: User, at: datetime) -> FillLink:
    """End a link before its time.

    Raises:
        Gone: it was revoked or handed over already. Refusal: the application is not the person's own.
    """
    raise NotImplementedError
