"""Buttons for the moves of a workflow: a page that says what will happen, then one call of one service."""

# ruff: noqa: ARG002 - hooks of the subclasses

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone

from platforms.backoffice.base import ScopedAdmin
from platforms.backoffice.own_password import AsksPassword
from platforms.models import User
from platforms.move_table import Move, Workflow
from platforms.rounds.readiness import Finding, stopping
from platforms.tones import Tone

#: Makes the move: row, person, moment, reason (empty where none is asked for), and the cleaned data of the form.
MoveService = Callable[[Any, User, datetime, str, Mapping[str, Any]], Any]


class ReasonForm(AsksPassword):
    """The reason of a move and the own password of ``person``; ``move`` says which of them are asked for."""

    reason = forms.CharField(label="理由", max_length=400, widget=forms.Textarea(attrs={"rows": 4}))

    field_order: tuple[str, ...] = ("reason", "password")

    def __init__(self, *args: Any, move: Move, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, person=person, **kwargs)
        if not move.reason_required:
            del self.fields["reason"]
        if not move.asks_password:
            del self.fields["password"]


class MoveButtons(ScopedAdmin):
    """A ``ScopedAdmin`` whose rows move along ``workflow``; ``move_services`` names the moves made in the back office.

    ``state_tones`` maps a status to the tone of its badge.
    """

    workflow: ClassVar[Workflow]
    move_services: ClassVar[Mapping[str, MoveService]] = {}
    move_forms: ClassVar[Mapping[str, type[ReasonForm]]] = {}
    state_tones: ClassVar[Mapping[str, Tone]] = {}

    def get_urls(self) -> list:
        opts = self.model._meta
        name = f"{opts.app_label}_{opts.model_name}_move"
        view = self.admin_site.admin_view(self.move_view)
        return [path("<int:object_id>/move/<slug:move_name>/", view, name=name), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.visible_or_404(request, object_id)
        context = {
            "moves": self.buttons(request, row),
            "state_label": self.state_label(row),
            "state_tone": self.state_tones.get(str(row.status), "neutral"),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    def state_label(self, row: Any) -> str:
        """Return the state of ``row`` as people say it."""
        return str(row.get_status_display())

    def buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """Return the moves that this person can make now, as ``components/moves.html`` takes them."""
        person = person_of(request)
        open_moves = [
            move
            for move in self.workflow.open_to(status=row.status, role=person.role)
            if move.name in self.move_services and self.may_move(request, row, move)
        ]
        return [
            {"label": move.label, "url": self.move_url(row, move), "kind": self.move_kind(move, first=index == 0)}
            for index, move in enumerate(open_moves)
        ]

    def may_move(self, request: HttpRequest, row: Any, move: Move) -> bool:
        """Say whether this person may make ``move`` with this row at all; a subclass may ask for more."""
        person = person_of(request)
        return person.role in move.actors and person.has_perm(move.permission)

    def move_kind(self, move: Move, *, first: bool) -> str:
        return "danger" if move.irreversible and not first else "main" if first else "plain"

    def move_url(self, row: models.Model, move: Move) -> str:
        opts = self.model._meta
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_move", args=(row.pk, move.name))

    def move_what(self, row: Any, move: Move) -> str:
        """Return the sentence that says exactly what will happen."""
        before, after = self.state_label(row), self.word(move.target)
        kind = self.model._meta.verbose_name
        return f"将对{kind}“{row}”办理“{move.label}”，办理后状态由“{before}”变为“{after}”。"

    def move_effects(self, request: HttpRequest, row: Any, move: Move) -> Sequence[str]:
        """Return further consequences, one sentence each."""
        return ()

    def move_facts(self, request: HttpRequest, row: Any, move: Move) -> Sequence[Mapping[str, str]]:
        """Return what is to be read before the move is made, pairs of ``label`` and ``value``."""
        return ()

    def move_findings(self, request: HttpRequest, row: Any, move: Move) -> Sequence[Finding]:
        """Return what is missing before ``move`` can be made, see ``platforms.rounds.readiness``."""
        return ()

    def move_form(self, request: HttpRequest, row: Any, move: Move) -> ReasonForm:
        """Return the form that goes with ``move``, bound where something was sent."""
        form = self.move_forms.get(move.name, ReasonForm)
        return form(request.POST or None, move=move, person=person_of(request))

    def word(self, status: str) -> str:
        return str(dict(self.model._meta.get_field("status").flatchoices).get(status, status))  # type: ignore[union-attr]

    def move_view(self, request: HttpRequest, object_id: int, move_name: str) -> HttpResponse:
        """Show what a move will do (GET), make it (POST)."""
        row = self.visible_or_404(request, str(object_id))
        person = person_of(request)
        if move_name not in self.move_services:
            raise Http404
        move = self.workflow.move(move_name)
        if not self.may_move(request, row, move):
            raise PermissionDenied
        back = reverse(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_change", args=(row.pk,))
        if row.status not in move.sources:
            messages.error(request, f"当前状态为“{self.state_label(row)}”，不能办理“{move.label}”。")
            return HttpResponseRedirect(back)
        form = self.move_form(request, row, move)
        status = 200
        if request.method == "POST" and (form.is_valid() if form.fields else True):
            data = form.cleaned_data if form.fields else {}
            service = self.move_services[move_name]
            done = self.run(
                request,
                lambda: service(row, person, timezone.now(), str(data.get("reason", "")), data),
                f"已办理“{move.label}”：{row}。",
            )
            if done or not form.fields or not form.visible_fields():
                return HttpResponseRedirect(back)
            # What was typed stays; it is sent again for the row as it is now.
            row, status = self.visible_or_404(request, str(object_id)), 409
        page = self.confirm_page(
            request,
            title=move.label,
            what=self.move_what(row, move),
            verb=move.label,
            cancel_url=back,
            form=form if form.fields else None,
            effects=self.move_effects(request, row, move),
            danger=move.irreversible,
            row=row,
            pairs=self.move_facts(request, row, move),
            findings=(found := self.move_findings(request, row, move)),
            blocked=bool(stopping(found)),
        )
        page.status_code = status
        return page


def person_of(request: HttpRequest) -> User:
    """Return who is logged in; the admin lets nobody else come this far."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
