"""What the stage holds of flags and site visits: of a county in each state, and of the city what no county reads."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from evaluation.flags import services as flags
from evaluation.flags.choices import FlagReader
from evaluation.models import Flag, SiteVisit
from evaluation.visits import services as visits
from platforms.files.choices import EvidenceKind
from platforms.files.services import evidence
from platforms.models import User
from tests import factories
from tests.access.world import MARKS, Mark, Side, World


def flagged(made: World, side: Side, city: User) -> None:
    """Four flags of the county, one in each state, and one of the city alone; visits of both, one of them withdrawn."""
    region = side.officer.region
    assert region is not None
    assessment, mark = made.assessment(region.code, "scored"), side.mark
    now = timezone.now()

    def asked(for_whom: FlagReader, words: Mark) -> Flag:
        return flags.raise_flag(
            assessment=assessment, kind="visit", text=words.text("asked"), for_whom=for_whom, by=city,
            at=now - timedelta(days=9),
        )  # fmt: skip

    county = [asked(FlagReader.COUNTY, mark) for _ in range(4)]
    flags.escalate(flag=county[1], reason=mark.text("escalated"), by=side.officer, at=now)
    for row in county[2:]:
        flags.answer(flag=row, text=mark.text("answered"), by=side.officer, at=now)
    flags.resolve(flag=county[3], reason=mark.text("resolved"), by=city, at=now)
    asked(FlagReader.CITY, MARKS[""])

    for by, words in ((side.officer, mark), (side.officer, mark), (city, MARKS[""])):
        row = visits.record(
            application=assessment.application, visited_on=timezone.localdate(), people=words.text("visitors"),
            findings=words.text("found"), by=by, at=now,
        )  # fmt: skip
        photo = SimpleUploadedFile(f"{words.text('photo')}.jpg", factories.JPEG)
        evidence.add(
            kind=EvidenceKind.VISIT,
            key=row.pk,
            region=row.region,
            upload=photo,
            note=words.text("shown"),
            by=by,
            at=now,
        )
    own = SiteVisit.objects.filter(assessment=assessment, side="county").order_by("pk")
    visits.withdraw(visit=own[0], reason=mark.text("withdrawn"), by=side.officer, at=now)


def flag_of(side: Side) -> Flag:
    """The flag that the county is to answer."""
    return Flag.objects.get(
        assessment__application__region=side.officer.region, for_whom=FlagReader.COUNTY, status="open"
    )


def visit_of(side: Side) -> SiteVisit:
    """The visit of the county that stands."""
    region = side.officer.region
    return SiteVisit.objects.get(assessment__application__region=region, side="county", withdrawn_at__isnull=True)
