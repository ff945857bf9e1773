"""A revocation on its whole way, for tests that need one: facts confirmed, proposed by one, decided by another.

The operator waives its hearing unless told otherwise.
"""

from datetime import date, datetime, timedelta

from evaluation.hearings.services import hearings
from evaluation.models import Certification, Hearing, RevocationProposal
from evaluation.revocation.services import revocation
from platforms.cases.services import complaints, grounds
from platforms.models import Complaint, Ground, Platform, User
from tests import factories

FACTS = "2021年5月核查：向3家企业收取政策申报服务费，有转账记录。"


def officers() -> tuple[User, User]:
    """Two officers of the city of their own, who stand beside the cast of ``conftest``."""
    found = {row.username: row for row in User.objects.filter(username__in=("proposer", "decider"))}
    made = [found.get(name) or factories.person(name, "city") for name in ("proposer", "decider")]
    return made[0], made[1]


def complaint(platform: Platform, text: str, *, at: datetime) -> Complaint:
    """A complaint about ``platform`` that was looked into and verified."""
    row, _ = complaints.file_complaint(
        platform=platform, text=text, enterprise="测试有限公司", contact_name="周投诉", contact_phone="13800138000",
        sender_hash=text, at=at,
    )  # fmt: skip
    _, city = officers()
    county = User.objects.filter(role="county", region=platform.region).first()
    if county is None:
        county = factories.officer(f"of-{platform.region.code}", platform.region) if platform.region else city
    made: Complaint = factories.decided(row, by=county, city=city, at=at)
    return made


def fact(
    platform: Platform,
    ground: str = "fees",
    *,
    on: date,
    at: datetime,
    text: str = FACTS,
    why: str = "核查属实",
) -> Ground:
    """A fact about ``platform`` that the city confirmed; for ground 3 from as many complaints as it takes."""
    proposer, decider = officers()
    if ground == "complaints":
        for number in ("一", "二", "三"):
            complaint(platform, f"第{number}件", at=at - timedelta(days=1))
        row = Ground.objects.get(platform=platform, ground=ground, status="proposed")
    else:
        row = grounds.note(platform=platform, ground=ground, text=text, happened_on=on, by=proposer, at=at)
    return grounds.confirm(ground=row, reason=why, by=decider, at=at)


def proposed(
    platform: Platform,
    ground: str = "fees",
    *,
    on: date,
    at: datetime,
    reason: str = FACTS,
    by: User | None = None,
    heard: bool = True,
    **words: str,
) -> RevocationProposal:
    """A proposal that waits for another officer than ``by``; ``words`` are those of its fact."""
    known = fact(platform, ground, on=on, at=at, **words)
    made = revocation.propose(
        platform=platform, ground=ground, facts=[known], reason=reason, on=on, by=by or officers()[0], at=at
    )
    return waive(made, at=at) if heard else made


def waive(proposal: RevocationProposal, *, at: datetime) -> RevocationProposal:
    """Let the operator say on paper that it has nothing to say."""
    hearings.answer(hearing=proposal.hearing, waived=True, name="李法人", by=officers()[1], at=at)
    return proposal


def revoked(
    certification: Certification,
    ground: str = "fees",
    *,
    on: date,
    at: datetime,
    reason: str = FACTS,
    **words: str,
) -> Certification:
    """Revoke the platform of ``certification``; returns the certificate as it is then."""
    made = proposed(certification.result.platform, ground, on=on, at=at, reason=reason, **words)
    revocation.decide(proposal=made, by=officers()[1], at=at)
    certification.refresh_from_db()
    return certification


def hearing_of(platform: Platform, by: User, *, at: datetime) -> Hearing:
    """A hearing of its own, for a proposal that is put into the table by hand."""
    sent = hearings.send(
        kind="revocation", platform=platform, recipient=platform.operator_name, intended="拟撤销认定", reasons=FACTS,
        answer_by=at.date(), by=by, at=at,
    )  # fmt: skip
    return sent.hearing
