"""The form of a trial. Everything stands in the address; what is not there is as the run has it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict

from evaluation.marking.late import Standing
from funding.formula import PoolError, check_pool
from funding.readings import Counting, Reading, Switch, Unit
from funding.tally import TallyError
from funding.trials.queries.basis import Basis, Platform
from funding.trials.queries.trial import Asked, most_failing
from platforms.pages.money_fields import MoneyField

#: Before the code of a region stands this in the name of the box for its failing ones.
FAILING = "more_"
MOST = 9_999


class FailingField(forms.IntegerField):
    """How many more platforms of a region fail; empty is none."""

    def __init__(self, *, region: str, failing: str) -> None:
        said = f"应在 0 至 {MOST:,} 之间。"
        super().__init__(
            label=f"{region}增加{failing}",
            required=False,
            validators=[MinValueValidator(0, said), MaxValueValidator(MOST, said)],
            # A box for numbers would not show again what is no number.
            widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 4}),
            error_messages={"invalid": "请填写整数，如 1。"},
        )

    def clean(self, value: Any) -> int:
        return super().clean(value) or 0


class TrialForm(forms.Form):
    """Pool, readings, ways to count, and by region what would be otherwise; bound to what the address says."""

    pool_yuan = MoneyField(
        label="资金总额", help_text="不得超过本年度资金上限，可写为 15000000、15,000,000 或 1500万元。"
    )

    def __init__(self, basis: Basis, data: QueryDict) -> None:
        self.basis = basis
        super().__init__(_filled(basis, data))
        self.fields["pool_yuan"].widget.attrs["inputmode"] = "text"
        for switch in (*basis.switches, *basis.count_switches):
            self.fields[switch.name] = _choice(switch)
        if basis.count_switches:
            self.fields["counts_too"] = forms.BooleanField(label="口径组合包括申报数的口径", required=False)
        failing = basis.money.failing_label
        for tally in basis.before.tallies:
            self.fields[f"{FAILING}{tally.code}"] = FailingField(region=tally.name, failing=failing)
        self.fields["without"] = forms.MultipleChoiceField(
            label="撤回平台",
            required=False,
            choices=[(str(each.pk), each.name) for each in self.offered],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": "所选平台不在本测算计入的申报中，请重新选择。"},
        )

    @property
    def offered(self) -> list[Platform]:
        """The platforms that can be withdrawn: those that are not yet."""
        gone = (Standing.WITHDRAWN, Standing.WITHDRAWN_LATE)
        return [each for each in self.basis.platforms if each.reported.standing not in gone]

    @property
    def readings(self) -> list[forms.BoundField]:
        """The boxes of the readings."""
        return [self[switch.name] for switch in self.basis.switches]

    @property
    def countings(self) -> list[forms.BoundField]:
        """The boxes of the ways to count."""
        return [self[switch.name] for switch in self.basis.count_switches]

    @property
    def assumes(self) -> bool:
        """Whether something is typed or ticked for a region, right or wrong."""
        ticked = any(each not in ("", "0") for name in self.fields if name.startswith(FAILING)
                     for each in [str(self.data.get(name, "")).strip()])  # fmt: skip
        return ticked or bool(self["without"].value())

    @property
    def regions(self) -> list[dict[str, Any]]:
        """A line per region, the key-industry platforms last: its box, and its platforms with what is ticked."""
        ticked = set(self["without"].value() or ())
        by_code: dict[str, list[dict[str, Any]]] = {}
        for each in self.offered:
            line = {"platform": each, "ticked": str(each.pk) in ticked}
            by_code.setdefault(each.code, []).append(line)
        lines = [
            {
                "label": tally.name,
                "failing": self[f"{FAILING}{tally.code}"],
                "platforms": by_code.get(tally.code, []),
                "open": any(line["ticked"] for line in by_code.get(tally.code, [])),
            }
            for tally in self.basis.before.tallies
        ]
        industry = by_code.get("", [])
        if industry and self.basis.before.industry is not None:
            open_ = any(line["ticked"] for line in industry)
            lines.append(
                {"label": self.basis.before.industry.name, "failing": None, "platforms": industry, "open": open_}
            )
        return lines

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "pool_yuan" in cleaned and "unit" in cleaned:
            try:
                check_pool(cleaned["pool_yuan"], Unit(cleaned["unit"]), self.basis.run.round.cap_yuan)
            except PoolError as error:
                self.add_error("pool_yuan", f"{error}。")
        if not self.errors:
            self._check_failing()
        return cleaned

    def _check_failing(self) -> None:
        failing = self.basis.money.failing_label
        try:
            found = most_failing(self.basis, self.asked())
        except TallyError as error:
            self.add_error(None, f"{error}。")
            return
        for code, most in found.items():
            said = f"最多还可增加 {most} 家{failing}。" if most else f"没有可以再评为{failing}的平台。"
            self.add_error(f"{FAILING}{code}", said)

    def asked(self) -> Asked:
        """Return what a valid form asks for."""
        data = self.cleaned_data
        basis = self.basis
        drawn = {switch.name: data[switch.name] for switch in basis.count_switches}
        return Asked(
            pool=data["pool_yuan"],
            reading=Reading.of(**{switch.name: data[switch.name] for switch in basis.switches}),
            counting=Counting.of(**drawn) if drawn else basis.counting,
            failing={
                tally.code: data[f"{FAILING}{tally.code}"]
                for tally in basis.before.tallies
                if data[f"{FAILING}{tally.code}"]
            },
            without=frozenset(map(int, data["without"])),
            counts_too=bool(data.get("counts_too")),
        )


def address_of(basis: Basis, asked: Asked) -> str:
    """Return what stands behind the ``?`` for this trial: only what differs from the run."""
    data = QueryDict(mutable=True)
    if asked.pool != basis.before.pool:
        data["pool_yuan"] = str(asked.pool)
    chosen = {**asked.reading.as_dict(), **asked.counting.as_dict()}
    made = {**basis.reading.as_dict(), **basis.counting.as_dict()}
    for name, value in chosen.items():
        if value != made[name]:
            data[name] = value
    for code, number in asked.failing.items():
        data[f"{FAILING}{code}"] = str(number)
    data.setlist("without", [str(pk) for pk in sorted(asked.without)])
    if asked.counts_too:
        data["counts_too"] = "on"
    return data.urlencode()


def _filled(basis: Basis, data: QueryDict) -> QueryDict:
    """Return what the address says, and where it says nothing what the run has."""
    made: Mapping[str, str] = {
        "pool_yuan": f"{basis.before.pool:,}",
        **basis.reading.as_dict(),
        **basis.counting.as_dict(),
    }
    filled = data.copy()
    for name, value in made.items():
        if name not in filled or (name != "pool_yuan" and not filled[name]):
            filled[name] = value
    return filled


def _choice(switch: Switch) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=switch.label,
        choices=[
            (str(choice.value), f"{choice.label}（默认）" if choice == switch.default else choice.label)
            for choice in switch.choices
        ],
        error_messages={"invalid_choice": "没有这一取值，请重新选择。"},
    )
