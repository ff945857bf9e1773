"""The charts of the public site: each title is what its figures prove."""

from datetime import date
from fractions import Fraction

from evaluation.site import statistics_charts as charts
from evaluation.statistics.queries import Coverage
from evaluation.statistics.small_cells import Sum, Told

TODAY = date(2026, 10, 10)
TYPES = {"town": "乡镇（街道）", "park": "小微企业园"}
TOGETHER = "不足 3 个平台的，合并计入“其他”。"


def test_progress_names_the_target_of_the_notice() -> None:
    chart = charts.progress(98, 100)
    assert chart.title == "有效期内的窗口平台 98 个，为建设目标 100 个左右的 98%"
    assert chart.rows == (("窗口平台", "", (98, 2)),)
    assert charts.progress(99, 120).title.endswith("120 个左右的 82.5%")
    assert charts.progress(100, 100).title == "有效期内的窗口平台 100 个，已达到建设 100 个左右的目标"
    assert charts.progress(103, 100).rows == (("窗口平台", "", (103, 0)),)


def test_coverage_says_whether_it_is_whole() -> None:
    assert charts.coverage(Coverage(0, 0)) is None
    part = charts.coverage(Coverage(27, 30))
    assert part is not None
    assert (part.title, part.rows) == (
        "30 个工业强镇中 27 个有窗口平台，覆盖 90%",
        (("工业强镇", "", (27, 3)),),
    )
    whole = charts.coverage(Coverage(30, 30))
    assert whole is not None
    assert whole.title == "30 个工业强镇均有窗口平台，实现全覆盖"


def test_platforms_are_counted_by_region_and_type() -> None:
    types = list(TYPES.items())
    assert charts.platforms({}, types) is None
    chart = charts.platforms({("甲区", "town"): 2, ("乙市", "park"): 3, ("甲区", "park"): 1}, types)
    assert chart is not None
    assert chart.title == "6 个有效期内的窗口平台分布在 2 个地区，甲区、乙市最多，为 3 个"
    assert chart.rows == (("甲区", "", (2, 1)), ("乙市", "", (0, 3)))


def test_a_title_names_a_few_that_are_first_together_and_not_many() -> None:
    types = list(TYPES.items())
    for count, end in ((3, "0区、1区、2区最多，为 1 个"), (4, "分布在 4 个地区")):
        chart = charts.platforms({(f"{each}区", "town"): 1 for each in range(count)}, types)
        assert chart is not None
        assert chart.title.endswith(end)


def test_what_stands_together_is_never_called_the_first() -> None:
    found = Told({"park": Sum(8, 4, 3)}, Sum(30, 0, 6), frozenset({"zone", "town"}))
    for chart, title in (
        (charts.services_by("k", found, TYPES, 2025, TODAY, what="类型"), "小微企业园最多，8 次，占约 21.1%"),
        (charts.reached_by("k", found, TYPES, 2025, TODAY, what="类型"), "小微企业园的窗口平台服务企业最多，为 8 家"),
        (charts.services_by("k", Told({}, Sum(30, 0, 6)), TYPES, 2025, TODAY, what="类型"), "服务 30 次"),
    ):
        assert chart is not None
        assert chart.title == f"2025年{title}"


GRADES = [("A", "A档", True), ("B", "B档", True), ("D", "D档", False)]


def test_grades_stand_by_year() -> None:
    assert charts.grades({}, GRADES) is None
    chart = charts.grades({2026: {"A": 3, "D": 1}, 2025: {"B": 2}}, GRADES)
    assert chart is not None
    assert chart.title == "2026年度评价 4 个平台，认定 3 个"
    assert (chart.head, chart.rows) == (
        ("年度", "A档", "B档", "D档"),
        (("2025年度", "", (0, 2, 0)), ("2026年度", "", (3, 0, 1))),
    )


def test_more_grades_than_can_be_told_apart_are_certified_or_not() -> None:
    many = [*((code, f"{code}档", True) for code in "ABCE"), ("D", "D档", False), ("F", "F档", False)]
    chart = charts.grades({2026: {"A": 3, "E": 2, "D": 1}}, many)
    assert chart is not None
    assert (chart.head, chart.rows) == (("年度", "认定", "未认定"), (("2026年度", "", (5, 1)),))


def test_enterprises_of_a_year_that_is_not_over_are_up_to_today() -> None:
    assert charts.enterprises({}, TODAY) is None
    chart = charts.enterprises({2026: 1200, 2025: 800}, TODAY)
    assert chart is not None
    assert chart.title == "2026年（截至10月10日）窗口平台服务企业 1,200 家"
    assert chart.rows == (("2025年", "", (800,)), ("2026年", "", (1200,)))
    over = charts.enterprises({2025: 800}, TODAY)
    assert over is not None
    assert over.title == "2025年窗口平台服务企业 800 家"


