"""A few services of two counties, counted as they come in, and files read again."""

from typing import Any

from django.utils import timezone

from platforms.models import Platform, Region, User
from platforms.service_records.services import records as service_records
from tests.platforms.service_records.cast import platform, row


def serve(regions: dict[str, Region], city: User) -> None:
    """Today: of 鄞州区 a platform with three of four services free and one with its only one; of 慈溪市 one, none."""
    for code, number in (("330212", 1), ("330212", 2), ("330282", 1)):
        platform(regions[code], number)
    today = timezone.localdate().isoformat()
    fees = [("330212-001", fee) for fee in "0005"] + [("330212-002", "0"), ("330282-001", "9")]
    rows = [row(number, code, fee=fee, served_on=today) for number, (code, fee) in enumerate(fees)]
    done = service_records.take_in(
        rows=rows, source="hand:HY", platforms=Platform.objects.all(), by=city, at=timezone.now()
    )
    assert done.created == len(rows)


def lines_of(answer: Any) -> list[list[str]]:
    """Return the cells of a csv file that was sent."""
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return [line.split(",") for line in text.splitlines()]
