"""Which template a workbook was made from; asked before anything else is read."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from platforms.errors import Refusal
from platforms.excel.parts import VERSION
from platforms.excel.xlsx import Book, Grid
from platforms.identity import ours

#: What the first hidden cell of a template says: the one that is written, and all that are read.
MARK, *_FORMER = (f"{name}批量填报" for name in ours().programmes)
_FILE = "intake_versions.csv"
_FOREIGN = "这份工作簿不是从本系统下载的批量填报模板，请下载模板，把内容填入模板后再上传。"


class WrongTemplate(Refusal):
    """The workbook is none that is read here; the page offers the right template beside the sentence."""


@dataclass(frozen=True)
class Marker:
    """What the hidden sheet holds: the version of the template, the year and the region ("" for the city)."""

    version: str
    year: int
    region: str


def current_version() -> str:
    """Return the version that is handed out."""
    return next(version for version, state in _versions(settings.REFERENCE_DIR / _FILE) if state == "current")


def cells_of(marker: Marker) -> tuple[str, str, str, str]:
    """Return the cells A1 to A4 of the hidden sheet."""
    return MARK, marker.version, str(marker.year), marker.region


def check(book: Book, *, year: int, region: str) -> Marker:
    """Return the marker of ``book``.

    Raises:
        WrongTemplate: it has none, its version is not taken any more, or it was made for another year or region.
    """
    marker = _read(book)
    states = dict(_versions(settings.REFERENCE_DIR / _FILE))
    if marker is None or (marker.version not in states and not marker.version.isdigit()):
        raise WrongTemplate(_FOREIGN)
    if states.get(marker.version) not in ("current", "accepted"):
        raise WrongTemplate(f"模板的版本（第 {marker.version} 版）已停用，请下载新模板，把内容复制到新模板后再上传。")
    if marker.year != year:
        raise WrongTemplate(f"这是{marker.year}年度的模板，现在填报的是{year}年度，请下载本年度的模板。")
    if marker.region != region:
        raise WrongTemplate("这是其他地区的模板，其中的乡镇（街道）和园区名单与本地区不同，请下载本地区的模板。")
    return marker


def _read(book: Book) -> Marker | None:
    if VERSION not in book.titles:
        return None
    cells = [_cell(book.grid(VERSION), row) for row in range(1, 5)]
    if cells[0] not in (MARK, *_FORMER) or not cells[2].isdigit():
        return None
    return Marker(cells[1], int(cells[2][:4]), cells[3])


def _cell(grid: Grid, row: int) -> str:
    found: dict[int, Any] = dict(grid.rows).get(row, {})
    return str(found.get(0, "")).strip()


@cache
def _versions(path: Path) -> tuple[tuple[str, str], ...]:
    """Return version and state (``current``, ``accepted`` or ``retired``) of every template that was handed out."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple((row["version"], row["state"]) for row in csv.DictReader(file))
