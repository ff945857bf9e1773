"""Where the grades of one year went in another: old grade by new grade, with the platforms behind each number."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.views.decorators.http import require_safe

from evaluation.years.comparing import ABSENT, OPEN, movements
from evaluation.years.desk.charts import ways
from evaluation.years.desk.frame import LATEST, YEAR, YearsList
from evaluation.years.queries import COMPARE, Year
from platforms.pages.access import officer
from platforms.pages.lists import Column, Counted, Filter, Value


class Movements(YearsList):
    """The first of the years by the last of them; years between are left out."""

    title = file_title = label = "档次变化"
    noun, unit = "档次", "行"
    lead = "行为起始年度的档次，列为截止年度的档次，点击数字查看平台；只在一个年度参评的，列为新参评或未参评。"
    chart_name = "档次去向"
    place, file_place = "evaluation:year_movements", "evaluation:year_movement_list"
    usual = 2
    filters = (
        Filter("from", "起始年度", pattern=YEAR, every="前一个年度", narrows=False, stays=True),
        Filter("to", "截止年度", pattern=YEAR, every=LATEST, narrows=False, stays=True),
        *YearsList.filters[2:],
    )
    none_yet = "有两个已公布的年度后，可以对比档次变化。"

    @property
    def pair(self) -> tuple[Year, Year] | None:
        """The two years, None where there is only one."""
        return (self.years[0], self.years[-1]) if len(self.years) > 1 else None

    @cached_property
    def moved(self) -> Counter[tuple[str, str]]:
        """How many went from which grade to which."""
        if self.pair is None:
            return Counter()
        old, new = (
            {each.platform: each.standing.grade for each in self.compared if each.year == year.year}
            for year in self.pair
        )
        return movements(old, new)

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """The columns, one for each grade of the later year."""
        if self.pair is None:
            return (Column("档次", "label"),)
        old, new = self.pair
        return (
            Column(f"{old.label}档次", "label"),
            *(
                Column(label, f"to{code}", unit="个", num=True, opens=Value((f"url{code}",), lambda url: url))
                for code, label in self._now(new).items()
            ),
            Column("合计", "sum", unit="个", num=True),
        )

    def _now(self, new: Year) -> dict[str, str]:
        found = {code: f"{new.label}{label}" for code, label in new.terms.grade_choices}
        return {**found, **self._open(1, f"{new.label}未定档次"), ABSENT: f"{new.label}未参评"}

    def _was(self, old: Year) -> dict[str, str]:
        return {**dict(old.terms.grade_choices), **self._open(0, "未定档次"), ABSENT: "新参评"}

    def _open(self, side: int, label: str) -> dict[str, str]:
        """Return the choice of those without a grade where there are any; in a public year there are none."""
        return {OPEN: label} if any(pair[side] == OPEN for pair in self.moved) else {}

    def rows(self) -> Sequence[Counted]:
        if self.pair is None or not self.moved:
            return []
        old, new = self.pair
        return [self._row(was, label, self._now(new)) for was, label in self._was(old).items()]

    def _row(self, was: str, label: str, now: dict[str, str]) -> Counted:
        found = {code: self.moved[was, code] for code in now}
        row: dict[str, Any] = {"label": label, "sum": sum(found.values())}
        for code, number in found.items():
            row |= {f"to{code}": number, f"url{code}": self._behind(was, code) if number else ""}
        return row

    def total(self) -> Counted | None:
        if self.pair is None or not self.moved:
            return None
        row: dict[str, Any] = {"label": "合计", "sum": self.moved.total()}
        for code in self._now(self.pair[1]):
            number = sum(count for (_, new), count in self.moved.items() if new == code)
            row |= {f"to{code}": number, f"url{code}": ""}
        return row

    def _behind(self, was: str, now: str) -> str:
        assert self.pair is not None
        old, new = self.pair
        return self.list_url(since=old.year, until=new.year, was=was, now=now)

    def extra(self) -> dict[str, Any]:
        if self.pair is None:
            return super().extra()
        old, new = self.pair
        grades = dict(old.terms.grade_choices), dict(new.terms.grade_choices)
        return super().extra() | {"chart": ways(old, new, self.moved, *grades)}


index = officer(COMPARE)(require_safe(Movements.page))
export = officer(COMPARE)(require_safe(Movements.file))
