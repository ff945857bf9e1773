"""What a view says about being sent twice; the counting itself stands in ``ningbo_windows/one_use.py``.

Each form of the product carries a key that is used once (``templatetags/one_use.py`` puts it beside the CSRF token).
The same page sent again with the same content does nothing more: it is answered with what the first one made. A page
that was gone back to and changed is another act.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpResponse

#: Name of the hidden input.
KEY = "once"

View = TypeVar("View", bound=Callable[..., Any])


def creates(view: View) -> View:
    """Mark a view that makes a row: without a key its content itself is the key.

    Only scripts, and pages that stood open while the product was renewed, send no key.
    """
    view.creates = True  # type: ignore[attr-defined]
    return view


def repeatable(view: View) -> View:
    """Mark a view that the same page sends many times: it saves itself, reads only, or knows a file by its content."""
    view.repeatable = True  # type: ignore[attr-defined]
    return view


@dataclass(frozen=True)
class Outcome:
    """Where a press led to that is not answered by a redirect, and what whoever makes it again is told."""

    record: str
    note: str


Answer = TypeVar("Answer", bound=HttpResponse)


def shown_once(answer: Answer, *, record: str, note: str) -> Answer:
    """Return ``answer``, which shows a secret; whoever sends its form again is led to ``record`` and sees no secret."""
    answer.outcome = Outcome(record, note)  # type: ignore[attr-defined]
    return answer
