"""What the other ways to count would give, drawn from the same applications."""

from hypothesis import given
from hypothesis import strategies as st

from evaluation.marking.late import Standing
from funding.counting import Reported, counts_by_region
from funding.formula import Allocation, allocate
from funding.money import FIRST
from funding.readings import COUNT_SWITCHES, Counting, Reading
from funding.recounts import compare_countings, recounted
from tests.funding.test_formula import POOL

CODES = ("", "1", "2", "3")
APPLICATIONS = [
    Reported("1", Standing.GRADED, "A"),
    Reported("1", Standing.GRADED, "A"),
    Reported("1", Standing.WITHDRAWN_LATE, "D"),
    Reported("2", Standing.GRADED, "A", revoked=True),
    Reported("3", Standing.GRADED, "A"),
    Reported("3", Standing.REFUSED),
]


def drawn(reported: list[Reported], counting: Counting) -> Allocation:
    counts = counts_by_region(
        [*reported, *(Reported(code, Standing.WITHDRAWN) for code in CODES)], counting, grades=FIRST.codes, failing="D"
    )  # fmt: skip
    tallies = [counts[code].tally(f"地区{code}", code) for code in CODES[1:]]
    return allocate(tallies, counts[""].tally(None, ""), POOL, Reading.of(industry="counted"), FIRST)


def test_each_other_value_gives_each_region_an_amount_and_a_difference() -> None:
    found = compare_countings(drawn(APPLICATIONS, Counting()), APPLICATIONS, Counting())
    told = [(each.switch.name, each.choice.value, each.allocation.amounts, each.differences) for each in found]
    # As proposed, 1 of 3 excludes the first region, and the third gets everything.
    assert told == [
        ("withdrawn_late", "declared", (10_000_000, 0, 5_000_000), (10_000_000, 0, -10_000_000)),
        ("withdrawn_late", "out", (10_000_000, 0, 5_000_000), (10_000_000, 0, -10_000_000)),
        ("revoked", "counted", (0, 7_500_000, 7_500_000), (0, 7_500_000, -7_500_000)),
        ("ungraded", "as_d", (0, 0, 0), (0, 0, -15_000_000)),
        ("ungraded", "out", (0, 0, 15_000_000), (0, 0, 0)),
    ]


def test_a_region_of_which_nothing_was_reported_counts_as_none() -> None:
    again = recounted(drawn(APPLICATIONS, Counting()), [], Counting())
    assert [each.declared for each in again.tallies] == [0, 0, 0]
    alone = allocate(again.tallies, None, POOL, Reading(), FIRST)
    assert recounted(alone, [], Counting()).industry is None


applications = st.lists(
    st.builds(Reported, st.sampled_from(CODES), st.just(Standing.GRADED), st.sampled_from("ABCD"), st.booleans())
    | st.builds(Reported, st.sampled_from(CODES), st.just(Standing.WITHDRAWN_LATE), st.sampled_from(["", *"ABCD"]))
    | st.builds(Reported, st.sampled_from(CODES), st.sampled_from([Standing.UNGRADED, Standing.REFUSED])),
    max_size=20,
)
countings = st.builds(
    lambda *values: Counting.of(**dict(zip([each.name for each in COUNT_SWITCHES], values, strict=True))),
    *(st.sampled_from([str(choice.value) for choice in each.choices]) for each in COUNT_SWITCHES),
)


@given(applications, countings, countings)
def test_recounting_gives_what_counting_that_way_from_the_start_gives(reported, one, other) -> None:
    first = drawn(reported, one)
    assert recounted(first, reported, one).amounts == first.amounts
    assert recounted(first, reported, other).amounts == drawn(reported, other).amounts
