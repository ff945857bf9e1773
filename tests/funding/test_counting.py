"""How the reported applications of a round become the counts of a region, under all eighteen ways to count."""

from collections.abc import Iterable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.marking.late import Filed, Standing, Ungraded, WithdrawnLate, counts
from funding.counting import DECLARED, Column, Counts, Placed, Reported, counts_by_region, placed
from funding.formula import allocate
from funding.money import FIRST
from funding.readings import COUNT_SWITCHES, Counting, Reading, ReadingError, Revoked
from funding.tally import Tally

GRADES = ("A", "B", "C", "D")
WAYS = tuple(
    Counting.of(**dict(zip([switch.name for switch in COUNT_SWITCHES], values, strict=True)))
    for values in product(*[[choice.value for choice in switch.choices] for switch in COUNT_SWITCHES])
)
ways = st.sampled_from(WAYS)


def graded(grade: str, region: str = "甲", *, revoked: bool = False) -> Reported:
    return Reported(region, Standing.GRADED, grade, revoked)


def late(grade: str = "", region: str = "甲") -> Reported:
    return Reported(region, Standing.WITHDRAWN_LATE, grade)


def other(standing: Standing, region: str = "甲") -> Reported:
    return Reported(region, standing)


@st.composite
def reported(draw: st.DrawFn) -> Reported:
    """Any reported application of three regions and of the city's own."""
    region = draw(st.sampled_from(["甲", "乙", "丙", ""]))
    standing = draw(st.sampled_from(Standing))
    if standing == Standing.GRADED:
        return graded(draw(st.sampled_from(GRADES)), region, revoked=draw(st.booleans()))
    return Reported(
        region, standing, draw(st.sampled_from(["", *GRADES])) if standing == Standing.WITHDRAWN_LATE else ""
    )


def counted(rows: Iterable[Reported], counting: Counting = WAYS[0]) -> dict[str, Counts]:
    return counts_by_region(rows, counting, grades=GRADES, failing="D")


def test_there_are_eighteen_ways_and_the_default_comes_first() -> None:
    assert len(set(WAYS)) == 18
    assert WAYS[0] == Counting()
    assert Counting().as_dict() == {"withdrawn_late": "as_proposed", "revoked": "left_out", "ungraded": "declared"}


@given(st.lists(reported(), max_size=30), ways)
def test_each_application_stands_in_exactly_one_column_and_the_columns_add_up(rows, counting) -> None:
    found = counted(rows, counting)
    assert set(found) == {row.region for row in rows}
    for region, each in found.items():
        own = [placed(row, counting, "D") for row in rows if row.region == region]
        assert each.declared == sum(each.grades.values()) + each.ungraded + each.withdrawn_late + each.revoked
        assert each.declared == sum(place.column in DECLARED for place in own)
        assert each.reported == each.declared + each.withdrawn + each.left_out == len(own)
        assert dict(each.grades) == {
            grade: sum(place == Placed(Column.GRADE, grade) for place in own) for grade in GRADES
        }
        assert each.late_failing + each.refused_failing <= each.grades["D"]


@given(st.lists(reported(), max_size=30), ways)
def test_the_share_before_publication_is_the_share_of_the_run_where_nothing_was_revoked(rows, counting) -> None:
    kept = [Reported(row.region, row.standing, row.grade) for row in rows]
    forecast = counts(
        [Filed(row.region, row.standing, row.grade) for row in kept],
        failing="D", withdrawn_late=counting.withdrawn_late, ungraded=counting.ungraded,
    )  # fmt: skip
    assert {region: (each.declared, each.failing) for region, each in forecast.items()} == {
        region: (each.declared, each.grades["D"]) for region, each in counted(kept, counting).items()
    }


