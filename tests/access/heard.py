"""What the stage holds of hearings: of each county one that waits, one that was answered, one that was replied to."""

from datetime import timedelta

from django.utils import timezone

from evaluation.hearings.services import hearings
from evaluation.hearings.services.hearings import Sent
from evaluation.models import Hearing
from platforms.models import EvidenceFile, User
from tests import factories
from tests.access.world import Side


def heard(side: Side, city: User) -> None:
    """Tell three times about the platform of ``side``, every text marked; the first link is kept."""
    waits, answered, replied = (_told(side, city) for _ in range(3))
    at = timezone.now()
    hearings.open_link(hearing=waits.hearing, at=at)
    upload = factories.upload(f"{side.mark.text('heard')}.pdf", factories.PDF)
    hearings.add_file(hearing=waits.hearing, upload=upload, note=side.mark.text("note"), token=waits.token, at=at)
    for sent in (answered, replied):
        hearings.answer(
            hearing=sent.hearing, text=side.mark.text("answer"), name=side.mark.text("speaker"),
            phone=side.mark.phone, token=sent.token, at=at,
        )  # fmt: skip
    hearings.reply(hearing=replied.hearing, text=side.mark.text("reply"), by=city, at=at)
    side.hearing, side.hearing_token = waits.hearing, waits.token
    side.answered_hearing = answered.hearing


def _told(side: Side, city: User) -> Sent:
    platform, at = side["accepted"].platform, timezone.now()
    assert platform is not None
    return hearings.send(
        kind="revocation", platform=platform, recipient=platform.operator_name,
        intended=side.mark.text("intended"), reasons=side.mark.text("reasons"),
        answer_by=timezone.localdate(at) + timedelta(days=30), by=city, at=at,
    )  # fmt: skip


def number_of(hearing: Hearing | None) -> str:
    """The number in the address of ``hearing``."""
    return hearing.number if hearing else ""


def file_of(side: Side) -> int:
    """The file that the operator of ``side`` brought."""
    assert side.hearing is not None
    return EvidenceFile.objects.get(kind="hearing", key=side.hearing.pk).pk
