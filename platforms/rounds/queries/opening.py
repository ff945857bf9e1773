"""What is missing before the filing of a round is opened (四·(一)): each with where it is mended.

A part adds its own by a function that takes the round and the day and yields findings, and a line in :data:`SOURCES`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.urls import reverse

from platforms import deadlines
from platforms.choices import PlatformType
from platforms.dates import day_in_words
from platforms.models import NamingRule, Phase, Quota, Round
from platforms.rounds.choices import RoundStatus
from platforms.rounds.phases import FILING_PHASE, phase_label
from platforms.rounds.queries.regions import regions_of
from platforms.rounds.readiness import Finding, Weight

Source = Callable[[Round, date], Iterable[Finding]]


@dataclass(frozen=True)
class Check:
    """One line of the list of what has to be ready: ``title`` names it, ``find`` yields what is missing of it."""

    title: str
    find: Source


def phases(round: Round, _on: date) -> Iterable[Finding]:
    """Yield phases without days, out of order or overlapping (四: they follow one another), and tasks outside them."""
    rows = {phase.number: phase for phase in round.phases.order_by("number")}
    where = {"weight": Weight.STOPS, "url": _page(round), "label": "填写阶段日期"}
    for number, label in round.terms.phase_choices:
        if number not in rows:
            yield Finding(f"请先填写“{label}”的起止日期。", **where)  # type: ignore[arg-type]
    for number in rows:
        if number > len(round.terms.phases):
            told = f"{round}的通知只有{len(round.terms.phases)}个阶段，请删去第{number}个阶段的日期。"
            yield Finding(told, **where)  # type: ignore[arg-type]
    for before, after in pairwise(rows.values()):
        if after.starts_on <= before.ends_on:
            yield Finding(
                f"“{after.label}”须在“{before.label}”结束之后开始。",
                **where,  # type: ignore[arg-type]
            )
    templates = round.task_templates.filter(retired=False).order_by("phase", "position")
    for each in templates:
        phase = rows.get(each.phase)
        if phase is None or not phase.starts_on <= each.due_on <= phase.ends_on:
            yield Finding(
                f"任务“{each.title}”的完成期限（{each.due_on:%Y-%m-%d}）"
                f"不在“{phase_label(round.terms, each.phase)}”之内，请一并调整。",
                Weight.STOPS,
                url=reverse("admin:platforms_tasktemplate_change", args=(each.pk,)),
                label="修改任务期限",
            )
    if not templates:
        url = reverse("admin:platforms_round_load_tasks", args=(round.pk,))
        yield Finding(f"{round}没有阶段任务，各平台不会收到任务。", url=url, label="载入默认任务")


def dates(round: Round, on: date) -> Iterable[Finding]:
    """Yield what of the days of the filing is over, or does not fit: reports are due within phase one (四·(一))."""
    first: Phase | None = round.phases.filter(number=FILING_PHASE).first()
    due, url, label = round.report_due_on, _page(round), phase_label(round.terms, FILING_PHASE)
    if first is not None and not first.starts_on <= due <= first.ends_on:
        span = f"{day_in_words(first.starts_on)}至{day_in_words(first.ends_on)}"
        told = f"上报截止日期（{day_in_words(due)}）不在“{label}”（{span}）之内。"
        yield Finding(told, url=url, label="修改上报截止日期")
    if deadlines.is_late(due, on):
        told = f"上报截止日期（{day_in_words(due)}）已过，各地上报的都将标记为逾期。"
        yield Finding(told, url=url, label="修改上报截止日期")
    elif first is not None and deadlines.is_late(first.ends_on, on):
        told = f"“{label}”已于{day_in_words(first.ends_on)}结束。"
        yield Finding(told, url=url, label="修改阶段日期")
    if round.year != due.year:
        told = f"上报截止日期（{day_in_words(due)}）不在 {round.year} 年。"
        yield Finding(told, Weight.NOTE, url=url, label="修改上报截止日期")


def quotas(round: Round, _on: date) -> Iterable[Finding]:
    """Yield the regions without a quota (三, attachment 1): guidance, so that filing can begin without."""
    has = Quota.objects.filter(round=round).values("region")
    names = tuple((name, "") for name in regions_of(round).exclude(pk__in=has).values_list("name", flat=True))
    if names:
        url = f"{reverse('admin:platforms_round_change', args=(round.pk,))}?tab=quotas"
        yield Finding(f"{len(names)} 个地区没有名额", names=names, url=url, label="填写、导入或套用名额")


def others(round: Round, _on: date) -> Iterable[Finding]:
    """Note other rounds that take filings now: counties will file in two at once."""
    for other in Round.objects.filter(status=RoundStatus.FILING).exclude(pk=round.pk).order_by("year"):
        url = reverse("admin:platforms_round_change", args=(other.pk,))
        yield Finding(f"{other}仍在受理申报。", Weight.NOTE, url=url, label=f"办理{other}")


def naming(_round: Round, _on: date) -> Iterable[Finding]:
    """Note the types that are called by the rule of the software (二·(一): 命名方式另行通知)."""
    set_up = set(NamingRule.objects.values_list("type", flat=True))
    names = tuple((str(each.label), "") for each in PlatformType if each not in set_up)
    if names:
        url = reverse("admin:platforms_namingrule_changelist")
        told = "以下类型尚未设置命名规则，按软件默认规则命名"
        yield Finding(told, Weight.NOTE, names, url, "设置命名规则")


def _page(round: Round) -> str:
    return f"{reverse('admin:platforms_round_change', args=(round.pk,))}?tab=dates"


#: Every check, in the order in which a page tells what they find.
SOURCES: list[Check] = [
    Check("阶段和任务", phases),
    Check("上报截止日期", dates),
    Check("名额", quotas),
    Check("其他年度", others),
    Check("命名规则", naming),
]


def checklist(round: Round, *, on: date) -> list[tuple[str, list[Finding]]]:
    """Return the title of each check with what it finds missing on the day ``on``; what is ready has no findings."""
    return [(each.title, list(each.find(round, on))) for each in SOURCES]


def before_opening(round: Round, *, on: date) -> list[Finding]:
    """Return what is missing for opening the filing of ``round`` on the day ``on``."""
    return [finding for _, findings in checklist(round, on=on) for finding in findings]