def told(services: int, free: int, kind: str = "finance") -> Told[str]:
    return Told({kind: Sum(services, free, 3)})


def test_twelve_whole_months_are_recent() -> None:
    months = {date(2025, 9, 1): told(9, 9), date(2025, 10, 1): told(10, 5), date(2026, 9, 1): told(30, 27)}
    chart = charts.recent(months | {date(2026, 10, 1): told(1, 1)}, TODAY)
    assert chart is not None
    assert chart.title == "近 12 个月服务 40 次，其中免费 80%"
    assert chart.rows == (("2025-10", "", (5, 5)), ("2026-09", "", (27, 3)))
    assert charts.recent({date(2025, 9, 1): told(9, 9)}, TODAY) is None


def test_months_of_a_year() -> None:
    months = {date(2025, 9, 1): told(9, 3), date(2026, 9, 1): told(30, 27)}
    chart = charts.months(months, 2025, TODAY)
    assert chart is not None
    assert (chart.title, chart.rows) == ("2025年服务 9 次，其中免费约 33.3%", (("2025-09", "", (3, 6)),))


def test_classes_are_summed_over_the_months_and_their_file_has_each() -> None:
    labels = {"information": "信息服务", "finance": "投融资服务"}
    months = {
        date(2026, 1, 1): Told({"finance": Sum(10, 5, 3), "information": Sum(4, 4, 3)}),
        date(2026, 2, 1): Told({"finance": Sum(6, 0, 4)}, Sum(5, 1, 3), frozenset({"law", "information"})),
    }
    chart = charts.classes(months, labels, 2026, TODAY)
    assert chart is not None
    assert chart.title == "2026年（截至10月10日）投融资服务最多，16 次，占 64%"
    assert chart.rows == (("信息服务", "", (4,)), ("投融资服务", "", (16,)), ("其他类别", "", (5,)))
    assert chart.note == "某月某类别不足 3 个平台的，该月合并计入“其他类别”。"
    assert chart.file_rows() == [
        ["月份", "服务类别", "服务（次）"],
        ["2026-01", "信息服务", 4],
        ["2026-01", "投融资服务", 10],
        ["2026-02", "投融资服务", 6],
        ["2026-02", "其他类别", 5],
    ]
    assert charts.classes({}, labels, 2026, TODAY) is None


def test_parts_that_stand_together_come_last() -> None:
    found = Told({"park": Sum(8, 4, 3), "town": Sum(9, 9, 5)}, Sum(3, 0, 3), frozenset({"zone"}))
    chart = charts.services_by("k", found, TYPES, 2025, TODAY, what="类型")
    assert chart is not None
    assert chart.title == "2025年乡镇（街道）最多，9 次，占 45%"
    assert chart.rows == (("乡镇（街道）", "", (9,)), ("小微企业园", "", (8,)), ("其他类型", "", (3,)))
    assert chart.note == TOGETHER
    assert charts.services_by("k", None, TYPES, 2025, TODAY, what="类型") is None


def test_enterprises_of_each_part() -> None:
    found = Told({"park": Sum(8, 0, 3), "town": Sum(9, 0, 5)})
    chart = charts.reached_by("k", found, TYPES, 2025, TODAY, what="类型")
    assert chart is not None
    assert chart.title == "2025年乡镇（街道）的窗口平台服务企业最多，为 9 家"
    assert chart.rows == (("乡镇（街道）", "", (9,)), ("小微企业园", "", (8,)))
    assert chart.note == "同一企业由不同平台服务的，在各处分别计 1 家，各行之和可能大于全市合计。"
    one = charts.reached_by("k", Told({}, Sum(5, 0, 3), frozenset({"town"})), TYPES, 2025, TODAY, what="类型")
    assert one is not None
    assert (one.title, one.note.endswith(TOGETHER)) == ("2025年其他类型的窗口平台服务企业 5 家", True)
    assert charts.reached_by("k", None, TYPES, 2025, TODAY, what="类型") is None


def test_the_share_of_free_services_by_year() -> None:
    assert charts.free_shares({2026: Sum()}, TODAY) is None
    chart = charts.free_shares({2025: Sum(3, 1, 0), 2026: Sum(10, 9, 0)}, TODAY)
    assert chart is not None
    assert chart.title == "2026年（截至10月10日）免费服务占 90%"
    assert chart.rows == (("2025年", "", (Fraction(100, 3),)), ("2026年", "", (Fraction(90),)))
