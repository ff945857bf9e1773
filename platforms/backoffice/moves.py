"""Buttons for the moves of a workflow: a page that says what will happen, then one call of one service."""

# ruff: noqa: ARG002 - hooks of the subclasses

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import path, reverse
from django.utils import timezone

from platforms.backoffice.base import SEEN, ScopedAdmin
from platforms.backoffice.own_password import AsksPassword
from platforms.models import User
from platforms.move_table import Move, Workflow
from platforms.pages.queue import GO_ON, LIST, MOST_LOOKED_AT, Ahead, ahead, back_to, kept, tell
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

    ``state_tones`` maps a status to the tone of its badge. ``phrases`` says a move with its row in it, after 将 and 已;
    where there is none its label and the row do. Rows that are worked off one after the other have a ``unit`` (份, 件)
    and an order in which they wait (``oldest_first``) where no list was left with another one.
    """

    workflow: ClassVar[Workflow]
    move_services: ClassVar[Mapping[str, MoveService]] = {}
    move_forms: ClassVar[Mapping[str, type[ReasonForm]]] = {}
    state_tones: ClassVar[Mapping[str, Tone]] = {}
    phrases: ClassVar[Mapping[str, str]] = {}
    unit: ClassVar[str] = ""
    oldest_first: ClassVar[Sequence[str]] = ("pk",)

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
            "list_url": self.list_url(request),
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
            {
                "label": move.label,
                "url": kept(request, self.move_url(row, move)),
                "kind": self.move_kind(move, first=index == 0),
            }
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

    def phrase(self, row: Any, move: Move) -> str:
        """Return ``move`` with ``row`` in it, to be read after 将 and after 已."""
        return self.phrases[move.name].format(row=row) if move.name in self.phrases else f"{move.label} {row}"

    def move_what(self, row: Any, move: Move) -> str:
        """Return the sentence that says exactly what will happen."""
        before, after = self.state_label(row), self.word(move.target)
        return f"将{self.phrase(row, move)}，状态由“{before}”变为“{after}”。"

    def move_done(self, row: Any, move: Move) -> str:
        """Return the sentence that says what was done and where ``row`` stands now."""
        return f"已{self.phrase(row, move)}，现为“{self.state_label(row)}”。"

    # What waits ------------------------------------------------------------------------------------------------------

    def list_url(self, request: HttpRequest) -> str:
        """Return the list as the person left it."""
        opts = self.model._meta
        return back_to(request, reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"))

    def change_url(self, request: HttpRequest, pk: Any) -> str:
        """Return the page of a row, with the list that one came from."""
        opts = self.model._meta
        return kept(request, reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=(pk,)))

    def listed(self, request: HttpRequest) -> models.QuerySet:
        """Return the rows of the list that one came from, in its order; without one all, the oldest first."""
        asked = copy(request)
        query = QueryDict(request.GET.get(LIST, ""), mutable=True)
        query.pop(PAGE_VAR, None)
        asked.GET = query  # type: ignore[assignment]
        # No row is named: what the list holds, not what its pages hold.
        asked.resolver_match = None
        if query:
            try:
                rows: models.QuerySet = self.get_changelist_instance(asked).queryset
            except (IncorrectLookupParameters, DisallowedModelAdminLookup):
                pass
            else:
                return rows
        return self.get_queryset(asked).order_by(*self.oldest_first)

    def waiting(self, request: HttpRequest, move: Move) -> Sequence[int]:
        """Return the keys of what waits for ``move`` of this person, in the order of the list that one came from."""
        rows = self.listed(request).filter(status__in=move.sources)[:MOST_LOOKED_AT]
        return [row.pk for row in rows if self.may_move(request, row, move)]

    def ahead_of(self, request: HttpRequest, row: Any, move: Move) -> Ahead:
        """Return what waits for ``move`` after ``row``; ask before the move is made."""
        if not self.unit:
            return Ahead()
        return ahead(self.waiting(request, move), row.pk, lambda pk: self.change_url(request, pk))

    def tell_done(self, request: HttpRequest, row: Any, move: Move, next: Ahead) -> HttpResponseRedirect:
        """Say what was done and lead on: to the next one where that was pressed, else to the page of ``row``."""
        what = self.move_done(self.model._default_manager.get(pk=row.pk), move)
        back, goes_on = self.change_url(request, row.pk), GO_ON in request.POST
        done_url = back if goes_on else ""
        tell(request, what, next=next, unit=self.unit, list_url=self.list_url(request), done_url=done_url)
        return HttpResponseRedirect((next.url or self.list_url(request)) if goes_on else back)

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
        back = self.change_url(request, row.pk)
        if row.status not in move.sources:
            messages.error(request, f"当前状态为“{self.state_label(row)}”，不能办理“{move.label}”。")
            return HttpResponseRedirect(back)
        form = self.move_form(request, row, move)
        status = 200
        if request.method == "POST" and (form.is_valid() if form.fields else True):
            data = form.cleaned_data if form.fields else {}
            service, following = self.move_services[move_name], self.ahead_of(request, row, move)

            def act() -> None:
                self.check_as_shown(request, row)
                service(row, person, timezone.now(), str(data.get("reason", "")), data)

            if self.run(request, act):
                return self.tell_done(request, row, move, following)
            if not form.fields or not form.visible_fields():
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
            hidden=[{"name": SEEN, "value": self.version_of(row)}],
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
