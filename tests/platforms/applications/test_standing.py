"""When a platform stands and is in operation: the pure rule on both sides of each day."""

from datetime import date, timedelta

import pytest

from platforms.applications.choices import EndedWhy
from platforms.applications.standing import Operation, Past, Period, Trial, last_of, may_apply_from

DAY = timedelta(days=1)
FIRST, LAST = date(2020, 9, 28), date(2023, 9, 27)
WHOLE = Period(FIRST, LAST)
END = date(2022, 3, 1)


@pytest.mark.clause("N28")
@pytest.mark.parametrize(
    ("period", "on", "stands"),
    [
        (WHOLE, FIRST - DAY, False),
        (WHOLE, FIRST, True),
        (WHOLE, LAST, True),
        (WHOLE, LAST + DAY, False),
        (Period(FIRST, LAST, END, EndedWhy.REVOKED), END - DAY, True),
        (Period(FIRST, LAST, END, EndedWhy.REVOKED), END, False),
        (Period(FIRST, LAST, FIRST - DAY, EndedWhy.REVOKED), FIRST, False),
        (Period(FIRST, LAST, LAST + DAY, EndedWhy.EXPIRED), LAST, True),
    ],
)
def test_a_period_holds_from_its_first_day_until_what_ended_it(period: Period, on: date, stands: bool) -> None:
    assert period.stands(on) is stands


@pytest.mark.parametrize(
    ("periods", "on", "past"),
    [
        ([], END, None),
        ([WHOLE], LAST, None),
        ([WHOLE], FIRST - DAY, None),
        ([WHOLE], LAST + DAY, Past(EndedWhy.EXPIRED, LAST + DAY)),
        ([Period(FIRST, LAST, END, EndedWhy.REVOKED)], END - DAY, None),
        ([Period(FIRST, LAST, END, EndedWhy.REVOKED)], END, Past(EndedWhy.REVOKED, END)),
        ([Period(FIRST, LAST, END, EndedWhy.GIVEN_UP), WHOLE], END, None),
        (
            [Period(FIRST, LAST, END, EndedWhy.REPLACED), Period(END, END + DAY, END + DAY, EndedWhy.GIVEN_UP)],
            END + DAY,
            Past(EndedWhy.GIVEN_UP, END + DAY),
        ),
    ],
)
def test_how_the_last_standing_ended_is_said_where_none_stands(
    periods: list[Period], on: date, past: Past | None
) -> None:
    assert last_of(periods, on) == past


@pytest.mark.clause("N35")
def test_after_a_ban_an_application_is_possible_and_else_from_the_end_on() -> None:
    past = Past(EndedWhy.REVOKED, END)
    assert may_apply_from(past, []) == END
    assert may_apply_from(past, [date(2025, 3, 1), date(2024, 1, 1)]) == date(2025, 3, 2)


def test_a_candidate_is_in_operation_until_its_round_is_published() -> None:
    platform = Operation(FIRST, (Trial(FIRST, END),))
    assert [platform.on(day) for day in (FIRST - DAY, FIRST, END - DAY, END)] == [False, True, True, False]
    assert Operation(FIRST, (Trial(FIRST),)).on(date(2099, 1, 1)) is True


def test_between_publication_and_a_first_day_further_on_a_platform_stays_in_operation() -> None:
    known = FIRST - timedelta(days=20)
    platform = Operation(FIRST, periods=((known, WHOLE),))
    assert [platform.on(day) for day in (known - DAY, known, FIRST, LAST, LAST + DAY)] == [
        False, True, True, True, False,
    ]  # fmt: skip
    # Made public after the fact, it counts from its own first day.
    late = Operation(FIRST, periods=((END, WHOLE),))
    assert [late.on(day) for day in (FIRST - DAY, FIRST)] == [False, True]


def test_services_before_the_first_acceptance_may_be_recorded_and_none_after_the_end() -> None:
    platform = Operation(FIRST, periods=((FIRST, WHOLE),))
    days = (FIRST - DAY, FIRST, LAST, LAST + DAY)
    assert [platform.may_have_served(day) for day in days] == [True, True, True, False]
