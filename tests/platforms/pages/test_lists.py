"""What every declared list does alike: reading its address, writing it, counting its choices, leaving as a file."""

from typing import Any

import pytest
from django.test import Client, RequestFactory

from platforms.applications.desk.home import Applications
from platforms.cases.desk import FeeCases
from platforms.models import AuditEvent, Region, Round, User
from platforms.pages.lists import TODAY, Column, ListPage, Value, plain, reading, short
from platforms.rectifications.desk.rectifications import Rectifications
from platforms.service_records.desk.records import ServiceRecords
from tests.platforms.rectifications.test_desk import opened
from tests.platforms.supervised import platform_of


def asked(kind: type[ListPage], person: User, query: str = "") -> ListPage:
    """The list of ``person`` at an address."""
    request = RequestFactory().get(f"/desk/rectifications/{query}")
    request.user = person
    return kind(request)


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("?state=overdue&q=%20消防%20", {"state": "overdue", "q": "消防"}),
        ("?state=nonsense&other=1", {}),
        ("?region=330212", {"region": "330212"}),
        ("?region=3302120000000", {"region": "330212000000"}),
        ("?q=a%00b", {"q": "ab"}),
        (f"?q={'x' * 81}", {"q": "x" * 80}),
    ],
)
def test_what_is_no_choice_narrows_nothing(city: User, round_2026: Round, query: str, values: dict[str, str]) -> None:
    page = asked(Rectifications, city, query)
    assert {name: value for name, value in page.values.items() if value} == values
    assert page.is_narrowed == bool(values)


def test_a_filter_of_the_city_is_not_read_for_a_county(yinzhou: User, round_2026: Round) -> None:
    assert asked(Rectifications, yinzhou, "?region=330282").values["region"] == ""


def test_an_address_says_what_narrows_and_nothing_else(city: User, round_2026: Round) -> None:
    page = asked(Rectifications, city, "?state=overdue&q=a&page=7")
    assert page.address() == "?state=overdue&q=a"
    assert page.address(state="") == "?q=a"
    assert page.address("/x", state="", q="") == "/x"
    assert page.clear_url() == "/desk/rectifications/"
    assert asked(Rectifications, city).clear_url() == ""


def test_what_a_list_asks_for_by_itself_stays_out_of_its_address(city: User, round_2026: Round) -> None:
    assert (asked(FeeCases, city).address(), asked(FeeCases, city).values["state"]) == ("?", "open")
    assert asked(FeeCases, city).address(state="passed") == "?state=passed"
    assert asked(Applications, city, "?sort=-saved").address() == "?"
    assert asked(Applications, city, "?sort=name").address() == "?sort=name"


@pytest.mark.parametrize(
    ("text", "since"), [("2026-04", "2026-04"), ("2026-13", ""), ("2026-00", ""), ("0999-01", ""), ("2026-4", "")]
)
def test_a_month_is_one_or_narrows_nothing(city: User, round_2026: Round, text: str, since: str) -> None:
    assert asked(ServiceRecords, city, f"?since={text}").values["since"] == since


def test_a_cell_is_made_of_the_fields_that_its_column_reads() -> None:
    columns = (
        Column("甲", "a"),
        Column("乙", Value(("b", "a", TODAY), lambda b, a, day: f"{b}{a}{day}")),
        Column("丙", short("b", 3)),
    )
    fields, cells = reading([each.cell for each in columns], "今天")  # type: ignore[arg-type]
    assert (fields, cells((1, "四个字呢"))) == (["a", "b"], [1, "四个字呢1今天", "四个…"])
    assert plain("a").make(None) == ""
    assert plain("a").make(0) == 0


def test_a_file_is_noted_with_what_it_is_narrowed_to(
    city: User, round_2026: Round, regions: dict[str, Region], browser_of: Any
) -> None:
    row = opened(platform_of(regions["330212"], "鄞州区首南街道窗口平台"), city)
    client: Client = browser_of(city)
    lines = client.get("/desk/rectifications.csv?state=opened&q=ZG").getvalue().decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["整改编号", row.number]
    told = AuditEvent.objects.get(verb="导出列表：整改")
    assert (told.actor, told.reason) == (city.username, "1 项，csv，筛选：状态：待整改；查找：ZG")
