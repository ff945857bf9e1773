"""Answers to the questions that the city adds to a form; part of saving a section."""

from collections.abc import Iterable, Mapping
from typing import Any

from platforms.applications import questions
from platforms.applications.choices import QuestionKind
from platforms.applications.queries.questions import asked_of
from platforms.errors import Refusal
from platforms.models import Answer, Application, Question


def split(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns of the form and the answers to questions that are in ``values``."""
    given = {name: value for name, value in values.items() if questions.pk_of(name) is not None}
    return {name: value for name, value in values.items() if name not in given}, given


def changed(row: Application, section: str, title: str, given: Mapping[str, Any]) -> dict[Question, tuple[str, str]]:
    """Return the stored and the new answer for each of ``given`` that differs; keys are names of boxes.

    Raises:
        Refusal: a question that this section of this form does not ask, or an answer of the wrong kind.
    """
    if not given:
        return {}
    asked = {each.key: each for each in asked_of(row, section) if each.kind != QuestionKind.FILE}
    if set(given) - set(asked):
        raise Refusal(f"“{title}”中有不能在此填写的内容，未保存。")
    stored = dict(row.answers.values_list("question", "value"))
    found = {}
    for key, value in given.items():
        question = asked[key]
        new = questions.normalise(question.kind, value)
        wrong = questions.problem(question.kind, new, question.choices, question.least)
        if wrong:
            raise Refusal.of(key, f"“{question.text}”：{wrong}")
        old = stored.get(question.pk, "")
        if old != new:
            found[question] = (old, new)
    return found


def check_asked(row: Application, section: str, title: str, keys: Iterable[str]) -> None:
    """Refuse names of boxes that are no question of ``section`` of this form.

    Raises:
        Refusal: one of them is none.
    """
    unknown = set(keys)
    if unknown and unknown - {each.key for each in asked_of(row, section) if each.kind != QuestionKind.FILE}:
        raise Refusal(f"“{title}”中有不能在此填写的内容，未保存。")


def keep(row: Application, changes: Mapping[Question, tuple[str, str]]) -> None:
    """Write what :func:`changed` found; an answer that was emptied is no answer any more.

    Raises:
        Refusal: a question was taken away or made another one since it was read.
    """
    _check_still_asked(changes)
    for question, (_, value) in changes.items():
        if value:
            Answer.objects.update_or_create(application=row, question=question, defaults={"value": value})
        else:
            Answer.objects.filter(application=row, question=question).delete()


def _check_still_asked(changes: Mapping[Question, tuple[str, str]]) -> None:
    # Locked until the answer is there, so that the city cannot change what is just being answered.
    rows = Question.objects.select_for_update(no_key=True).filter(pk__in=[each.pk for each in changes]).order_by("pk")
    now = {row.pk: (row.kind, row.section, row.options, row.least, row.retired) for row in rows}
    for each in changes:
        if now.get(each.pk) != (each.kind, each.section, each.options, each.least, each.retired):
            raise Refusal.of(each.key, f"补充问题“{each.text}”刚被调整，本次没有保存，请刷新页面后重新填写。")


def described(changes: Mapping[Question, tuple[str, str]]) -> dict[str, list[Any]]:
    """Return text of the question → old and new answer in words, as the log keeps them."""
    return {
        each.text: [questions.in_words(each.kind, old), questions.in_words(each.kind, new)]
        for each, (old, new) in changes.items()
    }
