"""The form of a report: what is said as a whole, and a row for each thing that money was spent on."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import formset_factory

from funding.uses.services import MOST_ITEMS, Item
from platforms.models import Platform
from platforms.pages.fields import DayField, PlainTextField
from platforms.pages.money_fields import MoneyField


class TextForm(forms.Form):
    """The words, and the revision that was shown."""

    use_required_attribute = False

    text = PlainTextField(
        label="总体情况",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": 2_000}),
        help_text="资金使用安排和成效；尚未支出的，说明原因和计划。",
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, required=False)


class ItemForm(forms.Form):
    """One row; a row that is left empty is not kept."""

    use_required_attribute = False

    purpose = PlainTextField(label="用途", max_length=200, required=False)
    amount = MoneyField(label="金额", required=False, low="1")
    spent_on = DayField(label="支出日期", required=False)
    platform = forms.ModelChoiceField(
        label="用于的平台",
        queryset=Platform.objects.none(),
        required=False,
        empty_label="不限于某个平台",
        error_messages={"invalid_choice": "请从列出的平台中选择。"},
    )

    def __init__(self, *args: Any, platforms: QuerySet[Platform], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["platform"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = platforms

    def clean(self) -> dict[str, Any]:
        """Ask for what is missing of a row that was begun."""
        cleaned = super().clean() or self.cleaned_data
        if any(value not in (None, "") for value in cleaned.values()) or self.errors:
            for name in ("purpose", "amount", "spent_on"):
                if name not in self.errors and cleaned.get(name) in (None, ""):
                    self.add_error(name, "请填写。")
        return cleaned

    def item(self) -> Item | None:
        """Return what a valid row says, None for an empty one."""
        given = self.cleaned_data
        if not given.get("purpose"):
            return None
        return Item(given["purpose"], given["amount"], given["spent_on"], given["platform"])


ItemForms = formset_factory(ItemForm, extra=3, max_num=MOST_ITEMS, validate_max=True, absolute_max=MOST_ITEMS + 10)
