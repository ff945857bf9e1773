"""The marking sheet on paper: gates and points apart, what was not given as a dash, a grade only where one follows."""

from datetime import UTC, datetime

import pytest

from evaluation.marking.paper import HEAD, WIDTHS, Line, Marked, sheet_paper
from platforms.applications.documents.paper import Grid, Pairs

AT = datetime(2020, 10, 9, 2, 0, tzinfo=UTC)
LINES = [
    Line("有团队", gate="具备"),
    Line("有场地", gate="不具备", words="正在装修"),
    Line("服务企业", reported="180家", counted="186家", verified="186家", points="12", full_marks="12"),
    Line("投诉", full_marks="5"),
]


def marked(grade: str = "") -> Marked:
    return Marked(2020, "SB2020-330212-001", "甲平台", "鄞州区", "乙中心", "县级初评", "已提交", "12", grade)


def test_conditions_and_points_stand_in_two_tables() -> None:
    paper = sheet_paper(marked(), LINES, AT)
    gates, points = (each for each in paper.blocks if isinstance(each, Grid))
    assert gates.rows == (("1", "有团队", "具备", "—"), ("2", "有场地", "不具备", "正在装修"))
    assert points.rows == (
        ("1", "服务企业", "180家", "186家", "186家", "12", "12", "—"),
        ("2", "投诉", "—", "—", "—", "—", "5", "—"),
    )
    assert paper.subtitle == "（2020年度，县级初评，已提交）"
    assert (len(HEAD), sum(WIDTHS)) == (len(WIDTHS), 100)


@pytest.mark.parametrize(
    ("grade", "total"), [("", ("得分合计", "12 分")), ("D档", ("得分合计", "12 分", "建议档次", "D档"))]
)
def test_a_grade_stands_only_where_one_follows(grade: str, total: tuple[str, ...]) -> None:
    pairs = next(each for each in sheet_paper(marked(grade), LINES, AT).blocks if isinstance(each, Pairs))
    assert pairs.rows[-1] == total
