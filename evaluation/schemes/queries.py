"""What a round misses of its scheme before it is opened, and what a person reads of an indicator."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.urls import reverse

from evaluation.models import Indicator, Scheme
from evaluation.schemes import grading
from evaluation.schemes.choices import Method
from evaluation.schemes.grading import plain
from platforms.models import Round
from platforms.rounds.readiness import Finding


def how_earned(indicator: Indicator) -> str:
    """Return in one line how the points of a counted indicator come about; nothing for the others."""
    if indicator.method == Method.LINEAR:
        low, high = _text(indicator.floor), _text(indicator.target)
        return f"{low} 至 {high} {indicator.unit}之间按比例计分"
    if indicator.method == Method.TIERS:
        return "，".join(f"满 {least} {indicator.unit}得 {points} 分" for least, points in indicator.tiers)
    return "" if indicator.method != Method.DEDUCTION else f"每{indicator.unit}扣 {_text(indicator.full_marks)} 分"


def _text(value: Decimal | None) -> str:
    return "" if value is None else plain(Fraction(value))


def scheme(round: Round, _on: date) -> Iterable[Finding]:
    """Yield that no scheme could be put to use: who files wants to know what will be evaluated (四·(四))."""
    rows = Scheme.objects.filter(notice=round.notice_id).prefetch_related("indicators", "cutoffs")
    if not any(not grading.problems(each.value()) for each in rows):
        url = reverse("admin:evaluation_scheme_changelist")
        yield Finding("没有可以启用的评价方案，申报单位看不到评价依据。", url=url, label="编制评价方案")
