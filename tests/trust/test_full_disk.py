"""T43: a disk that is full is one sentence and a 503 with Retry-After; nothing half-written stays."""

import errno
import io
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import OperationalError
from django.test import Client
from openpyxl import Workbook

from ningbo_windows.unavailable import BUSY, FULL, why_unavailable
from platforms.applications.intake.drafts import workbook_for
from platforms.models import Region, Round, Town, User
from platforms.reference.excel import TownResource
from tests import factories
from tests.platforms.service_records.cast import platform as platform_of
from tests.platforms.service_records.test_desk_sheet import book, line

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T43")]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let half of a file be written, and then no more."""
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", half(errno.ENOSPC))
        yield


def half(number: int) -> Callable[[int], None]:
    """A disk on which the second half of a file finds no room."""

    def fsync(file: int) -> None:
        os.ftruncate(file, os.fstat(file).st_size // 2)
        raise OSError(number, os.strerror(number))

    return fsync


@pytest.fixture
def town(regions: dict[str, Region]) -> Town:
    return factories.town(regions["330212"], "姜山镇")


def told(answer: Any, sentence: str = FULL) -> None:
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) == 60
    page = answer.content.decode()
    assert sentence in page
    assert "No space" not in page
    assert "故障编号" in page


def kept() -> list[str]:
    folder = Path(settings.MEDIA_ROOT) / "imports"
    return sorted(each.name for each in folder.iterdir()) if folder.exists() else []


def preview(browser: Client) -> Any:
    made = Workbook()
    heads = [column for column in TownResource.columns if not column.readonly]
    made.active.append([column.header for column in heads])
    resource, town = TownResource(user=None), Town.objects.select_related("region").get()
    made.active.append([resource.fields[column.name].export(town) for column in heads])
    buffer = io.BytesIO()
    made.save(buffer)
    return browser.post(
        "/admin/platforms/town/import/", {"import_file": SimpleUploadedFile("a.xlsx", buffer.getvalue())}
    )


def test_a_preview_of_the_back_office(city: User, town: Town, browser_of: Any, full: None) -> None:
    browser = browser_of(city)
    told(preview(browser))
    assert kept() == []
    assert "pending_import" not in browser.session


def test_what_was_uploaded_before_stays_and_can_be_confirmed(city: User, town: Town, browser_of: Any) -> None:
    browser = browser_of(city)
    assert preview(browser).status_code == 200
    before = kept(), browser.session["pending_import"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", half(errno.EDQUOT))
        told(preview(browser))
    assert (kept(), browser.session["pending_import"]) == before
    assert preview(browser).status_code == 200


def test_a_workbook_of_applications(yinzhou: User, round_2026: Round, browser_of: Any, full: None) -> None:
    content = workbook_for(yinzhou, round_2026)
    told(browser_of(yinzhou).post("/desk/intake/", {"workbook": SimpleUploadedFile("a.xlsx", content)}))
    assert kept() == []


def test_a_workbook_of_service_records(yinzhou: User, browser_of: Any, full: None) -> None:
    platform_of(yinzhou.region)
    told(browser_of(yinzhou).post("/desk/services/sheet/", {"workbook": SimpleUploadedFile("a.xlsx", book(line()))}))
    assert kept() == []


def test_an_upload_that_cannot_even_be_put_aside(
    yinzhou: User, round_2026: Round, browser_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_args: Any, **_options: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    browser = browser_of(yinzhou)
    browser.raise_request_exception = False
    monkeypatch.setattr(TemporaryUploadedFile, "__init__", no_room)
    large = SimpleUploadedFile("a.xlsx", b"x" * 3 * 1024 * 1024)
    told(browser.post("/desk/intake/", {"workbook": large}))


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), FULL),
        (OperationalError("database or disk is full"), FULL),
        (OperationalError('could not extend file "base/1/2": No space left on device'), FULL),
        (OperationalError("database is locked"), BUSY),
        (OperationalError("disk I/O error"), BUSY),
        (OperationalError("connection refused"), BUSY),
        (OperationalError("no such table: x"), ""),
        (OSError(errno.EACCES, "Permission denied"), ""),
        (ValueError("disk is full"), ""),
        (None, ""),
    ],
)
def test_what_is_no_fault_of_the_program(error: Any, sentence: str) -> None:
    assert why_unavailable(error) == sentence


@pytest.mark.parametrize("path", ["/desk/", "/results/", "/api/v1/results"])
def test_a_database_without_room_says_so(
    path: str, yinzhou: User, round_2026: Round, browser_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_args: Any, **_options: Any) -> None:
        raise OperationalError("database or disk is full")

    browser = browser_of(yinzhou)
    for place in (
        "platforms.applications.desk.home.todo_for",
        "evaluation.site.results.read_filters",
        "evaluation.site.api.read_filters",
    ):
        monkeypatch.setattr(place, no_room)
    answer = browser.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    if not path.startswith("/api/"):
        told(answer)
