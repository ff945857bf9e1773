"""What the stage holds of links and of fees for what must be free: a finding with its proof, a decided case."""

from datetime import UTC, date, datetime

from platforms.cases.services import fee_cases
from platforms.files.choices import EvidenceKind
from platforms.files.services import evidence
from platforms.models import Mail, Platform, Region, ServiceRecord, User
from platforms.rounds.queries.rounds import current_round
from platforms.system_links import services as link_states
from tests import factories
from tests.access.world import Side

AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)
TODAY = date(2026, 4, 10)


def linked(side: Side, city: User) -> None:
    """The first platform of the side is linked, with a marked method and proof, and its fee explained and decided."""
    officer, mark = side.officer, side.mark
    platform = Platform.objects.filter(region=officer.region, results__isnull=False).order_by("code").first()
    assert platform is not None
    assert isinstance(officer.region, Region)
    note = {"platform": platform, "by": officer, "at": AT, "on": date(2026, 4, 1)}
    link_states.note(linked=False, note=mark.text("not yet"), **note)  # type: ignore[arg-type]
    found = link_states.note(linked=True, method=mark.text("method"), note=mark.text("linked"), **note)  # type: ignore[arg-type]
    evidence.add(
        kind=EvidenceKind.LINK, key=found.pk, region=officer.region, note=mark.text("link proof"),
        upload=factories.upload(mark.text("link proof") + ".pdf"), by=officer, at=AT,
    )  # fmt: skip
    record = ServiceRecord.objects.filter(platform=platform, fee__gt=0, cancelled_at=None).order_by("pk")[0]
    fee_cases.explain(record=record, text=mark.text("explained"), by=officer, at=AT)
    fee_cases.decide(record=record, passed=True, text=mark.text("decided"), by=city, at=AT)
    round_ = current_round()
    assert round_ is not None
    link_states.remind(regions=[officer.region], round=round_, on=TODAY, by=city, at=AT)
    Mail.objects.filter(kind="link", region=officer.region).update(
        recipient=mark.text("to"), address=mark.mail, subject=mark.text("subject"), body=mark.text("body")
    )


def record_pk(side: Side) -> int:
    """The record of the side that is in force and without a case."""
    rows = ServiceRecord.objects.filter(platform__region=side.officer.region, cancelled_at=None, fee_case=None)
    return rows.order_by("pk")[0].pk


def fee_pk(side: Side) -> int:
    """A record of the side with a fee that nobody explained yet."""
    rows = ServiceRecord.objects.filter(platform__region=side.officer.region, cancelled_at=None, fee_case=None)
    return rows.filter(fee__gt=0).exclude(free_category="").order_by("pk")[0].pk


def case_pk(side: Side) -> int:
    """The record of the side whose fee was decided."""
    return ServiceRecord.objects.get(platform__region=side.officer.region, fee_case__isnull=False).pk


def platform_code(side: Side) -> str:
    """The platform of the side that is linked."""
    row = Platform.objects.filter(region=side.officer.region, link_states__isnull=False).order_by("code")[0]
    return row.code
