"""What the stage holds of objections: of each county one in each state, to a notice that takes them today."""

from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from evaluation.models import NoticeLine, Objection, PublicNotice
from evaluation.public_notice.services import objections
from platforms.models import User
from tests import factories
from tests.access.world import Side, World
from tests.evaluation.public_notice.noticed import opened


def objected(made: World, city: User) -> None:
    """Objections, every text marked; ``city`` has to answer them.

    Not to the round that is evaluated: it can be published as it stands.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    notice = opened(made.rounds["filing"], starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=30))
    for side in (made.own, made.other):
        _of_side(side, notice, city, now)


def _of_side(side: Side, notice: PublicNotice, city: User, at: datetime) -> None:
    line = NoticeLine.objects.filter(region=side.officer.region, is_public=True).order_by("-pk")[0]
    line.pk, line.notice = None, notice
    line.save(force_insert=True)
    mark, made = side.mark, {}
    for status in ("received", "assigned", "answered", "refused"):
        made[status], _ = objections.file(
            notice=notice, assessment=line.assessment, channel="form", name=mark.text("objector"), phone=mark.mobile,
            email=mark.mail, text=mark.text(f"objection {status}"), sender_hash=mark.letters, at=at,
            files=[SimpleUploadedFile(f"{mark.text('proof')}.pdf", factories.PDF)],
        )  # fmt: skip
        if status in ("assigned", "answered"):
            made[status] = objections.assign(objection=made[status], to=city, by=city, at=at)
    objections.answer(
        objection=made["answered"], outcome="rejected", text=mark.text("objection answer"), by=city, at=at
    )
    objections.refuse(objection=made["refused"], text=mark.text("objection refusal"), by=city, at=at)


def objection_of(side: Side, status: str = "received") -> Objection:
    """The objection about a platform of the county in one state."""
    return Objection.objects.get(region=side.officer.region, status=status)


def open_notice() -> PublicNotice:
    """The notice that takes objections today."""
    return PublicNotice.objects.get(status="opened", ends_on__gt=timezone.localdate())
