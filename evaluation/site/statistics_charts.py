"""The charts of the first page and of the statistics: each a table whose title is the sentence that it proves. Pure.

A chart without any figure that may be told is None: there is nothing to prove.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from evaluation.statistics.queries import Coverage
from evaluation.statistics.small_cells import LEAST, Sum, Told
from platforms.figures import approximate
from platforms.pages.charts import Chart, Number
from platforms.pages.plot import MOST_SERIES

#: Months that the first page looks back.
RECENT = 12
#: As many places that are first together are named in a title.
MOST_NAMED = 3
#: How what stands only together is called: 其他 and what it is of.
OTHERS = "其他"
#: What stands under a chart of which something is told only together.
TOGETHER = f"不足 {LEAST} 个平台的，合并计入“{OTHERS}”。"

Row = tuple[str, str, tuple[Number, ...]]


def progress(count: int, target: int) -> Chart:
    """How many platforms are in force against the ``target`` of the notice."""
    title = f"有效期内的窗口平台 {count} 个，已达到建设 {target} 个左右的目标"
    if count < target:
        title = f"有效期内的窗口平台 {count} 个，为建设目标 {target} 个左右的{_percent(count, target)}"
    rows: tuple[Row, ...] = (("窗口平台", "", (count, max(0, target - count))),)
    return Chart("progress", title, "bars", "个", ("建设进度", "有效期内", "距目标"), rows)


def coverage(found: Coverage) -> Chart | None:
    """How many of the strong industrial towns have a platform in force."""
    if not found.towns:
        return None
    title = f"{found.towns} 个工业强镇中 {found.covered} 个有窗口平台，覆盖{_percent(found.covered, found.towns)}"
    if found.covered == found.towns:
        title = f"{found.towns} 个工业强镇均有窗口平台，实现全覆盖"
    rows: tuple[Row, ...] = (("工业强镇", "", (found.covered, found.towns - found.covered)),)
    return Chart("coverage", title, "bars", "个", ("覆盖情况", "已覆盖", "尚未覆盖"), rows)


def platforms(counts: Mapping[tuple[str, str], int], types: Sequence[tuple[str, str]]) -> Chart | None:
    """How many platforms are in force in each region, by type; ``counts`` are by name of the region and type."""
    names = list(dict.fromkeys(name for name, _ in counts))
    rows: list[Row] = [(name, "", tuple(counts.get((name, code), 0) for code, _ in types)) for name in names]
    if not rows:
        return None
    sums = {name: sum(counts.get((name, code), 0) for code, _ in types) for name in names}
    most = max(sums.values())
    first = [name for name in names if sums[name] == most]
    title = f"{sum(sums.values())} 个有效期内的窗口平台分布在 {len(names)} 个地区"
    if len(first) <= MOST_NAMED:
        title += f"，{'、'.join(first)}最多，为 {most} 个"
    return Chart("platforms", title, "bars", "个", ("地区", *(label for _, label in types)), tuple(rows), total=True)


def grades(found: Mapping[int, Mapping[str, int]], labels: Sequence[tuple[str, str, bool]]) -> Chart | None:
    """How many platforms had each grade, year by year; ``labels`` are code, label and whether it is certified.

    More grades than can be told apart are counted as certified and not certified.
    """
    if not found:
        return None
    series: list[tuple[str, tuple[str, ...]]] = [(label, (code,)) for code, label, _ in labels]
    if len(series) > MOST_SERIES:
        series = [
            (name, tuple(code for code, _, certified in labels if certified is wanted))
            for name, wanted in (("认定", True), ("未认定", False))
        ]
    rows: list[Row] = [
        (f"{year}年度", "", tuple(sum(found[year].get(code, 0) for code in codes) for _, codes in series))
        for year in sorted(found)
    ]
    year = max(found)
    certified = {code for code, _, certified in labels if certified}
    kept = sum(number for code, number in found[year].items() if code in certified)
    title = f"{year}年度评价 {sum(found[year].values())} 个平台，认定 {kept} 个"
    head = ("年度", *(label for label, _ in series))
    return Chart("grades", title, "bars", "个", head, tuple(rows), total=True)


def enterprises(reached: Mapping[int, int], today: date) -> Chart | None:
    """How many enterprises were served in each year."""
    if not reached:
        return None
    year = max(reached)
    title = f"{_since(year, today)}窗口平台服务企业 {reached[year]:,} 家"
    rows: list[Row] = [(f"{each}年", "", (reached[each],)) for each in sorted(reached)]
    note = "同一企业在一年内多次接受服务的，计 1 家。"
    return Chart("enterprises", title, "bars", "家", ("年份", "服务企业"), tuple(rows), note=note)


def recent(months: Mapping[date, Told[str]], today: date) -> Chart | None:
    """How many services were given in each of the last whole months, free ones and others."""
    first = _back(today.replace(day=1), RECENT)
    shown = {month: sums for month, sums in months.items() if first <= month < today.replace(day=1)}
    return _months("recent", shown, lambda total, share: f"近 {RECENT} 个月服务 {total:,} 次，其中免费{share}")


def months(found: Mapping[date, Told[str]], year: int, today: date) -> Chart | None:
    """How many services were given in each month of ``year``, free ones and others."""
    shown = {month: sums for month, sums in found.items() if month.year == year}
    when = _since(year, today)
    return _months("months", shown, lambda total, share: f"{when}服务 {total:,} 次，其中免费{share}")


def classes(found: Mapping[date, Told[str]], labels: Mapping[str, str], year: int, today: date) -> Chart | None:
    """How many services of each class were given in ``year``; its file has them month by month."""
    sums: dict[str, Sum] = {}
    detail: list[tuple[object, ...]] = [("月份", "服务类别", "服务（次）")]
    for month in sorted(month for month in found if month.year == year):
        for label, each in _parts(found[month], labels, f"{OTHERS}类别"):
            sums[label] = _added(sums.get(label, Sum()), each)
            detail.append((f"{month:%Y-%m}", label, each.services))
    ordered = [label for label in (*labels.values(), f"{OTHERS}类别") if label in sums]
    note = f"某月某类别不足 {LEAST} 个平台的，该月合并计入“{OTHERS}类别”。" if f"{OTHERS}类别" in sums else ""
    return _by_part("classes", sums, ordered, _since(year, today), "服务类别", detail=tuple(detail), note=note)


def services_by(
    key: str, found: Told[str] | None, labels: Mapping[str, str], year: int, today: date, *, what: str
) -> Chart | None:
    """How many services were given in ``year`` in each region or by each type; ``what`` is 地区 or 类型."""
    parts = dict(_parts(found, labels, f"{OTHERS}{what}")) if found else {}
    note = TOGETHER if found and found.rest else ""
    return _by_part(key, parts, list(parts), _since(year, today), what, note=note)


def free_shares(totals: Mapping[int, Sum], today: date) -> Chart | None:
    """What part of the services was free of charge, year by year, in per cent."""
    shown = {year: each for year, each in totals.items() if each.services}
    if not shown:
        return None
    year = max(shown)
    last = shown[year]
    title = f"{_since(year, today)}免费服务占{_percent(last.free, last.services)}"
    rows: list[Row] = [(f"{each}年", "", (100 * (shown[each].free_share or 0),)) for each in sorted(shown)]
    return Chart("free", title, "bars", "%", ("年份", "免费服务占比（%）"), tuple(rows))


def reached_by(
    key: str, found: Told[str] | None, labels: Mapping[str, str], year: int, today: date, *, what: str
) -> Chart | None:
    """How many enterprises were served in ``year`` in each region or by each type; ``what`` is 地区 or 类型."""
    parts = _parts(found, labels, f"{OTHERS}{what}") if found else []
    if not found or not parts:
        return None
    when = _since(year, today)
    label = _first(dict(parts)) or parts[0][0]
    title = f"{when}{label}的窗口平台服务企业最多，为 {dict(parts)[label].services:,} 家"
    if len(parts) == 1:
        title = f"{when}{parts[0][0]}的窗口平台服务企业 {parts[0][1].services:,} 家"
    note = "同一企业由不同平台服务的，在各处分别计 1 家，各行之和可能大于全市合计。"
    rows: list[Row] = [(label, "", (each.services,)) for label, each in parts]
    return Chart(
        key, title, "bars", "家", (what, "服务企业"), tuple(rows), note=note + (TOGETHER if found.rest else "")
    )


def _months(key: str, shown: Mapping[date, Told[str]], title: Callable[[int, str], str]) -> Chart | None:
    sums = {month: told.total for month, told in shown.items() if told.total.services}
    if not sums:
        return None
    total, free = sum(each.services for each in sums.values()), sum(each.free for each in sums.values())
    rows: list[Row] = [(f"{month:%Y-%m}", "", (sums[month].free, sums[month].charged)) for month in sorted(sums)]
    head = ("月份", "免费", "收费")
    return Chart(key, title(total, _percent(free, total)), "columns", "次", head, tuple(rows), total=True)


def _by_part(
    key: str,
    sums: Mapping[str, Sum],
    ordered: Sequence[str],
    when: str,
    what: str,
    *,
    detail: tuple[tuple[object, ...], ...] = (),
    note: str = "",
) -> Chart | None:
    if not sums:
        return None
    total = sum(each.services for each in sums.values())
    first = _first(sums)
    title = f"{when}服务 {total:,} 次"
    if first:
        title = f"{when}{first}最多，{sums[first].services:,} 次，占{_percent(sums[first].services, total)}"
    # Not by fee: of a part so small that one service had a fee, that one would be told.
    rows: list[Row] = [(label, "", (sums[label].services,)) for label in ordered]
    head = (what, "服务")
    return Chart(key, title, "bars", "次", head, tuple(rows), total=True, detail=detail, note=note)


def _parts(found: Told[str], labels: Mapping[str, str], rest: str) -> list[tuple[str, Sum]]:
    """Return what is told by label, in the order of ``labels``, what stands together last."""
    parts = [(label, found.alone[code]) for code, label in labels.items() if code in found.alone]
    return [*parts, *([(rest, found.rest)] if found.rest else [])]


def _first(sums: Mapping[str, Sum]) -> str:
    """Return the label with the most services; what stands together is not one, so that it may be none."""
    alone = [label for label in sums if not label.startswith(OTHERS)]
    return max(alone, key=lambda label: sums[label].services, default="")


def _added(one: Sum, other: Sum) -> Sum:
    return Sum(one.services + other.services, one.free + other.free, max(one.platforms, other.platforms))


def _since(year: int, today: date) -> str:
    """Return how a year is called in a sentence: one that is not over says up to when it is counted."""
    return f"{year}年（截至{today.month}月{today.day}日）" if year == today.year else f"{year}年"


def _back(month: date, months: int) -> date:
    """Return the first day of the month that lies ``months`` before the one that ``month`` begins."""
    number = month.year * 12 + month.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _percent(part: int, whole: int) -> str:
    """Return the share as it stands in a sentence, with the gap before it: " 80%", "约 33.3%"."""
    text = approximate(Fraction(100 * part, whole), 1)
    return f"{text.replace('约', '约 ')}%" if text.startswith("约") else f" {text}%"
