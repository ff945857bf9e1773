"""The places that a region may choose from for a type (三)."""

from django.db.models import QuerySet

from platforms.models import Park, Region, Town


def towns_for(*, type: str, region: Region) -> QuerySet[Town]:  # noqa: A002
    """Return the towns in which ``region`` may file a platform of ``type``; none for parks and industries."""
    raise NotImplementedError


def parks_for(*, region: Region) -> QuerySet[Park]:
    """Return the parks on record in ``region`` (三·(三))."""
    raise NotImplementedError
