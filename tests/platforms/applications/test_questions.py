"""An answer has one kept form; what is not of its kind is named, and what nobody is asked is never missing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.applications import questions
from platforms.applications.choices import QuestionKind

KINDS = st.sampled_from(QuestionKind.values)
NUMBER = "请只填写数字，整数最多 12 位，小数最多 4 位，不要带逗号、单位或其他文字。"
DAY = "请填写 1900年至2100年之间的日期，写法如 2026-03-18。"
PICK = "请从列出的选项中选择。"


@given(kind=KINDS, text=st.text())
def test_the_kept_form_of_an_answer_is_kept_as_it_is(kind: str, text: str) -> None:
    once = questions.normalise(kind, text)
    assert questions.normalise(kind, once) == once


@given(number=st.decimals(-(10**12) + 1, 10**12 - 1, places=4))
def test_every_number_that_fits_is_taken_whatever_it_comes_as(number: Decimal) -> None:
    kept = questions.normalise("number", number)
    assert questions.problem("number", kept) is None
    assert Decimal(kept) == number
    assert questions.normalise("number", f"{number:f}") == kept


@given(day=st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_is_taken_however_it_is_written(day: date) -> None:
    spellings: list[Any] = [
        day,
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        datetime(day.year, day.month, day.day, 8, tzinfo=UTC),
    ]
    assert {questions.normalise("date", each) for each in spellings} == {day.isoformat()}
    assert questions.problem("date", day.isoformat()) is None


@given(kind=KINDS, text=st.text(max_size=40))
def test_what_is_taken_is_of_its_kind(kind: str, text: str) -> None:
    kept = questions.normalise(kind, text)
    if kept and questions.problem(kind, kept, ["甲", "乙"]) is None:
        if kind == "number":
            Decimal(kept)
        if kind == "date":
            date.fromisoformat(kept)
        if kind == "choice":
            assert kept in ("甲", "乙")


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("number", "１２．５０", "12.5"),
        ("number", " 007 ", "7"),
        ("number", "-0.0", "0"),
        ("number", 3.0, "3"),
        ("number", 2.5, "2.5"),
        ("number", "三个", "三个"),
        ("number", "1,000", "1,000"),
        ("date", "２０２６年３月８日", "2026-03-08"),
        ("date", "2026-2-30", "2026-2-30"),
        ("date", "", ""),
        ("choice", " 已开通 ", "已开通"),
        ("text", "一\r\n二\r三 ", "一\n二\n三"),
        ("text", None, ""),
    ],
)
def test_an_answer_is_read_in_one_way(kind: str, typed: Any, kept: str) -> None:
    assert questions.normalise(kind, typed) == kept


@pytest.mark.parametrize(
    ("kind", "value", "wrong"),
    [
        ("number", "999999999999.9999", None),
        ("number", "1000000000000", NUMBER),
        ("number", "1.00001", NUMBER),
        ("number", "三个", NUMBER),
        ("number", "1,000", NUMBER),
        ("number", "1e3", NUMBER),
        ("number", "-0", NUMBER),
        ("date", "1900-01-01", None),
        ("date", "1899-12-31", DAY),
        ("date", "2100-12-31", None),
        ("date", "2101-01-01", DAY),
        ("date", "2026-2-30", DAY),
        ("date", "2026-02-30", DAY),
        ("date", "20260318", DAY),
        ("choice", "甲", None),
        ("choice", "丙", PICK),
        ("text", "字" * 2000, None),
        ("text", "字" * 2001, "最多 2000 个字，现为 2001 个字。"),
        ("text", "一\x00二", "含有无法保存的字符，请删除后重新填写。"),
        ("text", "一\n二", None),
        ("number", "", None),
    ],
)
def test_each_line_has_two_sides(kind: str, value: str, wrong: str | None) -> None:
    assert questions.problem(kind, value, ["甲", "乙"]) == wrong


@pytest.mark.parametrize(
    ("value", "least", "wrong"),
    [
        ("100", Decimal("100.0000"), None),
        ("99.9999", Decimal(100), "不得小于 100。"),
        ("-2", "-1.5", "不得小于 -1.5。"),
        ("-1.5", "-1.5", None),
        ("0", "", None),
        ("", Decimal(100), None),
        ("许多", Decimal(100), "请只填写数字，整数最多 12 位，小数最多 4 位，不要带逗号、单位或其他文字。"),
    ],
)
def test_a_number_may_have_a_least_value_which_is_allowed_itself(value: str, least: Any, wrong: str | None) -> None:
    assert questions.problem(QuestionKind.NUMBER, value, (), least) == wrong


@pytest.mark.parametrize(
    ("kind", "options", "wrong"),
    [
        ("choice", ["甲", "乙"], None),
        ("choice", ["甲"], "单选的问题至少要有 2 个选项，每行写一个。"),
        ("choice", [], "单选的问题至少要有 2 个选项，每行写一个。"),
        ("choice", [str(n) for n in range(20)], None),
        ("choice", [str(n) for n in range(21)], "选项最多 20 个，现为 21 个。"),
        ("choice", ["字" * 60, "乙"], None),
        ("choice", ["字" * 61, "乙"], "每个选项最多 60 个字，“字字字字字字字字字字字字……”太长。"),
        ("choice", ["甲", "乙", "甲"], "选项“甲”写了两次，请删去一个。"),
        ("text", [], None),
        ("text", ["甲"], "只有单选的问题填写选项，请清空选项或改为单选。"),
    ],
)
def test_options_go_with_a_choice_and_with_nothing_else(kind: str, options: list[str], wrong: str | None) -> None:
    assert questions.option_problem(kind, options) == wrong


def question(kind: str, value: str = "", *, required: bool = True) -> dict[str, Any]:
    return {
        "key": "question_1", "section": "venue", "text": "问", "help": "", "kind": kind, "options": ["甲", "乙"],
        "required": required, "value": value,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "request_"),
    [
        ("text", "请填写“问”。"),
        ("number", "请填写“问”。"),
        ("date", "请填写“问”。"),
        ("choice", "请选择“问”。"),
        ("file", "请上传“问”的文件。"),
    ],
)
def test_what_is_required_is_missed_in_its_own_section(kind: str, request_: str) -> None:
    asked = question(kind)
    assert questions.gaps_of([asked], [], "venue") == [("question_1", request_)]
    assert questions.gaps_of([asked], [], "plan") == []
    assert questions.gaps_of([question(kind, required=False)], [], "venue") == []


def test_a_wrong_answer_is_a_gap_also_where_none_was_required() -> None:
    assert questions.gaps_of([question("number", "三", required=False)], [], "venue") == [
        ("question_1", f"“问”：{NUMBER}")
    ]


def test_a_file_answers_its_own_question_only() -> None:
    asked = question("file")
    assert questions.gaps_of([asked], [{"question": "question_1"}], "venue") == []
    assert questions.gaps_of([asked], [{"question": "question_2"}, {"question": ""}], "venue") != []


@pytest.mark.parametrize(
    ("key", "pk"),
    [("question_12", 12), ("question_", None), ("question_x", None), ("question_１", None), ("12", None),
     ("name", None), ("question_" + "9" * 19, None)],
)  # fmt: skip
def test_only_the_name_of_a_question_is_one(key: str, pk: int | None) -> None:
    assert questions.pk_of(key) == pk


def test_questions_stand_in_the_sections_that_a_unit_fills_box_by_box() -> None:
    assert [each.slug for each in questions.sections_asked()] == ["platform", "operator", "venue", "record", "plan"]


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [("date", "2026-03-08", "2026年3月8日"), ("date", "无", "无"), ("number", "12.5", "12.5"), ("text", "", "")],
)
def test_an_answer_is_told_as_people_write_it(kind: str, value: str, words: str) -> None:
    assert questions.in_words(kind, value) == words
