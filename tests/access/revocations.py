"""What the stage holds of revocations and bans: decided ones, and one of each that waits for another officer."""

from datetime import UTC, date, datetime

from evaluation.models import Certification, RevocationProposal
from evaluation.revocation.services import revocation
from platforms.applications.services import ban_reliefs
from platforms.models import Ban, BanRelief
from tests import factories
from tests.access.world import World
from tests.evaluation.revocation.revoking import fact, officers, proposed, revoked

AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)
ON = date(2026, 2, 1)


def revoke_one(made: World) -> None:
    """Revoke one certificate of each county for a reason that the public does not read."""
    for side, code in ((made.own, "330212"), (made.other, "330282")):
        certificate, mark = made.certificates(code)[-1], side.mark
        words = {"reason": mark.text("revocation"), "text": mark.text("fact"), "why": mark.text("confirmation")}
        declined = proposed(certificate.result.platform, on=ON, at=AT, **words)
        revocation.decline(proposal=declined, reason=mark.text("declined"), by=officers()[1], at=AT)
        revoked(certificate, "refuses_evaluation", on=ON, at=AT, **words)


def waiting(made: World) -> None:
    """A confirmed fact that nobody used, a key-industry platform and a ban that a second officer is to decide on."""
    fact(made.certificates("330212")[0].result.platform, on=ON, at=AT, text=made.own.mark.text("fact"))
    industry = Certification.objects.get(result__region__isnull=True)
    proposed(industry.result.platform, on=ON, at=AT, reason=made.industry.mark.text("revocation"))
    ban = Ban.objects.create(
        site_key="town:0", site_label="某街道", operator_code=factories.credit_code(77), starts_on=date(2026, 1, 1),
        ends_on=date(2028, 12, 31), reason="弄虚作假",
    )  # fmt: skip
    ban_reliefs.propose(
        ban=ban, kind="lift", reason=made.industry.mark.text("relief"), effective_on=AT.date(), by=officers()[0], at=AT
    )


def open_proposal() -> RevocationProposal:
    """The proposal that waits."""
    return RevocationProposal.objects.get(status="proposed")


def open_relief() -> BanRelief:
    """The relief that waits."""
    return BanRelief.objects.get(status="proposed")


def proposals(made: World) -> dict[str, RevocationProposal]:
    """A proposal of ``city2`` in each status; the one that waits can be decided."""
    city, city2 = made.people["city"], made.people["city2"]
    industry = open_proposal().platform
    revocation.withdraw(proposal=open_proposal(), by=officers()[0], at=AT)
    found = {}
    for status in ("declined", "withdrawn", "decided", "proposed"):
        # What is decided stays decided: the one that waits is about another platform.
        platform = made.certificates("330212")[0].result.platform if status == "proposed" else industry
        row = proposed(platform, on=ON, at=AT, by=city2)
        if status == "declined":
            revocation.decline(proposal=row, reason="不予", by=city, at=AT)
        elif status == "withdrawn":
            revocation.withdraw(proposal=row, by=city2, at=AT)
        elif status == "decided":
            revocation.decide(proposal=row, by=city, at=AT)
        found[status] = RevocationProposal.objects.get(pk=row.pk)
    return found


def reliefs(made: World) -> dict[str, BanRelief]:
    """A relief proposed by ``city2`` in each status; the one that waits can be granted."""
    city, city2, ban = made.people["city"], made.people["city2"], open_relief().ban
    ban_reliefs.withdraw(relief=open_relief(), by=officers()[0], at=AT)
    found = {}
    for status, kind in (("declined", "lift"), ("withdrawn", "lift"), ("granted", "release"), ("proposed", "lift")):
        row = ban_reliefs.propose(ban=ban, kind=kind, reason="依据不足", effective_on=AT.date(), by=city2, at=AT)
        if status == "declined":
            ban_reliefs.decline(relief=row, reason="不予", by=city, at=AT)
        elif status == "withdrawn":
            ban_reliefs.withdraw(relief=row, by=city2, at=AT)
        elif status == "granted":
            ban_reliefs.grant(relief=row, by=city, at=AT)
        found[status] = BanRelief.objects.get(pk=row.pk)
    return found
