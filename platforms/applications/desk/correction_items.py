"""The questions of a return on the pages of the form: listed, at their fields, and answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from platforms.applications.choices import ApplicationStatus
from platforms.applications.correction import MOST_TEXT
from platforms.applications.pages.parts import part_label, who_answered
from platforms.applications.queries.corrections import asked_now, asked_through, is_overdue
from platforms.applications.queries.parts import question_texts
from platforms.applications.services import corrections
from platforms.dates import day_in_words
from platforms.errors import Refusal
from platforms.models import Application, FillLink, User
from platforms.rounds.queries.calendar_days import unknown_holidays

#: How the boxes of answers are called: this and the key of the question.
BOX = "answer_"


@dataclass
class Question:
    """One question as a page shows it; ``typed`` is what stands in its box, ``error`` what is wrong with that."""

    pk: int
    section: str
    field: str
    label: str
    text: str
    url: str
    answer_url: str
    answer: str
    answered: str
    typed: str
    was: str
    error: str = ""

    most = MOST_TEXT

    @property
    def box(self) -> str:
        return f"{BOX}{self.pk}"

    @property
    def state(self) -> dict[str, str]:
        return {"label": "已答复", "tone": "good"} if self.answer else {"label": "待答复", "tone": "wait"}


@dataclass
class Asked:
    """What is asked for at the moment, by whom, until when, and whether anything is closed meanwhile."""

    who: str
    questions: list[Question]
    closed: bool = False
    due: dict[str, Any] = field(default_factory=dict)

    def at(self, section: str, name: str) -> list[Question]:
        """Return what is asked at one field, kind of rows or question."""
        return [each for each in self.questions if each.section == section and each.field == name]

    def about(self, section: str) -> list[Question]:
        """Return what is asked about a section as a whole, or about the whole form."""
        return [each for each in self.questions if each.section in ("", section) and not each.field]

    @property
    def here(self) -> list[Question]:
        """What is asked about the files, or about the whole form: the page of the files has no other boxes."""
        return [each for each in self.questions if each.section in ("", "attachments")]

    @property
    def left(self) -> list[Question]:
        """What is not answered yet."""
        return [each for each in self.questions if not each.answer]


def asked_of(
    application: Application,
    *,
    section_url: Callable[[str], str],
    answer_url: Callable[[int], str],
    link: FillLink | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Asked | None:
    """Return what is asked of an officer, or of the unit behind ``link``; None where nothing was returned.

    ``typed`` is what was sent and not saved: it stays in the boxes.
    """
    if link is None and application.status != ApplicationStatus.RETURNED:
        return None
    items = list(asked_through(link) if link is not None else asked_now(application))
    if not items:
        return None
    texts = question_texts(application, [item.field for item in items])
    questions = [
        Question(
            pk=item.pk,
            section=item.section,
            field=item.field,
            label=part_label(item.section, item.field, texts),
            text=item.text,
            url=f"{section_url(item.section or 'platform')}#question-{item.pk}",
            answer_url=answer_url(item.pk),
            answer=item.answer,
            answered=who_answered(item),
            typed=str((typed or {}).get(f"{BOX}{item.pk}", item.answer)),
            was=str((typed or {}).get(f"{BOX}{item.pk}_was", item.answer)),
        )
        for item in items
    ]
    who = "市经信局" if link is None else "县级经信部门"
    if link is not None and application.region is None:
        who = "市经信局"
    limited = all(item.section for item in items)
    return Asked(who, questions, limited, due_of(application) if link is None else {})


def due_of(application: Application) -> dict[str, Any]:
    """Return until when the answer is expected, as ``components/deadline.html`` takes it."""
    due = application.correction_due_on
    if due is None:
        return {}
    open_now = application.status == ApplicationStatus.RETURNED
    return {
        "label": "补正期限",
        "date": day_in_words(due),
        "days": (due - timezone.localdate()).days if open_now else None,
        "overdue": is_overdue(application, timezone.localdate()),
        "unknown": unknown_holidays([(due, due)]),
    }


def take_answers(
    application: Application, sent: Mapping[str, Any], *, by: User | None, link: FillLink | None = None
) -> dict[int, str]:
    """Save the answers that were typed in the boxes of a page; returns question → sentence for those not taken."""
    items = asked_through(link) if link is not None else asked_now(application)
    wrong = {}
    for item in items:
        text = str(sent.get(f"{BOX}{item.pk}", ""))
        # A box that was not touched here takes nothing back that a colleague wrote.
        if not text.strip() or text.strip() in (item.answer, str(sent.get(f"{BOX}{item.pk}_was", "")).strip()):
            continue
        try:
            corrections.answer(item=item, text=text, by=by, link=link, at=timezone.now())
        except Refusal as refusal:
            wrong[item.pk] = str(refusal)
    return wrong
