"""The charts over several years; a script draws each from its table, which stands beside it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from evaluation.years.comparing import mean
from evaluation.years.queries import Line, Year
from evaluation.years.wording import number
from platforms.pages.charts import Chart, Number

#: A chart tells no more series apart (``static/js/charts.js``).
MOST_SERIES = 5


def grades_by_year(
    years: Sequence[Year], lines: Sequence[Line], grades: Sequence[tuple[str, str]], url: Callable[[Year], str]
) -> Chart:
    """How many platforms had each grade, year by year; ``url`` leads to the platforms of a year."""
    rows: list[tuple[str, str, tuple[Number, ...]]] = []
    for each in years:
        found = Counter(line.standing.grade for line in lines if line.year == each.year)
        rows.append((each.label, url(each), tuple(found[code] for code, _ in grades)))
    title = "所列年度没有评定档次的平台"
    if any(any(numbers) for _, _, numbers in rows):
        best = "，".join(f"{label} {numbers[0]} 个" for label, _, numbers in (rows[0], rows[-1])[: len(rows)])
        title = f"{grades[0][1]}平台：{best}"
    head = ("年度", *(label for _, label in grades))
    return Chart("grades", title, "columns", "个", head, tuple(rows), total=True)


def heads_by_year(
    years: Sequence[Year], points: Mapping[tuple[str, int], Fraction], heads: Mapping[str, str], total: Sequence[Number]
) -> Chart:
    """How the points of one platform are made up, year by year; ``total`` are its points of the years."""
    shown = [(key, name) for key, name in heads.items() if any((key, each.year) in points for each in years)]
    rows = tuple((each.label, "", tuple(points.get((key, each.year)) for key, _ in shown)) for each in years)
    said = "，".join(
        f"{each.label} {_short(value)} 分" for each, value in zip(years, total, strict=True) if value is not None
    )
    title = f"得分：{said}" if said else "所列年度没有得分"
    return Chart("heads", title, "columns", "分", ("年度", *(name for _, name in shown)), rows)


def regions_by_year(years: Sequence[Year], lines: Sequence[Line], regions: Sequence[tuple[str, str]]) -> Chart:
    """The mean of points of each region, years beside each other."""
    shown = years[-MOST_SERIES:]
    rows = []
    for code, name in regions:
        means = []
        for each in shown:
            points = [line.standing.points for line in lines if line.year == each.year and line.region == code]
            means.append(mean([value for value in points if value is not None]))
        rows.append((name, "", tuple(means)))
    known = [(numbers[-1], name) for name, _, numbers in rows if numbers and numbers[-1] is not None]
    title = "所列年度没有得分"
    if known:
        best, name = max(known)
        title = f"{shown[-1].label}{name}平均分最高，为 {_short(best)} 分"
        if len(rows) == 1:
            title = f"{shown[-1].label}{name}平均分为 {_short(best)} 分"
    head = ("地区", *(each.label for each in shown))
    return Chart("regions", title, "bars", "分", head, tuple(rows), apart=True)


def rates_by_year(years: Sequence[Year], rates: Mapping[tuple[str, int], Fraction], titles: Mapping[str, str]) -> Chart:
    """The mean share of full marks of each indicator in percent, years beside each other."""
    shown = years[-MOST_SERIES:]
    rows = tuple(
        (title, "", tuple(_percent(rates.get((code, each.year))) for each in shown))
        for code, title in titles.items()
        if any((code, each.year) in rates for each in shown)
    )
    known = [(numbers[-1], title) for title, _, numbers in rows if numbers[-1] is not None]
    title = "所列年度没有得分"
    if known:
        worst, name = min(known)
        title = f"{shown[-1].label}得分率最低的指标是“{name}”，为 {_short(worst)}%"
    head = ("指标", *(each.label for each in shown))
    return Chart("rates", title, "bars", "%", head, rows, apart=True)


def ways(
    old: Year, new: Year, moved: Mapping[tuple[str, str], int], was: Mapping[str, str], now: Mapping[str, str]
) -> Chart:
    """Where the platforms of each grade of ``old`` went in ``new``; those of one year only stand in the table below."""
    rows = tuple((label, "", tuple(moved[code, each] for each in now)) for code, label in was.items())
    kept = sum(moved[code, code] for code in was if code in now)
    both = sum(sum(numbers) for _, _, numbers in rows)
    title = (
        f"{old.label}与{new.label}均参评的平台 {both} 个，其中 {kept} 个档次不变"
        if both
        else "没有两个年度均参评的平台"
    )
    return Chart("ways", title, "columns", "个", (f"{old.label}档次", *now.values()), rows, total=True)


def _percent(value: Fraction | None) -> Fraction | None:
    return None if value is None else value * 100


def _short(value: int | Fraction) -> str:
    return str(number(Fraction(value)))
