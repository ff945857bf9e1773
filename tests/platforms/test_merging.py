"""Two people change one form: nothing that either of them typed is lost without a word."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.merging import Merged, MergedRows, RowClash, TypedRow, fingerprint, merge_rows, merge_values

VALUES = st.one_of(st.none(), st.booleans(), st.text(max_size=3))
FORMS = st.fixed_dictionaries(dict.fromkeys("abc", VALUES))
ROWS = st.lists(st.fixed_dictionaries({"name": st.text("王李赵", max_size=2), "years": st.integers(0, 3)}), max_size=5)


def marks(values: dict[str, Any]) -> dict[str, str]:
    return {name: fingerprint(value) for name, value in values.items()}


def test_nothing_typed_is_nothing() -> None:
    assert fingerprint(None) == fingerprint("")
    assert len({fingerprint(each) for each in (None, False, True, "0", "否")}) == 5


def test_different_fields_do_not_clash() -> None:
    base = {"address": "旧地址", "phone": "旧电话"}
    merged = merge_values(
        base=marks(base), stored={"address": "同事的", "phone": "旧电话"}, typed={"address": "旧地址", "phone": "我的"}
    )
    assert merged == Merged({"phone": "我的"}, ("address",), ())


def test_the_same_field_clashes_unless_both_wrote_the_same() -> None:
    base = marks({"a": "旧", "b": "旧"})
    merged = merge_values(base=base, stored={"a": "甲", "b": "同"}, typed={"a": "乙", "b": "同"})
    assert merged == Merged({}, (), ("a",))


def test_without_a_base_every_difference_is_a_clash() -> None:
    assert merge_values(base={}, stored={"a": "甲", "b": "同"}, typed={"a": "乙", "b": "同"}).clashes == ("a",)


@given(FORMS, FORMS)
def test_where_nobody_else_wrote_mine_is_saved(base: dict, typed: dict) -> None:
    merged = merge_values(base=marks(base), stored=base, typed=typed)
    assert (merged.theirs, merged.clashes) == ((), ())
    assert marks(base | merged.values) == marks(typed)


@given(FORMS, FORMS)
def test_where_i_wrote_nothing_theirs_stays(base: dict, stored: dict) -> None:
    merged = merge_values(base=marks(base), stored=stored, typed=base)
    assert (merged.values, merged.clashes) == ({}, ())


@given(FORMS, FORMS, FORMS)
def test_what_both_wrote_is_never_decided_silently(base: dict, stored: dict, typed: dict) -> None:
    merged = merge_values(base=marks(base), stored=stored, typed=typed)
    for name in base:
        old, now, own = (fingerprint(each[name]) for each in (base, stored, typed))
        assert (name in merged.clashes) == (len({old, now, own}) == 3 or (old != now and own not in (old, now)))
        assert (name in merged.values) == (old == now != own)
        assert (name in merged.theirs) == (old == own != now)


def row(name: str, years: int = 0) -> dict[str, Any]:
    return {"name": name, "years": years}


def rows_of(base: list, stored: list, typed: list[TypedRow]) -> MergedRows:
    return merge_rows(base=[fingerprint(each) for each in base], stored=stored, typed=typed)


def test_each_changed_another_row() -> None:
    base = [row("王"), row("李")]
    merged = rows_of(base, [row("王", 5), row("李")], [TypedRow(row("王"), 0), TypedRow(row("李", 9), 1)])
    assert merged == MergedRows((row("王", 5), row("李", 9)), (0, 1), changed_there=True)


def test_each_added_a_row_and_both_stay() -> None:
    merged = rows_of([row("王")], [row("王"), row("李")], [TypedRow(row("王"), 0), TypedRow(row("赵"))])
    assert [each["name"] for each in merged.rows] == ["王", "李", "赵"]


def test_the_same_line_added_by_both_is_one_line() -> None:
    merged = rows_of([], [row("李")], [TypedRow(row("李")), TypedRow(row("李"))])
    assert merged.rows == (row("李"), row("李"))


@pytest.mark.parametrize(
    ("stored", "typed", "clash"),
    [
        ([row("王", 1)], [TypedRow(row("王", 2), 0)], RowClash(0, row("王", 1), row("王", 2))),
        ([row("王", 1)], [], RowClash(0, row("王", 1), None)),
        ([], [TypedRow(row("王", 2), 0)], RowClash(0, None, row("王", 2))),
    ],
)
def test_the_same_row_changed_by_both_is_asked_about(stored: list, typed: list, clash: RowClash) -> None:
    merged = rows_of([row("王")], stored, typed)
    assert merged.clashes == (clash,)
    assert merged.rows == tuple(stored)


def test_who_takes_a_row_away_that_nobody_else_touched_is_obeyed() -> None:
    base = [row("王"), row("李"), row("赵")]
    merged = rows_of(base, [row("王"), row("李"), row("赵", 3)], [TypedRow(row("王"), 0), TypedRow(row("赵"), 2)])
    assert merged == MergedRows((row("王"), row("赵", 3)), (0, 1), changed_there=True)


@pytest.mark.parametrize(("choice", "name"), [("mine", "我"), ("theirs", "同事")])
def test_a_choice_settles_a_clash(choice: str, name: str) -> None:
    settled = merge_rows(
        base=[fingerprint(row("旧"))],
        stored=[row("同事")],
        typed=[TypedRow(row("我"), 0)],
        choose=lambda _place, _stored: choice,
    )
    assert (settled.rows, settled.clashes) == ((row(name),), ())
    values = merge_values(base={}, stored={"a": "同事"}, typed={"a": "我"}, choose=lambda _name, _stored: choice)
    assert ({"a": "同事"} | values.values, values.clashes) == ({"a": name}, ())


def test_a_row_that_is_wrong_keeps_what_was_saved_in_its_place() -> None:
    merged = rows_of([row("王")], [row("王")], [TypedRow({"years": "x"}, wrong=True), TypedRow(row("王", 99), 0, True)])
    assert merged == MergedRows((row("王"),), (None, 0))
    there = rows_of([row("王")], [row("王"), row("李")], [TypedRow(row("王", 99), 0, wrong=True)])
    assert there == MergedRows((row("王"), row("李")), (0,), changed_there=True)
    both = rows_of([row("王")], [row("王", 3)], [TypedRow(row("王", 99), 0, wrong=True)])
    assert both.clashes == (RowClash(0, row("王", 3), row("王", 99)),)


def test_without_a_base_rows_clash_place_by_place() -> None:
    merged = merge_rows(base=None, stored=[row("王"), row("李")], typed=[TypedRow(row("王"), 0), TypedRow(row("赵"))])
    assert merged.clashes == (RowClash(1, row("李"), row("赵")),)


@given(ROWS, ROWS)
def test_rows_that_nobody_else_changed_are_saved_as_typed(base: list, typed: list) -> None:
    assert rows_of(base, base, [TypedRow(each) for each in typed]).rows == tuple(typed)


@given(ROWS, ROWS)
def test_rows_that_i_did_not_change_stay_as_they_are_stored(base: list, stored: list) -> None:
    merged = rows_of(base, stored, [TypedRow(each, place) for place, each in enumerate(base)])
    assert sorted(map(fingerprint, merged.rows)) == sorted(map(fingerprint, stored))
    assert merged.clashes == ()


@given(ROWS, ROWS, st.data())
def test_no_row_of_either_is_lost(base: list, stored: list, data: st.DataObject) -> None:
    kept = [place for place in range(len(base)) if data.draw(st.booleans())]
    typed = [TypedRow(data.draw(st.sampled_from([base[place], row("我", 1)])), place) for place in kept]
    typed += [TypedRow(row("新", 2))]
    merged = rows_of(base, stored, typed)
    shown = [*merged.rows, *(each.typed for each in merged.clashes if each.typed is not None)]
    old = [fingerprint(each) for each in base]
    for each in typed:
        if each.base is None or fingerprint(each.values) != old[each.base]:
            assert each.values in shown
    for each in stored:
        # Gone only where the colleague left it as it was and I took it away.
        assert each in shown or fingerprint(each) in old


def test_rows_that_were_saved_already_need_not_be_shown_anew() -> None:
    """The answer to the first try got lost; the same rows are sent again on the old base."""
    again = rows_of([], [row("王")], [TypedRow(row("王"))])
    assert again == MergedRows((row("王"),), (0,), changed_there=False)
