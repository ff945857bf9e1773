"""The questions of a round: which are asked of whom, and how often they were answered."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from platforms.applications.choices import QuestionKind
from platforms.applications.questions import problem
from platforms.applications.sections import SECTIONS
from platforms.models import Answer, Application, Attachment, Question, Round

_AT_ONCE = 500
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


def header_of(question: Question) -> str:
    """Return the head of a question's column in a sheet; a question may be called like a column of the form."""
    return f"补充：{question.text}"


def answered(keys: Sequence[int]) -> tuple[list[str], dict[int, dict[str, Any]]]:
    """Return the columns that questions add to a sheet of the applications ``keys``, and its cells by application.

    Columns are by :func:`header_of`, so that the same question of two rounds is one column, and in form order, newest
    round first. Retired questions are among them where one of the applications answered them. Numbers are ``Decimal``,
    files are told by their names. The number of queries grows by three for each 500 applications.
    """
    rounds: set[int] = set()
    told: dict[int, dict[int, str]] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = list(keys[start : start + _AT_ONCE])
        rounds |= set(Application.objects.filter(pk__in=some).order_by().values_list("round", flat=True))
        for application, question, value in Answer.objects.filter(application__in=some).values_list(
            "application", "question", "value"
        ):
            told.setdefault(application, {})[question] = value
        for application, question, name in _files(some).values_list("application", "question", "shown_name"):
            mine = told.setdefault(application, {})
            mine[question] = f"{mine[question]}、{name}" if question in mine else name
    known = {each.pk: each for each in Question.objects.filter(round__in=rounds).select_related("round")}
    used = {question for mine in told.values() for question in mine}
    shown = in_form_order(each for each in known.values() if not each.retired or each.pk in used)
    shown.sort(key=lambda each: -each.round.year)
    cells = {
        application: {header_of(known[pk]): _cell(known[pk], value) for pk, value in mine.items()}
        for application, mine in told.items()
    }
    return list(dict.fromkeys(map(header_of, shown))), cells


def _cell(question: Question, value: str) -> Any:
    is_number = question.kind == QuestionKind.NUMBER and problem(question.kind, value) is None
    return Decimal(value) if is_number else value


def _files(keys: list[int]) -> QuerySet[Attachment]:
    rows = Attachment.objects.filter(application__in=keys, question__isnull=False, replaced_at__isnull=True)
    return rows.order_by("pk")
