"""What the stage holds of services: records that came in by the interface, one corrected, one cancelled."""

from datetime import UTC, date, datetime

from platforms.models import ApiToken, Platform, PlatformMonth, ServiceRecord
from platforms.service_records.services import records as service_records
from platforms.service_records.services import tokens as api_tokens
from tests.access.world import Side

AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)

#: A month of which the public is told.
COUNTED = date(2025, 11, 1)


def counted() -> None:
    """Sums of three platforms that were published: as many as the public is told of."""
    for platform in Platform.objects.filter(results__isnull=False).order_by("code")[:3]:
        PlatformMonth.objects.create(platform=platform, month=COUNTED, service_class="law", records=20, free_records=15)


def served(side: Side) -> None:
    """Three records of the first platform of the side with marked texts, and the token that they came with."""
    officer, mark = side.officer, side.mark
    platform = Platform.objects.filter(region=officer.region, results__isnull=False).order_by("code").first()
    assert platform is not None
    token, _ = api_tokens.issue(region=officer.region, days=700, note=mark.text("token"), by=officer, at=AT)
    # What the beginning of a token shows is part of a key; here it is a mark like any other.
    ApiToken.objects.filter(pk=token.pk).update(hint=mark.text("hint")[:8])
    rows = [
        {
            "external_id": mark.text(f"record {number}"),
            "platform": platform.code,
            "enterprise_name": mark.text("enterprise"),
            "enterprise_code": mark.code(40),
            "service_class": "law",
            "free_category": "policy",
            "served_on": "2026-04-01",
            "channel": "phone",
            "fee": number,
            "summary": mark.text("summary"),
            "served_by": mark.text("served by"),
        }
        for number in range(3)
    ]
    # The last one is sent again with another fee: a correction by the interface.
    for sent in (rows, [rows[2] | {"fee": 7}]):
        service_records.take_in(
            rows=sent, source=api_tokens.source_of(token), platforms=api_tokens.platforms_of(token), by=None,
            actor=f"接口：{platform.code}", at=AT,
        )  # fmt: skip
    first, second, _ = ServiceRecord.objects.filter(platform=platform, entered_by=None).order_by("pk")[:3]
    service_records.correct(record=first, values={"fee": 9}, reason=mark.text("corrected"), by=officer, at=AT)
    service_records.cancel(record=second, reason=mark.text("cancelled"), by=officer, at=AT)
