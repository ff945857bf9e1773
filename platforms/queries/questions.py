"""The questions of a round: which are asked of whom, and how often they were answered."""

from collections.abc import Iterable

from django.db.models import QuerySet

from platforms.models import Answer, Application, Attachment, Question, Round
from platforms.sections import SECTIONS

_ORDER = {section.slug: section.number for section in SECTIONS}


def in_form_order(questions: Iterable[Question]) -> list[Question]:
    """Return ``questions`` as they stand in the form: section by section, in their order there."""
    return sorted(questions, key=lambda each: (_ORDER.get(each.section, 99), each.position, each.pk))


def asked(round: Round, type: str) -> tuple[Question, ...]:
    """Return the questions that ``round`` asks of platforms of ``type`` now, in form order; retired ones are not."""
    return tuple(each for each in in_form_order(Question.objects.filter(round=round)) if each.is_for(type))


def asked_of(application: Application, section: str = "") -> tuple[Question, ...]:
    """Return what is asked in the form of ``application``, in one ``section`` of it where that is given."""
    rows = Question.objects.filter(round=application.round_id)
    if section:
        rows = rows.filter(section=section)
    return tuple(each for each in in_form_order(rows) if each.is_for(application.type))


def times_answered(question: Question) -> int:
    """Return in how many forms ``question`` was answered, with a value or with a file."""
    by_value = Answer.objects.filter(question=question).values_list("application", flat=True)
    by_file = Attachment.objects.filter(question=question).values_list("application", flat=True)
    return len({*by_value, *by_file})


def answered(applications: Iterable[Application]) -> tuple[list[Question], dict[tuple[int, int], str]]:
    """Return the questions of the rounds of ``applications``, newest round first, and the answers to them.

    Answers are by the keys of application and question; a file is told by its name. Retired questions are among them
    where one of ``applications`` answered them. The number of queries does not grow with the number of applications.
    """
    rows = list(applications)
    keys = [row.pk for row in rows]
    found: dict[tuple[int, int], str] = {}
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        values = Answer.objects.filter(application__in=some).values_list("application", "question", "value")
        found |= {(application, question): value for application, question, value in values}
        for application, question, name in _files(some).values_list("application", "question", "shown_name"):
            before = found.get((application, question))
            found[application, question] = f"{before}、{name}" if before else name
    questions = list(Question.objects.filter(round__in={row.round_id for row in rows}).select_related("round"))
    told = {question for _, question in found}
    shown = in_form_order(each for each in questions if not each.retired or each.pk in told)
    return sorted(shown, key=lambda each: -each.round.year), found


def _files(keys: list[int]) -> QuerySet[Attachment]:
    rows = Attachment.objects.filter(application__in=keys, question__isnull=False, replaced_at__isnull=True)
    return rows.order_by("pk")
