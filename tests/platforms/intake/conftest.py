"""Workbooks as an officer of 鄞州区 fills them in."""

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook

from platforms.intake.drafts import workbook_for
from platforms.intake.review import Review, review
from platforms.models import Round, Town, User
from tests import factories

HEADS = {"申报表": 3, "运营人员": 2, "服务内容": 2, "合作机构": 2, "管理制度": 2}
TOWN_TYPE = "乡镇(街道)窗口平台"


def columns(book: Workbook, sheet: str) -> dict[str, int]:
    """Return head → column of a sheet of the template."""
    return {str(cell.value): cell.column for cell in book[sheet][HEADS[sheet]] if cell.value}


def fill(book: Workbook, sheet: str, *rows: dict[str, Any]) -> None:
    """Write ``rows``, head → value, below the head of ``sheet``."""
    places = columns(book, sheet)
    for row in rows:
        number = book[sheet].max_row + 1
        for head, value in row.items():
            cell = book[sheet].cell(number, places[head])
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def towns(yinzhou: User, round_2026: Round) -> list[Town]:
    """Three towns of 鄞州区."""
    return [factories.town(yinzhou.region, name) for name in ("姜山镇", "首南街道", "云龙镇")]


@pytest.fixture
def blank(yinzhou: User, round_2026: Round, towns: list[Town]) -> Workbook:
    """The template of 鄞州区, opened."""
    return openpyxl.load_workbook(io.BytesIO(workbook_for(yinzhou, round_2026)))


Judge = Callable[..., Review]


@pytest.fixture
def judge(yinzhou: User, round_2026: Round, now: datetime) -> Judge:
    """A function that judges a workbook for 鄞州区."""

    def judged(book: Workbook | bytes, name: str = "填报.xlsx", user: User = yinzhou) -> Review:
        content = book if isinstance(book, bytes) else saved(book)
        return review(name, content, round=round_2026, user=user, at=now)

    return judged


def told(judged: Review) -> list[tuple[str, str, str, str]]:
    """Return sheet, cell, value and sentence of each error."""
    return [(each.sheet, each.cell, each.value, each.sentence) for each in judged.findings]


def states(judged: Review) -> list[str]:
    return [each.state for each in judged.judged]


def understood(judged: Review) -> list[tuple[str, str, str]]:
    """Return cell, value and meaning of each tolerant reading."""
    return [(each.cell, each.value, each.understood) for each in judged.readings]


def one(town: str = "姜山镇", key: Any = 1, **more: Any) -> dict[str, Any]:
    """A row of an application that has nothing but its place, and ``more`` by head."""
    return {"序号": key, "类型": TOWN_TYPE, "乡镇(街道)": town, **more}


Rows = Sequence[dict[str, Any]]
