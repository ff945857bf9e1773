"""Moves of a workflow at the desk: a button from the move table, a page that says what will happen, one service.

A subclass of :class:`MovePage` says which service makes each move and what is asked with it; who may, from which status
and how final it is stands in the table.
"""

# ruff: noqa: ARG002 - hooks of the subclasses

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import User
from platforms.move_table import Move, Workflow
from platforms.pages.queue import Ahead, ahead, back_to, kept, tell

METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class Act:
    """How one move is made: its ``service``, the ``form`` that goes with it, and what the page says before and after.

    ``what`` is a sentence with the row in it; the service gets the row, version, person, moment and the cleaned form.
    """

    service: Callable[..., Any]
    what: str
    done: str
    effects: tuple[str, ...] = ()
    form: Callable[..., Any] | None = None


def version_of(request: HttpRequest) -> int:
    """Return the version that the page showed; 0, which no row has, where it says none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def move_buttons(page: str, number: str, moves: Iterable[Move], *, main: Container[str]) -> list[dict[str, str]]:
    """Return ``moves`` of the row ``number`` for ``components/moves.html``; those of ``main`` stand out."""
    return [
        {
            "label": move.label,
            "url": reverse(page, args=[number, move.name]),
            "kind": "danger" if move.irreversible else "main" if move.name in main else "plain",
        }
        for move in moves
    ]


class MovePage:
    """The moves of one kind of rows; rows have ``number``, ``status`` and ``version``."""

    workflow: ClassVar[Workflow]
    #: What a row is called, and how a service takes it.
    noun: ClassVar[str]
    argument: ClassVar[str]
    #: Name of the page of a row.
    row_page: ClassVar[str]
    acts: ClassVar[Mapping[str, Act]]
    #: Rows that are worked off one after the other have a unit (份, 项) and a list; see :meth:`waiting`.
    unit: ClassVar[str] = ""
    list_page: ClassVar[str] = ""

    def find(self, request: HttpRequest, number: str) -> Any:
        """Return the row if this person may see it, else answer 404."""
        raise NotImplementedError

    def refusal(self, row: Any, move: Move, user: User) -> str:
        """Return why ``move`` is not this person's to make, nothing where it is."""
        raise NotImplementedError

    def trail(self, row: Any) -> list[dict[str, str]]:
        """Return the crumbs down to ``row``."""
        raise NotImplementedError

    def names(self, row: Any) -> Mapping[str, str]:
        """Return what the sentences say of ``row``."""
        return {"number": row.number}

    def form_options(self, row: Any, move: Move, user: User) -> dict[str, Any]:
        """Return what the form of ``move`` is made with beside what was sent."""
        return {}

    def facts(self, row: Any, move: Move) -> list[dict[str, str]]:
        """Return what is to be read before the move is made."""
        return []

    def waiting(self, user: User, move: Move) -> Sequence[str]:
        """Return the numbers of the rows that wait for ``move`` of ``user``, the first due first."""
        return ()

    def ahead_of(self, request: HttpRequest, row: Any, move: Move) -> Ahead:
        """Return what waits for ``move`` after ``row``; ask before the move is made."""
        numbers = self.waiting(cast(User, request.user), move)
        return ahead(numbers, row.number, lambda number: kept(request, reverse(self.row_page, args=[number])))

    def keep_files(self, request: HttpRequest, row: Any, uploads: Any) -> None:
        """Keep the files that came with a move."""

    def view(self, request: HttpRequest, number: str, name: str) -> HttpResponse:
        """Ask what goes with the move ``name``, and make it."""
        row, user = self.find(request, number), cast(User, request.user)
        if name not in self.acts:
            raise Http404
        move, act = self.workflow.move(name), self.acts[name]
        if why := self.refusal(row, move, user):
            raise PermissionDenied(why)
        if row.status not in move.sources:
            state = f"{self.noun}现为“{row.get_status_display()}”"
            messages.warning(request, f"{state}，不能再办理“{move.label}”，未作变更。")
            return redirect(self.row_page, row.number)
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = act.form(*sent, **self.form_options(row, move, user)) if act.form else None
        refusal = ""
        if sent and (form is None or form.is_valid()):
            try:
                return self._make(request, row, move, dict(form.cleaned_data) if form else {})
            except Refusal as refused:
                # What somebody else did since, and what is about no box of the form, stands above it.
                late = isinstance(refused, (Gone, StaleVersion))
                if form is None or late or refused.field not in form.fields:
                    refusal = str(refused)
                else:
                    form.refuse(refused)
        context = {
            "crumbs": [*self.trail(row), {"label": move.label, "url": ""}],
            "row": row,
            "title": move.label,
            "what": act.what.format(**self.names(row)),
            "effects": act.effects,
            "verb": move.label,
            "facts": self.facts(row, move),
            "form": form,
            "refusal": refusal,
            "hidden": [{"name": "version", "value": row.version}],
            "cancel_url": reverse(self.row_page, args=[row.number]),
            "danger": move.irreversible,
        }
        return render(request, "desk/move.html", context, status=409 if refusal else 200)

    def _make(self, request: HttpRequest, row: Any, move: Move, values: dict[str, Any]) -> HttpResponse:
        uploads = values.pop("uploads", [])
        who = {"by": request.user, "at": timezone.now(), "version": version_of(request)}
        act, following = self.acts[move.name], self.ahead_of(request, row, move)
        act.service(**{self.argument: row}, **who, **values)
        list_url = back_to(request, reverse(self.list_page)) if self.list_page else ""
        what = f"{act.done}{self.noun} {row.number}。"
        tell(request, what, next=following, unit=self.unit, list_url=list_url)
        self.keep_files(request, row, uploads)
        return redirect(self.row_page, row.number)
