from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.certification.choices import Validity
from evaluation.certification.validity import day_in_ningbo, renewed_from, state, valid_until

decisions = st.dates(max_value=date(9989, 12, 31))
validities = st.integers(1, 10)


@pytest.mark.clause("N28")
@pytest.mark.trust("T44")
@pytest.mark.parametrize(
    ("decided_on", "until"),
    [
        (date(2020, 9, 28), date(2023, 9, 27)),
        (date(2021, 1, 1), date(2023, 12, 31)),
        (date(2020, 12, 31), date(2023, 12, 30)),
        (date(2024, 2, 28), date(2027, 2, 27)),
        (date(2024, 2, 29), date(2027, 2, 28)),
        (date(2024, 3, 1), date(2027, 2, 28)),
        (date(2021, 2, 28), date(2024, 2, 27)),
        (date(2021, 3, 1), date(2024, 2, 29)),
        (date(1, 1, 1), date(3, 12, 31)),
        (date(9996, 12, 31), date(9999, 12, 30)),
    ],
)
def test_three_years_end_the_day_before_the_same_date(decided_on: date, until: date) -> None:
    assert valid_until(decided_on, 3) == until


@pytest.mark.trust("T44")
def test_a_decision_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="超出可计算的范围"):
        valid_until(date(9997, 1, 1), 3)


@given(decisions, validities)
def test_the_day_after_the_last_one_is_the_same_date_so_many_years_on(decided_on: date, years: int) -> None:
    after = valid_until(decided_on, years) + timedelta(days=1)
    same = (3, 1) if (decided_on.month, decided_on.day) == (2, 29) else (decided_on.month, decided_on.day)
    assert (after.year, after.month, after.day) == (decided_on.year + years, *same)


@given(decisions, decisions, validities)
def test_who_is_certified_later_never_ends_earlier(first: date, second: date, years: int) -> None:
    earlier, later = sorted((first, second))
    assert valid_until(earlier, years) <= valid_until(later, years)


@given(decisions, st.integers(1, 9))
def test_a_longer_validity_ends_later(decided_on: date, years: int) -> None:
    assert valid_until(decided_on, years) < valid_until(decided_on, years + 1)


@pytest.mark.clause("N28")
@pytest.mark.parametrize(
    ("last_day", "decided_on", "first_day"),
    [
        (date(2023, 9, 27), date(2023, 5, 1), date(2023, 9, 28)),
        (date(2023, 9, 27), date(2023, 9, 27), date(2023, 9, 28)),
        (date(2023, 9, 27), date(2023, 9, 28), date(2023, 9, 28)),
        (date(2023, 9, 27), date(2023, 9, 29), date(2023, 9, 29)),
        (date(2024, 2, 28), date(2024, 1, 5), date(2024, 2, 29)),
        (date(2023, 12, 31), date(2023, 9, 1), date(2024, 1, 1)),
    ],
)
def test_a_renewal_begins_on_the_day_after_the_old_one_or_when_it_is_decided(
    last_day: date, decided_on: date, first_day: date
) -> None:
    assert renewed_from(last_day, decided_on) == first_day


@given(decisions, decisions, validities)
def test_a_renewal_costs_no_day_and_shares_none(first: date, decided_on: date, years: int) -> None:
    last_day = valid_until(first, years)
    begins = renewed_from(last_day, decided_on)
    assert (begins > last_day, begins >= decided_on) == (True, True)
    assert begins in (last_day + timedelta(days=1), decided_on)


FROM, UNTIL = date(2020, 9, 28), date(2023, 9, 27)
DAYS = 90


@pytest.mark.clause("N28")
@pytest.mark.parametrize(
    ("on", "ended_on", "expected"),
    [
        (date(2020, 9, 27), None, Validity.PENDING),
        (date(2020, 9, 28), None, Validity.IN_FORCE),
        (UNTIL - timedelta(days=DAYS + 1), None, Validity.IN_FORCE),
        (UNTIL - timedelta(days=DAYS), None, Validity.EXPIRING),
        (UNTIL, None, Validity.EXPIRING),
        (UNTIL + timedelta(days=1), None, Validity.EXPIRED),
        (date(2021, 5, 31), date(2021, 6, 1), Validity.IN_FORCE),
        (date(2021, 6, 1), date(2021, 6, 1), Validity.REVOKED),
        (date(2030, 1, 1), date(2021, 6, 1), Validity.REVOKED),
    ],
)
def test_what_a_certification_is_on_a_day(on: date, ended_on: date | None, expected: Validity) -> None:
    cause = "revoked" if ended_on else ""
    assert (
        state(valid_from=FROM, valid_until=UNTIL, ended_on=ended_on, cause=cause, on=on, expiring_days=DAYS) == expected
    )


@pytest.mark.clause("N28")
@pytest.mark.parametrize(
    ("days", "expected"), [(0, Validity.IN_FORCE), (9, Validity.IN_FORCE), (10, Validity.EXPIRING)]
)
def test_how_near_the_end_is_near_is_a_setting(days: int, expected: Validity) -> None:
    on = UNTIL - timedelta(days=10)
    assert state(valid_from=FROM, valid_until=UNTIL, on=on, expiring_days=days) == expected


@pytest.mark.clause("N28")
@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        ("replaced", Validity.REPLACED),
        ("given_up", Validity.GIVEN_UP),
        ("revoked", Validity.REVOKED),
        ("corrected", Validity.CORRECTED),
    ],
)
def test_each_end_counts_from_its_own_day_on_also_before_the_first_day(cause: str, expected: Validity) -> None:
    day = date(2021, 6, 1)
    for ended_on in (day, FROM, FROM - timedelta(days=5)):
        before = Validity.IN_FORCE if ended_on > FROM else Validity.PENDING
        on = ended_on - timedelta(days=1)
        assert (
            state(valid_from=FROM, valid_until=UNTIL, ended_on=ended_on, cause=cause, on=on, expiring_days=DAYS)
            == before
        )
        assert (
            state(valid_from=FROM, valid_until=UNTIL, ended_on=ended_on, cause=cause, on=ended_on, expiring_days=DAYS)
            == expected
        )


@pytest.mark.trust("T44")
@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2020, 12, 31, 15, 59, 59, tzinfo=UTC), date(2020, 12, 31)),
        (datetime(2020, 12, 31, 16, 0, 0, tzinfo=UTC), date(2021, 1, 1)),
    ],
)
def test_the_day_changes_at_midnight_in_ningbo(at: datetime, day: date) -> None:
    assert day_in_ningbo(at) == day
