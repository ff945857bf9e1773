"""What is printed on the documents of a certification, as plain values; nothing here reads a table or a clock."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class CertificateFacts:
    """What a certificate says. ``verify_url`` is the whole address in its QR code; ``at`` is the date of the file."""

    number: str
    name: str
    operator: str
    region: str
    site: str
    type: str
    grade: str
    valid_from: date
    valid_until: date
    decided_on: date
    document_number: str
    authority: str
    verify_url: str
    at: datetime


@dataclass(frozen=True)
class LetterLine:
    """One platform of a letter; ``certificate`` and the last day are empty where nothing was certified.

    ``reasons`` are those of the grade, without the name of anybody who judged.
    """

    code: str
    name: str
    operator: str
    grade: str
    certificate: str
    valid_until: date | None
    reasons: str


@dataclass(frozen=True)
class LetterFacts:
    """The letter (结果通知书) to one county; ``replaces`` is the number of the one in whose place it is sent."""

    number: str
    round: str
    region: str
    document_number: str
    decided_on: date
    lines: tuple[LetterLine, ...]
    authority: str
    at: datetime
    replaces: str = ""


@dataclass(frozen=True)
class ReportLine:
    """One indicator of a report: points in words (``8.5``, ``达标``), the value that counted, and why."""

    head: str
    indicator: str
    full_marks: str
    value: str
    points: str
    reason: str


@dataclass(frozen=True)
class ReportFacts:
    """The report (绩效评价认定结果报告) on one platform."""

    number: str
    round: str
    code: str
    name: str
    operator: str
    region: str
    type: str
    points: str
    grade: str
    grade_reason: str
    certificate: str
    valid_from: date | None
    valid_until: date | None
    document_number: str
    decided_on: date
    lines: tuple[ReportLine, ...]
    authority: str
    verify_url: str
    at: datetime
    replaces: str = ""


@dataclass(frozen=True)
class DoorFacts:
    """The sheet for the door of a platform. ``url`` is the whole address of its public page, in the QR code.

    ``free`` are the services that must be free; what is empty is not printed. ``at`` is the date of the file.
    """

    code: str
    name: str
    hours: str
    phone: str
    free: tuple[str, ...]
    url: str
    at: datetime
