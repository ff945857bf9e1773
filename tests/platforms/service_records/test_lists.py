"""Records in lists that are paged by key, and numbers from the rollups, both within the scope of who asks."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from platforms.models import Platform, ServiceRecord, User
from platforms.reference.choices import CITYS_OWN
from platforms.service_records.queries import records as lists
from platforms.service_records.queries import statistics
from platforms.service_records.queries.records import Key, RecordFilters
from platforms.service_records.services import records as service_records
from tests import factories
from tests.platforms.service_records.cast import AT, platform, row

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N03")]


@pytest.fixture
def records(regions: Any, city: User) -> list[Platform]:
    """Twenty of 鄞州区 on ten days, two of 慈溪市, one of the city, one of them cancelled."""
    made = [platform(regions["330212"]), platform(regions["330212"], 2), platform(regions["330282"]), platform(None)]
    rows = [
        row(number, f"330212-00{number % 2 + 1}", served_on=f"2026-03-{number // 2 + 1:02d}", fee=number % 4)
        for number in range(20)
    ]
    rows += [row(30, "330282-001", free_category="policy", fee="5"), row(31, "330282-001"), row(32, "HY-001")]
    service_records.take_in(rows=rows, source="hand:HY", platforms=Platform.objects.all(), by=city, at=AT)
    cancelled = ServiceRecord.objects.get(external_id="FW-31")
    service_records.cancel(record=cancelled, reason="误报", by=city, at=AT)
    return made


def numbers(page: lists.Page) -> list[int]:
    return [int(record.external_id[3:]) for record in page.rows]


def test_a_list_is_walked_from_end_to_end_and_back(records: list[Platform], yinzhou: User) -> None:
    asked = RecordFilters()
    page = lists.page_of(yinzhou, filters=asked, size=7)
    walked = [numbers(page)]
    while page.after is not None:
        page = lists.page_of(yinzhou, filters=asked, after=page.after, size=7)
        walked.append(numbers(page))
    assert [number for shown in walked for number in shown] == list(range(19, -1, -1))
    assert numbers(lists.last_page_of(yinzhou, filters=asked, size=6)) == walked[-1]
    back = []
    while page.before is not None:
        page = lists.page_of(yinzhou, filters=asked, before=page.before, size=7)
        back.append(numbers(page))
    assert back == [walked[1], walked[0]]
    assert page.before is None


def test_many_records_are_found_on_another_way_and_are_the_same(
    records: list[Platform], yinzhou: User, monkeypatch: Any
) -> None:
    by_sorting = numbers(lists.page_of(yinzhou, filters=RecordFilters()))
    monkeypatch.setattr(lists, "SIZE", 1)
    assert numbers(lists.page_of(yinzhou, filters=RecordFilters(), size=50)) == by_sorting == list(range(19, -1, -1))


@pytest.mark.trust("T04")
def test_a_county_sees_its_own(records: list[Platform], yinzhou: User, cixi: User, auditor: User) -> None:
    assert numbers(lists.page_of(cixi, filters=RecordFilters())) == [31, 30]
    assert numbers(lists.page_of(cixi, filters=RecordFilters(platform="330212-001"))) == []
    assert numbers(lists.page_of(cixi, filters=RecordFilters(region="330212"))) == []
    assert numbers(lists.page_of(auditor, filters=RecordFilters())) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (RecordFilters(region=CITYS_OWN), [32]),
        (RecordFilters(region="330282"), [31, 30]),
        (RecordFilters(region="no such"), []),
        (RecordFilters(platform="330212-002", until=date(2026, 3, 2)), [3, 1]),
        (RecordFilters(flagged=True), [30]),
        (RecordFilters(cancelled=True), [31]),
        (RecordFilters(region="330282", cancelled=False), [30]),
        (RecordFilters(number="FW-7"), [7]),
        (RecordFilters(source="api"), []),
        (RecordFilters(source="hand", since=date(2026, 3, 10), free=True), [32, 31]),
        (RecordFilters(enterprise=factories.credit_code(3), until=date(2026, 3, 5)), [9, 2]),
        (RecordFilters(enterprise="企业3有限", until=date(2026, 3, 5)), [3]),
    ],
)
def test_what_is_asked_for(records: list[Platform], city: User, asked: RecordFilters, found: list[int]) -> None:
    assert numbers(lists.page_of(city, filters=asked)) == found


SPRING_OF_THREE = {"cancelled": False, "until": date(2026, 3, 5)}


@pytest.mark.parametrize(
    ("text", "found", "asked"),
    [
        (factories.credit_code(3), [9, 2], 1),
        (f" {factories.credit_code(3)[:17].lower()} ", [9, 2], 2),
        (factories.credit_code(3)[:4], list(range(9, -1, -1)), 2),
        ("企业2有限", [9, 2], 2),
        ("宁波企业2有限公司", [9, 2], 2),
        # Neither a beginning of a code nor of a name; too short for a code but in a name.
        ("9999", [], 2),
        ("3", [3], 2),
        ("没有这家", [], 1),
    ],
)
def test_an_enterprise_is_found_by_its_code_its_beginning_or_a_part_of_its_name(
    records: list[Platform], city: User, django_assert_num_queries: Any, text: str, found: list[int], asked: int
) -> None:
    with django_assert_num_queries(asked):
        page = lists.page_of(city, filters=RecordFilters(enterprise=text, **SPRING_OF_THREE))
    assert numbers(page) == found


def test_the_list_is_not_read_through_for_a_name_that_few_have(
    records: list[Platform], city: User, yinzhou: User, monkeypatch: Any
) -> None:
    """The enterprises are asked for first; where many have the name the list is walked, and says the same."""
    few = RecordFilters(enterprise="企业2有限")
    for person in (city, yinzhou):
        assert "LIKE" not in str(lists.chosen(person, few).query).upper()
    by_keys = numbers(lists.page_of(yinzhou, filters=few))
    monkeypatch.setattr(lists, "MOST_NAMED", 0)
    assert "LIKE" in str(lists.chosen(city, few).query).upper()
    assert numbers(lists.page_of(yinzhou, filters=few)) == by_keys == [16, 9, 2]


@pytest.mark.parametrize("text", ["", "x", "2026-03-01", "2026-03-01.", "2026-02-30.1", "2026-03-01.²", "1" * 99])
def test_a_key_that_is_none(text: str) -> None:
    assert Key.read(text) is None
    assert Key.read(str(Key(date(2026, 3, 1), 7))) == Key(date(2026, 3, 1), 7)


SPRING: dict[str, Any] = {"since": date(2026, 3, 1), "until": date(2026, 4, 10)}


@pytest.mark.clause("N40")
def test_numbers_by_month_platform_and_region(records: list[Platform], city: User, yinzhou: User) -> None:
    (line,) = statistics.by_month(yinzhou, **SPRING)
    assert (line.month, line.service_class, line.numbers.records, line.numbers.free_records) == (
        date(2026, 3, 1), "information", 20, 5,
    )  # fmt: skip
    assert line.numbers.fees == Decimal(30)
    assert [each.numbers.records for each in statistics.by_month(city, **SPRING)] == [20, 2]
    assert [each.numbers.records for each in statistics.by_month(city, region=CITYS_OWN, **SPRING)] == [1]
    assert [each.numbers.records for each in statistics.by_month(city, platform=records[0], **SPRING)] == [10]
    assert statistics.by_month(yinzhou, platform=records[2], **SPRING) == ()
    lines = statistics.per_platform(city, **SPRING)
    assert [(each.platform.code, each.numbers.records, each.numbers.flagged) for each in lines] == [
        ("330212-001", 10, 0), ("330212-002", 10, 0), ("330282-001", 1, 1), ("HY-001", 1, 0),
    ]  # fmt: skip
    assert [each.numbers.free_share for each in lines[:2]] == [Fraction(1, 2), Fraction(0)]


def test_an_enterprise_is_reached_by_a_platform_once(records: list[Platform], yinzhou: User) -> None:
    assert statistics.reached_per_platform(yinzhou, year=2026) == {records[0].pk: 7, records[1].pk: 7}
