"""A real LibreOffice that opens workbooks, computes their formulas and prints them."""

import io
import subprocess
from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ningbo_windows.management.commands.test import find_office
from tests.patience import LONG

_FORMS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "pdf": "pdf"}


def computed(folder: Path, books: Mapping[str, bytes]) -> dict[str, Workbook]:
    """Return each workbook by its name with the values that LibreOffice computes; all in one go."""
    found = _converted(folder, books, "xlsx")
    return {name: load_workbook(io.BytesIO(content), data_only=True) for name, content in found.items()}


def printed(folder: Path, books: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return each workbook by its name as the PDF that LibreOffice prints."""
    return _converted(folder, books, "pdf")


def _converted(folder: Path, books: Mapping[str, bytes], form: str) -> dict[str, bytes]:
    office = find_office()
    assert office is not None
    before, after = folder / "before", folder / form
    before.mkdir(exist_ok=True)
    for name, content in books.items():
        (before / f"{name}.xlsx").write_bytes(content)
    files = [str(before / f"{name}.xlsx") for name in books]
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", _FORMS[form], "--outdir", str(after), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=LONG)
    return {name: (after / f"{name}.{form}").read_bytes() for name in books}


def regions_on(page: Worksheet) -> dict[str, dict[str, object]]:
    """Return the lines of 计算过程 by the name in front: head → value; the sums are the line 合计."""
    lines = [[cell.value for cell in row] for row in page.iter_rows()]
    start = next(place for place, line in enumerate(lines) if line[0] == "地区")
    head = [str(name) for name in lines[start]]
    return {str(line[0]): dict(zip(head, line, strict=True)) for line in lines[start + 1 :] if line[0]}


def facts_on(page: Worksheet) -> dict[str, object]:
    """Return the facts of a sheet by their labels."""
    return {str(row[0].value): row[2].value for row in page.iter_rows() if row[0].value and row[2].value is not None}
