"""The parts of a form as people call them, for returns, answers, differences and refusals."""

from django.core.exceptions import FieldDoesNotExist

from platforms.models import Application
from platforms.sections import ROW_KINDS, SECTIONS

WHOLE_FORM = "整份申报表"


def label_of_part(section: str, field: str = "") -> str:
    """Return what the part is called: the field, the kind of rows, the section, or the whole form.

    ``field`` is a column of the application, a kind of rows, ``attachments`` or the key of a question, which is
    called 补充问题 here as its text is data.
    """
    title = {each.slug: each.title for each in SECTIONS}.get(section, WHOLE_FORM)
    if not field or field == "attachments":
        return title
    rows = {each.name: each.title for each in ROW_KINDS}
    if field in rows:
        return rows[field]
    if field.startswith("question_"):
        return "补充问题"
    try:
        return str(Application._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return title
