"""The documents of a new version: certificate, report, and the letter to the county, each in place of the old one."""

import hashlib
from dataclasses import replace
from datetime import datetime

from evaluation.certification.certificate_number import LETTER_PATTERN, REPORT_PATTERN
from evaluation.certification.choices import DocumentKind
from evaluation.certification.evidence import Evidence, from_data
from evaluation.certification.queries.documents import certificate_facts, verify_url
from evaluation.certification.queries.published import CITY_NAME
from evaluation.certification.services.certificates import next_numbers
from evaluation.certification.services.preparing import EXPLAINED, report_line
from evaluation.certification.validity import day_in_ningbo
from evaluation.documents.facts import LetterFacts, LetterLine, ReportFacts
from evaluation.documents.printing import certificate_pdf, letter_pdf, report_pdf
from evaluation.models import Certification, Document, Publication, Result
from evaluation.schemes.grading import plain
from platforms import stored_files
from platforms.choices import PlatformType
from platforms.errors import Refusal
from platforms.identity import ours
from platforms.models import Region


def certificate(made: Certification, *, at: datetime) -> Document:
    """Issue the document of the certificate ``made``, in place of that of the version before, if there is one."""
    result = made.result
    old = Document.objects.filter(kind=DocumentKind.CERTIFICATE, result=result.corrects).first()
    return _issued(
        Document(
            kind=DocumentKind.CERTIFICATE, number=made.number, publication=result.publication, region=result.region,
            result=result, certification=made, replaces=old, issued_at=at,
        ),
        certificate_pdf(replace(certificate_facts(made), at=at)),
    )  # fmt: skip


def report(result: Result, evidence: Evidence, made: Certification | None, *, at: datetime) -> Document:
    """Issue the report on the platform of ``result`` anew, in place of that of the version before."""
    publication = result.publication
    old = Document.objects.filter(kind=DocumentKind.REPORT, result=result.corrects).first()
    number = _number(REPORT_PATTERN, DocumentKind.REPORT, at)
    facts = ReportFacts(
        number=number,
        round=str(publication.round),
        code=result.code,
        name=result.name,
        operator=result.operator_name,
        region=_place(result.region),
        type=str(PlatformType(result.type).label),
        points=plain(evidence.points),
        grade=result.grade_label,
        grade_reason="；".join(evidence.reasons),
        certificate=made.number if made else "",
        valid_from=made.valid_from if made else None,
        valid_until=made.valid_until if made else None,
        document_number=publication.document_number,
        decided_on=publication.decided_on,
        lines=tuple(report_line(line) for line in evidence.lines),
        authority=ours().industry_bureau.name,
        verify_url=verify_url(number),
        at=at,
        replaces=old.number if old else "",
    )
    return _issued(
        Document(
            kind=DocumentKind.REPORT, number=number, publication=publication, region=result.region, result=result,
            replaces=old, issued_at=at,
        ),
        report_pdf(facts),
    )  # fmt: skip


def letter(publication: Publication, region: Region | None, *, at: datetime) -> Document:
    """Issue the letter to ``region`` anew with all its lines as they count now, in place of the last one."""
    letters = Document.objects.filter(kind=DocumentKind.LETTER, publication=publication, region=region)
    old = letters.filter(replaced_by__isnull=True).first()
    number = _number(LETTER_PATTERN, DocumentKind.LETTER, at)
    rows = Result.objects.current().filter(publication=publication, region=region)
    rows = rows.select_related("certification", "evidence", "publication__round").order_by("code")
    facts = LetterFacts(
        number=number,
        round=str(publication.round),
        region=_place(region),
        document_number=publication.document_number,
        decided_on=publication.decided_on,
        lines=tuple(_line(row) for row in rows),
        authority=ours().industry_bureau.name,
        at=at,
        replaces=old.number if old else "",
    )
    return _issued(
        Document(
            kind=DocumentKind.LETTER, number=number, publication=publication, region=region, replaces=old, issued_at=at
        ),
        letter_pdf(facts),
    )


def _line(row: Result) -> LetterLine:
    """Return the line of a letter, as the letters of a publication have them."""
    held: Certification | None = getattr(row, "certification", None)
    frozen = getattr(row, "evidence", None)
    explained = row.grade in row.publication.round.terms.grade_codes[-EXPLAINED:]
    return LetterLine(
        code=row.code,
        name=row.name,
        operator=row.operator_name,
        grade=row.grade_label,
        certificate=held.number if held else "",
        valid_until=held.valid_until if held else None,
        reasons="；".join(from_data(frozen.data).explained) if frozen and explained else "",
    )


def _issued(document: Document, content: bytes) -> Document:
    document.digest, document.size = hashlib.sha256(content).hexdigest(), len(content)
    document.stored_name = f"{stored_files.DOCUMENTS}/{document.digest}"
    try:
        stored_files.keep(document.stored_name, content)
    except OSError as error:
        raise Refusal("服务器暂时无法保存文件，没有办理，请稍后再试。") from error
    document.save(force_insert=True)
    return document


def _number(pattern: str, kind: DocumentKind, at: datetime) -> str:
    return next_numbers(pattern, day_in_ningbo(at).year, 1, series=kind.value)[0]


def _place(region: Region | None) -> str:
    return region.name if region else CITY_NAME
