"""The form of a batch: document, day and reason, and a box for each region that something can be paid to."""

from collections.abc import Sequence
from typing import Any

from django import forms

from funding.payments.queries.sums import RegionMoney
from platforms.document_number import document_number
from platforms.models import Region
from platforms.pages.fields import DayField, PlainTextField
from platforms.pages.money_fields import MoneyField


def box(region: Region) -> str:
    """Return the name of the box of ``region``."""
    return f"amount_{region.pk}"


class BatchForm(forms.Form):
    """What is paid to whom; an empty box pays nothing. A box is there for whoever has a rest, or was typed in."""

    use_required_attribute = False

    document_number = forms.CharField(
        label="拨款文号",
        max_length=40,
        help_text="拨款文件的文号，如 财〔2026〕12号。",
        error_messages={"required": "请填写拨款文号。"},
    )
    paid_on = DayField(label="拨付日期", help_text="不早于分配文件日期。")
    reason = PlainTextField(
        label="拨付理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
        help_text="写明拨付依据和批次安排；内部留存。",
    )

    def __init__(self, data: Any = None, *, regions: Sequence[RegionMoney], **options: Any) -> None:
        super().__init__(data, **options)
        self.regions = regions
        for each in regions:
            name = box(each.region)
            if each.balance.rest or (data is not None and str(data.get(name, "")).strip()):
                field = MoneyField(label=f"{each.region.name}拨付金额", required=False)
                # It stands in a table, without a label of its own.
                field.widget.attrs["aria-label"] = field.label
                self.fields[name] = field

    def clean_document_number(self) -> str:
        """Write it as document numbers are written."""
        try:
            return document_number(self.cleaned_data["document_number"])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def clean(self) -> dict[str, Any]:
        """Tell each region that cannot be paid so much at its own box."""
        cleaned = super().clean() or self.cleaned_data
        lines = self.lines()
        for each in self.regions:
            amount = lines.get(each.region)
            why = each.balance.refusal(amount) if amount is not None else ""
            if why:
                self.add_error(box(each.region), why)
        if not lines and not any(box(each.region) in self.errors for each in self.regions):
            self.add_error(None, "请至少填写一个地区的拨付金额。")
        return cleaned

    def lines(self) -> dict[Region, int]:
        """Return what was typed and can be read, whole yuan by region."""
        typed = {each.region: self.cleaned_data.get(box(each.region)) for each in self.regions}
        return {region: amount for region, amount in typed.items() if amount is not None}
