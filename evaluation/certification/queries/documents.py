"""Documents that were issued: by number, by digest, as files; what waits for its release is not among them."""

import hashlib
import logging
from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.urls import reverse

from evaluation.certification.certificate_number import LETTER_PATTERN, REPORT_PATTERN
from evaluation.certification.choices import DocumentKind
from evaluation.certification.queries.in_force import state_of
from evaluation.certification.queries.published import CITY_NAME, numbers_meant
from evaluation.certification.validity import HELD
from evaluation.documents.facts import CertificateFacts
from evaluation.models import Certification, CertificationEnd, Document
from platforms import stored_files
from platforms.applications.documents import file_names
from platforms.applications.queries.orphans import Lost
from platforms.choices import PlatformType
from platforms.identity import ours

logger = logging.getLogger(__name__)

#: What is read with a document to say what it is.
_TOLD = ("certification__end__successor", "result__region", "region", "publication__round", "replaced_by", "replaces")


def numbered(text: str) -> Document | None:
    """Return the report or letter whose number ``text`` is, as it was typed; or nothing."""
    meant = numbers_meant(text, (REPORT_PATTERN, LETTER_PATTERN))
    rows = Document.objects.filter(number__in=meant).exclude(kind=DocumentKind.CERTIFICATE).select_related(*_TOLD)
    return min(rows, key=lambda row: meant.index(row.number), default=None)


def of_certificate(certification: Certification) -> Document | None:
    """Return the document of ``certification``; one that was taken over has none."""
    return Document.objects.filter(certification=certification).first()


def of_file(content: bytes) -> Document | None:
    """Return the document whose file is exactly ``content``, or nothing."""
    return Document.objects.filter(digest=hashlib.sha256(content).hexdigest()).select_related(*_TOLD).first()


def of_numbers(numbers: list[str]) -> Document | None:
    """Return the document that the first of ``numbers`` names that names any, or nothing."""
    rows = Document.objects.filter(number__in=numbers).select_related(*_TOLD)
    return min(rows, key=lambda row: numbers.index(row.number), default=None)


def replaced_by_it(certification: Certification) -> list[CertificationEnd]:
    """Return the ends of the certificates in whose place ``certification`` was issued, the latest first."""
    return list(CertificationEnd.objects.filter(successor=certification).select_related("certification"))


def kept(document: Document) -> bytes | None:
    """Return the file of ``document``, or nothing where it is gone or is not what was issued; the log says which."""
    try:
        content = stored_files.read(document.stored_name)
    except OSError:
        logger.exception("the file of document %s cannot be read", document.pk)
        return None
    if hashlib.sha256(content).hexdigest() != document.digest:
        logger.error("the file of document %s is not what was issued", document.pk)
        return None
    return content


def lost() -> Iterator[Lost]:
    """Yield the documents whose file is gone."""
    there = set(stored_files.names(stored_files.DOCUMENTS))
    for row in Document.objects.order_by("pk").only("kind", "number", "stored_name").iterator():
        if row.stored_name not in there:
            yield Lost(row.number, str(row), row.stored_name)


def file_name(document: Document) -> str:
    """Return the name of the file for whoever downloads it: 认定证书_NB2026-001-H7KQ3_平台名称.pdf."""
    of = document.result.name if document.result else region_of(document)
    return f"{document.get_kind_display()}_{file_names.safe(document.number)}_{file_names.safe(of)}.pdf"


def plaque_name(certification: Certification, form: str) -> str:
    """Return the name of the file of a plaque: 标牌_NB2026-001-H7KQ3_平台名称.svg."""
    name = file_names.safe(certification.result.name)
    return f"标牌_{file_names.safe(certification.number)}_{name}.{form}"


def region_of(document: Document) -> str:
    """Return the name of the region that ``document`` was issued to."""
    return document.region.name if document.region else CITY_NAME


def is_held(certification: Certification, on: date) -> bool:
    """Say whether a plaque may be put up on the day ``on``: the certificate is in force or begins later."""
    return state_of(certification, on) in HELD


def certificate_facts(certification: Certification) -> CertificateFacts:
    """Return what certificate and plaque of ``certification`` say, as it was published."""
    result, publication = certification.result, certification.result.publication
    return CertificateFacts(
        number=certification.number,
        name=result.name,
        operator=result.operator_name,
        region=result.region.name if result.region else CITY_NAME,
        site=result.site_name,
        type=PlatformType(result.type).label,
        grade=result.grade_label,
        valid_from=certification.valid_from,
        valid_until=certification.valid_until,
        decided_on=publication.decided_on,
        document_number=publication.document_number,
        authority=ours().industry_bureau.name,
        verify_url=verify_url(certification.number),
        at=publication.published_at,
    )


def verify_url(number: str) -> str:
    """Return the whole address at which the document ``number`` is verified, as its code leads there."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('site:certificate', args=(number,))}"


def replacement_of(document: Document) -> Document | None:
    """Return the document in whose place ``document`` stands no longer, or nothing."""
    return getattr(document, "replaced_by", None)
