"""Good examples (典型案例) as the public reads them: published ones of platforms whose certificate holds."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, QuerySet

from evaluation.certification.queries.in_force import in_force
from evaluation.certification.queries.published import CITY_NAME
from evaluation.models import Certification, Result
from platforms.activities.choices import ExampleStatus
from platforms.models import GoodExample, Platform


@dataclass(frozen=True)
class Shown:
    """One example; platform and region are called as they were last published, ``code`` leads to the platform."""

    pk: int
    title: str
    text: str
    has_picture: bool
    picture_alt: str
    published_on: date
    platform: str
    region: str
    code: str


def holding(on: date) -> QuerySet[Certification]:
    """Return the certificates in force on the day ``on``."""
    return in_force(on)


def is_certified(platform: Platform, on: date) -> bool:
    """Say whether a published certificate of ``platform`` holds on the day ``on``."""
    return holding(on).filter(result__platform=platform).exists()


def listed(on: date) -> QuerySet[GoodExample]:
    """Return what the public may read on the day ``on``, the latest first."""
    rows: QuerySet[GoodExample] = GoodExample.objects.filter(
        status=ExampleStatus.PUBLISHED, platform__in=holding(on).values("result__platform")
    )
    return rows.order_by("-published_at", "-pk")


def shown(rows: list[GoodExample]) -> list[Shown]:
    """Return ``rows`` with the names of their platforms as last published, in one question."""
    lines: dict[int, Result] = {}
    found = Result.objects.current().filter(platform__in=[row.platform_id for row in rows]).select_related("region")
    for result in found.order_by("publication__round__year"):
        lines[result.platform_id] = result
    return [
        Shown(
            pk=row.pk,
            title=row.title,
            text=row.text,
            has_picture=bool(row.picture_name),
            picture_alt=row.picture_alt,
            published_on=row.published_at.date(),
            platform=lines[row.platform_id].name,
            region=region.name if (region := lines[row.platform_id].region) else CITY_NAME,
            code=lines[row.platform_id].code,
        )
        for row in rows
        if row.platform_id in lines and row.published_at is not None
    ]


def edition() -> Hashable:
    """Return what the pages of the examples are made of, in short: published and withdrawn only, never edited."""
    found = GoodExample.objects.filter(published_at__isnull=False).aggregate(
        count=Count("pk"), published=Max("published_at"), withdrawn=Max("withdrawn_at")
    )
    return tuple(found.values())
