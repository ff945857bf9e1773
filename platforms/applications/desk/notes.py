"""Writing a note, from the page of an application at the desk or in the back office."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from platforms.applications.desk.access import visible_application
from platforms.applications.desk.sections import trail
from platforms.applications.pages.parts import notes_of
from platforms.applications.services import notes
from platforms.errors import Refusal
from platforms.one_use import creates
from platforms.pages.access import current_user, officer


@officer("platforms.add_note")
@creates
@require_POST
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Write one note and go back to where it was written; a refused one is shown again with its text."""
    application, user = visible_application(request, number), current_user(request)
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
        return render(request, "applications/note_refused.html", context, status=409)
    messages.success(request, "已写下备注。")
    return redirect(f"{back}#notes-title")
