"""Counts as they would be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.money import FIRST
from funding.readings import Base
from funding.trials.changes import Worse, with_more_failing
from tests.funding.naive import regions, tally


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, Worse(tally("甲", 5, 1, 1, 1, 1), 0)),
        (1, Worse(tally("甲", 5, 1, 1, 1, 2), 1)),
        (2, Worse(tally("甲", 5, 1, 1, 0, 3), 2)),
        (4, Worse(tally("甲", 5, 0, 0, 0, 5), 4)),
        (5, Worse(tally("甲", 5, 0, 0, 0, 5), 4)),
    ],
)
def test_the_ungraded_fails_first_then_the_lowest_graded_until_all_fail(number, expected) -> None:
    assert with_more_failing(tally("甲", 5, 1, 1, 1, 1), number, Base.DECLARED, FIRST) == expected


def test_under_the_graded_base_the_ungraded_stays_out() -> None:
    found = with_more_failing(tally("甲", 5, 1, 1, 1, 1), 9, Base.GRADED, FIRST)
    assert found == Worse(tally("甲", 5, 0, 0, 0, 4), 3)


@given(regions(), st.integers(0, 80), st.sampled_from(Base))
def test_nobody_is_added_and_so_many_more_fail_as_is_said(region, number, base) -> None:
    found = with_more_failing(region, number, base, FIRST)
    failing = FIRST.share.failing
    assert found.tally.declared == region.declared
    assert found.tally.count(failing) == region.count(failing) + found.failed
    assert found.failed <= number
    most = region.declared if base is Base.DECLARED else region.graded
    assert found.failed == min(number, most - region.count(failing))
