"""Boxes that are written without a template each: a table of thirty people holds three hundred of them."""

from typing import Any, TypeVar

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


class QuickInput(forms.TextInput):
    """An input of one line; its unit stands in the head of the table."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        shown = self.format_value(value)
        given = {"type": self.input_type, "name": name} | ({} if shown is None else {"value": shown})
        return format_html("<input{}>", flatatt(given | self.build_attrs(self.attrs, attrs)))


class QuickHidden(QuickInput, forms.HiddenInput):
    """A box that nobody sees."""

    input_type = "hidden"


class QuickSelect(forms.Select):
    """A list of choices without groups."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        chosen = self.format_value(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                ("" if key is None else key, mark_safe(" selected") if str(key) in chosen else "", label)
                for key, label in self.choices
            ),
        )
        return format_html(
            "<select{}>{}</select>", flatatt({"name": name} | self.build_attrs(self.attrs, attrs)), options
        )


F = TypeVar("F", bound=type[forms.Form])

_QUICK: dict[type, Any] = {forms.TextInput: QuickInput, forms.HiddenInput: QuickHidden, forms.Select: QuickSelect}


def quick(form: F) -> F:
    """Give the fields of ``form`` boxes without templates, where there are such."""
    for field in form.base_fields.values():
        made = _QUICK.get(type(field.widget))
        if made is not None:
            widget = made(attrs=field.widget.attrs)
            widget.is_required = field.widget.is_required
            if isinstance(widget, QuickInput) and isinstance(field.widget, forms.TextInput):
                widget.input_type = field.widget.input_type
            if isinstance(field, forms.ChoiceField):
                widget.choices = field.widget.choices
            field.widget = widget
    return form
