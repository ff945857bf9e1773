"""The sheet that is taken along to a site visit (现场核查表): what was reported, and room for what is seen; pure.

It names neither points nor grades nor full marks: a county prints it as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from platforms.applications.documents.paper import Grid, Pairs, Paper, Seal
from platforms.dates import moment_in_words
from platforms.identity import ours

TITLE = "现场核查表"
HEAD = ("序号", "指标", "填报数值", "现场核实", "佐证", "备注")
WIDTHS = (7, 31, 14, 18, 16, 14)
NOTHING = "—"
_DATE = "日期：　　　　年　　　月　　　日"


@dataclass(frozen=True)
class Visited:
    """The platform that is visited; ``year`` is that of its round."""

    year: int
    number: str
    platform: str
    type: str
    region: str
    operator: str
    address: str


@dataclass(frozen=True)
class Line:
    """One indicator with what was reported for it, None where nothing was, and its unit."""

    title: str
    reported: Decimal | None
    unit: str = ""


def in_words(line: Line) -> str:
    """Return what was reported, without idle zeros, with its unit: 186家."""
    return NOTHING if line.reported is None else f"{line.reported.normalize():f}{line.unit}"


def sheet_paper(visited: Visited, lines: Sequence[Line], printed_at: datetime) -> Paper:
    """Return the sheet for one platform, with a blank row of columns for each of ``lines``."""
    return Paper(
        title=TITLE,
        subtitle=f"（{visited.year}年度绩效评价）",
        author=ours().industry_bureau.name,
        header=(ours().programme, f"打印时间：{moment_in_words(printed_at)}"),
        footer=f"申报编号 {visited.number}",
        blocks=(
            Pairs(
                (
                    ("平台名称", visited.platform),
                    ("平台类型", visited.type, "所属地区", visited.region),
                    ("运营单位", visited.operator),
                    ("服务地址", visited.address),
                    ("核查日期", "", "核查人员", ""),
                )
            ),
            Grid(
                "指标核实",
                HEAD,
                WIDTHS,
                tuple((str(place), each.title, in_words(each), "", "", "") for place, each in enumerate(lines, 1)),
            ),
            Seal("核查情况", "", ("核查人员签名：", _DATE)),
            Seal("运营单位意见", "", ("负责人签名（盖章）：", _DATE)),
        ),
    )
