"""What the operator is told fits into its place, whatever the facts are."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from evaluation.revocation.reasons import MOST_TOLD, told

ON = date(2021, 6, 1)
HEAD = "撤销情形：收费。拟自2021年6月1日起撤销认定。"


def test_ground_day_and_each_fact_stand_on_a_line_of_their_own() -> None:
    facts = [(date(2021, 5, 4), "向甲企业\n收费"), (date(2021, 5, 5), "向乙企业收费")]
    assert told("收费", facts, on=ON, most=1500) == (
        f"{HEAD}\n1. 2021年5月4日：向甲企业 收费\n2. 2021年5月5日：向乙企业收费"
    )


def test_facts_that_do_not_fit_are_cut_to_their_share() -> None:
    facts = [(date(2021, 5, 4), "甲" * 1000), (date(2021, 5, 5), "乙" * 1000)]
    lines = told("收费", facts, on=ON, most=1500).splitlines()
    assert lines[0] == HEAD
    assert [(line[-1], len(line)) for line in lines[1:]] == [("…", 736), ("…", 736)]


def test_of_many_facts_the_first_are_told_and_the_others_counted() -> None:
    facts = [(date(2021, 5, 4), "收费")] * (MOST_TOLD + 2)
    lines = told("收费", facts, on=ON, most=1500).splitlines()
    assert (len(lines), lines[-1]) == (MOST_TOLD + 2, "另有 2 项事实，可向市经信局查阅。")
    assert told("收费", facts[:MOST_TOLD], on=ON, most=1500).count("另有") == 0


@given(st.lists(st.text(min_size=1, max_size=1000), min_size=1, max_size=40))
def test_it_always_fits_and_always_names_the_ground(texts: list[str]) -> None:
    made = told("收费", [(ON, text) for text in texts], on=ON, most=1500)
    assert (len(made) <= 1500, made.startswith(HEAD)) == (True, True)
