"""Every region in each year: its platforms by grade, the share of the last grade, the mean of points."""

from collections.abc import Sequence
from typing import Any

from django.views.decorators.http import require_safe

from evaluation.years.comparing import together
from evaluation.years.desk.charts import regions_by_year
from evaluation.years.desk.frame import YearsList
from evaluation.years.queries import COMPARE, JUDGE, Line, Year
from evaluation.years.wording import NOTHING, number
from platforms.figures import percent
from platforms.pages.access import officer
from platforms.pages.lists import Column, Counted, Value
from platforms.reference.choices import CITYS_OWN

ALL = "全市"


class Regions(YearsList):
    """The regions of the years, each with a row a year; the whole city stands first."""

    title = file_title = label = "各地区年度对比"
    noun, unit = "地区", "行"
    lead = "各地区按当年的区划统计；末档占比为最后一档的平台占参评平台的比例，平均分为参评平台得分的平均值。"
    chart_name = "各地区平均分"
    place, file_place = "evaluation:year_regions", "evaluation:year_region_list"

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The columns, one for each grade of the years."""
        grades = [
            Column(label, f"grade{code}", unit="个", num=True, opens=Value((f"url{code}",), lambda url: url))
            for code, label in self.grades
        ]
        return (
            Column("地区", "region"),
            Column("年度", "year"),
            Column("参评平台", "count", unit="个", num=True, opens=Value(("url",), lambda url: url)),
            *grades,
            Column("未定档次", "open", unit="个", num=True),
            Column("末档占比", "failing", num=True),
            Column("平均分", "mean", unit="分", num=True),
        )

    def places(self) -> list[tuple[str, str]]:
        """Return code and name of the regions of the lines, the city's own last."""
        found = sorted({(each.region, each.region_name) for each in self.compared}, key=lambda pair: pair[0] or "~")
        return [(code, name) for code, name in found]

    def rows(self) -> Sequence[Counted]:
        found = []
        if self.user.has_perm(JUDGE) and not self.values["region"]:
            found += [self._row(ALL, "", each, self._of(each)) for each in self.years]
        for code, name in self.places():
            asked = code or CITYS_OWN
            rows = [(each, [line for line in self._of(each) if line.region == code]) for each in self.years]
            found += [self._row(name, asked, each, lines) for each, lines in rows if lines]
        return [row for row in found if row["count"]]

    def _of(self, year: Year) -> list[Line]:
        return [each for each in self.compared if each.year == year.year]

    def _row(self, name: str, region: str, year: Year, lines: list[Line]) -> Counted:
        found = together([each.standing for each in lines], year.terms.failing.code)
        asked = {"region": region} if region else {}
        codes = year.terms.grade_codes
        row: dict[str, Any] = {
            "region": name,
            "year": year.label,
            "count": found.count,
            "url": self.list_url(since=year.year, until=year.year, **asked),
            "open": found.grades[""],
            "failing": NOTHING if found.failing is None else percent(found.failing),
            "mean": number(found.mean),
        }
        for code, _ in self.grades:
            row[f"grade{code}"] = found.grades[code] if code in codes else NOTHING
            url = self.list_url(since=year.year, until=year.year, now=code, **asked)
            row[f"url{code}"] = url if found.grades[code] else ""
        return row

    def extra(self) -> dict[str, Any]:
        return super().extra() | {"chart": regions_by_year(self.years, self.compared, self.places())}


index = officer(COMPARE)(require_safe(Regions.page))
export = officer(COMPARE)(require_safe(Regions.file))
