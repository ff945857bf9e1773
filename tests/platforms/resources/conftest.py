"""Sheets as officers send them."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile


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


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
