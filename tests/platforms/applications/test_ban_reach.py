"""Whom a ban keeps out: the pure rule, on both sides of each line."""

from datetime import date
from itertools import product

import pytest

from platforms.applications.ban_reach import StandingBan, met
from platforms.applications.eligibility import FOR_ANOTHER_OPERATOR, BanFacts, ban_sentence
from platforms.applications.precheck import ASKS

pytestmark = pytest.mark.clause("N35")
END = date(2026, 4, 10)
BOTH = StandingBan("X", "town:1", "测试镇", END)
RELEASED = StandingBan("X", "town:1", "测试镇", END, is_released=True)


def test_operator_and_place_are_kept_out_until_the_place_is_released() -> None:
    cases = list(product(("X", "Y", ""), ("town:1", "town:2", "")))
    kept_out = {(code, key) for code, key in cases if BOTH.meets(operator_code=code, site_key=key)}
    assert kept_out == {("X", "town:1"), ("X", "town:2"), ("X", ""), ("Y", "town:1"), ("", "town:1")}
    kept_out = {(code, key) for code, key in cases if RELEASED.meets(operator_code=code, site_key=key)}
    assert kept_out == {("X", "town:1"), ("X", "town:2"), ("X", "")}


def test_what_names_nothing_meets_nobody() -> None:
    for ban in (StandingBan("", "town:1", "", END), StandingBan("X", "", "", END)):
        assert not ban.meets(operator_code="", site_key="")


def test_it_says_what_it_meets_in_this_application_and_each_thing_once() -> None:
    assert met([BOTH, BOTH], operator_code="X", site_key="town:1") == (BanFacts("X", END),)
    assert met([BOTH], operator_code="Y", site_key="town:1") == (BanFacts("测试镇", END, of_place=True),)
    unnamed = StandingBan("", "town:1", "", END)
    assert met([unnamed], operator_code="Y", site_key="town:1", site_name="某镇") == (
        BanFacts("某镇", END, of_place=True),
    )
    assert met([RELEASED], operator_code="Y", site_key="town:1") == ()


def test_the_question_before_the_form_gives_the_advice_of_the_refusal() -> None:
    asked = next(ask for ask in ASKS if ask.key == "not_revoked")
    assert FOR_ANOTHER_OPERATOR in asked.instead
    assert FOR_ANOTHER_OPERATOR in ban_sentence(BanFacts("测试镇", END, of_place=True))
    assert "已解除限制，或地点已放开给其他运营单位的，答否" in asked.text
