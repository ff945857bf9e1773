"""Every platform with its grade and points of each year, and what changed from the first of them to the last."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.views.decorators.http import require_safe

from evaluation.years.comparing import ABSENT, OPEN, Standing, steps
from evaluation.years.desk.charts import grades_by_year
from evaluation.years.desk.frame import YearsList
from evaluation.years.queries import COMPARE, Line, Year
from evaluation.years.wording import NOTHING, number
from platforms.choices import TYPES_IN_SHORT
from platforms.pages.access import officer
from platforms.pages.lists import Column, Counted, Filter, Value, Words, leads_to, ordered, sorting, text

GRADE = rf"[A-Z][A-Z0-9]{{0,7}}|{ABSENT}|{OPEN}"
#: What stands of a platform in a year that it took no part in.
NOBODY = Standing(ABSENT, None)


class Platforms(YearsList):
    """The platforms of the years, by their code."""

    title = file_title = label = "年度对比"
    noun, unit = "平台", "个"
    lead = "各年度的档次和得分；末两列为所列首个年度到最后一个年度的变化，两个年度档次设置不同的不比较档次。"
    chart_name = "各年度各档次平台数"
    place, file_place = "evaluation:years", "evaluation:year_list"
    search = "平台名称或编号"
    filters = (
        *YearsList.filters,
        Filter("was", "首个年度档次", pattern=GRADE),
        Filter("now", "最后年度档次", pattern=GRADE),
        text("q", "查找", 60),
        sorting("code", "code", "points", "step", "difference"),
    )
    link = leads_to("evaluation:year_platform", "code")

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The columns, a pair for each year."""
        places = (Column("地点", "site"), Column("地区", "region", city=True))
        return (Column("平台编号", "code", sort="code"), *places, *self._figures())

    def file_heads(self) -> tuple[Column, ...]:
        """The columns of the page, with name and type of the platform."""
        first, *others = self.shown_columns()
        return (first, Column("平台名称", "name"), Column("类型", "type"), *others)

    def _figures(self) -> list[Column]:
        found = []
        for each in self.years:
            found.append(Column(f"{each.label}档次", f"grade{each.year}"))
            is_last = each is self.years[-1]
            points = Value((f"points{each.year}",), number)
            found.append(Column(f"{each.label}得分", points, num=True, sort="points" if is_last else "", down=True))
        found.append(Column("档次变化", Value(("step", "step_words"), lambda _, said: said), sort="step", down=True))
        difference = Value(("difference",), number)
        found.append(Column("得分变化", difference, unit="分", num=True, sort="difference", down=True))
        return found

    @cached_property
    def of_platform(self) -> dict[int, dict[int, Line]]:
        """The lines by platform and year, in the order of the codes."""
        found: dict[int, dict[int, Line]] = {}
        for each in self.compared:
            found.setdefault(each.platform, {})[each.year] = each
        return found

    def rows(self) -> Sequence[Counted]:
        asked = [
            row for found in self.of_platform.values() if (row := self._row(found)) and self._fits(row)
        ]  # fmt: skip
        sort = self.values["sort"]
        key = sort.replace("points", "points_last") if sort.removeprefix("-") == "points" else sort
        return ordered(asked, key)

    def _fits(self, row: Counted) -> bool:
        asked = {"first": self.values["was"], "last": self.values["now"]}
        grades = all(not wanted or row[name] == wanted for name, wanted in asked.items())
        words = self.values["q"].split()
        return grades and all(word in row["name"] or word in row["code"] for word in words)

    def _row(self, found: dict[int, Line]) -> Counted:
        latest = found[max(found)]
        first, last = self.years[0], self.years[-1]
        old = found[first.year].standing if first.year in found else NOBODY
        new = found[last.year].standing if last.year in found else NOBODY
        row: dict[str, Any] = {
            "code": latest.code,
            "name": latest.name,
            "site": latest.site,
            "region": latest.region_name,
            "type": TYPES_IN_SHORT.get(latest.type, ""),
            "first": old.grade or OPEN,
            "last": new.grade or OPEN,
            "points_last": new.points,
            "step": steps(old.grade, new.grade, first.terms.grade_codes, last.terms.grade_codes),
            "step_words": step_in_words(first, last, old.grade, new.grade),
            "difference": None if old.points is None or new.points is None else new.points - old.points,
        }
        if first is last:
            row |= {"step": None, "step_words": NOTHING, "difference": None}
        for each in self.years:
            standing = found[each.year].standing if each.year in found else NOBODY
            row[f"grade{each.year}"] = grade_in_words(each, standing.grade)
            row[f"points{each.year}"] = standing.points
        return row

    def words(self, filter: Filter) -> Words:
        if filter.name in ("was", "now"):
            return dict(self.grades) | {OPEN: "未定档次", ABSENT: "未参评"} if self.years else {}
        return super().words(filter)

    def extra(self) -> dict[str, Any]:
        def url(year: Year) -> str:
            return self.list_url(since=year.year, until=year.year)

        return super().extra() | {"chart": grades_by_year(self.years, self.compared, self.grades, url)}


def grade_in_words(year: Year, grade: str) -> str:
    """Return what the notice of ``year`` calls ``grade``, that there is none yet, or a dash for no part taken."""
    return NOTHING if grade == ABSENT else year.says(grade) or "未定档次"


def step_in_words(first: Year, last: Year, old: str, new: str) -> str:
    """Return what became of a grade, in words."""
    if ABSENT in (old, new):
        return NOTHING if old == new else "新参评" if old == ABSENT else "未参评"
    if not old or not new:
        return "未定档次"
    step = steps(old, new, first.terms.grade_codes, last.terms.grade_codes)
    if step is None:
        return "档次设置不同"
    return f"升 {step} 档" if step > 0 else f"降 {-step} 档" if step < 0 else "不变"


index = officer(COMPARE)(require_safe(Platforms.page))
export = officer(COMPARE)(require_safe(Platforms.file))
