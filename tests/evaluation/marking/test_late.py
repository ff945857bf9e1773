"""What applications without a grade do to the share of the failing grade, under each way to count them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.marking.late import Count, Filed, Standing, Ungraded, WithdrawnLate, counts

REGION = "330212"
#: Three graded, one of them D; one that waits, one that refused, two that went away.
MIXED = (
    Filed(REGION, Standing.GRADED, "A"),
    Filed(REGION, Standing.GRADED, "B"),
    Filed(REGION, Standing.GRADED, "D"),
    Filed(REGION, Standing.UNGRADED),
    Filed(REGION, Standing.REFUSED),
    Filed(REGION, Standing.WITHDRAWN),
    Filed(REGION, Standing.WITHDRAWN_LATE, "D"),
)


@pytest.mark.parametrize(
    ("late", "ungraded", "declared", "failing"),
    [
        ("as_proposed", "declared", 6, 2),
        ("declared", "declared", 6, 1),
        ("out", "declared", 5, 1),
        ("as_proposed", "as_d", 6, 3),
        ("as_proposed", "out", 4, 2),
        ("out", "out", 3, 1),
    ],
)
@pytest.mark.clause("N24")
def test_each_way_to_count_gives_its_own_share(late: str, ungraded: str, declared: int, failing: int) -> None:
    found = counts(MIXED, failing="D", withdrawn_late=WithdrawnLate(late), ungraded=Ungraded(ungraded))
    assert found == {REGION: Count(declared, failing)}


@pytest.mark.clause("N24")
def test_one_weak_platform_of_three_that_goes_away_late_moves_the_share() -> None:
    filed = [Filed(REGION, Standing.GRADED, "A"), Filed(REGION, Standing.GRADED, "B")]
    filed.append(Filed(REGION, Standing.WITHDRAWN_LATE, "D"))
    shares = [counts(filed, failing="D", withdrawn_late=each)[REGION].share for each in WithdrawnLate]
    assert shares == [Fraction(1, 3), Fraction(0), Fraction(0)]


@pytest.mark.parametrize("grade", ["", "A"])
def test_a_late_withdrawal_without_the_failing_proposal_is_declared_alone(grade: str) -> None:
    filed = [Filed(REGION, Standing.WITHDRAWN_LATE, grade)]
    assert counts(filed, failing="D") == {REGION: Count(1, 0)}


def test_a_region_of_which_nothing_counts_has_no_share() -> None:
    assert counts([Filed(REGION, Standing.WITHDRAWN)], failing="D")[REGION].share is None


FILED = st.lists(
    st.builds(
        Filed, st.sampled_from(["330212", "330282", ""]), st.sampled_from(Standing), st.sampled_from(["", "A", "D"])
    )
)


@given(FILED, st.sampled_from(WithdrawnLate), st.sampled_from(Ungraded))
def test_whatever_the_switches_say_no_more_fail_than_are_declared(
    filed: list[Filed], late: WithdrawnLate, ungraded: Ungraded
) -> None:
    found = counts(filed, failing="D", withdrawn_late=late, ungraded=ungraded)
    assert set(found) == {each.region for each in filed}
    assert all(0 <= each.failing <= each.declared for each in found.values())
    assert sum(each.declared for each in found.values()) <= len(filed)


@given(FILED, st.randoms())
def test_the_order_of_the_applications_does_not_matter(filed: list[Filed], random: object) -> None:
    mixed = list(filed)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert counts(mixed, failing="D") == counts(filed, failing="D")
