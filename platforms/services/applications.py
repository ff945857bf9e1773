"""Drafts: made, filled section by section, deleted. What was submitted is changed by nobody."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from platforms.models import Application, Park, Region, Round, Town, User


@transaction.atomic
def create(
    *,
    round: Round,  # noqa: A002
    type: str,  # noqa: A002
    region: Region | None,
    town: Town | None = None,
    park: Park | None = None,
    association: str = "",
    industry_chain: str = "",
    by: User,
    at: datetime,
) -> Application:
    """Make a draft for a place; its name comes from the naming rule. ``region`` is None for key industries.

    Raises:
        Refusal: the round takes no filings, ``by`` may not file this type or place, the place is taken or banned.
    """
    raise NotImplementedError


@transaction.atomic
def save_section(
    *,
    application: Application,
    section: str,
    values: Mapping[str, Any],
    version: int,
    by: User | None,
    at: datetime,
    actor: str = "",
) -> Application:
    """Save fields of one section (slug); returns the row with its new version. Fields not in ``values`` stay.

    ``by`` is None for a fill link, ``actor`` then says who ("填报单位:…"). Values may be Python values or text as typed.

    Raises:
        StaleVersion: ``version`` is not the one that is stored.
        Refusal: not editable, not the person's own, or a value that the column cannot hold.
    """
    raise NotImplementedError


@transaction.atomic
def save_rows(
    *,
    application: Application,
    section: str,
    rows: Sequence[Mapping[str, Any]],
    version: int,
    by: User | None,
    at: datetime,
    actor: str = "",
) -> Application:
    """Replace the rows of one kind (``staff``, ``services``, ``partners`` or ``rules``) by ``rows``.

    Raises:
        StaleVersion: ``version`` is not the one that is stored.
        Refusal: not editable, not the person's own, or a row that is wrong; the sentence names row and column.
    """
    raise NotImplementedError


@transaction.atomic
def delete_draft(*, application: Application, by: User, at: datetime) -> None:
    """Delete a draft that was never submitted, with everything below it.

    Raises:
        Refusal: it was submitted before, or is not the person's own.
    """
    raise NotImplementedError
