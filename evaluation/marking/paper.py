"""The marking sheet of one platform on paper, as it stands; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from platforms.applications.documents.paper import Grid, Pairs, Paper, Seal
from platforms.dates import moment_in_words
from platforms.identity import ours

TITLE = "绩效评价评分表"
GATES = ("序号", "条件", "是否具备", "佐证与说明")
GATE_WIDTHS = (7, 45, 13, 35)
HEAD = ("序号", "指标", "填报数值", "系统核计", "核定数值", "得分", "满分", "佐证与说明")
WIDTHS = (6, 24, 12, 12, 12, 8, 8, 18)
NOTHING = "—"
_DATE = "日期：　　　　年　　　月　　　日"


@dataclass(frozen=True)
class Marked:
    """What is judged and by whom; ``grade`` is empty on the sheets of those who give points only."""

    year: int
    number: str
    platform: str
    region: str
    operator: str
    sheet: str
    state: str
    total: str
    grade: str = ""


@dataclass(frozen=True)
class Line:
    """One indicator as text; ``gate`` says whether a basic condition is met and is empty for all others."""

    title: str
    gate: str = ""
    reported: str = ""
    counted: str = ""
    verified: str = ""
    points: str = ""
    full_marks: str = ""
    words: str = ""


def sheet_paper(marked: Marked, lines: Sequence[Line], printed_at: datetime) -> Paper:
    """Return the sheet of ``marked``: basic conditions, then what carries points, the total, and who signs."""
    gates = [each for each in lines if each.gate]
    counted = [each for each in lines if not each.gate]
    total = ("得分合计", f"{marked.total} 分", *(("建议档次", marked.grade) if marked.grade else ()))
    return Paper(
        title=TITLE,
        subtitle=f"（{marked.year}年度，{marked.sheet}，{marked.state}）",
        author=ours().industry_bureau.name,
        header=(ours().programme, f"打印时间：{moment_in_words(printed_at)}"),
        footer=f"申报编号 {marked.number}",
        blocks=(
            Pairs(
                (
                    ("平台名称", marked.platform),
                    ("运营单位", marked.operator, "所属地区", marked.region),
                    total,
                )
            ),
            Grid(
                "基本条件",
                GATES,
                GATE_WIDTHS,
                tuple((str(at), each.title, each.gate, each.words or NOTHING) for at, each in enumerate(gates, 1)),
            ),
            Grid("计分指标", HEAD, WIDTHS, tuple(_row(at, each) for at, each in enumerate(counted, 1))),
            Seal("评分人", "", ("签名：", _DATE)),
        ),
    )


def _row(at: int, line: Line) -> tuple[str, ...]:
    figures = (line.reported, line.counted, line.verified, line.points, line.full_marks, line.words)
    return (str(at), line.title, *(each or NOTHING for each in figures))
