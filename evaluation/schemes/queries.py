"""What keeps a scheme from being used, where its figures come from, and what a person reads of an indicator."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.urls import reverse

from evaluation.models import Indicator, Scheme
from evaluation.schemes import grading, tiers
from evaluation.schemes.choices import Method
from evaluation.schemes.grading import Problem, SchemeValue, plain
from evaluation.schemes.reported import LABELS, SOURCES
from platforms.models import Round
from platforms.rounds.counted_period import Period
from platforms.rounds.readiness import Finding
from platforms.workbench.counted_figures import FIGURES
from platforms.workbench.queries.counting import RULES

_EVER = Period(date(1950, 1, 1), date(2999, 12, 31))


def problems_of(value: SchemeValue) -> tuple[Problem, ...]:
    """Return what keeps a scheme from being put to use today: what it says, and figures without any record."""
    return (*grading.problems(value, known=LABELS), *without_data(value))


def caution_of(value: SchemeValue) -> str:
    """Return what should be known of a scheme before it is used; empty where there is nothing."""
    titles = [f"“{each.title}”" for each in grading.stated_by_form(value, stated=SOURCES)]
    if not titles:
        return ""
    return f"{'、'.join(titles)}的数值来源为申报表。申报表填写的是申报前的情况，只作参考，不与核定数值比较。"


def without_data(value: SchemeValue) -> list[Problem]:
    """Return the indicators that earn points by a figure of which the system has no record at all.

    A deduction is left out: nothing recorded means nothing to take off.
    """
    earned = [i for i in value.indicators if i.method in (Method.LINEAR, Method.TIERS) and i.source in FIGURES]
    sources = {each.source: RULES[each.source].source for each in earned}
    has = {name: source.model.objects.filter(source.within(_EVER)).exists() for name, source in sources.items()}
    return [
        Problem(
            f"indicators.{each.code}.source",
            f"系统中尚无“{FIGURES[each.source].label}”的任何记录，请改用其他数值来源，或改为评分。",
            f"指标“{each.title}”",
        )
        for each in earned
        if not has[each.source]
    ]


def how_earned(indicator: Indicator) -> str:
    """Return in one line how the points of a counted indicator come about; nothing for the others."""
    if indicator.method == Method.LINEAR:
        low, high = _text(indicator.floor), _text(indicator.target)
        return f"{low} 至 {high} {indicator.unit}之间按比例计分"
    if indicator.method == Method.TIERS:
        return "，".join(f"{scale} {indicator.unit}得 {points} 分" for scale, points in tiers.ranges(indicator.tiers))
    return "" if indicator.method != Method.DEDUCTION else f"每{indicator.unit}扣 {_text(indicator.full_marks)} 分"


def _text(value: Decimal | None) -> str:
    return "" if value is None else plain(Fraction(value))


def scheme(round: Round, _on: date) -> Iterable[Finding]:
    """Yield that no scheme could be put to use: who files wants to know what will be evaluated (四·(四))."""
    rows = Scheme.objects.filter(notice=round.notice_id).prefetch_related("indicators", "cutoffs")
    if not any(not grading.problems(each.value(), known=LABELS) for each in rows):
        url = reverse("admin:evaluation_scheme_changelist")
        yield Finding("没有可以启用的评价方案，申报单位看不到评价依据。", url=url, label="编制评价方案")
