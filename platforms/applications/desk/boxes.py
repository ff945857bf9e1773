"""The box of a field of the form: its kind says which, the column of the model how long and between which bounds."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from platforms import checks
from platforms.applications.form_fields import FormField
from platforms.cells import Kind
from platforms.money import WAN, YUAN
from platforms.pages.fields import (
    DayField,
    DecimalNumberField,
    PickField,
    PlainTextField,
    WholeNumberField,
    YesNoField,
)
from platforms.pages.money_fields import MoneyField

#: What a browser may propose from what it knows of its owner; elsewhere it would propose what others typed before.
_KNOWN = {
    "contact_name": "name",
    "contact_mobile": "tel",
    "contact_phone": "tel",
    "contact_email": "email",
    "operator_name": "organization",
}


def box_of(model: type[models.Model], field: FormField) -> forms.Field:
    """Return the box of ``field``, of which ``model`` has the column."""
    column: Any = model._meta.get_field(field.name)
    options: dict[str, Any] = {"label": field.box_label or field.label, "help_text": field.help}
    if field.kind == Kind.CHOICE:
        return PickField(choices=field.choices.choices, buttons=True, **options)
    if field.kind == Kind.YES_NO:
        return YesNoField(**options) if column.null else forms.BooleanField(**options)
    if field.kind == Kind.DATE:
        return DayField(**options)
    if field.kind in (Kind.WHOLE, Kind.DECIMAL):
        return _number(column, field, options)
    if field.lines > 1:
        options["widget"] = forms.Textarea(attrs={"rows": field.lines})
    made = PlainTextField(max_length=column.max_length, rule=field.normal, check=field.check, **options)
    _prepare_keyboard(made.widget, field)
    return made


def _prepare_keyboard(box: forms.Widget, field: FormField) -> None:
    """Let a telephone show the keys that ``field`` needs, and propose its owner only where the owner is meant."""
    if field.kind == Kind.PHONE:
        kind = "tel"
    elif field.check is checks.check_email:
        kind = "email"
    else:
        kind = ""
    if kind and isinstance(box, forms.TextInput):
        box.input_type = kind
        box.attrs["inputmode"] = kind
    if field.kind == Kind.CAPITALS:
        box.attrs["autocapitalize"] = "characters"
    box.attrs["autocomplete"] = _KNOWN.get(field.name, "off")


def row_box_of(model: type[models.Model], field: FormField) -> forms.Field:
    """Return the box of ``field`` in a table of rows; a row is begun with the first word of a yes or no."""
    made = box_of(model, field)
    made.required = field.wanted or field.kind == Kind.YES_NO
    if field.kind == Kind.CHOICE:
        return PickField(label=made.label, choices=field.choices.choices)
    if field.kind == Kind.YES_NO:
        return forms.TypedChoiceField(
            label=made.label,
            choices=(("yes", field.yes), ("no", field.no)),
            coerce=lambda value: value == "yes",
            initial="yes",
            error_messages={"required": "请选择。", "invalid_choice": "请从列出的选项中选择。"},
        )
    return made


def _number(column: Any, field: FormField, options: dict[str, Any]) -> forms.Field:
    options["unit"] = field.box_unit or field.unit
    low, high = _bound(column, MinValueValidator), _bound(column, MaxValueValidator)
    if field.kind == Kind.WHOLE:
        return WholeNumberField(high=int(high), **options)
    places = column.decimal_places
    if high is None:
        high = f"{'9' * (column.max_digits - places)}.{'9' * places}"
    if field.unit in (YUAN, WAN):
        return MoneyField(places=places, high=str(high), **options)
    return DecimalNumberField(places=places, low=str(low), high=str(high), **options)


def _bound(column: Any, kind: type[MinValueValidator | MaxValueValidator]) -> Any:
    # The last one is that of the column itself; those before it come from the database.
    limits = [each.limit_value for each in column._validators if type(each) is kind]
    return limits[-1] if limits else None
