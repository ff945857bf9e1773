"""Form fields that read what people type in exactly one way, and say in our words what is wrong."""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from platforms.unreadable import LONGEST

WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
DECIMAL = re.compile(r"-?\d{1,18}(\.\d{1,9})?", re.ASCII)

#: The code of an error in a value that can be kept all the same: a draft with a wrong digit says what is wrong with it.
SOFT = "soft"

#: The code of an error at a box that was left empty: no error while somebody is still typing the row.
OPEN = "required"

#: Control characters that no keyboard makes and no database should hold; line breaks and tabs are text.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SURROGATES = re.compile("[\ud800-\udfff]")


def plain_digits(value: Any) -> str:
    """Return ``value`` with full-width characters made half-width and blanks around it gone."""
    return unicodedata.normalize("NFKC", str(value)).strip()


class PlainTextField(forms.CharField):
    """One line or a text without control characters; ``rule`` normalises, ``check`` returns what is wrong or None."""

    default_error_messages = {"required": "请填写。", "control": "含有无法保存的字符，请删除后重新填写。"}

    def __init__(
        self,
        *,
        rule: Callable[[str], str] | None = None,
        check: Callable[[str], str | None] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.rule, self.check = rule, check
        self.validators = [v for v in self.validators if not isinstance(v, MaxLengthValidator)]

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        if CONTROL.search(text):
            raise ValidationError(self.error_messages["control"], code="control")
        return self.rule(text) if text and self.rule else text

    def validate(self, value: Any) -> None:
        super().validate(value)
        if self.max_length and len(value) > self.max_length:
            raise ValidationError(f"现有 {len(value)} 字，最多 {self.max_length} 字，请精简。", code="max_length")
        problem = self.check(value) if value and self.check else None
        if problem:
            raise ValidationError(problem, code=SOFT)


def savable(form: forms.BaseForm) -> dict[str, Any]:
    """Return the fields of a bound ``form`` that may be saved: the right ones and those that are wrong in form only."""
    wrong = form.errors.as_data()
    values = dict(form.cleaned_data)
    for name, errors in wrong.items():
        if name in form.fields and all(error.code == SOFT for error in errors):
            values[name] = form.fields[name].to_python(form[name].data)
    return values


def unreadable(form: forms.BaseForm) -> dict[str, dict[str, str]]:
    """Return what stands in boxes of a bound ``form`` and cannot be read, by field, as a draft keeps it.

    Left out is what no draft can keep: nothing at all, too much, characters that cannot be stored.
    """
    right = savable(form)
    found = {}
    for name, errors in form.errors.items():
        if name not in form.fields or name in right or isinstance(form.fields[name], forms.FileField):
            continue
        text = str(form[name].data or "").replace("\r\n", "\n").replace("\r", "\n").strip()
        if text and len(text) <= LONGEST and not CONTROL.search(text) and not SURROGATES.search(text):
            label = str(form[name].label)
            found[name] = {"text": text, "sentence": str(errors[0])[:500], "label": label[:120]}
    return found


class WholeNumberField(forms.IntegerField):
    """A whole number from ``low`` to ``high``; full-width digits are taken, separators are not."""

    widget = forms.TextInput

    def __init__(self, *, unit: str = "", low: int = 0, high: int = 10_000_000, **options: Any) -> None:
        super().__init__(**options)
        self.low, self.high, self.unit = low, high, unit
        number_box(self, unit)
        self.widget.attrs["inputmode"] = "numeric"

    def to_python(self, value: Any) -> int | None:
        text = plain_digits(value) if value is not None else ""
        if text in self.empty_values:
            return None
        if not WHOLE.fullmatch(text):
            raise ValidationError("请只填写整数，不要带逗号、单位或其他文字。", code="invalid")
        return int(text)

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError("请填写。", code="required")
        if value is not None and not self.low <= value <= self.high:
            raise ValidationError(f"应在 {self.low} 至 {self.high} 之间，请核对。", code="range")


class DecimalNumberField(forms.Field):
    """A number from ``low`` to ``high`` with at most ``places`` decimals."""

    def __init__(self, *, places: int, low: str, high: str, unit: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.places, self.low, self.high = places, Decimal(low), Decimal(high)
        number_box(self, unit)

    def to_python(self, value: Any) -> Decimal | None:
        text = plain_digits(value) if value is not None else ""
        if text in self.empty_values:
            return None
        if not DECIMAL.fullmatch(text):
            raise ValidationError("请只填写数字，不要带逗号、单位或其他文字。", code="invalid")
        return Decimal(text)

    def validate(self, value: Any) -> None:
        if value is None:
            if self.required:
                raise ValidationError("请填写。", code="required")
            return
        if not self.low <= value <= self.high:
            raise ValidationError(f"应在 {self.low} 至 {self.high} 之间，请核对。", code="range")
        if value != value.quantize(Decimal(1).scaleb(-self.places)):
            raise ValidationError(f"最多保留 {self.places} 位小数。", code="places")


def number_box(field: forms.Field, unit: str) -> None:
    """Make the box of ``field`` narrow, with a keyboard of digits and its unit beside it."""
    field.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
    if unit:
        field.widget.attrs["data-unit"] = unit


class _WithinCenturies(forms.Field):
    """Takes digits in any width, and no year that cannot be meant: the first day of the calendar cannot even be told in
    another zone."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(plain_digits(value) if isinstance(value, str) else value)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not 1900 <= value.year <= 2100:
            raise ValidationError("年份应在 1900 至 2100 之间，请核对。", code="range")


class DayField(_WithinCenturies, forms.DateField):
    """A day, written 2020-03-18, 2020/3/18 or 2020年3月18日."""

    default_error_messages = {"required": "请填写日期。", "invalid": "日期的写法应为 2020-03-18。"}

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**options)


class MomentField(_WithinCenturies, forms.DateTimeField):
    """A day with the time of it."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
        super().__init__(**options)


class YesNoField(forms.TypedChoiceField):
    """是， 否， or not said yet."""

    widget = forms.RadioSelect

    def __init__(self, **options: Any) -> None:
        options |= {"choices": (("yes", "是"), ("no", "否")), "empty_value": None}
        super().__init__(coerce=lambda value: value == "yes", **options)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class PickField(forms.ChoiceField):
    """One of a closed list, or not chosen yet; a list of up to five is shown as buttons."""

    default_error_messages = {
        "required": "请选择。",
        "invalid_choice": "“%(value)s”不在可选项中，请从列出的选项中选择。",
    }

    def __init__(self, *, choices: Any, buttons: bool = False, **options: Any) -> None:
        pairs = list(choices)
        if not buttons:
            pairs = [("", "请选择"), *pairs]
        super().__init__(choices=pairs, **options | ({"widget": forms.RadioSelect} if buttons else {}))
