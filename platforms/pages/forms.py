"""Bases of the forms: one that says what a service refused, one that takes files along, one for a reason."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from platforms.errors import Refusal
from platforms.pages.fields import PlainTextField
from platforms.pages.files import MOST_FILES


def area(rows: int, most: int) -> forms.Textarea:
    """Return a box of several lines."""
    return forms.Textarea(attrs={"rows": rows, "maxlength": str(most)})


def set_choices(form: forms.Form, name: str, choices: Iterable[Any], *, first: str = "") -> None:
    """Give the field ``name`` its choices, before them ``first`` for none."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [*([("", first)] if first else []), *choices]


class RefusableForm(forms.Form):
    """A form that says beside its fields what a service refused."""

    use_required_attribute = False

    def refuse(self, refusal: Refusal) -> None:
        """Show ``refusal`` beside the field that it is about, or above the form."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class WithFiles(RefusableForm):
    """A form that takes files along; they are judged by the service when the rest is saved."""

    def clean_uploads(self) -> list[UploadedFile]:
        files: list[UploadedFile] = self.cleaned_data["uploads"]
        if len(files) > MOST_FILES:
            raise ValidationError(f"一次最多上传 {MOST_FILES} 个文件，现选了 {len(files)} 个。")
        return files


class ReasonForm(forms.Form):
    """A reason that stays on record."""

    use_required_attribute = False
    reason = PlainTextField(max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Any = None, *, label: str, hint: str = "", most: int = 1000) -> None:
        super().__init__(data)
        field = self.fields["reason"]
        field.label, field.help_text = label, hint
        field.max_length = most  # type: ignore[attr-defined]
        field.widget.attrs["maxlength"] = str(most)
