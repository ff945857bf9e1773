"""Years side by side: who sees which years, and that every page and its file says the same."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from evaluation.models import Assessment, Indicator
from evaluation.schemes.services import copy_scheme
from evaluation.years import queries
from platforms.models import AuditEvent, Platform, User
from tests import factories
from tests.evaluation import stage

pytestmark = pytest.mark.django_db

AT = datetime(2022, 10, 10, 2, 0, tzinfo=UTC)
FIRST = {"330212": {"A": 2, "B": 1, "D": 1}, "330282": {"A": 1}, "HY": {"C": 1}}
SECOND = {"330212": {"B": 2, "A": 1}, "330282": {"A": 2}, "HY": {"C": 1}}
PAGES = ("years", "year_regions", "year_indicators", "year_movements")
FILES = {"years": "year_list", "year_regions": "year_region_list", "year_indicators": "year_indicator_list",
         "year_movements": "year_movement_list"}  # fmt: skip


@pytest.fixture
def two_years(db: None) -> None:
    stage.published_round(FIRST, year=2020)
    stage.published_round(SECOND, year=2021)


@pytest.fixture
def third_in_work(two_years: None) -> None:
    """A round that is scored and staged: A was proposed, one platform is staged at B."""
    stage.graded_round({"330212": {"scored": 2, "open": 1}}, year=2022)
    first = Assessment.objects.filter(status="scored").order_by("pk")[0]
    Assessment.objects.filter(pk=first.pk).update(
        staged_grade="B", staged_reason="场地不足", staged_at=AT, staged_by=stage.grader()
    )


def cells(browser: Client, name: str, **asked: str) -> list[list[Any]]:
    """The cells of the rows, what they lead to left aside."""
    rows = browser.get(reverse(f"evaluation:{name}"), asked).context["rows"]
    return [[each["label"] if isinstance(each, dict) else each for each in row["cells"]] for row in rows]


# Which years ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N20")
def test_a_county_compares_what_is_public_of_its_own_region(
    browser_of: Any, yinzhou: User, third_in_work: None
) -> None:
    assert [each.label for each in queries.years(yinzhou)] == ["2020年度", "2021年度"]
    shown = cells(browser_of(yinzhou), "years", **{"from": "2020", "to": "2022"})
    assert [row[0][:6] for row in shown] == ["330212"] * 4
    assert shown[0][2:] == ["A档", 100, "B档", 80, "降 1 档", -20]


@pytest.mark.clause("N20")
def test_the_city_lays_the_year_in_work_beside_the_public_ones_when_it_asks(
    browser_of: Any, city: User, third_in_work: None
) -> None:
    office = browser_of(city)
    assert len(cells(office, "years")[0]) == 9
    shown = cells(office, "years", to="2022")
    assert shown[0][3:] == ["A档", 100, "B档", 80, "B档", 100, "降 1 档", 0]
    assert shown[1][-4:-1] == ["未定档次", 100, "未定档次"]
    # Nothing is scored of the third, whose points are nobody's yet.
    assert shown[2][-4:] == ["未定档次", "—", "未定档次", "—"]
    page = office.get(reverse("evaluation:years"), {"to": "2022"}).content.decode()
    assert "2022年度（未公布）的档次为暂定或已核定" in page


@pytest.mark.clause("N20")
@pytest.mark.parametrize("name", PAGES)
def test_no_page_of_a_county_holds_anything_of_a_year_that_is_not_public(
    browser_of: Any, yinzhou: User, third_in_work: None, name: str
) -> None:
    desk = browser_of(yinzhou)
    shown = desk.get(reverse(f"evaluation:{name}"), {"from": "2020", "to": "2022"}).content.decode()
    main = shown[shown.index("<main") :]
    assert "2022年度" not in main
    assert "场地不足" not in main
    book = desk.get(reverse(f"evaluation:{FILES[name]}", args=["csv"]), {"from": "2020", "to": "2022"})
    assert "2022" not in b"".join(book).decode()


def test_a_county_finds_no_platform_of_another(browser_of: Any, yinzhou: User, city: User, two_years: None) -> None:
    address = reverse("evaluation:year_platform", args=["330282-001"])
    assert [browser_of(each).get(address).status_code for each in (yinzhou, city)] == [404, 200]
    assert browser_of(city).get(reverse("evaluation:year_platform", args=["330212-999"])).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_are_for_city_and_county(
    browser_of: Any, finance: User, auditor: User, stranger: Client, name: str
) -> None:
    address = reverse(f"evaluation:{name}")
    assert [browser_of(each).get(address).status_code for each in (finance, auditor)] == [403, 403]
    assert stranger.get(address).status_code == 302


@pytest.mark.parametrize("name", PAGES)
def test_before_anything_is_public_the_page_says_so(browser_of: Any, city: User, yinzhou: User, name: str) -> None:
    stage.filed_round({"330212": {"A": 1}})
    for person in (city, yinzhou):
        assert "已公布的年度" in browser_of(person).get(reverse(f"evaluation:{name}")).content.decode()


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, [2020, 2021, 2022]),
        ({"to": "2020"}, [2018, 2019, 2020]),
        ({"from": "2019"}, [2019, 2020, 2021, 2022]),
        ({"from": "2021", "to": "2019"}, [2019, 2020, 2021]),
        ({"from": "2023"}, [2023]),
        ({"to": "2023"}, [2021, 2022, 2023]),
        ({"from": "x", "to": "9999999"}, [2020, 2021, 2022]),
    ],
)
def test_the_address_says_which_years(browser_of: Any, city: User, asked: dict[str, str], shown: list[int]) -> None:
    for year in range(2018, 2023):
        stage.published_round({"330212": {"A": 1}}, year=year)
    stage.graded_round({"330212": {"scored": 1}}, year=2023)
    page = browser_of(city).get(reverse("evaluation:years"), asked).context["list"]
    assert [each.year for each in page.years] == shown


# What the pages say --------------------------------------------------------------------------------------------------


def test_the_platforms_narrow_by_region_type_words_and_grades(browser_of: Any, city: User, two_years: None) -> None:
    office = browser_of(city)

    def found(**asked: str) -> list[str]:
        return [row[0] for row in cells(office, "years", **asked)]

    assert found(region="330282") == ["330282-001", "330282-002"]
    assert found(region="HY") == ["HY-001"]
    assert found(type="park") == ["330212-004"]
    assert found(q="第2镇") == ["330212-002", "330282-002"]
    assert found(was="A", now="B") == ["330212-001", "330212-002"]
    assert found(was="none") == ["330282-002"]
    assert found(now="none") == ["330212-004"]
    assert found(sort="-difference")[0] == "330212-003"
    assert found(sort="points")[0] == "HY-001"


def test_a_region_has_its_grades_share_and_mean_of_each_year(browser_of: Any, city: User, two_years: None) -> None:
    shown = cells(browser_of(city), "year_regions")
    assert shown[:4] == [
        ["全市", "2020年度", 6, 3, 1, 1, 1, 0, "16.66%", 79],
        ["全市", "2021年度", 6, 3, 2, 1, 0, 0, "0%", Decimal("87.33")],
        ["鄞州区", "2020年度", 4, 2, 1, 0, 1, 0, "25%", Decimal("77.5")],
        ["鄞州区", "2021年度", 3, 1, 2, 0, 0, 0, "0%", Decimal("86.67")],
    ]
    assert [row[:3] for row in shown[-2:]] == [["市级", "2020年度", 1], ["市级", "2021年度", 1]]


@pytest.mark.parametrize("name", ["year_regions", "year_movements"])
def test_each_number_opens_as_many_platforms_as_it_says(
    browser_of: Any, city: User, yinzhou: User, two_years: None, name: str
) -> None:
    for person in (city, yinzhou):
        browser = browser_of(person)
        rows = browser.get(reverse(f"evaluation:{name}")).context["rows"]
        opened = [each for row in rows for each in row["cells"] if isinstance(each, dict)]
        assert opened
        for each in opened:
            assert browser.get(each["url"]).context["count"] == each["label"], each["url"]


def test_movements_hold_who_stayed_who_came_and_who_went(browser_of: Any, city: User, two_years: None) -> None:
    page = browser_of(city).get(reverse("evaluation:year_movements"))
    shown = cells(browser_of(city), "year_movements")
    assert shown == [
        ["A档", 1, 2, 0, 0, 0, 3],
        ["B档", 1, 0, 0, 0, 0, 1],
        ["C档", 0, 0, 1, 0, 0, 1],
        ["D档", 0, 0, 0, 0, 1, 1],
        ["新参评", 1, 0, 0, 0, 0, 1],
    ]
    assert page.context["total"] == ["合计", 3, 2, 1, 0, 1, 7]
    assert page.context["chart"].title == "2020年度与2021年度均参评的平台 5 个，其中 2 个档次不变"


def test_movements_into_a_year_in_work_tell_what_has_no_grade_yet(
    browser_of: Any, city: User, third_in_work: None
) -> None:
    office = browser_of(city)
    page = office.get(reverse("evaluation:year_movements"), {"to": "2022"})
    heads = [each["label"] for each in page.context["columns"]]
    assert heads[-3:] == ["2022年度（未公布）未定档次", "2022年度（未公布）未参评", "合计"]
    assert page.context["total"][-3:] == [2, 3, 6]
    opened = [each for row in page.context["rows"] for each in row["cells"] if isinstance(each, dict)]
    assert all(office.get(each["url"]).context["count"] == each["label"] for each in opened)


def test_with_one_year_there_are_no_movements(browser_of: Any, city: User) -> None:
    stage.published_round({"330212": {"A": 1}})
    page = browser_of(city).get(reverse("evaluation:year_movements"))
    assert page.context["rows"] == []
    assert "有两个已公布的年度后" in page.content.decode()


def test_an_indicator_has_mean_middle_and_share_of_full_marks(browser_of: Any, city: User, two_years: None) -> None:
    shown = {(row[0], row[2]): row[3:] for row in cells(browser_of(city), "year_indicators")}
    # Three of six have full marks (12), the others nothing.
    assert shown["服务企业", "2020年度"] == [12, 6, 6, 6, "50%", "50%"]
    assert shown["有明确、稳定的运营管理团队和企业服务经验", "2020年度"] == ["—", 6, "—", "—", "—", "100%"]
    assert shown["核查属实的投诉", "2020年度"] == ["每次扣 5", 6, 0, 0, "—", "100%"]


@pytest.fixture
def other_marks(db: None) -> None:
    """The second year gives 10 for the venue instead of 8 and 6 for the income instead of 8; the venue gets 8 again."""
    stage.published_round({"330212": {"A": 1}}, year=2020)
    scheme = copy_scheme(scheme=factories.default_scheme(), by=stage.city_officer(), at=AT)
    round_ = stage.filed_round({"330212": {"A": 1}}, year=2021)
    for code, marks in (("venue", 10), ("income", 6)):
        Indicator.objects.filter(scheme=scheme, code=code).update(full_marks=marks)
    evaluation = stage.started(round_, scheme=scheme)
    stage.grade_all_but(evaluation, {"330212": {"A": 1}}, "")
    stage.announced(round_)
    stage.publish(round=round_, decided_on=stage.moment(2021).date(), reason=stage.REASON, by=stage.city_officer(),
                  at=stage.moment(2021))  # fmt: skip


def test_where_full_marks_changed_the_rate_stands_beside(browser_of: Any, city: User, other_marks: None) -> None:
    shown = {row[0]: row[2:4] for row in platform_rows(browser_of(city))}
    assert shown["场地设施"] == ["8 / 8（100%）", "8 / 10（80%）"]
    assert shown["专职人员"] == ["7 / 7", "7 / 7"]
    rates = {(row[0], row[2]): row[7] for row in cells(browser_of(city), "year_indicators")}
    assert (rates["场地设施", "2020年度"], rates["场地设施", "2021年度"]) == ("100%", "80%")


def test_full_marks_are_those_of_the_type(browser_of: Any, city: User) -> None:
    """Towns get 8 at most for the venue, parks 10, and parks are not asked for their hubs."""
    scheme = factories.default_scheme()
    for code, by_type in (("venue", {"park": "10"}), ("income", {"park": "12"}), ("hubs", {"park": "0"})):
        Indicator.objects.filter(scheme=scheme, code=code).update(marks_by_type=by_type)
    stage.published_round({"330212": {"A": 4}})
    shown = {row[0]: row[3:] for row in cells(browser_of(city), "year_indicators")}
    # Three towns with 8 of 8, one park with 8 of 10.
    assert shown["场地设施"] == ["8 / 10", 4, 8, 8, "95%", "75%"]
    assert shown["与枢纽平台协同"][:2] == [6, 3]
    assert {row[0]: row[2] for row in platform_rows(browser_of(city), "330212-004")}["场地设施"] == "8 / 10"


def platform_rows(browser: Client, code: str = "330212-001", **asked: str) -> list[list[Any]]:
    page = browser.get(reverse("evaluation:year_platform", args=[code]), asked)
    return [row["cells"] for row in page.context["rows"]]


def test_a_platform_has_each_head_and_indicator_of_each_year(browser_of: Any, yinzhou: User, two_years: None) -> None:
    shown = {row[0]: row[1:] for row in platform_rows(browser_of(yinzhou))}
    assert shown["档次"] == ["", "A档", "B档", ""]
    assert shown["得分"] == ["", 100, 80, ""]
    assert shown["较上次参评"] == ["", "—", "降 1 档，-20 分", ""]
    assert shown["服务数量小计"] == ["服务数量", 30, 10, ""]
    assert shown["服务企业"] == ["服务数量", "12 / 12", "0 / 12", "现场核查"]
    assert shown["建立管理制度，公开服务流程、标准和收费"][1:3] == ["具备", "具备"]
    assert shown["核查属实的投诉"] == ["扣分项", 0, 0, "现场核查"]


def test_the_chart_of_a_platform_adds_up_to_its_points(browser_of: Any, yinzhou: User, two_years: None) -> None:
    page = browser_of(yinzhou).get(reverse("evaluation:year_platform", args=["330212-001"]))
    chart = page.context["chart"]
    assert [sum(value for value in numbers if value is not None) for _, _, numbers in chart.rows] == [100, 80]
    assert chart.title == "得分：2020年度 100 分，2021年度 80 分"


def test_a_year_without_the_platform_is_left_out(browser_of: Any, city: User, two_years: None) -> None:
    page = browser_of(city).get(reverse("evaluation:year_platform", args=["330282-002"]))
    assert [each["label"] for each in page.context["columns"]] == ["指标", "类别", "2021年度", "说明（2021年度）"]


def test_years_that_the_platform_took_no_part_in_are_said(browser_of: Any, city: User, two_years: None) -> None:
    address = reverse("evaluation:year_platform", args=["330282-002"])
    assert browser_of(city).get(address, {"to": "2020"}).context["rows"] == []


# Files ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_the_file_holds_exactly_what_is_shown_and_its_filter(
    browser_of: Any, city: User, two_years: None, name: str
) -> None:
    office = browser_of(city)
    asked = {"region": "330212"}
    shown = cells(office, name, **asked)
    file = office.get(reverse(f"evaluation:{FILES[name]}", args=["xlsx"]), asked)
    book = load_workbook(BytesIO(b"".join(file)))
    heads, *rows = [list(each) for each in book.worksheets[0].iter_rows(values_only=True)]
    # The names and types of the platforms are too long for the page.
    left_out = [place for place, head in enumerate(heads) if head in ("平台名称", "类型")]
    rows = [[cell for place, cell in enumerate(row) if place not in left_out] for row in rows[: len(shown)]]
    assert [[_plain(each) for each in row] for row in rows] == [[_plain(each) for each in row] for row in shown]
    about = {each[0]: each[1] for each in book.worksheets[1].iter_rows(values_only=True)}
    assert (about["年度"], about["筛选条件"]) == ("2020年度、2021年度", "地区：鄞州区")


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal | int) else value or ""


def test_the_file_of_a_platform_is_noted_with_the_platform(browser_of: Any, yinzhou: User, two_years: None) -> None:
    address = reverse("evaluation:year_platform_list", args=["330212-001", "csv"])
    text = b"".join(browser_of(yinzhou).get(address)).decode("utf-8-sig")
    assert text.splitlines()[1:3] == ["档次,,A档,B档,", "得分,,100,80,"]
    event = AuditEvent.objects.get(verb__startswith="导出列表")
    assert event.object_pk == str(Platform.objects.get(code="330212-001").pk)


# Cost ----------------------------------------------------------------------------------------------------------------

#: Queries of each page: the city's, a county's.
COSTS = {"years": (7, 7), "year_regions": (7, 7), "year_indicators": (8, 8), "year_movements": (7, 7)}


@pytest.mark.parametrize("name", COSTS)
def test_a_page_costs_the_same_for_one_platform_and_for_thirty(
    browser_of: Any, city: User, yinzhou: User, name: str
) -> None:
    found: list[list[int]] = []
    for person in (city, yinzhou):
        browser = browser_of(person)
        browser.get("/admin/")
        found.append([])
        for year, many in ((2020, 1), (2021, 30)):
            if not Assessment.objects.filter(evaluation__round__year=year).exists():
                stage.published_round({"330212": {"A": many}}, year=year)
            with CaptureQueriesContext(connection) as asked:
                browser.get(reverse(f"evaluation:{name}"), {"from": str(year), "to": str(year)})
            found[-1].append(len(asked))
    assert found == [[COSTS[name][0]] * 2, [COSTS[name][1]] * 2]


def test_the_page_of_a_platform_costs_the_same_for_one_year_and_for_three(browser_of: Any, yinzhou: User) -> None:
    desk, asked = browser_of(yinzhou), []
    for year in (2020, 2021, 2022):
        stage.published_round({"330212": {"A": 1}}, year=year)
        desk.get("/admin/")
        with CaptureQueriesContext(connection) as found:
            desk.get(reverse("evaluation:year_platform", args=["330212-001"]))
        asked.append(len(found))
    assert asked == [9, 9, 9]
