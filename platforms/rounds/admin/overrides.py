"""What a page shows of a round's counted period, and of what it was moved on without."""

from collections.abc import Sequence
from typing import Any

from django import forms

from platforms.backoffice.moves import ReasonForm
from platforms.models import Round
from platforms.moments import moment
from platforms.move_table import Move
from platforms.rounds.choices import RoundAct
from platforms.rounds.phases import counted_in_words
from platforms.rounds.queries.counted_period import period_of_round

LABEL = "继续办理的理由"
HELP = "存入办理记录，在年度页面显示。"


class GapsForm(ReasonForm):
    """The reason for going on although something is missing; nothing is asked where nothing is."""

    def __init__(self, *args: Any, move: Move, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, move=move, **kwargs)
        if asks:
            self.fields["reason"] = reason_field()


def reason_field() -> forms.CharField:
    """Return the field that asks why an act goes on without what is missing."""
    return forms.CharField(
        label=LABEL, max_length=400, widget=forms.Textarea(attrs={"rows": 3, "maxlength": "400"}), help_text=HELP
    )


def overrides_of(round_: Round, acts: Sequence[RoundAct] = tuple(RoundAct)) -> list[dict[str, Any]]:
    """Return what ``round_`` was moved on without, the latest first: act, who, when, why and the sentences."""
    rows = round_.overrides.filter(act__in=acts).select_related("by")
    return [
        {"act": each.get_act_display(), "who": each.by.name, "when": moment(each.at), "why": each.reason,
         "gaps": each.gaps}
        for each in rows
    ]  # fmt: skip


def period_in_words(round_: Round) -> str:
    """Say which days the evaluation of ``round_`` counts, and whether they can still be changed."""
    period = period_of_round(round_)
    if period is None:
        return "尚未确定，请填写各阶段的起止日期。"
    if round_.counted_fixed_at is not None:
        return f"{period.text}。绩效评价已启动，不再修改。"
    own = round_.counted_from is not None or round_.counted_until is not None
    how = "由市经信局设定" if own else counted_in_words(round_.terms)
    return f"{period.text}（{how}），启动绩效评价时确定，此后不再修改。"
