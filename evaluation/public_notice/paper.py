"""A public notice on paper: what is to be put up beside the door; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from platforms.applications.documents.paper import Grid, Pairs, Paper, Paragraph
from platforms.identity import ours

HEAD = ("序号", "平台名称", "地区", "运营单位", "拟评档次")
WIDTHS = (8, 35, 14, 29, 14)
CHANGED = ("平台名称", "变动", "日期", "变动理由")
CHANGED_WIDTHS = (30, 22, 16, 32)


@dataclass(frozen=True)
class Listed:
    """One platform of the list."""

    name: str
    region: str
    operator: str
    grade: str


@dataclass(frozen=True)
class Changed:
    """One platform that was listed otherwise before: ``what`` became of it, on which day, and why."""

    name: str
    what: str
    day: str
    reason: str


@dataclass(frozen=True)
class Told:
    """What the sheet says beside the list; empty values are left out."""

    round: str
    number: str
    document_number: str
    organiser: str
    phone: str
    address: str
    email: str
    period: str
    url: str
    state: str


def notice_paper(told: Told, listed: Sequence[Listed], changed: Sequence[Changed]) -> Paper:
    """Return the notice as one paper: the list, what changed of it, the period, and where an objection goes."""
    rows = tuple((str(at), each.name, each.region, each.operator, each.grade) for at, each in enumerate(listed, 1))
    changes = tuple((each.name, each.what, each.day, each.reason) for each in changed)
    pairs = (
        ("公示期", told.period),
        ("公示单位", told.organiser),
        ("联系电话", told.phone),
        ("来信地址", told.address),
        ("邮箱", told.email),
        ("网上查看", told.url),
    )
    return Paper(
        title=f"{told.round}{ours().programme}拟认定名单公示",
        subtitle=told.document_number,
        author=told.organiser,
        header=(ours().programme, told.state),
        footer=f"公示编号 {told.number}",
        blocks=(
            Paragraph(
                f"经绩效评价，拟认定下列 {len(listed)} 个平台，现予公示。"
                "对公示内容有异议的，请在公示期内以真实姓名或单位名称提出，并附佐证材料。"
            ),
            Grid("", HEAD, WIDTHS, rows),
            *((Grid("公示期间的变动", CHANGED, CHANGED_WIDTHS, changes),) if changes else ()),
            Pairs(tuple(pair for pair in pairs if pair[1])),
        ),
    )
