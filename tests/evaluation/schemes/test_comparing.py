"""Who would change grade under another scheme, on scores that are there."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from evaluation.schemes.comparing import Judged, Standing, compare, standings
from evaluation.schemes.grading import Entry, SchemeValue
from tests.evaluation.schemes.test_grading import (
    CUTOFFS,
    FULL_ENTRIES,
    RANKED,
    SCHEME,
    SCORED,
    WEIGHED,
    entries,
    least,
    scheme_of,
)

judged = st.builds(Judged, st.sampled_from(["park", "town"]), entries(), st.booleans())
platforms = st.dictionaries(st.integers(1, 99), judged, max_size=12)
schemes = st.sampled_from([SCHEME, WEIGHED, RANKED])


def of(points: int) -> Judged:
    """A town with everything but what takes it to ``points``."""
    return Judged("town", FULL_ENTRIES | {"scored": Entry(points=Fraction(points - 60))})


@given(schemes, platforms)
def test_an_unchanged_scheme_changes_nobody(scheme: SchemeValue, given_platforms: dict[int, Judged]) -> None:
    found = compare(scheme, scheme, given_platforms)
    assert (found.changed, found.old) == ({}, found.new)


@given(schemes, schemes, platforms)
def test_each_platform_counts_once_and_changes_are_those_of_the_counts(
    old: SchemeValue, new: SchemeValue, given_platforms: dict[int, Judged]
) -> None:
    found = compare(old, new, given_platforms)
    assert sum(found.old.values()) == sum(found.new.values()) == found.judged
    for key, (before, after) in found.changed.items():
        assert before.grade != after.grade
        assert (before, after) == (standings(old, given_platforms)[key], standings(new, given_platforms)[key])


def test_a_lower_cut_off_lifts_those_between() -> None:
    given_platforms = {1: of(90), 2: of(89), 3: of(85), 4: of(84)}
    found = compare(SCHEME, scheme_of(SCHEME.indicators, least(A=85, B=75, C=60)), given_platforms)
    assert found.changed == {
        2: (Standing(Fraction(89), "B"), Standing(Fraction(89), "A")),
        3: (Standing(Fraction(85), "B"), Standing(Fraction(85), "A")),
    }
    assert (found.old, found.new, found.judged) == ({"A": 1, "B": 3}, {"A": 3, "B": 1}, 4)


def test_a_veto_and_a_failed_gate_stay_last_and_count_in_the_shares() -> None:
    given_platforms = {
        1: replace(of(100), vetoed=True),
        2: Judged("town", FULL_ENTRIES | {"gate": Entry(passed=False)}),
        3: of(95),
        4: of(80),
        5: of(70),
    }
    assert {key: each.grade for key, each in standings(RANKED, given_platforms).items()} == {
        1: "D",
        2: "D",
        3: "A",
        4: "B",
        5: "B",
    }


def test_each_type_is_graded_by_its_own_marks() -> None:
    without = {code: entry for code, entry in FULL_ENTRIES.items() if code != "scored"}
    found = standings(WEIGHED, {1: Judged("park", without), 2: Judged("town", without)})
    assert found == {1: Standing(Fraction(100), "A"), 2: Standing(Fraction(60), "C")}


def test_indicators_that_nobody_was_scored_for_are_named_and_earn_nothing() -> None:
    extra = scheme_of((*SCHEME.indicators, replace(SCORED, code="new")), CUTOFFS)
    found = compare(SCHEME, extra, {1: replace(of(90), entries=of(90).entries | {"new": Entry()})})
    assert (found.judged, found.changed, found.unscored) == (1, {}, ("new",))
    assert compare(SCHEME, SCHEME, {1: of(90)}).unscored == ()
