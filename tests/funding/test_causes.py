"""Why the money of a region differs between two allocations: each cause, and the neighbour that is none."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.marking.late import Standing
from funding.causes import LABELS, OWN, Because, Cause, Filed, Side, causes_of
from funding.counting import Counts, Reported, counts_by_region, placed
from funding.formula import allocate
from funding.money import FIRST, Money
from funding.readings import Counting, Reading
from funding.tally import Tally
from tests.funding.naive import readings, tally

CODES = ("1", "2", "3")
GRADED, UNGRADED, REFUSED = Standing.GRADED, Standing.UNGRADED, Standing.REFUSED
EARLY, LATE = Standing.WITHDRAWN, Standing.WITHDRAWN_LATE


def filed(region: str, grades: str) -> dict[str, Reported]:
    """Applications of a region by number: 1-1, 1-2, …"""
    return {f"{region}-{n}": Reported(region, GRADED, grade) for n, grade in enumerate(grades, 1)}


#: 8 A and 2 B, 5 A, 5 A: 乙 and 丙 lose everything by one D.
START = filed("1", "AAAAAAAABB") | filed("2", "AAAAA") | filed("3", "AAAAA")

POOL_ALONE = {code: ["pool"] for code in CODES}


def side(
    applications: dict[str, Reported], *, pool: int = 1_200, money: Money = FIRST, codes: Sequence[str] = CODES,
    how: dict[str, str] | None = None, **switches: str,
) -> Side:  # fmt: skip
    counting, failing = Counting.of(**(how or {})), money.share.failing
    counts = counts_by_region(applications.values(), counting, grades=money.codes, failing=failing)
    tallies = [counts.get(code, Counts()).tally(code, code) for code in codes]
    industry = counts.get("", Counts()).tally(None, "")
    return Side(
        allocate(tallies, industry, pool, Reading.of(**switches), money),
        counting,
        tuple(Filed(number, one, placed(one, counting, failing)) for number, one in applications.items()),
    )


def told(before: Side, after: Side) -> dict[str, list[str]]:
    return {code: [each.cause.value for each in found] for code, found in causes_of(before, after).items()}


def test_two_allocations_that_are_the_same_have_no_causes() -> None:
    assert told(side(START), side(START)) == {"1": [], "2": [], "3": []}


def test_every_cause_has_a_name_and_the_own_ones_come_first() -> None:
    assert set(LABELS) == set(Cause)
    assert set(list(Cause)[: len(OWN)]) == OWN


@pytest.mark.parametrize(
    ("number", "was", "now", "cause"),
    [
        ("1-1", Reported("1", GRADED, "A"), Reported("1", GRADED, "C"), Cause.CORRECTED),
        ("1-1", Reported("1", GRADED, "A"), Reported("1", GRADED, "A", revoked=True), Cause.REVOKED),
        ("1-1", Reported("1", GRADED, "A"), Reported("1", EARLY), Cause.WITHDRAWN),
        ("1-1", Reported("1", GRADED, "A"), Reported("1", LATE, "A"), Cause.WITHDRAWN),
        ("1-1", Reported("1", LATE, "A"), Reported("1", GRADED, "A"), Cause.WITHDRAWN),
        ("1-1", Reported("1", UNGRADED), Reported("1", GRADED, "A"), Cause.STANDING),
    ],
)
def test_what_happened_to_an_application_is_the_cause_of_its_region_with_its_number(number, was, now, cause) -> None:
    before, after = side(START | {number: was}), side(START | {number: now})
    assert causes_of(before, after) == {
        "1": (Because(cause, (number,)),),
        "2": (Because(Cause.ELSEWHERE),),
        "3": (Because(Cause.ELSEWHERE),),
    }


def test_several_things_may_have_happened_to_one_region_and_each_names_its_applications() -> None:
    now = START | {
        "1-1": Reported("1", GRADED, "C"),
        "1-2": Reported("1", GRADED, "A", revoked=True),
        "1-3": Reported("1", GRADED, "A", revoked=True),
        # Counts as before: no cause.
        "1-4": Reported("1", GRADED, "A"),
    }
    assert causes_of(side(START), side(now))["1"] == (
        Because(Cause.CORRECTED, ("1-1",)),
        Because(Cause.REVOKED, ("1-2", "1-3")),
    )


def test_a_change_that_does_not_change_the_count_is_no_cause() -> None:
    # As proposed, an early D and a late withdrawal of a D are the same; the pool explains the money alone.
    one = START | {"1-1": Reported("1", GRADED, "D")}
    other = START | {"1-1": Reported("1", LATE, "D")}
    assert told(side(one), side(other, pool=2_400)) == POOL_ALONE
    # Counted as published, a revocation changes nothing.
    other = START | {"1-1": Reported("1", GRADED, "B", revoked=True)}
    how = {"revoked": "counted"}
    assert told(side(START, how=how), side(other, how=how))["1"] == ["corrected"]


def test_an_application_that_comes_or_goes_is_a_cause_where_it_counts() -> None:
    more = START | {"1-11": Reported("1", GRADED, "A")}
    assert causes_of(side(START), side(more))["1"] == (Because(Cause.LISTED, ("1-11",)),)
    assert causes_of(side(more), side(START))["1"] == (Because(Cause.LISTED, ("1-11",)),)
    aside = more | {"1-12": Reported("1", EARLY)}
    assert causes_of(side(START), side(aside))["1"] == (Because(Cause.LISTED, ("1-11",)),)


def test_an_application_that_changes_its_region_is_a_cause_of_both() -> None:
    moved = START | {"1-1": Reported("2", GRADED, "A"), "1-2": Reported("1", GRADED, "A")}
    found = causes_of(side(START), side(moved))
    assert found["1"] == found["2"] == (Because(Cause.MOVED, ("1-1",)), Because(Cause.ELSEWHERE))
    assert found["3"] == ()
    # One that counts nowhere is none.
    one, other = START | {"x": Reported("1", EARLY)}, START | {"x": Reported("2", EARLY)}
    assert told(side(one), side(other, pool=2_400)) == POOL_ALONE


def test_another_way_to_count_names_the_applications_that_it_moves() -> None:
    late = START | {"2-1": Reported("2", LATE, "D"), "1-1": Reported("1", GRADED, "A", revoked=True)}
    found = causes_of(side(late), side(late, how={"withdrawn_late": "declared"}))
    assert found["2"] == (Because(Cause.COUNTED, ("2-1",)), Because(Cause.READMITTED))
    assert found["1"] == found["3"] == (Because(Cause.ELSEWHERE),)


def test_a_region_that_became_excluded_or_no_longer_is_says_so() -> None:
    worse = START | {"2-1": Reported("2", GRADED, "D")}
    assert told(side(START), side(worse))["2"] == ["corrected", "excluded"]
    assert told(side(worse), side(START))["2"] == ["corrected", "readmitted"]
    # One D of ten does not exclude.
    assert told(side(START), side(START | {"1-1": Reported("1", GRADED, "D")}))["1"] == ["corrected"]


def test_pool_reading_and_terms_are_causes_of_the_regions_that_they_move() -> None:
    worse = START | {"2-1": Reported("2", GRADED, "D")}
    assert told(side(worse), side(worse, pool=2_400)) == {"1": ["pool"], "2": [], "3": ["pool"]}
    found = causes_of(side(worse), side(worse, cutoff="exclusive"))
    assert found["2"] == (Because(Cause.READMITTED), Because(Cause.READING, switch="cutoff"))
    assert found["1"] == (Because(Cause.READING, switch="cutoff"),)
    # A reading that moves nobody is no cause beside the pool.
    assert told(side(START), side(START, pool=2_400, base="graded")) == POOL_ALONE
    other = Money(replace(FIRST.share, line=Fraction(1, 2)), FIRST.grades)
    assert told(side(worse), side(worse, money=other)) == {
        "1": ["terms"], "2": ["readmitted", "terms"], "3": ["terms"],
    }  # fmt: skip


def test_a_reading_under_which_the_old_pool_cannot_be_split_is_held_for_a_cause_with_the_pool() -> None:
    found = causes_of(side(START, pool=1_200), side(START, pool=20_000, unit="wan"))
    assert {each.cause for each in found["1"]} == {Cause.POOL, Cause.READING}


def test_a_region_that_one_of_them_does_not_know_is_new_or_gone() -> None:
    found = causes_of(side(START, codes=("1", "2")), side(START))
    assert found == {
        "1": (Because(Cause.ELSEWHERE),), "2": (Because(Cause.ELSEWHERE),), "3": (Because(Cause.REGION),),
    }  # fmt: skip
    assert causes_of(side(START), side(START, codes=("1", "2")))["3"] == (Because(Cause.REGION),)


def test_key_industry_platforms_move_the_others_only_where_they_count() -> None:
    more = START | {"x-1": Reported("", GRADED, "B")}
    assert told(side(START, pool=1_200), side(more, pool=2_400))["1"] == ["pool"]
    counted = {"industry": "counted", "divisor": "hundred"}
    assert told(side(START, **counted), side(more, **counted))["1"] == ["elsewhere"]


def test_without_applications_the_counts_themselves_are_the_cause() -> None:
    def bare(*tallies: Tally) -> Side:
        return Side(allocate(tallies, None, 1_200, Reading(), FIRST), Counting())

    before = bare(tally("1", 10, 8, 2, 0, 0), tally("2", 5, 5, 0, 0, 0))
    after = bare(tally("1", 10, 7, 3, 0, 0), tally("2", 5, 5, 0, 0, 0))
    assert told(before, after) == {"1": ["counts"], "2": ["elsewhere"]}


def test_where_two_things_exclude_a_region_each_alone_both_are_told() -> None:
    # 乙 gets one D, and the line no longer lets 20 % pass: either way it gets nothing.
    allowed = START | {"2-1": Reported("2", GRADED, "D")}
    worse = allowed | {"2-2": Reported("2", GRADED, "D")}
    found = told(side(allowed, cutoff="exclusive"), side(worse))["2"]
    assert found == ["corrected", "excluded", "reading"]


def test_where_no_single_thing_moves_a_region_everything_that_changed_is_told() -> None:
    # Only both together move 乙: it is excluded before by either, and after by neither.
    low = Money(replace(FIRST.share, line=Fraction(1, 5)), FIRST.grades)
    high = Money(replace(FIRST.share, line=Fraction(1, 2)), FIRST.grades)
    one = side(START | {f"2-{n}": Reported("2", GRADED, "D") for n in (1, 2, 3)}, money=low)
    other = side(START | {f"2-{n}": Reported("2", GRADED, "D") for n in (1, 2)}, money=high)
    assert told(one, other)["2"] == ["corrected", "readmitted", "terms"]


applications = st.dictionaries(
    st.sampled_from([f"{n}" for n in range(12)]),
    st.builds(Reported, st.sampled_from(["", *CODES]), st.just(GRADED), st.sampled_from("ABCD"), st.booleans())
    | st.builds(Reported, st.sampled_from(CODES), st.just(LATE), st.sampled_from("AD"))
    | st.builds(Reported, st.sampled_from(CODES), st.sampled_from([UNGRADED, REFUSED, EARLY])),
)


@given(applications, applications, readings, readings, st.sampled_from([10_000, 50_000]))
def test_a_region_has_a_cause_exactly_where_its_amount_differs(one, other, reading, later, pool) -> None:
    before = side(one, pool=10_000, **reading.as_dict())
    after = side(other, pool=pool, **later.as_dict())
    for code, found in causes_of(before, after).items():
        assert bool(found) == (before.amounts[code] != after.amounts[code])
