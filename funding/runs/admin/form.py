"""The form of an allocation run: round, pool, six readings with their reasons."""

from typing import Any

from django import forms

from funding.formula import PoolError, check_pool
from funding.models import AllocationRun
from funding.readings import SWITCHES, Reading, Switch, Unit
from platforms.backoffice.fresh import FreshForm
from platforms.backoffice.moves import ReasonForm
from platforms.pages.money_fields import MoneyField


def switch_choice(switch: Switch) -> forms.ChoiceField:
    """Return the choice of one reading, with the reason of its default and what it moves beside it."""
    return forms.ChoiceField(
        label=switch.label,
        choices=[
            (str(choice.value), f"{choice.label}（默认）" if choice == switch.default else choice.label)
            for choice in switch.choices
        ],
        initial=str(switch.default.value),
        widget=forms.RadioSelect,
        help_text=f"默认理由：{switch.reason}另行取值的影响：{switch.moves}",
    )


class RunForm(FreshForm):
    """What can be entered: on a new run round, pool and readings; on a draft pool and readings."""

    pool_yuan = MoneyField(
        label="资金总额", help_text="不得超过该年度的资金上限，可写为 15000000、15,000,000 或 1500万元。"
    )
    cutoff, base, totals, industry, divisor, unit = map(switch_choice, SWITCHES)

    class Meta:
        model = AllocationRun
        fields = ("round", "replaces", "pool_yuan", *(switch.name for switch in SWITCHES))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        data = self.cleaned_data
        round_ = data.get("round") or (self.instance.round if self.instance.round_id else None)
        if "pool_yuan" in data and "unit" in data:
            try:
                check_pool(data["pool_yuan"], Unit(data["unit"]), round_.cap_yuan if round_ else None)
            except PoolError as error:
                self.add_error("pool_yuan", f"{error}。")
        return cleaned

    def reading(self) -> Reading:
        """Return the readings of a valid form."""
        return Reading.of(**{switch.name: self.cleaned_data[switch.name] for switch in SWITCHES})


class SeenForm(ReasonForm):
    """The confirm page of a move carries the revision that was shown; without it the move counts as stale."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
