"""The questions before the form: what each answer means, and when one may go on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.applications.precheck import ASKS, asks_of, findings, may_go_on
from platforms.choices import PlatformType

pytestmark = pytest.mark.usefixtures("printed_as_in_2020")
TYPES = st.sampled_from(PlatformType.values)


def fitting(type: str) -> dict[str, bool]:
    """The answers of somebody who fits in every way."""
    return {ask.key: ask.fits for ask in asks_of(type)}


@pytest.mark.clause("N10")
@pytest.mark.clause("N11")
@pytest.mark.clause("N13")
@pytest.mark.clause("N14")
def test_each_type_is_asked_for_its_own_place() -> None:
    places = {"zone_place", "town_place", "park_on_record", "park_operator", "association"}
    assert {kind: [ask.key for ask in asks_of(kind) if ask.key in places] for kind in PlatformType.values} == {
        "functional_zone": ["zone_place"],
        "town": ["town_place"],
        "park": ["park_on_record", "park_operator"],
        "industry": ["association"],
    }


@given(TYPES)
def test_who_fits_is_told_nothing_and_goes_on(kind: str) -> None:
    assert findings(kind, fitting(kind)) == ()
    assert may_go_on(kind, fitting(kind))


@given(TYPES, st.data())
def test_one_wrong_answer_is_told_with_clause_and_what_to_do(kind: str, data: st.DataObject) -> None:
    ask = data.draw(st.sampled_from(asks_of(kind)))
    told = findings(kind, fitting(kind) | {ask.key: not ask.fits})
    assert [(each.key, each.clause, each.instead, each.blocking) for each in told] == [
        (ask.key, ask.clause, ask.instead, ask.blocking)
    ]
    assert may_go_on(kind, fitting(kind) | {ask.key: not ask.fits}) == (not ask.blocking)


@given(TYPES, st.data())
def test_what_was_not_answered_says_nothing_and_does_not_go_on(kind: str, data: st.DataObject) -> None:
    left_out = data.draw(st.sampled_from(asks_of(kind))).key
    answers = {key: value for key, value in fitting(kind).items() if key != left_out}
    assert findings(kind, answers) == ()
    assert not may_go_on(kind, answers)


def test_each_question_has_a_key_of_its_own_and_says_what_to_do_instead() -> None:
    assert len({ask.key for ask in ASKS}) == len(ASKS)
    assert all(ask.text.endswith("？") and ask.instead.endswith("。") and ask.clause for ask in ASKS)


@pytest.mark.clause("N12")
def test_who_entrusts_is_told_what_is_needed_then() -> None:
    told = findings("town", fitting("town") | {"run_directly": False})
    assert [each.instead for each in told] == [
        "委托运营的，受托方须有独立法人资格，地区须有扶持政策或购买服务，并上传委托协议和有关文件。"
    ]


@pytest.mark.clause("N35")
def test_a_revocation_stops_at_the_door() -> None:
    assert [(str(each.clause), each.blocking) for each in findings("park", {"not_revoked": True})] == [("五", True)]
