"""Periodic reports: due days, rows made once, handed in and late, corrected until closed, days moved with a reason."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from platforms.errors import Gone, Refusal, StaleVersion
from platforms.models import PeriodicReturn, Platform, ReturnSchedule, Round, User
from platforms.periodic_reports import queries
from platforms.periodic_reports.dates import Due, dues
from platforms.periodic_reports.queries import Choice
from platforms.periodic_reports.services import reports as service
from platforms.periodic_reports.services import rows as report_rows
from tests.platforms.periodic_reports.conftest import values

pytestmark = pytest.mark.django_db


def mine(schedule: ReturnSchedule, user: User, key: str = "2026-04") -> PeriodicReturn:
    return queries.own(user).filter(schedule=schedule, key=key).order_by("platform__code")[0]


def hand_in(row: PeriodicReturn, by: User, at: datetime, **more: Any) -> PeriodicReturn:
    given = {"text": "服务平稳。", "figures": {"服务企业（家）": "12", "活动（场）": "2"}, "version": 1} | more
    return service.hand_in(row=row, by=by, at=at, **given)


def test_due_days_follow_the_period() -> None:
    spring = {"since": date(2025, 12, 6), "until": date(2026, 2, 5)}
    assert dues("monthly", day=5, **spring) == (
        Due("2025-12", "2025年12月", date(2026, 1, 5)), Due("2026-01", "2026年1月", date(2026, 2, 5))
    )  # fmt: skip
    assert dues("quarterly", day=10, **spring) == (Due("2025-Q4", "2025年第4季度", date(2026, 1, 10)),)
    assert dues("once", day=5, **spring) == (Due("once", "2026年", date(2026, 2, 5)),)


@pytest.mark.clause("N19")
def test_each_platform_owes_each_period_once(schedule: ReturnSchedule, yinzhou: User, city: User) -> None:
    assert PeriodicReturn.objects.count() == 9
    assert report_rows.sync(schedules=[schedule]) == 0
    assert [each.label for each in queries.periods(yinzhou, schedule, date(2026, 4, 1))] == [
        "2026年3月", "2026年4月", "2026年5月"
    ]  # fmt: skip
    assert queries.found(yinzhou, Choice()).count() == 6


@pytest.mark.clause("N19")
def test_what_comes_after_the_day_is_late_and_can_be_corrected(
    schedule: ReturnSchedule, yinzhou: User, now: datetime
) -> None:
    first, late = mine(schedule, yinzhou), mine(schedule, yinzhou, "2026-03")
    assert hand_in(first, yinzhou, now).late is False
    assert hand_in(late, yinzhou, now).late is True
    counts = queries.tally(yinzhou, Choice(), date(2026, 4, 10))
    assert counts == {"open": 3, "missing": 1, "done": 1, "late": 1, "never": 0}
    again = hand_in(first, yinzhou, now + timedelta(days=90), version=2, text="更正。")
    assert (again.text, again.late, again.version) == ("更正。", False, 3)


def test_what_is_asked_for_must_be_there(schedule: ReturnSchedule, yinzhou: User, cixi: User, now: datetime) -> None:
    row = mine(schedule, yinzhou)
    for wrong, sentence in (
        ({"text": ""}, "请填写“报送内容”。"),
        ({"figures": {"服务企业（家）": "12"}}, "请填写“活动（场）”。"),
        ({"figures": {"服务企业（家）": "很多", "活动（场）": "2"}}, "“服务企业（家）”只填数字，最多两位小数。"),
    ):
        with pytest.raises(Refusal) as refused:
            hand_in(row, yinzhou, now, **wrong)
        assert str(refused.value) == sentence
    with pytest.raises(StaleVersion):
        hand_in(row, yinzhou, now, version=4)
    with pytest.raises(Refusal, match="定期报送由平台所属区县"):
        hand_in(row, cixi, now)
    service.change(schedule=schedule, values=values(wants_file=True), by=_city(), at=now)
    with pytest.raises(Refusal, match="这项报送须上传文件，请选择文件。"):
        hand_in(row, yinzhou, now)


def _city() -> User:
    return User.objects.get(username="city")


def test_the_city_closes_a_period(schedule: ReturnSchedule, city: User, yinzhou: User, now: datetime) -> None:
    hand_in(mine(schedule, yinzhou), yinzhou, now)
    assert service.close(schedule=schedule, key="2026-04", by=city, at=now) == 3
    with pytest.raises(Gone, match="市经信局已结束这一期报送，不能再报送或更正。"):
        hand_in(mine(schedule, yinzhou), yinzhou, now, version=2)
    with pytest.raises(Gone, match="这一期已经结束，没有重复办理。"):
        service.close(schedule=schedule, key="2026-04", by=city, at=now)
    assert queries.tally(city, Choice(key="2026-04"), date(2026, 4, 10))["never"] == 2
    with pytest.raises(Refusal, match="您没有安排定期报送的权限。"):
        service.close(schedule=schedule, key="2026-05", by=yinzhou, at=now)


def test_a_day_moves_with_a_reason_and_stays_moved(
    schedule: ReturnSchedule, city: User, yinzhou: User, now: datetime
) -> None:
    hand_in(mine(schedule, yinzhou), yinzhou, now)
    move: dict[str, Any] = {"schedule": schedule, "key": "2026-04", "by": city, "at": now}
    for wrong, sentence in (
        ({"new": date(2026, 5, 20), "reason": " "}, "请填写“理由”。"),
        ({"new": date(2026, 5, 5), "reason": "放假"}, "新的期限与现在的相同。"),
        ({"new": date(2026, 4, 9), "reason": "放假"}, "新的期限不能早于今天。"),
    ):
        with pytest.raises(Refusal) as refused:
            service.move_date(**move, **wrong)
        assert str(refused.value) == sentence
    assert service.move_date(**move, new=date(2026, 5, 20), reason="放假") == 2
    report_rows.sync(schedules=[schedule])
    days = PeriodicReturn.objects.filter(key="2026-04").order_by("handed_in_at").values_list("due_on", flat=True)
    assert sorted(days) == [date(2026, 5, 5), date(2026, 5, 20), date(2026, 5, 20)]
    assert [(each.old, each.new, each.reason) for each in queries.date_changes(schedule)] == [
        (date(2026, 5, 5), date(2026, 5, 20), "放假")
    ]


def test_stopping_takes_away_what_nobody_filled(
    schedule: ReturnSchedule, city: User, yinzhou: User, now: datetime
) -> None:
    hand_in(mine(schedule, yinzhou), yinzhou, now)
    service.set_stopped(schedule=schedule, stopped=True, by=city, at=now)
    assert PeriodicReturn.objects.count() == 1
    service.set_stopped(schedule=schedule, stopped=False, by=city, at=now)
    assert PeriodicReturn.objects.count() == 9


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"wants_text": False, "figures": ""}, "请至少要求文字、数字、文件中的一项。"),
        ({"figures": "a\na"}, "须填写的数字最多 12 项，每行一项，不能重名。"),
        ({"due_day": 29}, "报送日应在 1 至 28 之间。"),
        ({"ends_on": date(2026, 3, 1)}, "结束日期不能早于开始日期，最长三年。"),
        ({"ends_on": date(2026, 4, 2)}, "起止日期之内没有一期到期，请核对周期、报送日和起止日期。"),
    ],
)
def test_a_schedule_is_whole(
    round_2026: Round, city: User, now: datetime, wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        service.add(round=round_2026, values=values(**wrong), by=city, at=now)
    assert str(refused.value) == sentence


def test_a_platform_that_is_accepted_later_gets_what_is_still_due(schedule: ReturnSchedule) -> None:
    platform = Platform.objects.order_by("code")[0]
    PeriodicReturn.objects.filter(platform=platform).delete()
    Platform.objects.filter(pk=platform.pk).update(accepted_on=date(2026, 5, 5))
    platform.refresh_from_db()
    assert report_rows.sync_all(platforms=[platform]) == 1
