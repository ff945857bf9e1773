"""What a county and the city read of the results after their release: points, values, reasons, documents."""

from django.db.models import QuerySet
from django.db.models.fields.json import KT

from evaluation.certification.choices import DocumentKind
from evaluation.models import Document, FrozenEvidence, Publication
from platforms.models import User


def years(user: User) -> list[int]:
    """Return the years that have results which ``user`` sees, the latest first."""
    rows = FrozenEvidence.objects.visible_to(user).order_by("-result__publication__round__year")
    return list(dict.fromkeys(rows.values_list("result__publication__round__year", flat=True).distinct()))


def publication_of(year: int) -> Publication | None:
    """Return the publication of ``year``, or nothing while none is released."""
    return Publication.objects.select_related("round").filter(round__year=year).first()


def evidence(user: User, publication: Publication) -> QuerySet[FrozenEvidence]:
    """Return the evidence of the results of ``publication`` that count now and that ``user`` sees, by platform code.

    ``points`` is the exact number as text.
    """
    rows = FrozenEvidence.objects.visible_to(user).filter(
        result__publication=publication, result__corrected_by__isnull=True
    )
    found: QuerySet[FrozenEvidence] = rows.annotate(points=KT("data__points")).order_by("result__code")
    return found


def letters(user: User, publication: Publication) -> QuerySet[Document]:
    """Return the letters of ``publication`` that ``user`` sees and that none replaces."""
    rows: QuerySet[Document] = Document.objects.visible_to(user).filter(
        publication=publication, kind=DocumentKind.LETTER, replaced_by__isnull=True
    )
    return rows.select_related("region").order_by("region__code")


def documents(user: User, found: FrozenEvidence) -> QuerySet[Document]:
    """Return the certificate and the report of the result that ``found`` belongs to."""
    rows: QuerySet[Document] = Document.objects.visible_to(user).filter(result=found.result_id)
    return rows.order_by("kind")