@given(st.lists(reported(), max_size=20), ways, st.randoms(use_true_random=False))
def test_the_order_of_the_applications_changes_nothing(rows, counting, random) -> None:
    mixed = list(rows)
    random.shuffle(mixed)
    assert counted(mixed, counting) == counted(rows, counting)
    assert {key: dict(each.grades) for key, each in counted(mixed, counting).items()} == {
        key: dict(each.grades) for key, each in counted(rows, counting).items()
    }


@given(st.lists(reported(), min_size=1, max_size=20), ways)
def test_the_arithmetic_takes_the_counts_of_every_way_as_they_are(rows, counting) -> None:
    for region, each in counted(rows, counting).items():
        tally = each.tally(region or None, "330203")
        assert (tally.declared, tally.withdrawn, dict(tally.grades)) == (each.declared, each.withdrawn, each.grades)
        assert (tally.region, tally.code) == ((region, "330203") if region else (None, ""))


def test_a_grade_that_nobody_reached_and_one_that_the_notice_does_not_know() -> None:
    assert counted([graded("A")])["甲"].grades == {"A": 1, "B": 0, "C": 0, "D": 0}
    assert counted([]) == {}
    assert Counts().tally(None, "") == Tally(None, 0, {})


# Both sides of each switch.

G, U, L, R, W, O = (  # noqa: E741
    Column.GRADE, Column.UNGRADED, Column.WITHDRAWN_LATE, Column.REVOKED, Column.WITHDRAWN, Column.LEFT_OUT,
)  # fmt: skip


@pytest.mark.clause("N24")
@pytest.mark.parametrize(
    ("way", "as_d", "as_b", "without"),
    [
        (WithdrawnLate.AS_PROPOSED, (G, "D"), (L, ""), (L, "")),
        (WithdrawnLate.DECLARED, (L, ""), (L, ""), (L, "")),
        (WithdrawnLate.OUT, (W, ""), (W, ""), (W, "")),
    ],
)
def test_a_withdrawal_after_a_score_stands_where_the_switch_says(way, as_d, as_b, without) -> None:
    places = [placed(late(grade), Counting(withdrawn_late=way), "D") for grade in ("D", "B", "")]
    assert [(place.column, place.grade) for place in places] == [as_d, as_b, without]


@pytest.mark.parametrize("counting", WAYS)
def test_a_withdrawal_before_any_score_is_always_out(counting) -> None:
    assert placed(other(Standing.WITHDRAWN), counting, "D") == Placed(W)


@pytest.mark.parametrize(("way", "column", "grade"), [(Revoked.LEFT_OUT, R, ""), (Revoked.COUNTED, G, "A")])
def test_a_revoked_platform_keeps_its_grade_only_where_the_switch_says_so(way, column, grade) -> None:
    assert placed(graded("A", revoked=True), Counting(revoked=way), "D") == Placed(column, grade)
    assert placed(graded("A"), Counting(revoked=way), "D") == Placed(G, "A")


@pytest.mark.clause("N24")
@pytest.mark.parametrize(
    ("way", "refused", "open_"),
    [
        (Ungraded.DECLARED, (U, ""), (U, "")),
        (Ungraded.AS_D, (G, "D"), (U, "")),
        (Ungraded.OUT, (O, ""), (O, "")),
    ],
)
def test_what_has_no_grade_counts_as_failing_only_where_the_refusal_is_a_confirmed_fact(way, refused, open_) -> None:
    places = [
        placed(other(standing), Counting(ungraded=way), "D") for standing in (Standing.REFUSED, Standing.UNGRADED)
    ]
    assert [(place.column, place.grade) for place in places] == [refused, open_]


def test_what_stands_under_the_failing_grade_without_being_graded_so_is_marked() -> None:
    rows = [graded("D"), late("D"), late("D"), other(Standing.REFUSED), late("A")]
    each = counted(rows, Counting(ungraded=Ungraded.AS_D))["甲"]
    assert (each.grades["D"], each.late_failing, each.refused_failing, each.withdrawn_late) == (4, 2, 1, 1)
    each = counted(rows, Counting(withdrawn_late=WithdrawnLate.DECLARED))["甲"]
    assert (each.grades["D"], each.late_failing, each.refused_failing, each.withdrawn_late) == (1, 0, 0, 3)
    assert each.ungraded == 1


