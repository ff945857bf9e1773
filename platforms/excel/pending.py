"""Uploads between preview and confirmation: each belongs to one session and is taken at most once (T27)."""

import contextlib
import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from platforms import stored_files
from platforms.accounts.services import presses

#: After this time an upload that nobody confirmed is thrown away.
KEPT = timedelta(hours=1)
_KEY = "pending_import"


@dataclass(frozen=True)
class Pending:
    """What was previewed: for which model and person, under which name, with which content (SHA-256, hex).

    ``rows`` is how many rows it has, 0 where nobody counted.
    """

    token: str
    model: str
    person: int
    name: str
    digest: str
    rows: int = 0

    @property
    def stored_name(self) -> str:
        return f"{stored_files.IMPORTS}/{self.token}"


def keep(session: SessionBase, *, model: str, person: int, name: str, content: bytes, rows: int = 0) -> Pending:
    """Put ``content`` aside until it is confirmed; an earlier upload of the session is thrown away.

    Raises:
        OSError: the disk is full or cannot be written; nothing is left of it, and the earlier upload stays.
    """
    _sweep()
    pending = Pending(secrets.token_hex(16), model, person, name, hashlib.sha256(content).hexdigest(), rows)
    stored_files.keep(pending.stored_name, content)
    drop(session)
    session[_KEY] = asdict(pending)
    return pending


def take(session: SessionBase, *, token: str, model: str, person: int) -> tuple[Pending, bytes] | None:
    """Return the upload that ``token`` names and its content, or None; of several who ask one gets it.

    Raises:
        OSError: the store of files fails; nothing is taken.
    """
    stored = session.get(_KEY)
    if not isinstance(stored, dict):
        return None
    pending = Pending(**stored)
    if not constant_time_compare(pending.token, token) or (pending.model, pending.person) != (model, person):
        return None
    # Read first: where the store fails nothing is taken, and it can be tried again.
    found = _found(pending)
    session.pop(_KEY)
    # No store of files says which of two was first to delete; the database does.
    claim = hashlib.sha256(pending.stored_name.encode()).hexdigest()
    if presses.claim(digest=claim, route=stored_files.IMPORTS, by=None, at=timezone.now()) is None:
        return None
    stored_files.drop(pending.stored_name)
    return found


def look(session: SessionBase, *, model: str, person: int) -> tuple[Pending, bytes] | None:
    """Return what the session has put aside for ``model`` and its content, and leave it there; None if nothing."""
    stored = session.get(_KEY)
    if not isinstance(stored, dict):
        return None
    pending = Pending(**stored)
    if (pending.model, pending.person) != (model, person):
        return None
    return _found(pending)


def drop(session: SessionBase) -> None:
    """Throw away what the session has put aside."""
    stored = session.pop(_KEY, None)
    if isinstance(stored, dict):
        stored_files.drop(Pending(**stored).stored_name)


def _found(pending: Pending) -> tuple[Pending, bytes] | None:
    """Return ``pending`` with its content, or None if it is gone or is not what was previewed."""
    try:
        content = stored_files.read(pending.stored_name)
    except FileNotFoundError:
        return None
    return (pending, content) if hashlib.sha256(content).hexdigest() == pending.digest else None


def _sweep() -> None:
    for name in list(stored_files.names(stored_files.IMPORTS)):
        with contextlib.suppress(FileNotFoundError):
            if timezone.now() - stored_files.written_at(name) > KEPT:
                stored_files.drop(name)
