"""What the stage holds of things to be mended and of calls after a service, every text marked."""

from datetime import UTC, date, datetime
from typing import Any

from platforms.files.choices import EvidenceKind
from platforms.files.services import evidence
from platforms.follow_ups import services as follow_ups
from platforms.follow_ups.services import Rule
from platforms.models import Enterprise, Mail, Platform, Rectification, ServiceRecord, User
from platforms.rectifications import services as rectifications
from tests import factories
from tests.access.world import Side

AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)
DUE = date(2026, 4, 24)


def mended(side: Side, city: User) -> None:
    """A rectification of the city's in each status, files, and a sample of three calls of which one is open."""
    officer, mark = side.officer, side.mark
    platform = Platform.objects.filter(region=officer.region, results__isnull=False).order_by("code").first()
    assert platform is not None
    row = _opened(side, platform, city)
    for kind, by in ((EvidenceKind.RECTIFICATION, city), (EvidenceKind.ANSWER, officer)):
        evidence.add(
            kind=kind, key=row.pk, region=officer.region, note=mark.text("proof"),
            upload=factories.upload(mark.text("proof") + ".pdf"), by=by, at=AT,
        )  # fmt: skip
    answered = _answered(side, _opened(side, platform, city))
    side.rectifications = {"opened": row, "answered": answered}
    for status in ("reopened", "closed"):
        done = _answered(side, _opened(side, platform, city))
        more: dict[str, Any] = {"text": mark.text("checked"), "version": 2, "by": city, "at": AT}
        side.rectifications[status] = (
            rectifications.close(rectification=done, **more)
            if status == "closed"
            else rectifications.reopen(rectification=done, due_on=DUE, **more)
        )
    side.rectifications["withdrawn"] = rectifications.withdraw(
        rectification=_opened(side, platform, city), text=mark.text("mistaken"), version=1, by=city, at=AT
    )
    Mail.objects.filter(kind="rectify", region=officer.region).update(
        recipient=mark.text("to"), address=mark.mail, subject=mark.text("subject"), body=mark.text("body")
    )
    _called(side, platform)


def _opened(side: Side, platform: Platform, city: User) -> Rectification:
    return rectifications.open_one(
        platform=platform, finder="city", clause="named.indicator", indicator=side.mark.text("indicator"),
        problem=side.mark.text("problem"), due_on=DUE, by=city, at=AT,
    )  # fmt: skip


def _answered(side: Side, row: Rectification) -> Rectification:
    return rectifications.answer(
        rectification=row, text=side.mark.text("mended"), answered_for="platform", version=1, by=side.officer, at=AT
    )


def _called(side: Side, platform: Platform) -> None:
    mark = side.mark
    for number in range(1, 4):
        enterprise = Enterprise.objects.create(
            code=factories.credit_code(number, f"91330{mark.digits[-3:]}"), name=f"企业{mark.digits}-{number}",
            first_name=f"企业{mark.digits}-{number}", first_seen_at=AT,
        )  # fmt: skip
        ServiceRecord.objects.create(
            platform=platform, enterprise=enterprise, service_class="law", served_on=date(2026, 4, 1), channel="phone",
            satisfaction=5, summary=mark.text("summary"), served_by=mark.text("server"), source=mark.text("source"),
            external_id=mark.text(f"external{number}"), received_at=AT,
        )  # fmt: skip
    rule = Rule(from_on=date(2026, 3, 1), until_on=date(2026, 4, 10), size=3, seed=f"{mark.letters}seed")
    side.sample = follow_ups.draw_sample(rule=rule, by=side.officer, at=AT)
    for call in side.sample.calls.order_by("position")[:2]:
        follow_ups.note_call(
            call=call, result="confirmed", satisfaction=1 + call.position, fee_taken=True, phone=mark.mobile,
            note=mark.text("told"), version=1, by=side.officer, at=AT,
        )  # fmt: skip
