"""What one invented application is, and what was done to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ningbo_windows.demo.forms import Form
from platforms.models import Application, User
from platforms.models.platform import Site
from platforms.workflow import APPLICATION

MOVES = frozenset(move.name for move in APPLICATION.moves)
LINK_DAYS = 20


@dataclass(frozen=True)
class Step:
    """One thing done: ``create``, ``section:<slug>``, ``rows:<kind>``, ``files``, ``link``, ``open``, ``hand_over``,
    ``correct:<slug>`` with ``values``, or a move of the workflow. ``by`` None stands for the unit behind a link.
    """

    name: str
    at: datetime
    by: User | None
    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

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

    ``recipient`` is the unit that a link was sent to. ``application`` is there once the case was filed.
    """

    site: Site
    form: Form
    steps: Sequence[Step]
    grade: str = ""
    recipient: str = ""
    application: Application = field(init=False)

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
