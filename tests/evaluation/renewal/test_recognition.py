"""Whom the city recommends for higher recognition: the rule by itself."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.renewal.recognition import Facts, Graded, Rule, Span, held_since, is_in, judged, why

ON = date(2026, 4, 10)
DAY = timedelta(days=1)
GOOD = Graded(2023, "A", "A档", ("A", "B", "C", "D"), ("A", "B", "C"))
RULE = Rule(2, 1, "B")


def facts(*spans: tuple[date, date], graded: tuple[Graded, ...] = (GOOD,), grounds: int = 0) -> Facts:
    held = spans or ((date(2023, 10, 8), date(2026, 10, 7)),)
    return Facts(tuple(Span(*each) for each in held), graded, grounds)


def found(known: Facts, rule: Rule = RULE) -> tuple[bool, str]:
    findings = judged(known, rule, on=ON)
    return is_in(findings), why(findings)


@pytest.mark.clause("N41")
def test_who_meets_every_condition_is_in_and_each_is_told() -> None:
    assert found(facts()) == (True, "自2023年10月8日起连续认定，满 2 年；2023年度A档；无已核实的撤销情形")


@pytest.mark.clause("N41")
@pytest.mark.parametrize(
    ("since", "full"),
    [(date(2024, 4, 10), True), (date(2024, 4, 11), True), (date(2024, 4, 12), False)],
)
def test_years_are_full_on_their_last_day(since: date, full: bool) -> None:
    is_full, told = found(facts((since, date(2027, 4, 9))))
    assert is_full is full
    assert full or told == "自2024年4月12日起连续认定，2026年4月11日满 2 年"


@pytest.mark.clause("N41")
@pytest.mark.parametrize(("last", "holds"), [(ON - DAY, False), (ON, True)])
def test_only_what_is_in_force_today_is_in(last: date, holds: bool) -> None:
    in_, told = found(facts((date(2020, 1, 1), last)))
    assert (in_, told == "当前没有有效的认定") == (holds, not holds)


def test_certificates_that_adjoin_are_one_time_and_a_gap_begins_anew() -> None:
    second = (date(2023, 9, 28), date(2026, 9, 27))
    whole = facts((date(2020, 9, 28), date(2023, 9, 27)), second)
    assert held_since(whole.spans, ON) == date(2020, 9, 28)
    gap = facts((date(2020, 9, 28), date(2023, 9, 26)), second)
    assert held_since(gap.spans, ON) == date(2023, 9, 28)


def test_what_begins_later_and_what_ended_before_it_began_say_nothing() -> None:
    later = facts((date(2023, 10, 8), date(2026, 10, 7)), (date(2026, 10, 8), date(2029, 10, 7)))
    assert held_since(later.spans, ON) == date(2023, 10, 8)
    never = facts((date(2025, 1, 1), date(2024, 12, 31)))
    assert held_since(never.spans, ON) is None


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(-2, 15)), max_size=6),
    st.integers(0, 45),
)
def test_the_time_without_a_gap_is_what_walking_back_day_by_day_finds(pairs: list[tuple[int, int]], today: int) -> None:
    zero = date(2026, 1, 1)
    spans = [Span(zero + first * DAY, zero + (first + length) * DAY) for first, length in pairs]
    on = zero + today * DAY
    held = {each.first + n * DAY for each in spans for n in range((each.last - each.first).days + 1)}
    walked = None
    while on - DAY * (0 if walked is None else (on - walked).days + 1) in held:
        walked = on if walked is None else walked - DAY
    # What begins later may overlap the day before it begins only by another certificate.
    assert held_since(spans, on) == walked


@pytest.mark.clause("N41")
@pytest.mark.parametrize(
    ("grade", "wanted", "reaches"),
    [("A", "B", True), ("B", "B", True), ("C", "B", False), ("D", "C", False), ("C", "X", True), ("D", "X", False)],
)
def test_a_grade_is_at_least_another_in_the_order_of_its_notice(grade: str, wanted: str, reaches: bool) -> None:
    # Where the notice of the year has no such grade, being certified is enough.
    assert Graded(2023, grade, "", GOOD.codes, GOOD.certified).reaches(wanted) is reaches


@pytest.mark.clause("N41")
def test_the_grades_of_the_last_evaluations_count_and_no_earlier_ones() -> None:
    low = Graded(2021, "C", "C档", GOOD.codes, GOOD.certified)
    known = facts(graded=(low, GOOD))
    assert found(known, Rule(2, 1, "B"))[0] is True
    assert found(known, Rule(2, 2, "B")) == (False, "2021年度C档，未达到要求的档次")
    assert found(known, Rule(2, 2, "C")) == (
        True,
        "自2023年10月8日起连续认定，满 2 年；2023年度A档、2021年度C档；无已核实的撤销情形",
    )
    assert found(known, Rule(2, 3, "C")) == (False, "公布的评价只有 2 次")


@pytest.mark.clause("N41")
def test_a_confirmed_ground_keeps_a_platform_off_the_list() -> None:
    assert found(facts(grounds=1)) == (False, "有 1 项已核实的撤销情形")


def test_everything_that_is_missing_is_told() -> None:
    assert found(facts((date(2020, 1, 1), date(2022, 12, 31)), graded=(), grounds=2)) == (
        False,
        "当前没有有效的认定；公布的评价只有 0 次；有 2 项已核实的撤销情形",
    )
