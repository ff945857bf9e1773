"""What is late: only what comes, or is still missing, after its due day in Ningbo; no status has a say (四·(一))."""

from datetime import UTC, date, datetime, timedelta

import pytest

from platforms import deadlines
from platforms.activities.desk.labels import page_of
from platforms.applications.queries.reporting import reports_of
from platforms.applications.services import batches, filing_extensions
from platforms.calendar.queries.calendar import entries
from platforms.models import Application, Batch, Round, User
from platforms.rounds.services import rounds
from platforms.tasks.services import phase_dates
from tests import factories

DUE = date(2026, 4, 17)
#: The last moment of the due day in Ningbo, and the first one after it.
LAST, FIRST = datetime(2026, 4, 17, 15, 59, 59, tzinfo=UTC), datetime(2026, 4, 17, 16, tzinfo=UTC)


def test_the_due_day_itself_is_in_time() -> None:
    assert [deadlines.is_late(DUE, DUE + timedelta(days=days)) for days in (-1, 0, 1)] == [False, False, True]
    assert deadlines.is_late(None, date(2099, 1, 1)) is False


def test_the_day_is_the_day_in_ningbo() -> None:
    assert (deadlines.day_of(LAST), deadlines.day_of(FIRST)) == (DUE, date(2026, 4, 18))
    assert (deadlines.came_late(DUE, LAST), deadlines.came_late(DUE, FIRST)) == (False, True)


@pytest.mark.django_db
@pytest.mark.parametrize("days", [0, 1])
def test_the_database_is_asked_the_same_question(round_2026: Round, days: int) -> None:
    on = DUE + timedelta(days=days)
    found = Round.objects.filter(**deadlines.past("report_due_on", on)).exists()
    assert found is deadlines.is_late(round_2026.report_due_on, on) is bool(days)


@pytest.fixture
def closed(yinzhou: User, city: User, round_2026: Round, now: datetime) -> Application:
    """A complete draft that was not submitted when the filing was closed a week before its day, with leave to file."""
    row = factories.complete_application(yinzhou, round_2026, now)
    rounds.move_round(round=round_2026, name="close_filing", by=city, at=now, reason="提前截止")
    filing_extensions.grant(
        round=round_2026, region=yinzhou.region, reason="材料已齐", ends_on=date(2026, 4, 30), by=city, at=now
    )
    return Application.objects.get(pk=row.pk)


def report(row: Application, by: User, at: datetime) -> Batch:
    return batches.report(round=row.round, region=by.region, applications={row: row.version}, by=by, at=at)


@pytest.mark.django_db
@pytest.mark.clause("N17")
@pytest.mark.parametrize(("at", "late"), [(LAST, False), (FIRST, True)])
def test_an_early_closing_makes_nobody_late(closed: Application, yinzhou: User, at: datetime, late: bool) -> None:
    made = report(closed, yinzhou, at)
    closed.refresh_from_db()
    assert (made.is_late, closed.is_late) == (late, late)


@pytest.mark.django_db
@pytest.mark.clause("N17")
def test_nobody_is_missing_before_the_due_day_although_filing_is_closed(closed: Application, regions: dict) -> None:
    def late(on: date) -> set[str]:
        return {each.name for each in reports_of(closed.round, on=on) if each.late}

    assert late(DUE) == set()
    assert late(DUE + timedelta(days=1)) == {region.name for region in regions.values()}


@pytest.mark.django_db
@pytest.mark.clause("N17")
def test_a_due_day_that_was_moved_counts_as_moved(yinzhou: User, city: User, round_2026: Round, now: datetime) -> None:
    row = factories.complete_application(yinzhou, round_2026, now)
    phase_dates.move(round=round_2026, dates={"report_due": date(2026, 4, 18)}, reason="台风", by=city, at=now)
    assert report(row, yinzhou, FIRST).is_late is False


@pytest.mark.django_db
def test_a_report_of_an_activity_is_late_by_the_day_in_ningbo(yinzhou: User) -> None:
    held = date(2026, 5, 1)
    due = datetime(2026, 5, 1, 15, 59, tzinfo=UTC)
    row = factories.activity_of(yinzhou, held_on=held)
    words = []
    for at in (due + timedelta(days=7), due + timedelta(days=7, minutes=1)):
        row.reported_at = at
        words.append(page_of(row, yinzhou, held)["events"][0]["what"])
    assert words == ["填报活动总结", "填报活动总结（逾期）"]


@pytest.mark.django_db
def test_the_calendar_calls_nobody_late_who_has_reported(
    yinzhou: User, cixi: User, city: User, round_2026: Round, now: datetime
) -> None:
    report(factories.complete_application(yinzhou, round_2026, now), yinzhou, now)

    def done(user: User) -> list[bool]:
        return [each.is_done for each in entries(user, DUE, DUE) if each.kind == "上报截止"]

    # The city reports nothing that is due on that day.
    assert (done(yinzhou), done(cixi), done(city)) == ([True], [False], [True])
