"""What one person proposes and another decides; the database holds that they are two."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from django.db import models

from platforms.errors import Refusal
from platforms.move_table import Move
from platforms.moves import apply_move
from platforms.scope import ScopedModel

if TYPE_CHECKING:
    from platforms.models import User

PROPOSED, WITHDRAWN = "proposed", "withdrawn"


class Proposal(ScopedModel):
    """Proposed by one, decided by another or withdrawn by who made it; a subclass adds ``status`` and what it is about.

    ``reason`` is internal. Its constraints are :func:`two_people`.
    """

    number = models.CharField("编号", max_length=20, unique=True, editable=False)
    reason = models.TextField("理由", max_length=1000)
    proposed_at = models.DateTimeField("提出时间")
    proposed_by = models.ForeignKey("platforms.User", models.PROTECT, verbose_name="提出人", related_name="+")
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        "platforms.User", models.PROTECT, verbose_name="决定人", related_name="+", null=True, blank=True
    )
    decision_reason = models.TextField("决定理由", max_length=400, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


Row = TypeVar("Row", bound=Proposal)


def check_other(row: Proposal, by: "User", sentence: str) -> None:
    """Refuse with ``sentence`` what its proposer wants to decide.

    Raises:
        Refusal: ``by`` proposed it.
    """
    if row.proposed_by_id == by.pk:
        raise Refusal(sentence)


def decline_other(row: Row, *, move: Move, reason: str, own: str, by: "User", at: datetime) -> Row:
    """Decline what somebody else proposed, with a clean ``reason``; the caller writes the audit event.

    Raises:
        Refusal: with the sentence ``own``, ``by`` proposed it. Gone: it was moved in between.
    """
    check_other(row, by, own)
    return apply_move(row, move=move, decided_at=at, decided_by=by, decision_reason=reason)


def withdraw_own(row: Row, *, move: Move, foreign: str, by: "User", at: datetime) -> Row:
    """Take back what ``by`` proposed; the caller writes the audit event.

    Raises:
        Refusal: with the sentence ``foreign``, somebody else proposed it. Gone: it was moved in between.
    """
    if row.proposed_by_id != by.pk:
        raise Refusal(foreign)
    return apply_move(row, move=move, guard={"proposed_by": by}, decided_at=at, decided_by=by)


def two_people(name: str, statuses: Collection[str]) -> tuple[models.CheckConstraint, ...]:
    """Return the constraints, called after ``name``, of a :class:`Proposal` with ``statuses``."""
    decided = [each for each in statuses if each not in (PROPOSED, WITHDRAWN)]
    return (
        models.CheckConstraint(condition=models.Q(status__in=list(statuses)), name=f"{name}_status_closed"),
        models.CheckConstraint(
            condition=models.Q(status=PROPOSED, decided_at__isnull=True, decided_by__isnull=True)
            | models.Q(status=WITHDRAWN, decided_at__isnull=False, decided_by=models.F("proposed_by"))
            | models.Q(status__in=decided, decided_at__isnull=False, decided_by__isnull=False),
            name=f"{name}_decision_has_who_and_when",
        ),
        models.CheckConstraint(
            condition=models.Q(status__in=(PROPOSED, WITHDRAWN)) | ~models.Q(decided_by=models.F("proposed_by")),
            name=f"{name}_needs_two_people",
        ),
    )
