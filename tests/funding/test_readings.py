"""The switches, their defaults and their texts."""

import pytest

from funding.readings import SWITCHES, Divisor, Reading, ReadingError, Unit
from tests.funding.naive import ALL_READINGS


def test_the_switches_and_values_are_the_ones_that_were_written_down_default_first() -> None:
    assert {switch.name: [choice.value for choice in switch.choices] for switch in SWITCHES} == {
        "cutoff": ["inclusive", "exclusive"],
        "base": ["declared", "graded"],
        "totals": ["all", "funded"],
        "industry": ["left_out", "counted"],
        "divisor": ["funded", "all", "hundred"],
        "unit": ["yuan", "wan"],
    }


def test_the_default_reading_takes_the_first_choice_of_every_switch() -> None:
    assert Reading().as_dict() == {switch.name: switch.default.value for switch in SWITCHES}
    assert [switch.chosen(Reading()) for switch in SWITCHES] == [switch.default for switch in SWITCHES]


def test_every_value_is_written_out_and_read_back() -> None:
    assert [Reading.of(**reading.as_dict()) for reading in ALL_READINGS] == list(ALL_READINGS)


def test_each_choice_and_each_default_has_its_chinese_text() -> None:
    for switch in SWITCHES:
        for text in (switch.label, switch.reason, switch.moves, *(choice.label for choice in switch.choices)):
            assert any("一" <= sign <= "鿿" for sign in text)
        assert switch.reason.endswith("。")


def test_a_value_or_switch_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ReadingError, match=r"^权重分母（divisor）只能取 funded、all、hundred$"):
        Reading.of(divisor="most")
    with pytest.raises(ReadingError, match=r"^没有名为“mood”的口径$"):
        Reading.of(mood="good")


def test_the_alternatives_change_one_switch_each() -> None:
    others = [(switch.name, choice.value) for switch, choice, _ in Reading(divisor=Divisor.ALL).alternatives()]
    assert others == [
        ("cutoff", "exclusive"),
        ("base", "graded"),
        ("totals", "funded"),
        ("industry", "counted"),
        ("divisor", "funded"),
        ("divisor", "hundred"),
        ("unit", "wan"),
    ]
    for switch, choice, reading in Reading(divisor=Divisor.ALL).alternatives():
        assert reading.as_dict() == Reading(divisor=Divisor.ALL).as_dict() | {switch.name: choice.value}


def test_a_unit_knows_its_yuan() -> None:
    assert [unit.yuan for unit in Unit] == [1, 10_000]
