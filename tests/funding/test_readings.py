"""The switches, their defaults and their texts."""

import pytest

from funding.money import FIRST
from funding.readings import (
    COUNT_SWITCHES,
    SWITCHES,
    Base,
    Cutoff,
    Divisor,
    Reading,
    ReadingError,
    Unit,
    defaults_of,
    problems_of,
    switches_of,
)
from platforms.notices.clauses import KEYS
from platforms.notices.queries import CHECKS, READINGS
from platforms.notices.terms import Terms, read
from tests.funding.naive import ALL_READINGS, OTHER
from tests.funding.test_money import data_of_2020


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
    for switch in switches_of(FIRST):
        for text in (switch.label, switch.reason, switch.moves, *(choice.label for choice in switch.choices)):
            assert any("一" <= sign <= "鿿" for sign in text)
            assert "{" not in text
        assert switch.reason.endswith("。")


def test_a_value_or_switch_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ReadingError, match=r"^权重分母（divisor）只能取 funded、all、hundred$"):
        Reading.of(divisor="most")
    with pytest.raises(ReadingError, match=r"^没有名为“mood”的口径$"):
        Reading.of(mood="good")


def test_the_alternatives_change_one_switch_each() -> None:
    others = [(switch.name, choice.value) for switch, choice, _ in Reading(divisor=Divisor.ALL).alternatives(SWITCHES)]
    assert others == [
        ("cutoff", "exclusive"),
        ("base", "graded"),
        ("totals", "funded"),
        ("industry", "counted"),
        ("divisor", "funded"),
        ("divisor", "hundred"),
        ("unit", "wan"),
    ]
    for switch, choice, reading in Reading(divisor=Divisor.ALL).alternatives(SWITCHES):
        assert reading.as_dict() == Reading(divisor=Divisor.ALL).as_dict() | {switch.name: choice.value}


def test_a_unit_knows_its_yuan() -> None:
    assert [unit.yuan for unit in Unit] == [1, 10_000]


def test_labels_and_reasons_name_the_line_the_grades_and_the_full_marks_of_the_notice() -> None:
    def labels(money) -> dict[str, list[str]]:
        return {switch.name: [choice.label for choice in switch.choices] for switch in switches_of(money)}

    assert labels(FIRST)["cutoff"] == ["含20%：达到20%即不予支持", "不含20%：超过20%才不予支持"]
    assert labels(FIRST)["totals"] == ["全部地区的A、B、C档", "仅计获得资金支持地区的A、B、C档"]
    assert labels(FIRST)["divisor"][-1] == "满分100分"
    assert labels(OTHER)["cutoff"] == ["含30%：达到30%即不予支持", "不含30%：超过30%才不予支持"]
    assert labels(OTHER)["totals"] == ["全部地区的优秀、合格", "仅计获得资金支持地区的优秀、合格"]
    assert labels(OTHER)["divisor"][-1] == "满分70分"
    moves = [switches_of(money)[0].moves for money in (FIRST, OTHER)]
    assert [text.split("的地区")[0] for text in moves] == ["申报10家、其中D档2家", "申报10家、其中不合格3家"]


def terms(**readings: str) -> Terms:
    return read(data_of_2020() | {"readings": readings})


def test_a_notice_says_from_which_reading_one_starts_and_its_choice_has_its_own_reason() -> None:
    assert defaults_of(terms()) == Reading()
    assert defaults_of(terms(cutoff="exclusive", base="graded")) == Reading(cutoff=Cutoff.EXCLUSIVE, base=Base.GRADED)
    cutoff, base, *_ = switches_of(FIRST, defaults_of(terms(cutoff="exclusive")))
    assert (cutoff.default.value, cutoff.reason) == ("exclusive", "本年度通知采用此口径。")
    assert (base.default.value, base.reason) == ("declared", switches_of(FIRST)[1].reason)


def test_who_enters_a_notice_chooses_among_the_same_readings_in_words_that_fit_any() -> None:
    switches = (*SWITCHES, *COUNT_SWITCHES)
    assert [(each.name, each.label) for each in READINGS] == [(switch.name, switch.label) for switch in switches]
    offered = {each.name: dict(each.choices) for each in READINGS}
    assert offered["cutoff"] == {
        "inclusive": "含淘汰线比例：达到淘汰线比例即不予支持",
        "exclusive": "不含淘汰线比例：超过淘汰线比例才不予支持",
    }
    assert not any(sign in str(offered) for sign in ("20%", "A、B、C", "100", "[{"))


@pytest.mark.clause("N24")
@pytest.mark.clause("N26")
def test_each_reading_names_the_clause_that_it_reads() -> None:
    assert {each.name: each.clause for each in READINGS} == {
        "cutoff": "funding.scores",
        "base": "funding.scores",
        "totals": "funding.scores",
        "industry": "funding.scores",
        "divisor": "funding.weights",
        "unit": "funding",
        "withdrawn_late": "funding.scores",
        "revoked": "grounds",
        "ungraded": "funding.scores",
    }
    assert {each.clause for each in READINGS} <= set(KEYS)


def test_a_notice_with_a_reading_that_does_not_exist_is_refused_at_its_place() -> None:
    assert problems_of in CHECKS
    assert problems_of(terms(cutoff="exclusive", unit="wan")) == []
    assert problems_of(terms(cutoff="near", mood="good", unit="wan")) == [
        ("readings.cutoff", "淘汰线（cutoff）只能取 inclusive、exclusive。"),
        ("readings.mood", "没有名为“mood”的口径。"),
    ]