def test_another_notice_calls_its_failing_grade_otherwise() -> None:
    each = counts_by_region([late("F"), late("D")], Counting(), grades=("P", "F"), failing="F")["甲"]
    assert (dict(each.grades), each.withdrawn_late, each.late_failing) == ({"P": 0, "F": 1}, 1, 1)


# The sentences of the contract, to the yuan.


def money_of(rows: list[Reported], counting: Counting, region: str = "甲") -> int:
    """What ``region`` gets of 15,000,000 under the default reading."""
    found = counted(rows, counting)
    tallies = [each.tally(name, name) for name, each in found.items()]
    given_ = allocate(tallies, None, 15_000_000, Reading(), FIRST)
    return dict(zip([tally.region for tally in tallies], given_.amounts, strict=True))[region]


@pytest.mark.clause("N24")
@pytest.mark.parametrize(
    ("way", "declared", "amount"),
    [
        (WithdrawnLate.AS_PROPOSED, 3, 0),
        (WithdrawnLate.DECLARED, 3, 468_750),
        (WithdrawnLate.OUT, 2, 468_750),
    ],
)
def test_a_region_with_one_d_of_three_that_withdraws_it_gets_nothing_or_hundreds_of_thousands(
    way, declared, amount
) -> None:
    rows = [graded("A"), graded("A"), late("D"), *[graded("A", "乙")] * 62]
    counting = Counting(withdrawn_late=way)
    assert (counted(rows, counting)["甲"].declared, money_of(rows, counting)) == (declared, amount)


@pytest.mark.parametrize(("way", "amount", "shown"), [(Revoked.LEFT_OUT, 0, 1), (Revoked.COUNTED, 2_500_000, 0)])
def test_a_region_whose_only_platform_was_revoked_loses_or_keeps_its_whole_amount(way, amount, shown) -> None:
    rows = [graded("A", revoked=True), *[graded("A", "乙")] * 5]
    counting = Counting(revoked=way)
    assert money_of(rows, counting) == amount
    each = counted(rows, counting)["甲"]
    assert (each.declared, each.revoked) == (1, shown)


@pytest.mark.clause("N24")
@pytest.mark.parametrize(
    ("standing", "amounts"),
    [
        (Standing.REFUSED, [12_000_000, 0, 12_000_000]),
        (Standing.UNGRADED, [12_000_000, 12_000_000, 12_000_000]),
    ],
)
def test_a_confirmed_refusal_can_cost_a_region_everything_and_any_other_gap_cannot(standing, amounts) -> None:
    rows = [*[graded("A")] * 4, other(standing), graded("A", "乙")]
    assert [money_of(rows, Counting(ungraded=way)) for way in Ungraded] == amounts


# Values as commands, rows and files carry them.


def test_a_way_to_count_is_read_back_from_what_it_writes() -> None:
    assert [Counting.of(**way.as_dict()) for way in WAYS] == list(WAYS)


def test_a_value_or_a_switch_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ReadingError, match=r"^公布后撤销的平台（revoked）只能取 left_out、counted$"):
        Counting.of(revoked="kept")
    with pytest.raises(ReadingError, match=r"^没有名为“cutoff”的口径$"):
        Counting.of(cutoff="inclusive")


def test_the_alternatives_change_one_switch_each() -> None:
    found = [(switch.name, choice.value, way) for switch, choice, way in Counting().alternatives(COUNT_SWITCHES)]
    assert [(name, value) for name, value, _ in found] == [
        ("withdrawn_late", "declared"),
        ("withdrawn_late", "out"),
        ("revoked", "counted"),
        ("ungraded", "as_d"),
        ("ungraded", "out"),
    ]
    for name, value, way in found:
        assert way.as_dict() == Counting().as_dict() | {name: value}
