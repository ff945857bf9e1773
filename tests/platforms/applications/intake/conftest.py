"""Workbooks as an officer of 鄞州区 fills them in."""

import io
from collections.abc import Callable
from datetime import datetime

import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook

from platforms.applications.intake.drafts import workbook_for
from platforms.applications.intake.review import Review, review
from platforms.models import Round, Town, User
from tests import factories
from tests.platforms.applications.intake.sheets import TOWNS, saved


def county() -> tuple[User, Round]:
    """An officer of 鄞州区, which has some towns and a park, and a round; for the workbooks of the corpus."""
    officer = factories.officer("yinzhou", factories.regions()["330212"])
    add_places(officer)
    return officer, factories.round_of(2026)


def add_places(officer: User) -> list[Town]:
    factories.park(officer.region)
    return [factories.town(officer.region, name) for name in TOWNS]


@pytest.fixture
def towns(yinzhou: User, round_2026: Round) -> list[Town]:
    """Towns of 鄞州区, which also has a park."""
    return add_places(yinzhou)


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
