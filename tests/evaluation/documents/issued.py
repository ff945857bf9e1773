"""Documents that were issued beside those of the act of publication, and a certificate from before this system.

What they hold is printed for good; what a publication printed is so where the test asks for the fixture ``printed``.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from evaluation.certification.choices import DocumentKind
from evaluation.certification.queries.documents import verify_url
from evaluation.documents.printing import letter_pdf, report_pdf
from evaluation.models import Certification, Document, Publication, Result
from platforms import stored_files
from platforms.models import Platform, Region
from tests import factories
from tests.evaluation.documents.samples import LETTER, REPORT

ISSUED_AT = datetime(2026, 9, 28, 2, 0, tzinfo=UTC)


def report(result: Result, number: str = "BG2026-330212-001", **values: Any) -> Document:
    """Another report on the platform of ``result``."""
    facts = replace(REPORT, number=number, name=result.name, code=result.code, verify_url=verify_url(number))
    return keep(
        report_pdf(facts), kind=DocumentKind.REPORT, number=number, result=result, publication=result.publication,
        region=result.region, **values,
    )  # fmt: skip


def letter(publication: Publication, region: Region | None, number: str = "TZ2026-330212", **values: Any) -> Document:
    """Another letter to ``region``, None for the city's own."""
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


def taken_over(
    number: str = "甬窗〔2021〕第12号", *, first: date = date(2021, 9, 1), last: date = date(2024, 8, 31)
) -> Certification:
    """A certificate from before this system of a platform in 鄞州区, numbered as it was then; it has no file."""
    region = factories.regions()["330212"]
    publication = Publication.objects.create(
        round=factories.round_of(2021), taken_over=True, decided_on=first, published_at=ISSUED_AT,
        published_by=factories.person("importer", "city"),
    )  # fmt: skip
    platform = Platform.objects.create(
        code="330212-900", name="旧平台", operator_name="旧单位", accepted_on=date(2021, 4, 1), type="town",
        region=region, town=factories.town(region, "旧镇"),
    )  # fmt: skip
    result = Result.objects.create(
        publication=publication, platform=platform, code=platform.code, name="旧平台", type="town", region=region,
        site_name="旧镇", operator_name="旧单位", grade="A",
    )  # fmt: skip
    return Certification.objects.create(result=result, number=number, valid_from=first, valid_until=last)
