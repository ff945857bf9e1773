"""What an application form still lacks; one function feeds the rail, the page and the refusal, so they never disagree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["empty", "partial", "complete"]


@dataclass(frozen=True)
class Gap:
    """One thing that is missing or wrong: ``section`` and ``field`` say where (for links), ``message`` says it in Chinese.

    ``field`` is a column of the application, or the kind of rows (``staff``, ``services``, ``rules``, ``attachments``).
    """

    section: str
    field: str
    message: str


@dataclass(frozen=True)
class SectionProgress:
    """How far one section is: its number, slug and title, ``state`` and the gaps that keep it from being complete."""

    number: int
    slug: str
    title: str
    state: State
    gaps: tuple[Gap, ...]


def gaps(form: Mapping[str, Any]) -> tuple[Gap, ...]:
    """Return everything that keeps ``form`` (see ``queries.forms.form_data``) from being submitted, in form order."""
    raise NotImplementedError


def warnings(form: Mapping[str, Any]) -> tuple[Gap, ...]:
    """Return what an officer should look at again before submitting; none of it stops a submission."""
    raise NotImplementedError


def progress(form: Mapping[str, Any]) -> tuple[SectionProgress, ...]:
    """Return the state of all ten sections, in form order."""
    raise NotImplementedError
