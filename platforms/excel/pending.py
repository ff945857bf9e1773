"""Uploads between preview and confirmation: each belongs to one session and is taken at most once (T27)."""

import contextlib
import hashlib
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare

#: Seconds after which an upload that nobody confirmed is thrown away.
KEPT = 60 * 60
_KEY = "pending_import"


@dataclass(frozen=True)
class Pending:
    """What was previewed: for which model and person, under which name, with which content (SHA-256, hex)."""

    token: str
    model: str
    person: int
    name: str
    digest: str


def keep(session: SessionBase, *, model: str, person: int, name: str, content: bytes) -> Pending:
    """Put ``content`` aside until it is confirmed; an earlier upload of the session is thrown away.

    Raises:
        OSError: the disk is full or cannot be written; nothing is left of it, and the earlier upload stays.
    """
    _sweep()
    pending = Pending(secrets.token_hex(16), model, person, name, hashlib.sha256(content).hexdigest())
    path = _folder() / pending.token
    try:
        path.touch(mode=0o600)
        path.write_bytes(content)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    drop(session)
    session[_KEY] = asdict(pending)
    return pending


def take(session: SessionBase, *, token: str, model: str, person: int) -> tuple[Pending, bytes] | None:
    """Return the upload that ``token`` names and its content, or None; of several who ask one gets it."""
    stored = session.get(_KEY)
    if not isinstance(stored, dict):
        return None
    pending = Pending(**stored)
    if not constant_time_compare(pending.token, token) or (pending.model, pending.person) != (model, person):
        return None
    session.pop(_KEY)
    path = _folder() / pending.token
    claimed = path.with_suffix(".taken")
    try:
        path.rename(claimed)  # one of two wins
    except FileNotFoundError:
        return None
    content = claimed.read_bytes()
    claimed.unlink()
    return (pending, content) if hashlib.sha256(content).hexdigest() == pending.digest else None


def look(session: SessionBase, *, model: str, person: int) -> tuple[Pending, bytes] | None:
    """Return what the session has put aside for ``model`` and its content, and leave it there; None if nothing."""
    stored = session.get(_KEY)
    if not isinstance(stored, dict):
        return None
    pending = Pending(**stored)
    if (pending.model, pending.person) != (model, person):
        return None
    try:
        content = (_folder() / pending.token).read_bytes()
    except FileNotFoundError:
        return None
    return (pending, content) if hashlib.sha256(content).hexdigest() == pending.digest else None


def drop(session: SessionBase) -> None:
    """Throw away what the session has put aside."""
    stored = session.pop(_KEY, None)
    if isinstance(stored, dict):
        (_folder() / str(stored.get("token"))).unlink(missing_ok=True)


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _sweep() -> None:
    for path in _folder().iterdir():
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > KEPT:
                path.unlink()
