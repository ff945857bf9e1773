"""Presses of buttons, claimed before they are carried out. A matter of the screen: the audit log leaves it out.

What the press does is in the log by itself; the claim stands and falls with it, in one transaction.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from platforms.models import Press, User

#: Longer than any page stands open.
KEPT = timedelta(days=7)
LONGEST_TARGET = 400


def claim(*, digest: str, route: str, by: User | None, at: datetime) -> Press | None:
    """Return the claim on this press, or None where the same one was carried out already.

    It waits for one that is being carried out at this moment. Call it within the transaction of the act.
    """
    try:
        with transaction.atomic():
            return Press.objects.create(digest=digest, route=route, pressed_by=by, pressed_at=at)
    except IntegrityError:
        return None


def settle(*, press: Press, target: str, note: str = "") -> None:
    """Keep where the press led to, and what is said to whoever makes it again.

    An address that is too long leads back to the form.
    """
    press.target = target if len(target) <= LONGEST_TARGET else ""
    press.note = note
    press.save(update_fields=("target", "note"))


def release(*, press: Press) -> None:
    """Give the claim back: the press was refused and may be made again."""
    press.delete()


def carried_out(digest: str) -> Press | None:
    """Return the press that was carried out, or None where there is none."""
    return Press.objects.filter(digest=digest).first()


def clear(*, at: datetime) -> int:
    """Forget the presses that are older than ``KEPT`` at ``at``; returns how many."""
    return Press.objects.filter(pressed_at__lt=at - KEPT).delete()[0]
