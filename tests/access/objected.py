"""What the stage holds of objections: of each county one in each state, and a notice that takes objections today."""

from datetime import datetime, time, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from evaluation.models import Objection, PublicNotice
from evaluation.public_notice.services import objections
from platforms.models import Round, User
from tests import factories
from tests.access.world import Side, World
from tests.evaluation.public_notice.noticed import opened


def objected(made: World, city: User) -> None:
    """Objections to the list of the round that is evaluated, every text marked; ``city`` has to answer them."""
    round_ = Round.objects.get(pk=made.evaluation.round_id)
    notice = PublicNotice.objects.filter(round=round_, status="opened").first() or opened(round_)
    for side in (made.own, made.other):
        _of_side(side, notice, city)
    today = timezone.localdate()
    opened(made.rounds["filing"], starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=30))


def _of_side(side: Side, notice: PublicNotice, city: User) -> None:
    assert side.officer.region is not None
    line = notice.lines.filter(region=side.officer.region, is_public=True)[0]
    at = datetime.combine(notice.starts_on, time(10), tzinfo=timezone.get_current_timezone())
    mark, made = side.mark, {}
    for status in ("received", "assigned", "answered", "refused"):
        made[status], _ = objections.file(
            notice=notice, assessment=line.assessment, channel="form", name=mark.text("objector"), phone=mark.mobile,
            email=mark.mail, text=mark.text(f"objection {status}"), sender_hash=mark.letters, at=at,
            files=[SimpleUploadedFile(f"{mark.text('proof')}.pdf", factories.PDF)],
        )  # fmt: skip
        if status in ("assigned", "answered"):
            made[status] = objections.assign(objection=made[status], to=city, by=city, at=at)
    objections.answer(objection=made["answered"], outcome="rejected", text=mark.text("answer"), by=city, at=at)
    objections.refuse(objection=made["refused"], text=mark.text("refusal"), by=city, at=at)


def objection_of(side: Side, status: str = "received") -> Objection:
    """The objection about a platform of the county in one state."""
    return Objection.objects.get(region=side.officer.region, status=status)


def open_notice() -> PublicNotice:
    """The notice that takes objections today."""
    return PublicNotice.objects.get(status="opened", ends_on__gt=timezone.localdate())
