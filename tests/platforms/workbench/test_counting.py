"""Figures of the counted period: what each counts, when their digest changes, and which rows they open."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from platforms.models import (
    Activity,
    Complaint,
    FollowUp,
    Invitation,
    PeriodicReturn,
    Platform,
    Rectification,
    Region,
    Round,
    ServiceRecord,
    Task,
    User,
)
from platforms.rounds.counted_period import Period
from platforms.workbench.counted_figures import FIGURES, Kind
from platforms.workbench.queries import counting
from tests.platforms.supervised import platform_of
from tests.platforms.workbench.facts import DAY, PERIOD, Facts, noon

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N20")]
ONE_DAY = timedelta(days=1)
SHARES = {key for key, figure in FIGURES.items() if figure.kind is Kind.SHARE}
NOTHING: dict[str, Decimal | None] = {key: None if key in SHARES else Decimal(0) for key in FIGURES}
#: What the rows of ``Facts.everything`` come to: value, and rows behind it.
EVERYTHING: dict[str, tuple[str, int]] = {
    "counted_services": ("2", 2),
    "counted_enterprises": ("2", 2),
    "counted_classes": ("2", 2),
    "counted_free": ("1", 1),
    "counted_free_kinds": ("1", 1),
    "counted_free_share": ("50.00", 2),
    "counted_fees": ("1", 1),
    "counted_follow_ups": ("3", 3),
    "counted_satisfaction": ("50.00", 2),
    "counted_differences": ("1", 1),
    "counted_activities": ("1", 1),
    "counted_attendance": ("30", 1),
    "counted_attended": ("1", 1),
    "counted_answered": ("66.67", 3),
    "counted_refused": ("1", 1),
    "counted_tasks": ("50.00", 2),
    "counted_returns": ("50.00", 2),
    "counted_late_returns": ("1", 1),
    "counted_rectifications": ("1", 1),
    "verified_complaints": ("1", 1),
}


@pytest.fixture
def platform(round_2026: Round, regions: dict[str, Region]) -> Platform:
    return platform_of(regions["330212"])


@pytest.fixture
def facts(platform: Platform, round_2026: Round, yinzhou: User) -> Facts:
    return Facts(platform, round_2026, yinzhou)


def tallies(platform: Platform, period: Period = PERIOD) -> dict[str, tuple[Decimal | None, int]]:
    found = counting.tally([platform.pk], period)[platform.pk]
    return {name: (each.value, each.rows) for name, each in found.items()}


def figure(platform: Platform, name: str) -> tuple[Decimal | None, int]:
    found = counting.tally([platform.pk], PERIOD, [name])[platform.pk][name]
    return found.value, found.rows


def digests(platform: Platform) -> dict[str, str]:
    return {name: each.digest for name, each in counting.tally([platform.pk], PERIOD)[platform.pk].items()}


def test_every_figure_has_a_rule() -> None:
    assert list(counting.RULES) == list(FIGURES)
    assert {key for key, rule in counting.RULES.items() if rule.part} == SHARES
    columns = {key for key, rule in counting.RULES.items() if rule.column}
    assert columns == {key for key, each in FIGURES.items() if each.kind in (Kind.DISTINCT, Kind.SUM)}


@pytest.mark.parametrize("edge", [PERIOD.first, PERIOD.last])
def test_every_figure_counts_the_first_and_the_last_day(facts: Facts, platform: Platform, edge: date) -> None:
    facts.everything(edge)
    assert tallies(platform) == {name: (Decimal(value), rows) for name, (value, rows) in EVERYTHING.items()}
    assert counting.counted([platform.pk], PERIOD) == {
        platform.pk: {name: Decimal(value) for name, (value, _) in EVERYTHING.items()}
    }


@pytest.mark.parametrize("outside", [PERIOD.first - ONE_DAY, PERIOD.last + ONE_DAY])
def test_no_figure_counts_the_day_before_or_after(facts: Facts, platform: Platform, outside: date) -> None:
    before = digests(platform)
    facts.everything(outside)
    assert tallies(platform) == {name: (value, 0) for name, value in NOTHING.items()}
    assert digests(platform) == before


def test_no_figure_counts_what_happened_at_another_platform(
    facts: Facts, regions: dict[str, Region], round_2026: Round, cixi: User
) -> None:
    other = platform_of(regions["330282"])
    Facts(other, round_2026, cixi).everything()
    both = counting.counted([facts.platform.pk, other.pk], PERIOD)
    assert both == {
        facts.platform.pk: NOTHING,
        other.pk: {name: Decimal(value) for name, (value, _) in EVERYTHING.items()},
    }


# What counts and what does not ------------------------------------------------------------------------------------


def test_a_cancelled_record_counts_nowhere(facts: Facts, platform: Platform, yinzhou: User) -> None:
    facts.record(fee=5, cancelled_at=noon(DAY), cancelled_by=yinzhou, cancel_reason="重复")
    assert tallies(platform) == {name: (value, 0) for name, value in NOTHING.items()}


def test_an_enterprise_a_class_and_a_kind_count_once_however_many_records_they_have(
    facts: Facts, platform: Platform
) -> None:
    facts.record(enterprise=1001, free_category="policy")
    facts.record(enterprise=1001, free_category="policy")
    facts.record(enterprise=1002, free_category="needs", service_class="law")
    facts.record(enterprise=1002, free_category="", service_class="finance")
    assert figure(platform, "counted_enterprises") == (2, 4)
    assert figure(platform, "counted_classes") == (3, 4)
    assert figure(platform, "counted_free_kinds") == (2, 3)
    assert figure(platform, "counted_free_share") == (75, 4)


@pytest.mark.parametrize(("free", "fee", "flagged"), [("policy", "0.01", 1), ("policy", 0, 0), ("", "0.01", 0)])
def test_a_fee_counts_where_the_service_must_be_free(
    facts: Facts, platform: Platform, free: str, fee: Any, flagged: int
) -> None:
    facts.record(free_category=free, fee=Decimal(fee))
    assert figure(platform, "counted_fees") == (flagged, flagged)


def test_a_call_counts_once_it_has_a_result(facts: Facts, platform: Platform) -> None:
    for result in ("", "confirmed", "not_confirmed", "not_reached", "refused"):
        facts.call(result=result)
    assert figure(platform, "counted_follow_ups") == (4, 4)


@pytest.mark.parametrize(
    ("points", "satisfied"),
    [((3,), (0, 1)), ((4,), (100, 1)), ((4, 3, 5), (Decimal("66.67"), 3)), ((None,), (None, 0))],
)
def test_who_is_satisfied_says_four_points_or_five(
    facts: Facts, platform: Platform, points: tuple[int | None, ...], satisfied: tuple[Any, int]
) -> None:
    for each in points:
        facts.call(satisfaction=each)
    # These said nothing.
    facts.call(result="not_confirmed", existence_differs=True)
    facts.call(result="refused")
    assert figure(platform, "counted_satisfaction") == satisfied


@pytest.mark.parametrize("name", ["existence_differs", "fee_differs", "satisfaction_differs"])
def test_each_contradiction_to_the_record_counts(facts: Facts, platform: Platform, name: str) -> None:
    facts.call()
    facts.call(**{name: True})
    assert figure(platform, "counted_differences") == (1, 1)


def test_an_activity_counts_once_it_is_reported(facts: Facts, platform: Platform, yinzhou: User) -> None:
    facts.activity(people=12)
    facts.activity(people=30)
    unreported = {"reported_at": None, "reported_by": None}
    facts.activity(status="held", people=7, **unreported)
    cancelled = {"cancelled_at": noon(DAY), "cancelled_by": yinzhou, "cancel_reason": "台风"}
    facts.activity(status="cancelled", **unreported, **cancelled)
    # That of the hub is not the platform's own.
    facts.activity(organiser="county_hub", platform=None)
    assert figure(platform, "counted_activities") == (2, 2)
    assert figure(platform, "counted_attendance") == (42, 2)


@pytest.mark.parametrize(
    ("answer", "organiser", "took_part", "attended", "answered", "refused"),
    [
        ("accepted", "county_hub", True, 1, (100, 1), 0),
        ("accepted", "city_hub", False, 0, (100, 1), 0),
        ("refused", "county_hub", False, 0, (100, 1), 1),
        ("refused", "city_hub", None, 0, (100, 1), 1),
        ("", "city_hub", True, 1, (0, 1), 0),
        ("", "county_hub", None, 0, (0, 1), 0),
        ("refused", "platform", False, 0, (None, 0), 0),
        ("accepted", "platform", True, 1, (None, 0), 0),
    ],
)
def test_an_invitation_counts_by_its_answer_and_by_who_came(
    facts: Facts, platform: Platform, regions: dict[str, Region], answer: str, organiser: str, took_part: bool | None,
    attended: int, answered: tuple[Any, int], refused: int,
) -> None:  # fmt: skip
    host = platform_of(regions["330212"]) if organiser == "platform" else None
    facts.invitation(answer=answer, organiser=organiser, platform=host, took_part=took_part)
    assert figure(platform, "counted_attended") == (attended, attended)
    assert figure(platform, "counted_answered") == answered
    assert figure(platform, "counted_refused") == (refused, refused)


def test_a_late_answer_is_an_answer_and_a_cancelled_activity_asks_nothing(
    facts: Facts, platform: Platform, yinzhou: User
) -> None:
    facts.invitation(late=True)
    dropped = facts.invitation(answer="refused")
    Activity.objects.filter(pk=dropped.activity_id).update(
        status="cancelled", reported_at=None, reported_by=None, cancelled_at=noon(DAY), cancelled_by=yinzhou,
        cancel_reason="台风",
    )  # fmt: skip
    assert figure(platform, "counted_answered") == (100, 1)
    assert figure(platform, "counted_refused") == (0, 0)


@pytest.mark.parametrize(
    ("done", "share"),
    [
        (datetime.combine(DAY + ONE_DAY, datetime.min.time(), noon(DAY).tzinfo) - timedelta(seconds=1), 100),
        (datetime.combine(DAY + ONE_DAY, datetime.min.time(), noon(DAY).tzinfo), 0),
        (noon(PERIOD.first - ONE_DAY), 100),
        (None, 0),
    ],
)
def test_a_task_is_done_in_time_until_the_end_of_its_day_in_ningbo(
    facts: Facts, platform: Platform, done: datetime | None, share: int
) -> None:
    facts.task(done=done)
    assert figure(platform, "counted_tasks") == (share, 1)


def test_a_task_that_is_nobodys_any_more_does_not_count(facts: Facts, platform: Platform) -> None:
    facts.task(dropped=True)
    assert figure(platform, "counted_tasks") == (None, 0)


@pytest.mark.parametrize(
    ("handed_in", "late", "closed", "in_time", "against"),
    [
        (True, False, False, 100, 0),
        (True, False, True, 100, 0),
        (True, True, False, 0, 1),
        (False, False, False, 0, 0),
        (False, False, True, 0, 1),
    ],
)
def test_a_return_counts_by_whether_it_came_in_time(
    facts: Facts, platform: Platform, yinzhou: User, handed_in: bool, late: bool, closed: bool, in_time: int,
    against: int,
) -> None:  # fmt: skip
    more: dict[str, Any] = {"late": late}
    if not handed_in:
        more |= {"handed_in_at": None, "handed_in_by": None}
    if closed:
        more |= {"closed_at": noon(DAY), "closed_by": yinzhou}
    facts.periodic_return(**more)
    assert figure(platform, "counted_returns") == (in_time, 1)
    assert figure(platform, "counted_late_returns") == (against, against)


def test_a_withdrawn_rectification_does_not_count(facts: Facts, platform: Platform, yinzhou: User) -> None:
    done = {"closed_at": noon(DAY), "closed_by": yinzhou}
    facts.rectification(status="withdrawn", **done)
    facts.rectification(status="closed", **done)
    facts.rectification()
    assert figure(platform, "counted_rectifications") == (2, 2)


# The digest ---------------------------------------------------------------------------------------------------------


def changed(platform: Platform, act: Callable[[], Any]) -> set[str]:
    """Return the figures of which ``act`` changes the digest."""
    before = digests(platform)
    act()
    after = digests(platform)
    return {name for name in FIGURES if before[name] != after[name]}


def test_a_digest_is_the_same_until_a_counted_row_changes(facts: Facts, platform: Platform) -> None:
    facts.everything()
    assert changed(platform, lambda: None) == set()
    assert len(set(digests(platform).values())) == len(FIGURES)


OF_RECORDS = {name for name, rule in counting.RULES.items() if rule.source.kind == "record"}
OF_FREE = {"counted_free", "counted_free_kinds", "counted_free_share", "counted_fees"}


def test_a_record_that_comes_changes_what_counts_it(facts: Facts, platform: Platform) -> None:
    facts.everything()
    assert changed(platform, lambda: facts.record(fee=5)) == OF_RECORDS
    plain = changed(platform, lambda: facts.record(free_category=""))
    assert plain == OF_RECORDS - {"counted_free", "counted_free_kinds", "counted_fees"}


def test_a_record_that_is_cancelled_changes_what_counted_it(facts: Facts, platform: Platform, yinzhou: User) -> None:
    facts.everything()
    facts.record(fee=5)
    last = ServiceRecord.objects.filter(platform=platform).order_by("-pk")[:1]
    cancelled = {"cancelled_at": noon(DAY), "cancelled_by": yinzhou, "cancel_reason": "重复"}
    assert changed(platform, lambda: ServiceRecord.objects.filter(pk=last[0].pk).update(**cancelled)) == OF_RECORDS


def test_a_record_in_place_of_another_one_changes_every_digest_and_no_value(
    facts: Facts, platform: Platform, yinzhou: User
) -> None:
    facts.record(fee=5)
    values = tallies(platform)

    def replace() -> None:
        cancelled = {"cancelled_at": noon(DAY), "cancelled_by": yinzhou, "cancel_reason": "重复"}
        ServiceRecord.objects.update(**cancelled)
        facts.record(fee=5)

    assert changed(platform, replace) == OF_RECORDS
    assert tallies(platform) == values


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"service_class": "talent"}, {"counted_classes"}),
        ({"free_category": "needs"}, {"counted_free_kinds"}),
        ({"free_category": ""}, OF_FREE),
        ({"fee": 0}, {"counted_fees"}),
        # The figure counts that there is a fee, and not how high it is.
        ({"fee": 6}, set()),
        ({"served_on": PERIOD.last}, set()),
        ({"summary": "改写", "served_by": "王某", "satisfaction": 1, "result": "referred"}, set()),
        ({"served_on": PERIOD.last + ONE_DAY}, OF_RECORDS),
    ],
)
def test_a_correction_changes_the_digests_of_what_counts_that_column(
    facts: Facts, platform: Platform, change: dict[str, Any], names: set[str]
) -> None:
    row = facts.record(fee=5)
    facts.record(free_category="")
    assert changed(platform, lambda: ServiceRecord.objects.filter(pk=row.pk).update(**change)) == names


def test_two_corrections_that_leave_the_values_as_they_are_change_the_digest(facts: Facts, platform: Platform) -> None:
    one, other = facts.record(enterprise=1001), facts.record(enterprise=1002)
    values = tallies(platform)

    def swap() -> None:
        ServiceRecord.objects.filter(pk=one.pk).update(enterprise=other.enterprise)
        ServiceRecord.objects.filter(pk=other.pk).update(enterprise=one.enterprise)

    assert changed(platform, swap) == {"counted_enterprises"}
    assert tallies(platform) == values


def test_other_rows_change_the_digests_of_what_counts_their_column(facts: Facts, platform: Platform) -> None:
    facts.everything()

    def set_(model: Any, **more: Any) -> Callable[[], Any]:
        first = model.objects.filter(**({} if model is Activity else {"platform": platform})).order_by("pk")[:1]
        return lambda: model.objects.filter(pk=first[0].pk).update(**more)

    assert changed(platform, set_(FollowUp, satisfaction=4)) == set()
    assert changed(platform, set_(FollowUp, satisfaction=3)) == {"counted_satisfaction"}
    assert changed(platform, set_(FollowUp, fee_differs=True)) == {"counted_differences"}
    assert changed(platform, set_(Activity, people=31)) == {"counted_attendance"}
    assert changed(platform, set_(Activity, title="改名")) == set()
    assert changed(platform, set_(Invitation, took_part=False)) == {"counted_attended"}
    assert changed(platform, set_(Task, done_at=noon(DAY + ONE_DAY))) == {"counted_tasks"}
    assert changed(platform, set_(Task, done_at=noon(DAY + 2 * ONE_DAY))) == set()
    assert changed(platform, set_(PeriodicReturn, late=True)) == {"counted_returns", "counted_late_returns"}
    assert changed(platform, set_(Rectification, problem="改写")) == set()
    assert changed(platform, set_(Complaint, decided_at=noon(DAY + ONE_DAY))) == set()
    assert changed(platform, set_(Complaint, status="unfounded")) == {"verified_complaints"}


def test_the_digest_does_not_depend_on_the_period_around_the_same_rows(facts: Facts, platform: Platform) -> None:
    facts.everything()
    narrow = counting.tally([platform.pk], Period(DAY, DAY))
    assert narrow == counting.tally([platform.pk], PERIOD)


def test_the_digest_is_the_same_on_every_database(facts: Facts, platform: Platform) -> None:
    """The sums are whole numbers that this test computes once more, row by row."""
    facts.record(enterprise=1001)
    facts.record(enterprise=1002)
    prime, first, second = 2**31 - 1, 0, 0
    for pk, enterprise in ServiceRecord.objects.values_list("pk", "enterprise_id"):
        first += (pk * 1000003 + enterprise) % prime
        mixed = (pk % prime * 715225739 + enterprise * 1190494759) % prime
        second += mixed * mixed % prime
    name = "counted_enterprises"
    sums = counting.Sums(2, 2, first, second)
    assert counting.tally([platform.pk], PERIOD, [name])[platform.pk][name] == counting.tally_of(FIGURES[name], sums)


# How it is asked ----------------------------------------------------------------------------------------------------


def test_many_platforms_cost_as_many_questions_as_one(
    platform: Platform, regions: dict[str, Region], django_assert_num_queries: Any
) -> None:
    keys = [platform.pk, *(platform_of(regions["330282"]).pk for _ in range(5))]
    for asked in (keys[:1], keys):
        with django_assert_num_queries(8):
            assert set(counting.tally(asked, PERIOD)) == set(asked)
        with django_assert_num_queries(1):
            counting.tally(asked, PERIOD, OF_RECORDS)
        with django_assert_num_queries(0):
            assert counting.tally(asked, PERIOD, []) == {key: {} for key in asked}


@pytest.mark.trust("T04")
def test_each_figure_opens_as_many_rows_as_it_counts_for_the_county_and_the_city(
    facts: Facts, platform: Platform, yinzhou: User, cixi: User, city: User
) -> None:
    facts.everything()
    for name, (_, rows) in EVERYTHING.items():
        found = {user.role: counting.rows_of(user, name, platform.pk, PERIOD).count() for user in (yinzhou, city)}
        assert (name, found) == (name, {"county": rows, "city": rows})
        assert (name, counting.rows_of(cixi, name, platform.pk, PERIOD).count()) == (name, 0)


def test_the_address_of_the_rows_names_figure_platform_and_days() -> None:
    url = counting.records_url("counted_free", 7, PERIOD)
    assert url == "/desk/workbench/counted/counted_free/7/?from=2026-04-18&to=2026-07-25"
    assert counting.period_of_days("2026-04-18", "2026-07-25") == PERIOD
    assert counting.period_of_days("2026-04-18", "2026-04-18") == Period(date(2026, 4, 18), date(2026, 4, 18))


@pytest.mark.parametrize(
    ("first", "last"), [("", "2026-07-25"), ("2026-04-18", "2026-02-30"), ("2026-04-18", "2026-04-17")]
)
def test_what_are_no_days_in_order_is_no_period(first: str, last: str) -> None:
    assert counting.period_of_days(first, last) is None
