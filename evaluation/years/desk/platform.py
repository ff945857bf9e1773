"""One platform through the years: grade, points by head and by indicator, and the reasons of the latest year."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.views.decorators.http import require_safe

from evaluation.schemes.choices import Method
from evaluation.years import queries
from evaluation.years.desk.charts import heads_by_year
from evaluation.years.desk.frame import LATEST, YEAR, YearsList
from evaluation.years.desk.platforms import grade_in_words, step_in_words
from evaluation.years.queries import COMPARE, Given, Line, Year
from evaluation.years.wording import NOTHING, number, signed
from platforms.choices import TYPES_IN_SHORT
from platforms.figures import percent
from platforms.models import Platform
from platforms.pages.access import officer
from platforms.pages.lists import Column, Counted, Filter


class OfPlatform(YearsList):
    """Grade, points, heads and indicators of one platform, a column for each year that it took part in."""

    noun, unit = "指标", "行"
    label = "各年度得分"
    lead = "指标按代号对应；满分有变化的指标另列得分率。末列为所列最后一个年度的评分说明。"
    chart_name = "各类别得分"
    place, file_place = "evaluation:year_platform", "evaluation:year_platform_list"
    filters = (
        Filter("from", "起始年度", pattern=YEAR, every="全部年度", narrows=False, stays=True),
        Filter("to", "截止年度", pattern=YEAR, every=LATEST, narrows=False, stays=True),
    )
    usual = 1000
    size = 200

    def __init__(self, request: HttpRequest, **kept: Any) -> None:
        super().__init__(request, **kept)
        self.everywhere = queries.lines(self.user, self.all_years, code=kept["code"])
        if not self.everywhere:
            raise Http404
        self.title = self.file_title = self.everywhere[-1].name
        self.target = Platform.objects.get(pk=self.everywhere[-1].platform)
        self.file_name = f"{kept['code']}年度对比"

    @cached_property
    def everything(self) -> list[Line]:
        years = {each.year for each in self.years}
        return [each for each in self.everywhere if each.year in years]

    @cached_property
    def compared(self) -> list[Line]:
        """What stands of the platform, in whatever region it was."""
        return self.everything

    @cached_property
    def of_year(self) -> dict[int, Line]:
        """The line of each year that it took part in."""
        return {each.year: each for each in self.compared}

    @cached_property
    def taken(self) -> list[Year]:
        """The years that it took part in."""
        return [each for each in self.years if each.year in self.of_year]

    @cached_property
    def given(self) -> dict[str, dict[int, Given]]:
        """What it got, by code of the indicator and year; the indicators of the latest scheme first, in its order."""
        found: dict[str, dict[int, Given]] = {}
        for each in sorted(queries.given(self.compared), key=lambda each: (-each.year, each.order)):
            found.setdefault(each.code, {})[each.year] = each
        return found

    @cached_property
    def of_head(self) -> dict[tuple[str, int], Fraction]:
        """The points by head and year."""
        found: dict[tuple[str, int], Fraction] = {}
        for years in self.given.values():
            for year, each in years.items():
                if each.points is not None:
                    found[each.head, year] = found.get((each.head, year), Fraction(0)) + each.points
        return found

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The columns, one for each year."""
        years = [Column(each.label, f"year{each.year}", num=True) for each in self.taken]
        words = [Column(f"说明（{self.taken[-1].label}）", "words")] if self.taken else []
        return (Column("指标", "label"), Column("类别", "head"), *years, *words)

    def rows(self) -> Sequence[Counted]:
        if not self.taken:
            return []
        last = self.of_year[self.taken[-1].year]
        standing = {each.year: self.of_year[each.year].standing for each in self.taken}
        grades = {each.year: grade_in_words(each, standing[each.year].grade) for each in self.taken}
        points = {year: number(each.points) for year, each in standing.items()}
        rows = [
            _row("档次", "", grades, last.reason),
            _row("得分", "", points),
            _row("较上次参评", "", self._changes()),
        ]
        for key, name in queries.heads(self.years).items():
            mine = {code: years for code, years in self.given.items() if next(iter(years.values())).head == key}
            sums = {each.year: number(self.of_head.get((key, each.year))) for each in self.taken}
            rows += [_row(f"{name}小计", name, sums)] if mine else []
            rows += [self._indicator(years, name, last.year) for years in mine.values()]
        return rows

    def _indicator(self, years: dict[int, Given], head: str, last: int) -> Counted:
        changed = len({each.full for each in years.values()}) > 1
        cells = {year: _cell(each, with_rate=changed) for year, each in years.items()}
        words = years[last].words if last in years else ""
        return _row(next(iter(years.values())).title, head, cells | dict.fromkeys(self._without(years), NOTHING), words)

    def _without(self, years: dict[int, Given]) -> list[int]:
        return [each.year for each in self.taken if each.year not in years]

    def _changes(self) -> dict[int, str]:
        """Return what changed against the year before, of the years that it took part in."""
        found = {self.taken[0].year: NOTHING}
        for old, new in pairwise(self.taken):
            before, after = self.of_year[old.year].standing, self.of_year[new.year].standing
            words = [step_in_words(old, new, before.grade, after.grade)]
            if before.points is not None and after.points is not None:
                words.append(f"{signed(after.points - before.points)} 分")
            found[new.year] = "，".join(words)
        return found

    def crumbs(self) -> list[dict[str, str]]:
        return [{"label": "年度对比", "url": reverse("evaluation:years")}, {"label": self.title, "url": ""}]

    def extra(self) -> dict[str, Any]:
        total = [self.of_year[each.year].standing.points for each in self.taken]
        latest = self.everywhere[-1]
        return super().extra() | {
            "tabs": [],
            "chart": heads_by_year(self.taken, self.of_head, queries.heads(self.years), total),
            "facts": [
                {"label": "平台编号", "value": latest.code},
                {"label": "地区", "value": latest.region_name},
                {"label": "类型", "value": TYPES_IN_SHORT.get(latest.type, "")},
            ],
        }


def _row(label: str, head: str, cells: dict[int, Any], words: str = "") -> Counted:
    return {"label": label, "head": head, "words": words, **{f"year{year}": text for year, text in cells.items()}}


def _cell(each: Given, *, with_rate: bool) -> Any:
    """Return points of full marks, with the rate where the full marks of the years differ."""
    if each.method == Method.GATE:
        return {True: "具备", False: "不具备", None: NOTHING}[each.passed]
    if each.points is None or each.method == Method.DEDUCTION:
        return number(each.points)
    rate = f"（{percent(each.points / each.full)}）" if with_rate and each.full else ""
    return f"{number(each.points)} / {number(each.full)}{rate}"


index = officer(COMPARE)(require_safe(OfPlatform.page))
export = officer(COMPARE)(require_safe(OfPlatform.file))
