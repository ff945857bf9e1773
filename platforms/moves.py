"""The one function that changes a status."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

from platforms.errors import Gone, Refusal
from platforms.move_table import Move, Workflow

if TYPE_CHECKING:
    from platforms.models import User

Row = TypeVar("Row", bound=models.Model)


def check_may_move(*, workflow: Workflow, name: str, by: "User", reason: str = "") -> Move:
    """Return the move called ``name`` if ``by`` may make it at all.

    Raises:
        Refusal: the role or the permission is missing, or a reason is asked for and none was given.
    """
    move = workflow.move(name)
    if by.role not in move.actors or not by.has_perm(move.permission):
        raise Refusal(f"您没有“{move.label}”的权限。")
    if move.reason_required and not reason.strip():
        raise Refusal(f"请填写“{move.label}”的理由。")
    return move


def apply_move(row: Row, *, move: Move, guard: dict[str, Any] | None = None, **facts: Any) -> Row:
    """Move ``row`` to the target of ``move`` and set ``facts`` with it; returns the row as it is now.

    The guard is in the ``UPDATE`` itself: of two people who move the same row at once exactly one wins. ``guard`` adds
    conditions of the caller's, such as the version that was shown.

    Raises:
        Gone: the row is no longer in a status that the move starts from; nothing was changed.
    """
    manager = type(row)._default_manager
    done = manager.filter(pk=row.pk, status__in=move.sources, **(guard or {})).update(status=move.target, **facts)
    if not done:
        raise Gone(f"“{move.label}”未执行：状态已被他人改变，请刷新页面后查看最新情况。")
    row.refresh_from_db()
    return row
