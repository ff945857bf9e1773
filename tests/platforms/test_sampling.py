"""A sample: the same rule and seed on the same records give the same one, whoever draws and in whatever order."""

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.sampling import Candidate, Differences, differences, digest_of, draw, rank

pytestmark = pytest.mark.clause("N39")
MANY = [Candidate(n, f"api\n{n}", f"P{n % 7}", f"E{n % 40}") for n in range(200)]


def keys(found: list[Candidate]) -> list[int]:
    return [each.key for each in found]


def test_the_order_of_the_records_does_not_matter_and_the_seed_does() -> None:
    shuffled = random.Random(1).sample(MANY, len(MANY))
    first = draw(MANY, seed="春", size=20)
    assert keys(draw(shuffled, seed="春", size=20)) == keys(first)
    assert keys(draw(MANY, seed="秋", size=20)) != keys(first)
    assert keys(first) == sorted(keys(first), key=lambda key: rank("春", f"api\n{key}"))
    assert keys(draw(MANY, seed="春", size=30))[:20] == keys(first)


def test_this_very_sample_is_drawn_for_ever() -> None:
    """Stored samples are checked by drawing them again; a change of the order would deny them all."""
    assert keys(draw(MANY, seed="甬", size=5)) == [10, 41, 120, 180, 21]
    assert digest_of(["b", "a"]) == "c4a78e5bdf318c857b19a6ae4678d9fc8ab0d9bf2b7dd11b41a06c4c1047d943"


@given(st.sets(st.integers(0, 199)), st.integers(1, 60), st.text(max_size=8), st.booleans(), st.booleans())
def test_a_sample_keeps_its_promises(numbers: set[int], size: int, seed: str, by_stratum: bool, once: bool) -> None:
    records = [MANY[number] for number in sorted(numbers)]
    found = draw(records, seed=seed, size=size, by_stratum=by_stratum, once_per_unit=once)
    assert keys(draw(reversed(records), seed=seed, size=size, by_stratum=by_stratum, once_per_unit=once)) == keys(found)
    units = {each.unit for each in records}
    possible = len(units) if once else len(records)
    assert len(found) == min(size, possible)
    assert set(keys(found)) <= numbers
    if once:
        assert len({each.unit for each in found}) == len(found)
    if by_stratum and not once:
        taken = {stratum: sum(each.stratum == stratum for each in found) for stratum in {r.stratum for r in records}}
        there = {stratum: sum(each.stratum == stratum for each in records) for stratum in taken}
        most = max(taken.values(), default=0)
        assert all(n >= most - 1 or n == there[stratum] for stratum, n in taken.items())


@pytest.mark.parametrize(
    ("result", "fee_taken", "satisfaction", "fee", "public", "recorded", "expected"),
    [
        ("confirmed", False, 5, "0", True, 5, (False, False, False)),
        ("confirmed", None, None, "0", True, None, (False, False, False)),
        ("confirmed", True, 4, "0", False, 5, (False, True, False)),
        ("confirmed", True, 3, "80", False, 5, (False, False, True)),
        ("confirmed", True, None, "80", True, 5, (False, True, False)),
        ("confirmed", False, 5, "80", True, 3, (False, False, True)),
        ("confirmed", False, 1, "0", False, None, (False, False, False)),
        ("not_confirmed", None, None, "0", True, 5, (True, False, False)),
        ("not_reached", None, None, "0", True, 5, (False, False, False)),
        ("refused", None, None, "0", True, 5, (False, False, False)),
    ],
)
def test_where_an_answer_contradicts_the_record(
    result: str, fee_taken: bool | None, satisfaction: int | None, fee: str, public: bool, recorded: int | None,
    expected: tuple[bool, bool, bool],
) -> None:  # fmt: skip
    found = differences(
        result=result, fee_taken=fee_taken, satisfaction=satisfaction, recorded_fee=Decimal(fee), is_public=public,
        recorded_satisfaction=recorded,
    )  # fmt: skip
    assert found == Differences(*expected)
