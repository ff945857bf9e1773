"""The form of an allocation run: round, pool, readings with their reasons."""

from typing import Any

from django import forms

from funding.formula import PoolError, check_pool
from funding.models import AllocationRun
from funding.money import FIRST, Money
from funding.readings import (
    COUNT_SWITCHES,
    SWITCHES,
    Counting,
    Reading,
    Switch,
    Unit,
    count_switches_of,
    counting_of,
    defaults_of,
    switches_of,
)
from platforms.backoffice.fresh import FreshForm
from platforms.backoffice.moves import ReasonForm
from platforms.models import Round
from platforms.pages.money_fields import MoneyField

OTHER_NOTICE = "该年度依据的是另一份通知，各项口径的名称和默认值已按该通知更新，请核对后再测算。"


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
        help_text=f"默认理由：{switch.reason}改变口径的影响：{switch.moves}",
    )


class CapSelect(forms.Select):
    """The choice of a round; each option carries the cap of its round, which ``static/js/pool-cap.js`` fills in."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        round_ = getattr(value, "instance", None)
        if isinstance(round_, Round):
            option["attrs"]["data-cap"] = as_typed(round_.cap_yuan)
        return option


def as_typed(yuan: int) -> str:
    """Return whole yuan as people type them: 15,000,000."""
    return f"{yuan:,}"


class RunForm(FreshForm):
    """What can be entered: on a new run round, pool and readings; on a draft pool and readings.

    The readings are in the words and with the defaults of the notice of the round. ``notice`` is the one whose words
    the page showed; a round under another one is shown again in its words before anything is computed.
    """

    pool_yuan = MoneyField(
        label="资金总额", help_text="不得超过该年度的资金上限，可写为 15000000、15,000,000 或 1500万元。"
    )
    notice = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    class Meta:
        model = AllocationRun
        fields = ("round", "replaces", "pool_yuan", *(switch.name for switch in (*SWITCHES, *COUNT_SWITCHES)))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        round_ = self._round()
        terms = round_.terms if round_ else None
        money = (Money.of(terms) if terms else None) or FIRST
        defaults, counting = (defaults_of(terms), counting_of(terms)) if terms else (Reading(), Counting())
        for switch in (*switches_of(money, defaults), *count_switches_of(money, counting)):
            self.fields[switch.name] = switch_choice(switch)
        if self.instance.pk:
            self.initial["pool_yuan"] = as_typed(self.instance.pool_yuan)
        if "round" in self.fields:
            self.fields["notice"].initial = round_.notice_id if round_ else ""
        else:
            del self.fields["notice"]

    def _round(self) -> Round | None:
        """Return the round of the run, or the one that is chosen on the page."""
        if self.instance.round_id:
            run: AllocationRun = self.instance
            return run.round
        field = self.fields.get("round")
        if not isinstance(field, forms.ModelChoiceField):
            return None
        chosen = self.data.get(self.add_prefix("round")) if self.is_bound else self.initial.get("round")
        try:
            found = field.to_python(chosen)
        except forms.ValidationError:
            return None
        return found if isinstance(found, Round) else None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        data = self.cleaned_data
        round_ = data.get("round") or (self.instance.round if self.instance.round_id else None)
        if "pool_yuan" in data and "unit" in data:
            try:
                check_pool(data["pool_yuan"], Unit(data["unit"]), round_.cap_yuan if round_ else None)
            except PoolError as error:
                self.add_error("pool_yuan", f"{error}。")
        if round_ and data.get("notice") and data["notice"] != str(round_.notice_id):
            self.add_error("round", OTHER_NOTICE)
            # Everything typed stays as it is, but for the notice that the page shows now.
            typed = {name: self.data[name] for name in self.data}
            self.data = typed | {self.add_prefix("notice"): str(round_.notice_id)}
        return cleaned

    def reading(self) -> Reading:
        """Return the readings of a valid form."""
        return Reading.of(**{switch.name: self.cleaned_data[switch.name] for switch in SWITCHES})

    def counting(self) -> Counting:
        """Return how a valid form wants the counts to be drawn."""
        return Counting.of(**{switch.name: self.cleaned_data[switch.name] for switch in COUNT_SWITCHES})


class SeenForm(ReasonForm):
    """The confirm page of a move carries the revision that was shown; without it the move counts as stale."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
