"""What the tests of several rooms share: a desk, two counties with something to find in each, sheets as sent."""

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from platforms.models import Application, Round, User
from tests import factories

CANARY = "金丝雀"


@pytest.fixture
def ours(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    """A submitted application of 鄞州区."""
    return factories.submitted(yinzhou, round_2026, now)


@pytest.fixture
def theirs(cixi: User, round_2026: Round, now: datetime) -> Application:
    """A submitted application of 慈溪市, full of canaries."""
    return factories.submitted(
        cixi,
        round_2026,
        now,
        town=factories.town(cixi.region, f"{CANARY}镇"),
        operator_name=f"{CANARY}服务中心",
        introduction=f"{CANARY}简介",
    )


@pytest.fixture
def their_draft(cixi: User, round_2026: Round, now: datetime) -> Application:
    """A draft of 慈溪市."""
    return factories.draft(cixi, round_2026, now, town=factories.town(cixi.region, f"{CANARY}乡"))


@pytest.fixture
def desk(yinzhou: User, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(yinzhou)


@pytest.fixture
def draft(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    """An empty draft of 鄞州区."""
    return factories.draft(yinzhou, round_2026, now)


@pytest.fixture
def save(desk: Client) -> Callable[..., HttpResponse]:
    """A function that sends one section of a form from the desk of 鄞州区."""

    def send(application: Application, slug: str, **fields: Any) -> Any:
        application.refresh_from_db()
        address = reverse("desk:section", args=[application.number, slug])
        return desk.post(address, {"version": application.version, "save": "1"} | fields)

    return send


def rows(kind: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """The fields of a formset of ``kind`` as a browser sends them."""
    sent: dict[str, Any] = {f"{kind}-TOTAL_FORMS": len(rows), f"{kind}-INITIAL_FORMS": len(rows)}
    for place, row in enumerate(rows):
        sent |= {f"{kind}-{place}-{name}": value for name, value in row.items()}
    return sent


def sheet(*rows: Sequence[Any], prepare: Any = None) -> io.BytesIO:
    """An xlsx with ``rows``; ``prepare`` may change workbook and sheet before it is saved."""
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append(list(row))
    if prepare:
        prepare(book, page)
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    return buffer


def upload(*rows: Sequence[Any], name: str = "导入.xlsx", prepare: Any = None) -> SimpleUploadedFile:
    """The same as a browser sends it."""
    return SimpleUploadedFile(name, sheet(*rows, prepare=prepare).getvalue())
