"""The box for money: one for the whole product, whatever separators, blanks and width of digits people type."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from platforms.money import WAN, YUAN, plain_amount, read_amount
from platforms.pages.fields import PlainTextField, number_box


class MoneyField(forms.Field):
    """An amount in ``unit`` from ``low`` to ``high``, whole or with at most ``places`` decimals.

    A whole amount is an ``int``, any other a ``Decimal``.
    """

    def __init__(
        self, *, unit: str = YUAN, places: int = 0, low: str = "0", high: str = "999999999999999", **options: Any
    ) -> None:
        super().__init__(**options)
        self.unit, self.places, self.low, self.high = unit, places, Decimal(low), Decimal(high)
        number_box(self, unit)

    def to_python(self, value: Any) -> int | Decimal | None:
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        amount = read_amount(text, self.unit)
        if amount is None:
            raise ValidationError(f"请填写金额，单位为{self.unit}，{self._example}。", code="invalid")
        is_whole = not self.places and amount == amount.to_integral_value()
        return int(amount) if is_whole else amount

    @property
    def _example(self) -> str:
        return "如 30 或 1,200.50" if self.unit == WAN else "如 15000000、15,000,000 或 1500万元"

    def validate(self, value: Any) -> None:
        if value is None:
            if self.required:
                raise ValidationError("请填写。", code="required")
            return
        if value != Decimal(value).quantize(Decimal(1).scaleb(-self.places)):
            said = f"最多保留 {self.places} 位小数。" if self.places else f"应为整数{self.unit}，不能有小数。"
            raise ValidationError(said, code="places")
        if not self.low <= value <= self.high:
            raise ValidationError(f"应在 {self.low:,} 至 {self.high:,} {self.unit}之间，请核对。", code="range")


class FeeField(PlainTextField):
    """A fee in yuan as text in plain digits; what is no amount is left to the service, which has the words for it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(rule=plain_amount, **options)
        number_box(self, YUAN)
