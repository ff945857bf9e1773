"""What of a round has no grade, for the city: each application with its reason, totals, and what it does to shares."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.views.decorators.http import require_safe

from evaluation.marking.choices import CITY, Gap
from evaluation.marking.late import Count, Ungraded, WithdrawnLate, counts
from evaluation.marking.queries.gaps import Gaps, Missing, gaps_of
from evaluation.models import Evaluation
from platforms.excel.list_file import Row
from platforms.figures import percent
from platforms.models import Region
from platforms.notices.terms import grade_label
from platforms.pages.access import officer
from platforms.pages.lists import Column, Counted, Filter, ListPage, Words, day, plain, short_name
from platforms.pages.years import ONE_YEAR, by_year, round_here
from platforms.reference.choices import CITYS_OWN
from platforms.rounds.choices import RoundStatus

LATE = {
    WithdrawnLate.AS_PROPOSED: "计入申报数，档次按建议档次",
    WithdrawnLate.DECLARED: "计入申报数，不计档次",
    WithdrawnLate.OUT: "不计入申报数",
}
UNGRADED = {
    Ungraded.DECLARED: "计入申报数，不计档次",
    Ungraded.AS_D: "拒不参加评价且已核实的按{failing}计",
    Ungraded.OUT: "不计入申报数",
}


class RoundGaps(ListPage):
    """Every reported application of a round without a grade, by number."""

    title = file_title = label = "未评定档次的申报"
    noun = "申报"
    unit = "份"
    lead = "已提交的申报每份只列入一种情形；所列申报与已核定档次的平台合计为已提交的申报总数。"
    place, file_place = "evaluation:gaps", "evaluation:gap_list"
    file_permission = "evaluation.export_assessment"
    template = "marking/gaps.html"
    filters = (
        Filter("gap", "情形", words=dict(Gap.choices), some=True),
        Filter("region", "地区", most=12),
        ONE_YEAR,
    )
    columns = (
        Column("申报编号", "number"),
        Column("平台名称", short_name("", ("site",))),
        Column("地区", "region"),
        Column("类型", "type"),
        Column("情形", "gap"),
        Column("日期", day("on")),
        Column("原因", "reason"),
    )
    link = plain("url")
    none_yet = "已提交的申报均已核定档次。"
    size = 50

    @cached_property
    def found(self) -> Gaps:
        """What there is, whatever the address asks for."""
        return gaps_of(round_here(self.request), on=self.today)

    def rows(self) -> Sequence[Counted]:
        gap, region = self.values["gap"], self.values["region"]
        return [
            _line(each)
            for each in self.found.missing
            if (not gap or each.gap == gap) and (not region or _region(each)[0] == region)
        ]

    @cached_property
    def regions(self) -> list[tuple[str, str, int]]:
        names = dict(sorted({_region(each) for each in self.found.missing}))
        codes = [_region(each)[0] for each in self.found.missing]
        return [(code, name, codes.count(code)) for code, name in names.items()]

    def counts(self, filter: Filter) -> dict[str, int]:
        if filter.name == "gap":
            return {"": len(self.found.missing), **self.found.counts}
        return dict(super().counts(filter))

    def words(self, filter: Filter) -> Words:
        return {code: name for code, name, _ in self.regions} if filter.name == "region" else super().words(filter)

    def notes(self) -> list[Row]:
        found = self.found
        return [["年度", str(round_here(self.request))], ["已提交", found.filed], ["已核定档次", found.graded]]

    def crumbs(self) -> list[dict[str, str]]:
        evaluation = Evaluation.objects.filter(round=round_here(self.request)).first()
        trail = [{"label": "绩效评价", "url": reverse("admin:evaluation_evaluation_changelist")}]
        if evaluation is not None:
            url = reverse("admin:evaluation_evaluation_change", args=[evaluation.pk])
            trail.append({"label": str(round_here(self.request)), "url": url})
        return [*trail, {"label": "未评定档次", "url": ""}]

    def extra(self) -> dict[str, Any]:
        terms = round_here(self.request).terms
        failing = terms.money.failing if terms.money else terms.failing.code
        label = grade_label(terms, failing)
        line = terms.money.line if terms.money else None
        names = {each.code: each.name for each in self._regions_filed()}
        late = [
            (text, counts(self.found.standings, failing=failing, withdrawn_late=value)) for value, text in LATE.items()
        ]
        ungraded = [
            (text.format(failing=label), counts(self.found.standings, failing=failing, ungraded=value))
            for value, text in UNGRADED.items()
        ]

        def table(choices: list[tuple[str, dict[str, Count]]]) -> dict[str, Any]:
            return {
                "columns": [{"label": "地区"}, *({"label": text} for text, _ in choices)],
                "rows": [
                    {"cells": [name, *(_share(found[code], line) for _, found in choices)]}
                    for code, name in names.items()
                ],
            }

        return {
            "round": round_here(self.request),
            "public": round_here(self.request).status == RoundStatus.PUBLISHED,
            "found": self.found,
            "totals": self._totals(),
            "failing": label,
            "line": percent(line) if line is not None else "",
            "late": table(late),
            "ungraded": table(ungraded),
        }

    def _totals(self) -> dict[str, Any]:
        """Return the totals: what is graded and each gap, which add up to what was reported."""
        words = dict(Gap.choices)
        rows: list[dict[str, Any]] = [{"cells": ["已核定档次", self.found.graded]}]
        rows += [
            {"cells": [words[gap], number], "url": self.address(gap=gap)} for gap, number in self.found.counts.items()
        ]
        return {
            "columns": [{"label": "情形"}, {"label": "申报", "unit": "份", "num": True}],
            "rows": rows,
            "total": ["已提交的申报", self.found.filed],
        }

    def _regions_filed(self) -> QuerySet[Region]:
        codes = {each.region for each in self.found.standings if each.region}
        return Region.objects.filter(code__in=codes).order_by("code")


def _region(each: Missing) -> tuple[str, str]:
    region = each.application.region
    return (region.code, region.name) if region else (CITYS_OWN, CITY)


def _line(each: Missing) -> Counted:
    row = each.application
    assessment = getattr(row, "assessment", None)
    url = (
        reverse("admin:evaluation_assessment_change", args=[assessment.pk])
        if assessment
        else reverse("admin:platforms_application_change", args=[row.pk])
    )
    return {
        "number": row.number,
        "name": row.name,
        "site": row.site_name,
        "region": _region(each)[1],
        "type": row.get_type_display(),
        "gap": each.gap.label,
        "on": each.on,
        "reason": each.reason,
        "url": url,
    }


def _share(count: Count, line: Any) -> str:
    """Return the share in words; one that reaches the line says so, whether or not the line itself is over it."""
    if count.share is None:
        return "申报数为 0"
    text = f"{count.failing} / {count.declared}，{percent(count.share)}"
    if line is None or count.share < line:
        return text
    return f"{text}（{'等于' if count.share == line else '超过'} {percent(line)}）"


index = officer("evaluation.view_assessment")(require_safe(by_year(RoundGaps.page)))
export = officer("evaluation.view_assessment")(require_safe(by_year(RoundGaps.file)))
