"""The parts of a form as people call them, for returns, answers, differences and refusals."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import FieldDoesNotExist

from platforms.applications.queries.questions import asked_of
from platforms.applications.sections import ROW_KINDS, SECTIONS, Section
from platforms.models import Application

WHOLE_FORM = "整份申报表"
#: How the whole form is written in an address or a form field.
WHOLE = "form"

Group = tuple[str, tuple[tuple[str, str], ...]]


def label_of_part(section: str, field: str = "", questions: Mapping[str, str] | None = None) -> str:
    """Return what the part is called: the field, the kind of rows, the section, or the whole form.

    ``field`` is a column of the application, a kind of rows, ``attachments`` or the key of a question, which is
    called by its text in ``questions``, and 补充问题 where that is not known.
    """
    title = {each.slug: each.title for each in SECTIONS}.get(section, WHOLE_FORM)
    if not field or field == "attachments":
        return title
    rows = {each.name: each.title for each in ROW_KINDS}
    if field in rows:
        return rows[field]
    if field.startswith("question_"):
        return (questions or {}).get(field, "补充问题")
    try:
        return str(Application._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return title


def value_of_part(section: str, field: str = "") -> str:
    """Return the part as one word for an address or a form field: ``form``, ``venue``, ``venue.floor_area``."""
    return f"{section}.{field}" if field else section or WHOLE


def part_of_value(value: str) -> tuple[str, str]:
    """Return section and field of what :func:`value_of_part` made; an odd value names a part that does not exist."""
    section, _, field = value.partition(".")
    return ("", field) if section == WHOLE else (section or "?", field)


def value_offered(slug: str, field: str) -> str:
    """Return the part as :func:`part_choices` offers it: what stands alone in its section is the section."""
    table = next(each for each in SECTIONS if each.slug == slug)
    alone = _is_single(table) and field in (*table.fields, *table.rows)
    return slug if alone else value_of_part(slug, field)


def _is_single(section: Section) -> bool:
    return len(section.fields) + len(section.rows) == 1


def part_choices(application: Application, *, of_unit: bool = False) -> tuple[Group, ...]:
    """Return every part of the form that a return can name, by section: pairs of value and label.

    With ``of_unit`` what only the county fills in is left out.
    """
    asked = asked_of(application)
    groups: list[Group] = [("全部内容", ((WHOLE, WHOLE_FORM),))]
    for section in SECTIONS:
        whole = (section.slug, f"{section.title}（整个部分）")
        names = () if _is_single(section) else (*section.fields, *section.rows)
        if of_unit:
            names = tuple(name for name in names if name not in section.county_fields)
        own = tuple((value_of_part(section.slug, name), label_of_part(section.slug, name)) for name in names)
        extra = tuple(
            (value_of_part(section.slug, each.key), f"补充问题：{each.text}")
            for each in asked
            if each.section == section.slug
        )
        groups.append((f"{section.number} {section.title}", (whole, *own, *extra)))
    return tuple(groups)


def question_sections(application: Application) -> dict[str, str]:
    """Return the section of each question that the round asks of ``application``, by key."""
    return {each.key: each.section for each in asked_of(application)}


def question_texts(application: Application, fields: Iterable[str]) -> dict[str, str]:
    """Return the text of each question of ``application``, by key; nothing is asked for where none is in ``fields``."""
    if not any(field.startswith("question_") for field in fields):
        return {}
    return {each.key: each.text for each in asked_of(application)}
