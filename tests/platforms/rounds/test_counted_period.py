"""The days that an evaluation counts (四·(四)): which they are, who moves them, when they are settled."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from platforms.errors import Refusal
from platforms.models import AuditEvent, Complaint, DateChange, Phase, Platform, Region, Round, User
from platforms.rounds.counted_period import Period, period_of
from platforms.rounds.queries.counted_period import period_of_round
from platforms.rounds.services import rounds
from platforms.tasks.services import phase_dates
from platforms.workbench.queries.counting import counted
from tests import factories
from tests.platforms.supervised import platform_of, record_of

SPANS = {
    1: (date(2026, 3, 18), date(2026, 4, 17)),
    2: (date(2026, 4, 18), date(2026, 5, 20)),
    3: (date(2026, 5, 21), date(2026, 7, 25)),
}
#: Phases two and three.
COUNTED = (2, 3)
PERIOD = Period(date(2026, 4, 18), date(2026, 7, 25))
#: Days around both ends, and whether they count.
DAYS = ((PERIOD.first, -1, False), (PERIOD.first, 0, True), (PERIOD.last, 0, True), (PERIOD.last, 1, False))


def test_by_default_it_is_phases_two_and_three() -> None:
    assert period_of(SPANS, COUNTED, None, None) == PERIOD
    assert PERIOD.text == "2026年4月18日至2026年7月25日"


def test_either_day_can_be_set() -> None:
    day = date(2026, 6, 1)
    assert period_of(SPANS, COUNTED, day, None) == Period(day, PERIOD.last)
    assert period_of(SPANS, COUNTED, None, day) == Period(PERIOD.first, day)
    assert period_of({}, COUNTED, day, day) == Period(day, day)


@pytest.mark.parametrize(
    ("spans", "first", "last"),
    [({}, None, date(2026, 6, 1)), ({2: SPANS[2]}, None, None), (SPANS, date(2026, 7, 26), None)],
)
def test_without_both_days_in_order_there_is_none(spans: dict, first: date | None, last: date | None) -> None:
    assert period_of(spans, COUNTED, first, last) is None


@pytest.fixture
def platform(round_2026: Round, regions: dict[str, Region]) -> Platform:
    return platform_of(regions["330212"])


def complaint_of(platform: Platform, at: datetime, by: User, **more: Any) -> Complaint:
    number = Complaint.objects.count() + 1
    decided = {"finding": "supported", "examined_at": at, "examined_by": by, "decided_at": at, "decided_by": by}
    return Complaint.objects.create(
        platform=platform, number=f"TS{number}", text="收费", enterprise="甲公司", contact_name="周某",
        contact_phone="13800138000", received_at=at, sender_hash="a", text_hash=str(number),
        **({"status": "verified"} | decided | more),
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.clause("N20")
def test_a_complaint_counts_by_the_day_in_ningbo_on_which_it_came_in(platform: Platform, city: User) -> None:
    first, last = datetime(2026, 4, 17, 16, tzinfo=UTC), datetime(2026, 7, 25, 15, 59, 59, tzinfo=UTC)
    found = []
    for at in (first - timedelta(seconds=1), first, last, last + timedelta(seconds=1)):
        # It was decided long after, which changes nothing.
        row = complaint_of(platform, at, city, decided_at=datetime(2026, 12, 1, tzinfo=UTC))
        found.append(counted([platform.pk], PERIOD)[platform.pk]["verified_complaints"])
        row.delete()
    assert found == [0, 1, 1, 0]


@pytest.mark.django_db
def test_only_verified_complaints_about_the_platform_count(
    platform: Platform, regions: dict[str, Region], city: User
) -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    case = complaint_of(platform, at, city)
    undecided = {"decided_at": None, "decided_by": None}
    complaint_of(platform, at, city, status="unfounded")
    complaint_of(platform, at, city, status="examined", **undecided)
    complaint_of(platform, at, city, status="merged", merged_into=case, **undecided)
    complaint_of(platform_of(regions["330282"]), at, city)
    assert counted([platform.pk], PERIOD)[platform.pk]["verified_complaints"] == 1


@pytest.mark.django_db
@pytest.mark.clause("N20")
@pytest.mark.parametrize(("day", "shift", "counts"), DAYS)
def test_services_and_activities_count_by_their_day(
    platform: Platform, yinzhou: User, now: datetime, day: date, shift: int, counts: bool
) -> None:
    on = day + timedelta(days=shift)
    record_of(platform, 1, served_on=on, fee=5)
    record_of(platform, 2, enterprise=1001, served_on=on, free_category="")
    record_of(platform, 3, served_on=on, cancelled_at=now, cancel_reason="重复")
    factories.activity_of(yinzhou, held_on=on, platform=platform, organiser="platform")
    figures = counted([platform.pk], PERIOD)[platform.pk]
    names = ("counted_services", "counted_enterprises", "counted_free", "counted_fees", "counted_activities")
    assert [figures[name] for name in names] == ([2, 1, 1, 1, 1] if counts else [0, 0, 0, 0, 0])


@pytest.mark.django_db
def test_the_city_moves_the_days_with_a_reason_and_phases_carry_them_along(
    round_2026: Round, city: User, now: datetime
) -> None:
    def move(**dates: date) -> None:
        phase_dates.move(round=round_2026, dates=dates, reason="试运行延长", by=city, at=now)
        round_2026.refresh_from_db()

    move(phase_end_3=date(2026, 7, 31), phase_start_4=date(2026, 8, 1))
    assert period_of_round(round_2026) == Period(date(2026, 4, 18), date(2026, 7, 31))
    move(count_from=date(2026, 5, 1), count_until=date(2026, 7, 1))
    assert period_of_round(round_2026) == Period(date(2026, 5, 1), date(2026, 7, 1))
    told = (
        DateChange.objects.filter(kind__startswith="count").order_by("pk").values_list("what", "old", "new", "reason")
    )
    assert list(told) == [
        ("评价期间开始", date(2026, 4, 18), date(2026, 5, 1), "试运行延长"),
        ("评价期间结束", date(2026, 7, 31), date(2026, 7, 1), "试运行延长"),
    ]
    with pytest.raises(Refusal, match="评价期间的结束日期不能早于开始日期。"):
        move(count_until=date(2026, 4, 30))
    # Days that were set stay where phases move.
    move(phase_end_3=date(2026, 7, 30))
    assert period_of_round(round_2026) == Period(date(2026, 5, 1), date(2026, 7, 1))


@pytest.mark.django_db
def test_once_the_evaluation_began_the_days_are_written_down_and_stay(
    round_2026: Round, city: User, now: datetime
) -> None:
    row = rounds.fix_period(round=round_2026, by=city, at=now)
    assert (row.counted_from, row.counted_until, row.counted_fixed_at) == (PERIOD.first, PERIOD.last, now)
    event = AuditEvent.objects.get(verb="确定评价期间")
    assert event.changes == {"评价期间": [None, PERIOD.text]}
    assert not [each for each in phase_dates.movable(row) if each.key.startswith("count")]
    Phase.objects.filter(number=3).update(ends_on=date(2026, 7, 20))
    assert period_of_round(row) == PERIOD
    again = rounds.fix_period(round=row, by=city, at=now + timedelta(days=1))
    assert again.counted_fixed_at == now


@pytest.mark.django_db
@pytest.mark.trust("T49")
@pytest.mark.parametrize(
    "change",
    [
        {"counted_from": date(2026, 1, 1)},
        {"counted_until": date(2026, 12, 31)},
        {"counted_fixed_at": None},
        {"counted_fixed_at": None, "counted_from": None, "counted_until": None},
    ],
)
def test_the_database_keeps_the_days_of_an_evaluation(
    round_2026: Round, city: User, now: datetime, change: dict[str, Any]
) -> None:
    rounds.fix_period(round=round_2026, by=city, at=now)
    with pytest.raises(IntegrityError, match="绩效评价已启动，评价期间不得修改"), transaction.atomic():
        Round.objects.update(**change)
    assert Round.objects.update(title="仍可改名") == 1


@pytest.mark.django_db
def test_the_database_wants_the_days_whole_and_in_order(round_2026: Round, now: datetime) -> None:
    for change in (
        {"counted_from": date(2026, 7, 1), "counted_until": date(2026, 6, 30)},
        {"counted_fixed_at": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Round.objects.update(**change)


@pytest.mark.django_db
def test_without_phases_there_is_nothing_to_fix(round_2026: Round, city: User, now: datetime) -> None:
    Phase.objects.filter(number=2).delete()
    with pytest.raises(Refusal, match="无法确定评价期间，请填写各阶段的起止日期。"):
        rounds.fix_period(round=round_2026, by=city, at=now)
