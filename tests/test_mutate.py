"""The spots that ``python -m tests.mutate`` breaks are still where they are said to be."""

import ast

import pytest

from tests.mutate import RESULT, ROOT, Spot, result, spots


@pytest.mark.parametrize("spot", spots(), ids=lambda spot: spot.name)
def test_a_spot_stands_once_in_its_file_and_its_tests_are_there(spot: Spot) -> None:
    ast.parse(spot.broken((ROOT / spot.file).read_text()))
    assert [test for test in spot.tests if not (ROOT / "tests" / test).is_file()] == []


def test_what_stands_twice_in_a_file_is_no_spot() -> None:
    spot = Spot("two", "a.py", "1", "2", ())
    assert spot.broken("x = 1") == "x = 2"
    with pytest.raises(ValueError, match="stands 2 times"):
        spot.broken("x = 1 + 1")


def test_the_result_lists_every_spot_with_a_test_that_is_there() -> None:
    cells = [line.split(" | ") for line in RESULT.read_text().splitlines()[7:]]
    noticed = {name.removeprefix("| "): test.strip("`| ") for name, _, test in cells}
    assert result([(spot, noticed[spot.name]) for spot in spots()]) == RESULT.read_text()
    files = {test: (ROOT / "tests" / test.partition("::")[0]).read_text() for test in noticed.values()}
    assert [test for test, text in files.items() if f"def {test.partition('::')[2]}(" not in text] == []
