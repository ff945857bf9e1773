"""Notes on an application that say who may read them; written once, never changed."""

from datetime import datetime

from django.db import transaction

from platforms.applications.choices import NoteReaders
from platforms.applications.queries.notes import levels_read_by
from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import Application, Note, User
from platforms.text import clean_text


@transaction.atomic
def write(*, application: Application, text: str, readers: str, by: User, at: datetime) -> Note:
    """Write ``text`` on ``application`` for ``readers``, a level that ``by`` reads itself.

    Raises:
        Refusal: no permission, not an application that ``by`` sees, an empty or too long text, or another level.
    """
    if not by.has_perm("platforms.add_note") or not application.is_visible_to(by):
        raise Refusal("您没有在这份申报表上写备注的权限。")
    if readers not in levels_read_by(by):
        raise Refusal("请选择谁能看到这条备注。")
    text = clean_text("备注", text, most=1000, required=True)
    note = Note.objects.create(application=application, readers=readers, text=text, written_at=at, written_by=by)
    # Who may read the log is not who may read the note.
    audit.record(verb="写备注", by=by, at=at, target=application, reason=f"可见范围：{NoteReaders(readers).label}")
    return note
