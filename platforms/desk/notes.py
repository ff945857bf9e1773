"""Writing a note, from the page of an application at the desk or in the back office."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from platforms.choices import NoteReaders
from platforms.desk.access import officer, person, visible_application
from platforms.desk.sections import trail
from platforms.desk.words import moment
from platforms.errors import Refusal
from platforms.models import Application, Note, User
from platforms.one_use import creates
from platforms.queries.notes import levels_read_by, readable
from platforms.services import notes

MOST = 1000


def notes_of(application: Application, user: User, *, in_office: bool = False) -> dict[str, Any]:
    """Return what ``desk/notes.html`` shows: the notes that ``user`` reads, and the form to write one."""
    return {
        "notes": shown_notes(readable(application, user=user)),
        "note_url": reverse("desk:note", args=[application.number]) if user.has_perm("platforms.add_note") else "",
        "note_levels": [(level, NoteReaders(level).label) for level in levels_read_by(user)],
        "note_most": MOST,
        "note_office": in_office,
    }


def shown_notes(notes: QuerySet[Note], *, names: bool = True) -> list[dict[str, str]]:
    """Return ``notes`` as ``desk/notes.html`` takes them; without ``names`` an office wrote them, not a person."""
    return [
        {
            "text": note.text,
            "who": note.written_by.name if names else note.written_by.get_role_display(),
            "when": moment(note.written_at),
            "readers": note.get_readers_display(),
        }
        for note in notes
    ]


@officer("platforms.add_note")
@creates
@require_POST
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Write one note and go back to where it was written; a refused one is shown again with its text."""
    application, user = visible_application(request, number), person(request)
    text, readers, in_office = (request.POST.get(name, "") for name in ("text", "readers", "office"))
    back = (
        reverse("admin:platforms_application_change", args=[application.pk])
        if in_office
        else reverse("desk:application", args=[application.number])
    )
    try:
        notes.write(application=application, text=text, readers=readers, by=user, at=timezone.now())
    except Refusal as refusal:
        context = {
            "crumbs": [*trail(application), {"label": "备注", "url": ""}],
            "application": application,
            "back": back,
            "refusal": str(refusal),
            "typed": {"text": text, "readers": readers},
            **notes_of(application, user, in_office=bool(in_office)),
        }
        return render(request, "desk/note_refused.html", context, status=409)
    messages.success(request, "已写下备注。")
    return redirect(f"{back}#notes-title")
