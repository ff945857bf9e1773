"""What a sheet sends is read against its columns: what may be stored, what is refused and why, what is no sheet's."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.pages.cell_grid import (
    UNREADABLE,
    Answer,
    Cell,
    Column,
    Kind,
    Refused,
    ShownCell,
    Standing,
    Unreadable,
    cell_of,
    read_cells,
    read_value,
    shown,
    standing,
    stored_number,
)

VENUE = Column("venue", "场地", low=Decimal(0), most=Decimal(10), places=1)
STAFF = Column("staff", "人员", low=Decimal(0), places=0)
GATE = Column("gate", "证照", Kind.YES_NO)
NOTE = Column("note", "说明", Kind.TEXT, most=5)
POINTS = Column("points", "得分", Kind.READONLY)
COLUMNS = (VENUE, STAFF, GATE, NOTE, POINTS)
CLOSED = "本格由系统计算或已锁定，不能填写。"


def body(*cells: Any) -> bytes:
    return json.dumps({"cells": cells}).encode()


def sent(col: str, value: str, *, row: Any = 1, seen: str = "") -> dict[str, Any]:
    return {"row": row, "col": col, "value": value, "seen": seen}


@pytest.mark.parametrize(
    ("column", "text", "stored"),
    [
        (VENUE, "", ""),
        (VENUE, " 007.50 ", "7.5"),
        (VENUE, "７．５", "7.5"),
        (VENUE, "-0.0", "0"),
        (VENUE, "10", "10"),
        (STAFF, "100", "100"),
        (STAFF, "2.0", "2"),
        (GATE, "是", "yes"),
        (GATE, "１", "yes"),
        (GATE, "不具备", "no"),
        (GATE, " ", ""),
        (NOTE, " 一\r\n二 ", "一\n二"),
        (NOTE, "😀" * 5, "😀" * 5),
    ],
)
def test_what_may_stand_is_stored_in_one_form(column: Column, text: str, stored: str) -> None:
    assert read_value(column, text) == (stored, "")


@pytest.mark.parametrize(
    ("column", "text", "sentence"),
    [
        (VENUE, "10.1", "应在 0 至 10 之间，请核对。"),
        (VENUE, "-0.1", "应在 0 至 10 之间，请核对。"),
        (VENUE, "7.55", "最多保留 1 位小数。"),
        (VENUE, "7分", "请只填写数字，不要带逗号、单位或其他文字。"),
        (VENUE, "1e1", "请只填写数字，不要带逗号、单位或其他文字。"),
        (STAFF, "2.5", "请填写整数。"),
        (STAFF, "-1", "应不小于 0，请核对。"),
        (Column("x", "x", most=Decimal(3)), "4", "应不大于 3，请核对。"),
        (GATE, "不详", "请填写“具备”或“不具备”。"),
        (NOTE, "一二三四五六", "最多 5 个字，现为 6 个字。"),
        (Column("x", "x", Kind.TEXT), "一" * 2001, "最多 2000 个字，现为 2001 个字。"),
        (NOTE, "a\x00", "含有无法保存的字符，请删除后重新填写。"),
        (NOTE, "a\ud800", "含有无法保存的字符，请删除后重新填写。"),
        (VENUE, "7\x07", "含有无法保存的字符，请删除后重新填写。"),
    ],
)
def test_what_may_not_stand_is_refused_in_a_sentence(column: Column, text: str, sentence: str) -> None:
    assert read_value(column, text) == ("", sentence)


def test_cells_are_read_each_by_its_column() -> None:
    cells, refused = read_cells(
        body(
            sent("venue", "8", seen="7"), sent("venue", "11", row="2"), sent("points", "90"), sent("nothing", "1"),
            sent("gate", "0", row=2),
        ),
        COLUMNS,
    )  # fmt: skip
    assert cells == (Cell(1, "venue", "8", "7"), Cell(2, "gate", "no", ""))
    assert refused == (
        Refused(2, "venue", "应在 0 至 10 之间，请核对。"),
        Refused(1, "points", CLOSED),
        Refused(1, "nothing", CLOSED),
    )


def test_of_a_cell_that_is_sent_twice_the_last_one_counts() -> None:
    assert read_cells(body(sent("venue", "11"), sent("venue", "7")), COLUMNS) == ((Cell(1, "venue", "7", ""),), ())
    assert read_cells(body(sent("venue", "7"), sent("venue", "x")), COLUMNS)[0] == ()


@pytest.mark.parametrize(
    "wrong",
    [
        b"", b"{", b"[]", b"null", b'"cells"', b"{}", b'{"cells": 1}', b'{"cells": {"a": 1}}', b"\xff\xfe",
        b"[" * 100_000,
        body(1), body([]), body({}), body(sent("venue", "7", row=True)), body(sent("venue", "7", row=0)),
        body(sent("venue", "7", row=-1)), body(sent("venue", "7", row=1.5)), body(sent("venue", "7", row=10**18)),
        body(sent("venue", "7", row=None)), body(sent("venue", "7") | {"value": 7}),
        body(sent("venue", "7") | {"seen": None}),
        body(sent("venue", "7") | {"col": ["venue"]}), body(sent("a\x00", "7")), body(sent("\ud800", "7")),
        body(sent("x" * 201, "7")),
    ],
)  # fmt: skip
def test_what_no_page_sends_is_refused_as_a_whole(wrong: bytes) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_cells(wrong, COLUMNS)
    assert str(refusal.value) == UNREADABLE


def test_more_cells_than_one_request_may_hold_are_refused() -> None:
    cells = [sent("venue", "7", row=row) for row in range(1, 4)]
    assert len(read_cells(body(*cells), COLUMNS, most=3)[0]) == 3
    with pytest.raises(Unreadable) as refusal:
        read_cells(body(*cells), COLUMNS, most=2)
    assert str(refusal.value) == "一次最多保存 2 格，本次为 3 格，没有保存。"


@pytest.mark.parametrize(
    ("value", "seen", "stored", "expected"),
    [
        ("8", "7", "7", Standing.WRITE),
        ("8", "7", "9", Standing.STALE),
        # The answer to the first sending was lost.
        ("8", "7", "8", Standing.SAME),
        ("8", "8", "8", Standing.SAME),
        ("", "7", "7", Standing.WRITE),
        ("8", "", "7", Standing.STALE),
    ],
)
def test_a_cell_is_written_only_over_what_its_page_has_seen(
    value: str, seen: str, stored: str, expected: Standing
) -> None:
    assert standing(Cell(1, "venue", value, seen), stored) == expected


def test_the_answer_names_every_cell_with_its_value_and_its_words() -> None:
    answer = Answer(
        COLUMNS,
        saved=[Cell(1, "gate", "yes", "")],
        refused=[Refused(1, "nothing", CLOSED)],
        stale=[(Cell(2, "venue", "8", "7"), "9"), (Cell(2, "gate", "yes", ""), "no")],
        rows={1: {"points": "88.5"}},
    )
    assert answer.as_json() == {
        "saved": [{"row": 1, "col": "gate", "value": "yes", "shown": "具备"}],
        "refused": [{"row": 1, "col": "nothing", "sentence": CLOSED}],
        "stale": [
            {"row": 2, "col": "venue", "value": "9", "shown": "9"},
            {"row": 2, "col": "gate", "value": "no", "shown": "不具备"},
        ],
        "rows": {"1": {"points": "88.5"}},
    }
    answer.revision = 0
    assert answer.as_json()["revision"] == 0


def test_numbers_are_stored_without_zeros_at_the_end() -> None:
    numbers = (None, 0, Decimal("-0.0"), Decimal("7.50"), Decimal("100"), 30)
    assert [stored_number(each) for each in numbers] == ["", "0", "0", "7.5", "100", "30"]
    assert (shown(VENUE, "7.5"), shown(GATE, ""), shown(NOTE, "yes")) == ("7.5", "", "yes")


@pytest.mark.parametrize(
    ("column", "value", "cell"),
    [
        (VENUE, "7.5", ShownCell("7.5", None, False, True)),
        (GATE, "no", ShownCell("不具备", None, False, False)),
        (NOTE, "一", ShownCell("一", None, False, False)),
        (NOTE, "一\n二", ShownCell("一\n二", "一\n二", False, False)),
        (NOTE, " 一", ShownCell(" 一", " 一", False, False)),
        (POINTS, "", ShownCell("", None, False, False)),
        (Column("sum", "合计", Kind.READONLY, places=1), "9", ShownCell("9", None, False, True)),
    ],
)
def test_a_cell_is_drawn_by_its_column(column: Column, value: str, cell: ShownCell) -> None:
    assert cell_of(column, value) == cell
    assert cell_of(column, value, closed=True).closed


@given(st.sampled_from(COLUMNS[:4]), st.text(max_size=8))
def test_what_is_stored_is_read_as_itself(column: Column, text: str) -> None:
    stored, sentence = read_value(column, text)
    if not sentence:
        assert read_value(column, stored) == (stored, "")


@given(st.decimals(min_value=0, max_value=10, places=1))
def test_every_number_within_the_bounds_may_stand(number: Decimal) -> None:
    stored, sentence = read_value(VENUE, str(number))
    assert (sentence, Decimal(stored)) == ("", number)


@given(st.binary(max_size=60))
def test_no_body_breaks_anything(wrong: bytes) -> None:
    with pytest.raises(Unreadable):
        read_cells(wrong, COLUMNS)
