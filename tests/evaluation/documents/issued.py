"""Documents that were issued, for published rounds whose act of publication printed none."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from evaluation.certification.choices import DocumentKind
from evaluation.certification.queries.documents import certificate_facts, verify_url
from evaluation.documents.printing import certificate_pdf, letter_pdf, report_pdf
from evaluation.models import Certification, Document, Publication, Result
from platforms import stored_files
from platforms.models import Region
from tests.evaluation.documents.samples import LETTER, REPORT

ISSUED_AT = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)


def certificate(certification: Certification, **values: Any) -> Document:
    """The certificate of ``certification``."""
    result = certification.result
    return keep(
        certificate_pdf(certificate_facts(certification)),
        kind=DocumentKind.CERTIFICATE, number=certification.number, certification=certification, result=result,
        publication=result.publication, region=result.region, **values,
    )  # fmt: skip


def report(result: Result, number: str = "BG2026-330212-001", **values: Any) -> Document:
    """The report on the platform of ``result``."""
    facts = replace(REPORT, number=number, name=result.name, code=result.code, verify_url=verify_url(number))
    return keep(
        report_pdf(facts), kind=DocumentKind.REPORT, number=number, result=result, publication=result.publication,
        region=result.region, **values,
    )  # fmt: skip


def letter(publication: Publication, region: Region | None, number: str = "TZ2026-330212", **values: Any) -> Document:
    """The letter to ``region``, None for the city's own."""
    facts = replace(LETTER, number=number, region=region.name if region else "市级")
    return keep(
        letter_pdf(facts), kind=DocumentKind.LETTER, number=number, publication=publication, region=region, **values
    )


def keep(content: bytes, **values: Any) -> Document:
    digest = sha256(content).hexdigest()
    name = f"{stored_files.DOCUMENTS}/{digest}"
    stored_files.keep(name, content)
    given = {"issued_at": ISSUED_AT} | values
    return Document.objects.create(stored_name=name, digest=digest, size=len(content), **given)
