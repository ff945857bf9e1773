"""The sheet that is taken along: what was reported, blank columns, and neither points nor grades."""

from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from evaluation.visits.sheet import HEAD, WIDTHS, Line, Visited, in_words, sheet_paper
from platforms.applications.documents.paper import FULL, Grid, Pairs, Seal

VISITED = Visited(
    year=2026, number="2026-0012", platform="某平台", type="镇（乡、街道）窗口平台", region="鄞州区", operator="某中心",
    address="某路1号",
)  # fmt: skip
AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reported", "unit", "words"),
    [
        (None, "家", "—"),
        (Decimal("186.00"), "家", "186家"),
        (Decimal("96.50"), "%", "96.5%"),
        (Decimal("1200.00"), "", "1200"),
        (Decimal("0.00"), "次", "0次"),
    ],
)
def test_a_figure_is_printed_as_it_was_reported(reported: Decimal | None, unit: str, words: str) -> None:
    assert in_words(Line("指标", reported, unit)) == words


def test_each_indicator_has_its_line_with_three_columns_to_fill() -> None:
    paper = sheet_paper(VISITED, [Line("服务企业数", Decimal(186), "家"), Line("场地", None)], AT)
    pairs, grid, *seals = paper.blocks
    assert isinstance(pairs, Pairs)
    assert isinstance(grid, Grid)
    assert pairs.rows == (
        ("平台名称", "某平台"),
        ("平台类型", "镇（乡、街道）窗口平台", "所属地区", "鄞州区"),
        ("运营单位", "某中心"),
        ("服务地址", "某路1号"),
        ("核查日期", "", "核查人员", ""),
    )
    assert grid.head == HEAD == ("序号", "指标", "填报数值", "现场核实", "佐证", "备注")
    assert (sum(WIDTHS), len(WIDTHS)) == (FULL, len(HEAD))
    assert grid.rows == (("1", "服务企业数", "186家", "", "", ""), ("2", "场地", "—", "", "", ""))
    assert [seal.title for seal in seals if isinstance(seal, Seal)] == ["核查情况", "运营单位意见"]
    assert (paper.title, paper.subtitle, paper.footer) == ("现场核查表", "（2026年度绩效评价）", "申报编号 2026-0012")
    assert paper.header[1] == "打印时间：2026年4月10日 10:00"


def test_a_line_knows_neither_points_nor_full_marks() -> None:
    assert [field.name for field in fields(Line)] == ["title", "reported", "unit"]
