"""How wide columns are and how numbers stand in them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from platforms.excel.look import NARROWEST, NUMBER, WIDEST, look_of, page_title, width_of

#: A cell of a sheet knows no zone.
NINE = datetime.fromisoformat("2026-04-01 09:30")


@pytest.mark.parametrize(
    ("value", "width"),
    [
        ("abc", 3), ("姜山镇", 6), ("姜山镇\n一二三四", 8), ("", 0), ("\n", 0), (None, 0), (2026, 4), (True, 4),
        (date(2026, 4, 1), 10), (NINE, 16),
    ],
)  # fmt: skip
def test_chinese_counts_two(value: Any, width: int) -> None:
    assert width_of(value) == width


@pytest.mark.parametrize(("value", "number", "width"), [(9_250_000, "#,##0", 9), (Decimal("1234.5"), "#,##0.00", 8)])
def test_a_number_is_as_wide_as_it_is_shown(value: Any, number: str, width: int) -> None:
    assert width_of(value, number) == width


def test_a_column_is_as_wide_as_its_longest_cell_between_two_bounds() -> None:
    look = look_of(["序", "名称", "说明"], [[1, "姜山镇窗口", "长" * 18], [2, "", "短", "多"]])
    assert look.widths == (NARROWEST, 12, WIDEST, NARROWEST)
    assert look.wraps == (False, False, True, False)


def test_a_cell_just_as_wide_as_the_widest_column_stays_in_one_line() -> None:
    assert look_of(["说明"], [["长" * 17]]).wraps == (False,)
    assert look_of(["说明"], [["一\n二"]]).wraps == (True,)


def test_a_head_is_never_cut_and_a_long_one_stands_in_two_lines() -> None:
    assert look_of(["申报编号", "统一社会信用代码"], []).widths == (11, 12)


@pytest.mark.parametrize(
    ("head", "cells", "number"),
    [
        ("金额（元）", [9_250_000, None], "#,##0"),
        ("得分（分）", [Decimal("85.50"), Decimal("9")], "#,##0.00"),
        ("平均分", [85.5], "#,##0.00"),
        ("家数", [85.0, "无"], "#,##0"),
        ("占比", [Decimal("1E+2"), Decimal("NaN")], "#,##0"),
        ("占比", [Decimal("0.12345678")], "#,##0.000000"),
        ("年度", [2026], NUMBER),
        ("最后年份（年）", [2026], NUMBER),
        ("序号", [12_345], NUMBER),
    ],
)
def test_numbers_of_a_column_stand_below_each_other(head: str, cells: list[Any], number: str) -> None:
    assert look_of([head], [[cell] for cell in cells]).numbers == (number,)


def test_nothing_at_all_has_no_columns() -> None:
    assert look_of([], []).widths == ()


def test_the_title_above_a_page_is_no_code_of_the_page() -> None:
    assert page_title("A&B") == '&"宋体,Bold"&11 A&&B'
