"""Values of the application form as people read them, from the rows themselves or from what a version froze."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models

from platforms.applications import questions
from platforms.applications.choices import QuestionKind
from platforms.applications.sections import ROW_KINDS, SECTIONS
from platforms.dates import day_in_words
from platforms.models import Application, Attachment, ManagementRule, Partner, ServiceOffer, StaffMember
from platforms.unreadable import as_typed

NOTHING = "未填写"
TABLES: dict[str, type[models.Model]] = {
    "": Application,
    "staff": StaffMember,
    "services": ServiceOffer,
    "partners": Partner,
    "rules": ManagementRule,
    "attachments": Attachment,
}


def label_of(name: str, table: str = "") -> str:
    """Return what the column ``name`` is called."""
    return str(getattr(TABLES[table]._meta.get_field(name), "verbose_name", name))


def in_words(name: str, value: Any, table: str = "") -> str:
    """Return ``value`` of the column ``name`` as text; ``table`` is the kind of rows, nothing for the form itself."""
    if value is None or value == "":
        return NOTHING
    column = TABLES[table]._meta.get_field(name) if name in _columns(table) else None
    choices = dict(column.flatchoices) if isinstance(column, models.Field) else {}
    if value in choices:
        return str(choices[value])
    if isinstance(value, bool) or (isinstance(column, models.BooleanField) and value in ("yes", "no")):
        return "是" if value in (True, "yes") else "否"
    if isinstance(column, models.DateField) and not isinstance(column, models.DateTimeField):
        return _day(value)
    if isinstance(column, models.DecimalField) or isinstance(value, Decimal):
        return _number(value)
    return str(value)


def _columns(table: str) -> set[str]:
    return {each.name for each in TABLES[table]._meta.get_fields()}


def _day(value: Any) -> str:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return day_in_words(day)


def _number(value: Any) -> str:
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except InvalidOperation:
        return str(value)


@dataclass(frozen=True)
class Sheet:
    """One section to be read: pairs of label and value, and tables of its rows."""

    number: int
    slug: str
    title: str
    pairs: list[dict[str, Any]]
    tables: list[dict[str, Any]] = field(default_factory=list)
    #: The box in which a correction of the whole section is asked for; set by the page that offers it.
    ask: Any = None
    #: Where the section is changed; set by the page on which the whole form is checked.
    edit_url: str = ""


def sheets_of(data: Mapping[str, Any], *, only_answers: bool = False) -> list[Sheet]:
    """Return the form in ``data`` (see ``queries.forms.form_data``) section by section, to be read.

    With ``only_answers`` what was not answered is left out, as the gaps beside it say so already.
    """
    return [
        Sheet(
            section.number,
            section.slug,
            section.title,
            [
                {"name": name, "label": label_of(name), "value": _or_nothing(in_words(name, value))}
                for name in section.fields
                if (value := data.get(section.slug, {}).get(name)) not in (None, "") or not only_answers
            ]
            + _questions(data, section.slug, only_answers=only_answers),
            [_table(kind.name, kind.title, kind.fields, data) for kind in ROW_KINDS if kind.name in section.rows],
        )
        for section in SECTIONS
        if section.slug != "attachments"
    ]


def _or_nothing(word: str) -> str:
    return "" if word == NOTHING else word


def answer_in_words(question: Mapping[str, Any], files: Iterable[Mapping[str, Any]]) -> str:
    """Return what was answered to one of the ``questions`` of a form as people read it, nothing where nothing was.

    ``files`` are the ``attachments`` of the form; a question answered by files is told by their names.
    """
    if question["kind"] == QuestionKind.FILE:
        return "、".join(file["shown_name"] for file in files if file.get("question") == question["key"])
    return questions.in_words(question["kind"], question["value"])


def _questions(data: Mapping[str, Any], slug: str, *, only_answers: bool) -> list[dict[str, str]]:
    # Versions frozen before there were questions lack the list.
    pairs = [
        {"name": each["key"], "label": each["text"], "value": answer_in_words(each, data.get("attachments", []))}
        for each in data.get("questions", [])
        if each["section"] == slug
    ]
    return [pair for pair in pairs if pair["value"] or not only_answers]


def _table(kind: str, title: str, names: tuple[str, ...], data: Mapping[str, Any]) -> dict[str, Any]:
    # A service is one of the free ones or of a class: two columns in the table, one for the reader.
    shown = [name for name in names if name != "service_class" or kind != "services"]
    return {
        "name": kind,
        "label": title,
        "columns": [{"label": "服务" if name == "free_service" else label_of(name, kind)} for name in shown],
        "rows": [{"cells": [_cell(kind, name, row) for name in shown]} for row in map(as_typed, data.get(kind, []))],
    }


def _cell(kind: str, name: str, row: Mapping[str, Any]) -> str:
    if name == "free_service" and not row.get(name):
        name = "service_class"
    value = row.get(name)
    return "" if value in (None, "") else in_words(name, value, kind)
