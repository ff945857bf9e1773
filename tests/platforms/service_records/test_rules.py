"""One record as it comes in: what is read keeps its meaning, and nothing that comes in makes the check fail."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.service_records.rules import (
    EARLIEST,
    LABELS,
    MOST_FEN,
    RecordIn,
    check,
    external_id_of,
    is_flagged,
    yuan,
)
from tests import factories
from tests.platforms.service_records.cast import TODAY, row

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*LABELS, "more"]), ANYTHING))
def test_whatever_comes_in_is_answered_in_sentences(values: dict[str, Any]) -> None:
    says, problems = check(row() | values, today=TODAY)
    assert (says is None) == bool(problems)
    assert all(problem.message.endswith("。") for problem in problems)
    assert len(external_id_of(row() | values)) <= 64


@given(st.integers(0, MOST_FEN))
def test_a_fee_is_read_as_it_is_written(fen: int) -> None:
    for given_as in (yuan(fen), Decimal(fen) / 100):
        says, problems = check(row(fee=given_as), today=TODAY)
        assert (says and says.fen, problems) == (fen, ())


@given(st.dictionaries(st.sampled_from(["summary", "served_by", "enterprise_name"]), st.text(min_size=1, max_size=40)))
def test_what_was_read_reads_the_same_again(values: dict[str, str]) -> None:
    says, _ = check(row(enterprise_code=f" {factories.credit_code(1).lower()}") | values, today=TODAY)
    if says is None:
        return
    given_again = says._asdict()
    given_again["fee"] = yuan(given_again.pop("fen"))
    assert check(given_again, today=TODAY) == (says, ())


@given(st.dates())
def test_a_day_within_the_limits_is_taken(day: date) -> None:
    closed = date(2025, 1, 1)
    says, _ = check(row(served_on=day), today=TODAY, archived_before=closed)
    assert (says is not None) == (closed <= day <= TODAY)


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (TODAY + timedelta(days=1), "服务日期不能晚于今天。"),
        (EARLIEST - timedelta(days=1), "服务日期不能早于 2000-01-01。"),
        (date(2024, 12, 31), "2025-01-01 以前的服务记录已归档，不能再登记或更正。"),
    ],
)
def test_a_day_outside_is_told_why(day: date, message: str) -> None:
    _, problems = check(row(served_on=day), today=TODAY, archived_before=date(2025, 1, 1))
    assert [(each.field, each.message) for each in problems] == [("served_on", message)]


def test_a_record_of_ours_is_read_like_one_from_outside() -> None:
    values = row(1)
    assert check(RecordIn(**values), today=TODAY) == check(values, today=TODAY)


def test_everything_that_is_missing_is_named() -> None:
    _, problems = check({}, today=TODAY)
    assert [problem.field for problem in problems] == [
        "external_id", "platform", "enterprise_name", "enterprise_code", "service_class", "served_on", "channel", "fee",
    ]  # fmt: skip


@pytest.mark.clause("N04")
def test_a_fee_where_it_must_be_free_is_flagged() -> None:
    assert [is_flagged("policy", 1), is_flagged("policy", 0), is_flagged("", 1)] == [True, False, False]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("enterprise_name", "   ", "请填写企业名称。"),
        ("enterprise_code", "9" * 101, "统一社会信用代码须为 18 位。"),
        ("enterprise_code", " \u3000 ", "请填写统一社会信用代码。"),
        ("enterprise_code", "91330212MA2AH0YB0X", "统一社会信用代码的校验位不符，请对照证书逐位核对。"),
        ("enterprise_name", "名" * 81, "企业名称最多 80 个字，现为 81 个字。"),
        ("enterprise_name", "甬\x00城", "企业名称中有无法保存的字符。"),
        ("served_on", "2026-02-30", "没有这一天，请核对服务日期。"),
        ("fee", "1.005", "收费最多两位小数。"),
        ("fee", "100000000", "收费不得超过 99999999.99 元。"),
        ("served_on", "  ", "请填写服务日期。"),
        ("served_on", "2026年4月10日", "服务日期应写成“2026-04-10”的样子。"),
        ("fee", "  ", "请填写收费，免费的填 0。"),
    ],
)
def test_what_was_left_blank_or_written_otherwise_is_asked_for(field: str, value: str, message: str) -> None:
    says, problems = check(row() | {field: value}, today=TODAY)
    assert says is None
    assert [(problem.field, problem.message) for problem in problems] == [(field, message)]
