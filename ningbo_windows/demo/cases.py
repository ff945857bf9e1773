"""What one invented application is, and what was done to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ningbo_windows.demo.forms import Form
from platforms.applications.correction import Asked
from platforms.applications.models.platform import Site
from platforms.applications.workflow import APPLICATION
from platforms.models import Application, Question, User

MOVES = frozenset(move.name for move in APPLICATION.moves)
LINK_DAYS = 20


@dataclass(frozen=True)
class Step:
    """One thing done: ``create``, ``section:<slug>``, ``rows:<kind>``, ``files``, ``link`` (``values`` may name the
    ``section``), ``open``, ``hand_over``, ``correct:<slug>`` with ``values``, ``replace:<kind>`` of a file by the one
    that ``values`` name, ``answer:<place>`` with what is answered as ``reason``, ``check`` by the county, or a move of
    the workflow; a return may ask ``items`` until ``due_on``. ``by`` None is the unit behind a link.
    """

    name: str
    at: datetime
    by: User | None
    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    items: Sequence[Asked] = ()
    due_on: date | None = None

    @property
    def kind(self) -> str:
        """What kind of thing was done."""
        return self.name.partition(":")[0]

    @property
    def part(self) -> str:
        """The section or the kind of rows that it was done to."""
        return self.name.partition(":")[2]


@dataclass
class Case:
    """One application to be: its place, its form, what was done in order, and the grade it is to get (or nothing).

    ``recipient`` is the unit that a link was sent to. ``application`` is there once the case was filed, ``asked`` then
    says which questions its round asks on top.
    """

    site: Site
    form: Form
    steps: Sequence[Step]
    grade: str = ""
    recipient: str = ""
    application: Application = field(init=False)
    asked: Sequence[Question] = ()

    @property
    def actor(self) -> str:
        """How the unit that fills through a link is named in the log."""
        return f"填报单位：{self.recipient}"[:40]

    def step(self, name: str) -> Step | None:
        """Return the first step of that name, or nothing."""
        return next((step for step in self.steps if step.name == name), None)

    def values_of(self, step: Step) -> Mapping[str, Any]:
        """Return the fields that a ``section`` or ``correct`` step saved."""
        return self.form.sections[step.part] if step.kind == "section" else step.values

    def answers_of(self, step: Step, asked: Sequence[Question]) -> list[tuple[Question, str]]:
        """Return what a ``section`` step answered to those of ``asked`` that stand in it."""
        given = self.form.answers.get(step.part, {}) if step.kind == "section" else {}
        return [(each, given[each.text]) for each in asked if each.section == step.part and each.text in given]
