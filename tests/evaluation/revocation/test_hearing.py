"""Before a revocation (五) the operator is told on which facts it rests, answers in time, and is answered."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from evaluation.hearings import queries as heard
from evaluation.hearings.services import hearings
from evaluation.models import Certification, Hearing, RevocationProposal
from evaluation.revocation.services import revocation
from platforms.errors import Gone, Refusal
from platforms.models import CalendarDay, Liaison, Mail, Platform, User
from tests import factories
from tests.evaluation import stage
from tests.evaluation.revocation.revoking import FACTS, fact, proposed, waive

pytestmark = pytest.mark.django_db
AT = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)
ON = date(2021, 6, 1)
#: Five working days after a Tuesday.
UNTIL = date(2021, 6, 8)
DAY = timedelta(days=1)
AFTER = AT + timedelta(days=8)


@pytest.fixture
def platform(db: None) -> Platform:
    return stage.certified().result.platform


@pytest.fixture
def proposal(platform: Platform, city: User) -> RevocationProposal:
    """What ``city`` proposed, with nothing said about it yet."""
    return proposed(platform, on=ON, at=AT, by=city, heard=False, reason="内部研判")


def decide(proposal: RevocationProposal, by: User, at: datetime) -> str:
    """Return what the decision comes to: its status, or why not."""
    try:
        return str(revocation.decide(proposal=proposal, by=by, at=at).status)
    except Refusal as refusal:
        return str(refusal)


@pytest.mark.clause("N28")
def test_the_proposal_tells_the_operator_ground_day_and_facts_and_nothing_internal(
    proposal: RevocationProposal, platform: Platform
) -> None:
    told = proposal.hearing
    assert (told.kind, told.platform, told.intended, told.answer_by) == ("revocation", platform, "拟撤销认定", UNTIL)
    assert told.recipient == Certification.objects.get().result.operator_name
    assert told.reasons == (
        f"撤销情形：假借公益性服务之名收取费用。拟自2021年6月1日起撤销认定。\n1. 2021年6月1日：{FACTS}"
    )
    mail = Mail.objects.get(kind="hearing")
    assert (FACTS in mail.body, "内部研判" in mail.body) == (True, False)


def test_the_days_to_answer_are_a_setting_and_leave_out_holidays(platform: Platform, city: User, settings: Any) -> None:
    settings.HEARING_DAYS = 2
    CalendarDay.objects.create(day=date(2021, 6, 3), kind="free")
    assert proposed(platform, on=ON, at=AT, by=city, heard=False).hearing.answer_by == date(2021, 6, 4)


def test_a_proposal_that_is_refused_tells_nobody(platform: Platform, city: User) -> None:
    known = fact(platform, on=ON, at=AT)
    with pytest.raises(Refusal, match="撤销日期不能晚于今天"):
        revocation.propose(platform=platform, ground="fees", facts=[known], reason=FACTS, on=ON + DAY, by=city, at=AT)
    assert (Hearing.objects.count(), Mail.objects.filter(kind="hearing").count()) == (0, 0)


@pytest.mark.clause("N28")
def test_nothing_is_decided_until_the_last_day_to_answer_is_over(proposal: RevocationProposal, city2: User) -> None:
    number = proposal.hearing.number
    last_minute = datetime.fromisoformat("2021-06-08T23:59:00+08:00")
    assert decide(proposal, city2, last_minute) == (
        f"不能决定撤销：告知书 {number} 的陈述期限到2021年6月8日为止，运营单位尚未陈述申辩，期满后才能决定。"
    )
    assert Certification.objects.get().ground == ""
    assert decide(proposal, city2, last_minute + timedelta(minutes=1)) == "decided"


@pytest.mark.clause("N28")
def test_what_was_answered_is_replied_to_before_the_decision(
    proposal: RevocationProposal, city: User, city2: User
) -> None:
    said = hearings.answer(hearing=proposal.hearing, text="是代收。", name="李法人", by=city, at=AT)
    assert decide(proposal, city2, AFTER) == (
        f"不能决定撤销：运营单位对告知书 {said.number} 提出的陈述申辩尚未复核，复核后才能决定。"
    )
    hearings.reply(hearing=said, text="不予采纳。", by=city, at=AT)
    assert decide(proposal, city2, AT) == "decided"


def test_who_waives_is_not_waited_for(proposal: RevocationProposal, city2: User) -> None:
    assert decide(waive(proposal, at=AT), city2, AT) == "decided"


def test_paper_that_came_in_time_stops_the_decision_also_after_the_last_day(
    proposal: RevocationProposal, city: User, city2: User
) -> None:
    hearings.answer(hearing=proposal.hearing, text="见书面材料。", name="李法人", by=city, received_on=UNTIL, at=AFTER)
    assert "尚未复核" in decide(proposal, city2, AFTER)


@pytest.mark.parametrize("ending", ["decline", "withdraw", "decide"])
def test_once_it_was_ended_nothing_more_is_said(
    proposal: RevocationProposal, city: User, city2: User, ending: str
) -> None:
    state = {"decline": "ended", "withdraw": "ended", "decide": "lapsed"}[ending]
    at = AFTER if ending == "decide" else AT
    if ending == "decline":
        revocation.decline(proposal=proposal, reason="轻微", by=city2, at=at)
    elif ending == "withdraw":
        revocation.withdraw(proposal=proposal, by=city, at=at)
    else:
        revocation.decide(proposal=proposal, by=city2, at=at)
    row = Hearing.objects.get()
    assert heard.state_of(row, UNTIL + DAY if ending == "decide" else UNTIL) == state
    with pytest.raises(Gone, match="该事项已决定或已终结"):
        hearings.answer(hearing=row, text="迟", name="李", by=city, received_on=ON, at=at)


@pytest.mark.clause("N28")
def test_the_county_is_told_once_what_was_revoked_and_why(
    proposal: RevocationProposal, platform: Platform, city: User, city2: User
) -> None:
    certificate = Certification.objects.get()
    # Who was named for the latest round, not who was for the one of the certificate.
    round_ = factories.round_of(2021)
    factories.liaison(round_, platform.region, city, AT)
    waive(proposal, at=AT)
    decide(proposal, city2, AT)
    assert "该提议现为“已撤销”" in decide(proposal, city2, AT)
    mail = Mail.objects.get(kind="revoked")
    liaison = Liaison.objects.get()
    assert (mail.occasion, mail.region, mail.round, mail.address) == (
        f"revoked:{proposal.number}", platform.region, round_, liaison.email
    )  # fmt: skip
    for words in (
        proposal.number, "假借公益性服务之名收取费用", "2021年6月1日", certificate.number, platform.name,
        f"/verify/{certificate.number}/",
    ):  # fmt: skip
        assert words in mail.subject + mail.body, words


def test_a_revocation_of_a_key_industry_is_told_to_the_city_itself(city: User, city2: User) -> None:
    published = stage.published_round({stage.INDUSTRY: {"A": 1}})
    platform = Certification.objects.get(result__publication=published).result.platform
    decide(proposed(platform, on=ON, at=AT, by=city), city2, AT)
    mail = Mail.objects.get(kind="revoked")
    assert (mail.region, mail.recipient) == (None, "市经信局经办人")
