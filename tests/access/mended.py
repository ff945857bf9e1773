"""What the stage holds of things to be mended and of calls after a service, every text marked."""

from datetime import UTC, datetime

from platforms.choices import EvidenceKind
from platforms.models import Platform, User
from platforms.services import evidence
from tests import factories
from tests.access.world import Side

AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)


def mended(side: Side, city: User) -> None:
    """Proofs of the county of ``side``."""
    platform = Platform.objects.filter(region=side.officer.region, results__isnull=False).order_by("code").first()
    assert platform is not None
    evidence.add(
        kind=EvidenceKind.LINK, key=platform.pk, region=side.officer.region, note=side.mark.text("proof"),
        upload=factories.upload(side.mark.text("proof") + ".pdf"), by=side.officer, at=AT,
    )  # fmt: skip
