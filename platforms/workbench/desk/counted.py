"""The rows behind one figure of an evaluation: those of one platform within the counted period, as they are now."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from platforms.excel.list_file import Row
from platforms.follow_ups.choices import FollowUpResult
from platforms.models import Platform
from platforms.pages.access import officer
from platforms.pages.lists import Column, Counted, Value, plain, text, word
from platforms.rounds.counted_period import Period
from platforms.rounds.queries.counted_period import period_of_round
from platforms.rounds.queries.rounds import current_round
from platforms.workbench.counted_figures import FIGURES, Figure
from platforms.workbench.desk.address import NOTHING
from platforms.workbench.desk.rows import KINDS, PLATFORM, REGION, RowsOfKind, day_of
from platforms.workbench.queries import counting

DAY = "[12][0-9]{3}-[0-9]{2}-[0-9]{2}"
#: What a figure counts of its rows beside what every list of their kind shows.
MORE: Mapping[str, tuple[Column, ...]] = {
    "counted_follow_ups": (Column("回访结果", word("result", FollowUpResult)),),
    "counted_satisfaction": (Column("回访满意度", plain("satisfaction"), "分", num=True),),
    "counted_attendance": (Column("参加人数", plain("people"), "人", num=True),),
    "counted_rectifications": (Column("下发日期", day_of("opened_at")),),
}


def said(figure: Figure, value: Decimal | None) -> str:
    """Return ``value`` with its unit as people read it; a figure without rows to count has none."""
    if value is None:
        return NOTHING
    return f"{value:,}%" if figure.unit == "%" else f"{value:,} {figure.unit}"


def figures_of(platform: int, period: Period) -> list[dict[str, Any]]:
    """Return the figures of a platform within ``period``, as the page of the workbench shows figures."""
    values = counting.counted([platform], period)[platform]
    return [
        {
            "label": figure.label,
            "said": NOTHING if (value := values[figure.key]) is None else f"{value:,}",
            "unit": "" if value is None else figure.unit,
            "url": counting.records_url(figure.key, platform, period),
            "bad": figure.more_is_better is False and bool(value),
        }
        for figure in FIGURES.values()
    ]


class CountedRows(RowsOfKind):
    """Exactly the rows that a figure counts, with what it means.

    An address without days, or with days that are none, is about the counted period of the current round.
    """

    noun = "记录"
    place, file_place = "desk:counted_rows", "desk:counted_rows_file"
    template = "workbench/counted_rows.html"
    none_yet = "统计期间内没有这样的记录。"
    filters = (
        text("from", "统计期间自", 10, pattern=DAY, narrows=False, stays=True),
        text("to", "统计期间至", 10, pattern=DAY, narrows=False, stays=True),
    )
    size = 50

    def __init__(self, request: HttpRequest, key: str, pk: int | str) -> None:
        if key not in FIGURES:
            raise Http404
        super().__init__(request, key=key, pk=pk)
        self.figure, self.kind = FIGURES[key], counting.RULES[key].source.kind
        self.platform = get_object_or_404(Platform.objects.visible_to(self.user).select_related("region"), pk=int(pk))
        self.target = self.platform
        self.title, self.lead = self.figure.label, self.figure.meaning
        self.file_title = f"{self.platform.code} {self.title}"
        kind = KINDS[self.kind]
        self.link = kind.link(self.user) if kind.link else None
        part = Column(self.figure.part, Value(("is_part",), lambda is_part: "是" if is_part else "否"))
        own = tuple(column for column in kind.columns if column not in (PLATFORM, REGION))
        self.columns = (*own, *MORE.get(key, ()), *((part,) if self.figure.part else ()))

    @cached_property
    def period(self) -> Period | None:
        """The days that are counted; None where the address names none and those of the round are not known yet."""
        asked = counting.period_of_days(self.values["from"], self.values["to"])
        if asked is not None:
            return asked
        round_ = current_round()
        return period_of_round(round_) if round_ else None

    @cached_property
    def found(self) -> QuerySet[Any] | None:
        """The rows that the person sees, None where there is no period."""
        if self.period is None:
            return None
        return counting.rows_of(self.user, self.figure.key, self.platform.pk, self.period)

    def rows(self) -> QuerySet[Any] | Sequence[Counted]:
        return () if self.found is None else self.found

    @cached_property
    def _count(self) -> int:
        return 0 if self.found is None else self.found.count()

    def count(self) -> int:
        return self._count

    @cached_property
    def facts(self) -> dict[str, str]:
        """What the figure comes to, by labels."""
        platform, period = self.platform, self.period
        told = {"平台": f"{platform.name}（{platform.code}）"}
        if period is None:
            return told | {"统计期间": "尚未确定"}
        tally = counting.tally([platform.pk], period, [self.figure.key])[platform.pk][self.figure.key]
        told |= {"统计期间": period.text, self.figure.label: said(self.figure, tally.value)}
        hidden = tally.rows - self._count
        if hidden:
            # An activity stays with the county that entered it, also where its platform came to another one.
            told["未列出"] = f"{hidden} 条，由其他地区登记，只计数。"
        return told

    def crumbs(self) -> list[dict[str, str]]:
        home = reverse("desk:workbench")
        return [
            {"label": "工作台", "url": home},
            {"label": self.platform.name, "url": f"{home}?platform={self.platform.code}"},
            {"label": self.title, "url": ""},
        ]

    def notes(self) -> list[Row]:
        return [*([label, value] for label, value in self.facts.items()), ["统计口径", self.figure.meaning]]

    def narrowing(self) -> str:
        # The notes say it.
        return ""

    def extra(self) -> dict[str, Any]:
        region = self.platform.region.name if self.platform.region else ""
        return {"place": region, "facts": [{"label": label, "value": value} for label, value in self.facts.items()]}


index = officer("platforms.view_platform")(require_safe(CountedRows.page))
export = officer("platforms.view_platform")(require_safe(CountedRows.file))
