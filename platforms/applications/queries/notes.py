"""Notes on an application, for those whom they name as readers."""

from django.db.models import QuerySet

from platforms.applications.choices import NoteReaders
from platforms.choices import Role
from platforms.models import Application, Note, User


def readable(application: Application, *, user: User | None) -> QuerySet[Note]:
    """Return the notes on ``application`` that ``user`` may read, newest first.

    The city reads all, a county what is not for the city alone, an operating unit behind its link (``user`` None) only
    what is for it. The caller has checked that the application itself may be seen.
    """
    notes = Note.objects.filter(application=application).select_related("written_by").order_by("-pk")
    if user is None:
        return notes.filter(readers=NoteReaders.UNIT)
    return notes.filter(pk__in=Note.objects.visible_to(user).values("pk"), readers__in=levels_read_by(user))


def levels_read_by(user: User) -> tuple[str, ...]:
    """Return the levels that ``user`` reads, and therefore may write."""
    if user.role == Role.CITY:
        return (NoteReaders.CITY, NoteReaders.COUNTY, NoteReaders.UNIT)
    return (NoteReaders.COUNTY, NoteReaders.UNIT) if user.role == Role.COUNTY else ()
