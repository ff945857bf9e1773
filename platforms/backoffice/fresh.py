"""A form that knows what it was opened on: what somebody else saved in between is never overwritten unseen."""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models.constraints import BaseConstraint
from django.forms.utils import ErrorList

from platforms.errors import Refusal

#: Name of the hidden input with the digest of the values that were shown.
SHOWN = "_shown"
CONSTRAINT = "constraint"


def digest_of_rows(rows: Iterable[tuple[models.Model, Iterable[str]]]) -> str:
    """Return the SHA-256, in hex, over the named fields of ``rows``, in the order given."""
    values = [
        [row._meta.label_lower, row.pk, {name: row.serializable_value(name) for name in names}] for row, names in rows
    ]
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


class FreshForm(forms.ModelForm):
    """Refuses to save when the stored values are no longer those that the page showed; names both (T11).

    ``stored_digest`` is set by the admin to the digest of what the database holds now.
    """

    stored_digest: str = ""
    #: What a service said when the valid form was saved; set by the admin when it shows the form again.
    refusal: Refusal | None = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal:
            self.add_error(self.refusal.field if self.refusal.field in self.fields else None, str(self.refusal))
        if self.instance.pk and self.stored_digest and self.data.get(SHOWN) != self.stored_digest:
            raise ValidationError(
                ["您打开本页之后，这条记录已被他人修改，本次没有保存。请核对下列内容后再保存。", *self._both_values()]
            )
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for error in self.errors.get(NON_FIELD_ERRORS, ErrorList()).as_data():
            # A constraint without a sentence of its own would show its technical name.
            if str(error.message).startswith(str(BaseConstraint.default_violation_error_message).split("%")[0]):
                error.message, error.params, error.code = "各项的取值互相不符，请核对后再保存。", None, CONSTRAINT

    def _both_values(self) -> list[str]:
        lines = []
        for name, field in self.fields.items():
            if name not in self.changed_data:
                continue
            stored = in_words(field, self.initial.get(name))
            typed = in_words(field, self.cleaned_data.get(name, self.data.get(self.add_prefix(name))))
            lines.append(f"“{field.label}”现为“{stored}”，您填的是“{typed}”。")
        return lines


class ServiceForm(FreshForm):
    """A form whose valid values go through one service; what the service refuses stands above the form.

    ``perform`` is set by the admin; it makes the call and returns the row.
    """

    perform: Callable[[], models.Model] | None = None

    def _post_clean(self) -> None:
        super()._post_clean()
        # The service judges what goes together, in its own words.
        general = self.errors.pop(NON_FIELD_ERRORS, ErrorList()).as_data()
        for error in general:
            if error.code != CONSTRAINT:
                self.add_error(None, error)
        if self.errors or self.perform is None:
            return
        try:
            with transaction.atomic():
                self.instance = self.perform()
        except Refusal as refusal:
            self.add_error(None, str(refusal))


def in_words(field: forms.Field, value: Any) -> str:
    """Return ``value`` of a form field as people read it: the word of a choice, the name of a row."""
    if value is None or value == "":
        return ""
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(field, forms.ModelChoiceField):
        row = field.queryset.filter(pk=value).first() if field.queryset is not None else None
        return str(row or value)
    choices: Callable[[], Iterable] | Iterable = getattr(field, "choices", ())
    for key, word in choices() if callable(choices) else choices:
        if str(key) == str(value):
            return str(word)
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
