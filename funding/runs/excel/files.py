"""The kinds of files that a run leaves the house as, each with its name."""

from dataclasses import dataclass

from funding.models import AllocationRun
from funding.runs.excel.book import as_xlsx
from funding.runs.excel.plain import as_csv
from funding.runs.queries.frozen import frozen_csv, items_of, rows_of
from funding.runs.queries.sheet import Sheet
from funding.runs.queries.signing import signing_facts
from funding.runs.signing_sheet import signing_pdf


@dataclass(frozen=True)
class Kind:
    """One kind of file: what it is called on buttons, what stands in front of the run's number, what it ends in."""

    label: str
    stem: str
    ending: str


#: By what stands in the address.
KINDS = {
    "xlsx": Kind("工作簿", "资金分配表", "xlsx"),
    "csv": Kind("数据表", "资金分配表", "csv"),
    "pdf": Kind("签署表PDF", "资金分配签署表", "pdf"),
    "counts": Kind("申报数CSV", "申报数", "csv"),
}


def name_of(run: AllocationRun, kind: str) -> str:
    """Return the name of the file of ``kind``: 2020年度申报数-2020-ZJ-01.csv."""
    found = KINDS[kind]
    return f"{run.round.year}年度{found.stem}-{run.number}.{found.ending}"


def as_file(sheet: Sheet, kind: str) -> bytes:
    """Return ``sheet`` as one of :data:`KINDS`; ``counts`` are the bytes whose SHA-256 the run holds."""
    run = sheet.run
    if kind == "xlsx":
        return as_xlsx(sheet, items_of(run))
    if kind == "csv":
        return as_csv(sheet)
    if kind == "pdf":
        return signing_pdf(signing_facts(sheet))
    return frozen_csv(run, rows_of(run))
