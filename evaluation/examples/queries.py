"""Good examples (典型案例) as the public reads them: published ones of platforms whose certificate holds."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils.safestring import mark_safe

from evaluation.certification.queries.in_force import in_force
from evaluation.certification.queries.published import CITY_NAME
from evaluation.models import Certification, Result
from platforms.activities.choices import ExampleStatus
from platforms.files.queries import Picture, picture_of
from platforms.markdown import html_of
from platforms.models import GoodExample, Platform


@dataclass(frozen=True)
class Shown:
    """One example; platform and region are called as they were last published, ``code`` leads to the platform.

    ``text`` is Markdown; ``published_on`` is empty only in a preview of what has no day yet.
    """

    pk: int
    title: str
    text: str
    picture: Picture | None
    published_on: date | None
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
        status=ExampleStatus.PUBLISHED, shown_on__lte=on, platform__in=holding(on).values("result__platform")
    )
    return rows.order_by("-shown_on", "-published_at", "-pk")


def shown(rows: list[GoodExample], *, preview: bool = False) -> list[Shown]:
    """Return ``rows`` with the names of their platforms as last published, in one question.

    In a ``preview`` the pictures are those behind the login.
    """
    name = "admin:platforms_goodexample_picture" if preview else "site:example_picture"
    lines: dict[int, Result] = {}
    found = Result.objects.current().filter(platform__in=[row.platform_id for row in rows]).select_related("region")
    for result in found.order_by("publication__round__year"):
        lines[result.platform_id] = result
    return [
        Shown(
            pk=row.pk,
            title=row.title,
            text=row.text,
            picture=picture_of(row, partial(_address, name, row.pk)),
            published_on=row.shown_on,
            platform=lines[row.platform_id].name,
            region=region.name if (region := lines[row.platform_id].region) else CITY_NAME,
            code=lines[row.platform_id].code,
        )
        for row in rows
        if row.platform_id in lines
    ]


def _address(name: str, pk: int, digest: str) -> str:
    return reverse(name, args=[pk, digest])


def page_of(example: Shown, *, preview: bool = False) -> dict[str, Any]:
    """Return what ``public/example.html`` shows of ``example``; a ``preview`` reads it behind the login."""
    return {
        "example": example,
        "body": mark_safe(html_of(example.text)),  # noqa: S308 - it passed the allowlist of platforms.markdown
        "platform_url": reverse("site:result", args=[example.code]),
        "crumbs": [{"label": "典型案例", "url": reverse("site:examples")}, {"label": example.title}],
        "preview": preview,
    }


def edition() -> Hashable:
    """Return what the pages of the examples are made of, in short: published and withdrawn only, never edited.

    The day, on which one that was published before comes in, belongs to the edition as well.
    """
    found = GoodExample.objects.filter(published_at__isnull=False).aggregate(
        count=Count("pk"), published=Max("published_at"), withdrawn=Max("withdrawn_at")
    )
    return tuple(found.values())
