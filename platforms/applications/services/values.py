"""Values of form fields as they come in, turned into what the column holds."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from platforms import unreadable
from platforms.applications.form_fields import all_fields
from platforms.errors import Refusal
from platforms.text import clean_text
from platforms.values import field_of

_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,20})?", re.ASCII)
#: Typed in any width, with blanks or in lower case; kept in one form.
_NORMAL_FORMS = {each.name: each.normal for each in all_fields() if each.normal}


def clean_values(
    model: type[models.Model], values: Mapping[str, Any], *, where: str = "", begun: bool = False
) -> dict[str, Any]:
    """Return ``values`` as the columns of ``model`` hold them; ``where`` names the row in the sentence of a refusal.

    Of a row that is only ``begun`` columns may be left open.

    Raises:
        Refusal: a value that its column cannot hold; the sentence names the field.
    """
    cleaned = {}
    for name, value in values.items():
        try:
            cleaned[name] = _clean(field_of(model, name), value, where, begun=begun)
        except Refusal as refusal:
            refusal.field = name
            raise
    return cleaned


def clean_unreadable(kept: Mapping[str, unreadable.Unreadable]) -> dict[str, dict[str, str]]:
    """Return what was typed and no column holds as a draft keeps it.

    Raises:
        Refusal: a text that cannot be stored at all.
    """
    return {
        name: {
            "text": clean_text(each["label"], each["text"], most=unreadable.LONGEST, required=True),
            "sentence": clean_text(each["label"], each["sentence"], most=500, required=True),
            "label": clean_text(each["label"], each["label"], most=120, required=True),
        }
        for name, each in kept.items()
    }


def _clean(field: models.Field, value: Any, where: str, *, begun: bool) -> Any:
    label = f"{where}{field.verbose_name}"
    if isinstance(field, models.CharField | models.TextField):
        text = clean_text(label, "" if value is None else str(value), most=_most(field))
        if field.name in _NORMAL_FORMS:
            text = _NORMAL_FORMS[field.name](text)
        value = clean_text(label, text, most=field.max_length or 10_000, required=not field.blank and not begun)
    elif isinstance(value, str | float):
        value = _read(field, _as_text(value), label)
    if value is None and isinstance(field, models.BooleanField) and not field.null:
        value = False
    if begun and (value == "" or (value is None and field.null)):
        return value
    if value is None and not (field.null and field.blank):
        raise Refusal(f"请填写“{label}”。")
    return _checked(field, value, label)


def _most(field: models.Field) -> int:
    """Return the limit before the value is put into its normal form, which may be shorter by its blanks."""
    limit = field.max_length or 10_000
    return 2 * limit if field.name in _NORMAL_FORMS else limit


def _as_text(value: str | float) -> str:
    """Return what a spreadsheet gives for a whole number as a whole number; 2.5 stays 2.5 and NaN stays no number."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _read(field: models.Field, text: str, label: str) -> Any:
    """Read a number, date or yes/no; empty is None. Full-width digits are read, ``1_000`` and ``1,000`` are not."""
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return None
    numeric = isinstance(field, models.IntegerField | models.DecimalField)
    if numeric and not _NUMBER.fullmatch(text):
        raise Refusal(f"“{label}”须为数字，不能带单位、逗号或其他符号。")
    return text


def _checked(field: models.Field, value: Any, label: str) -> Any:
    if value is None:
        return None
    try:
        value = field.to_python(value)
        field.validate(value, None)
        # A draft may hold an address that is not right yet; completeness says so.
        if not isinstance(field, models.EmailField):
            field.run_validators(value)
    except ValidationError as error:
        raise Refusal(f"“{label}”：{''.join(error.messages)}") from None
    return value
