"""Revocations (五): confirmed facts of one ground, proposed by one officer, decided by another, read again for good."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from evaluation.certification.choices import Validity
from evaluation.certification.queries.certifications import in_state, noteworthy, speaks_for_revocation
from evaluation.certification.queries.in_force import state_of
from evaluation.models import Assessment, Certification, RevocationFact, RevocationProposal
from evaluation.revocation import queries
from evaluation.revocation.services import facts, revocation
from platforms.applications.queries.bans import active_bans
from platforms.cases.services import complaint_cases, grounds
from platforms.errors import Gone, Refusal
from platforms.models import Application, AuditEvent, Ban, Ground, Platform, User
from tests import factories
from tests.evaluation import stage
from tests.evaluation.revocation.revoking import FACTS, complaint, fact, hearing_of, proposed, revoked, waive
from tests.kept_rows import once

pytestmark = pytest.mark.django_db
AT = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)
ON = date(2021, 6, 1)

GROUNDS = [
    pytest.param("refuses_evaluation", marks=pytest.mark.clause("N29")),
    pytest.param("false_material", marks=pytest.mark.clause("N30")),
    pytest.param("complaints", marks=pytest.mark.clause("N31")),
    pytest.param("refuses_activities", marks=pytest.mark.clause("N32")),
    pytest.param("fees", marks=pytest.mark.clause("N33")),
    pytest.param("other", marks=pytest.mark.clause("N34")),
]


@pytest.fixture
def certification(db: None) -> Certification:
    return once(stage.certified)


@pytest.fixture
def platform(certification: Certification) -> Platform:
    return certification.result.platform


@pytest.fixture
def proposal(platform: Platform, city: User) -> RevocationProposal:
    """What ``city`` proposed because of fees."""
    return proposed(platform, on=ON, at=AT, by=city)


def standing() -> tuple[str, int]:
    """The ground on the certificate, and how many bans there are."""
    return Certification.objects.get().ground, Ban.objects.count()


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_confirmed_fact_of_each_ground_carries_a_revocation_that_two_people_make(
    certification: Certification, platform: Platform, city: User, city2: User, ground: str
) -> None:
    known = fact(platform, ground, on=ON, at=AT)
    made = revocation.propose(platform=platform, ground=ground, facts=[known], reason=FACTS, on=ON, by=city, at=AT)
    assert (made.status, *standing()) == ("proposed", "", 0)
    with pytest.raises(Refusal, match="决定人不能是提出人本人"):
        revocation.decide(proposal=made, by=city, at=AT)
    assert (RevocationProposal.objects.get().status, *standing()) == ("proposed", "", 0)
    revocation.decide(proposal=waive(made, at=AT), by=city2, at=AT)
    certification.refresh_from_db()
    assert (certification.ground, certification.revocation_reason) == (ground, FACTS)
    assert (certification.revoked_on, certification.revoked_by, certification.revoked_at) == (ON, city2, AT)
    assert Ban.objects.count() == 1
    events = {each.verb: each for each in AuditEvent.objects.filter(verb__endswith="撤销认定")}
    assert {verb: (each.object_code, each.actor, each.reason) for verb, each in events.items()} == {
        "提出撤销认定": (made.number, "city", FACTS),
        "决定撤销认定": (made.number, "city2", FACTS),
        "撤销认定": (certification.number, "city2", FACTS),
    }


@pytest.mark.parametrize("ground", GROUNDS)
def test_no_ground_is_used_without_a_confirmed_fact(platform: Platform, city: User, ground: str) -> None:
    propose = {"platform": platform, "ground": ground, "reason": FACTS, "on": ON, "by": city, "at": AT}
    with pytest.raises(Refusal, match="须以撤销情形中已确认的事实为依据"):
        revocation.propose(**propose, facts=[])
    known = fact(platform, ground, on=ON, at=AT)
    grounds.reopen(ground=known, reason="再核", by=city, at=AT)
    with pytest.raises(Refusal, match=f"事实 {known.number} 未经确认"):
        revocation.propose(**propose, facts=[known])
    assert not RevocationProposal.objects.exists()


@pytest.mark.clause("N31")
def test_two_verified_complaints_carry_nothing_and_the_third_does(platform: Platform, city: User) -> None:
    """The fact of ground 3 comes into being with the third one, and counts by what is verified now."""
    day_before = AT - timedelta(days=1)
    rows = [complaint(platform, text, at=day_before) for text in ("一", "二")]
    assert not Ground.objects.exists()
    # A fact made up beside the register's own rule carries no more than what it counts.
    forged = Ground.objects.create(
        number="CX-1", platform=platform, notice=factories.notice(), ground="complaints", text="投诉", happened_on=ON,
        source="follow_up", source_key="1", noted_at=AT, status="confirmed", decided_at=AT, decided_by=city,
        decision_reason="属实",
    )  # fmt: skip
    for row in rows:
        row.ground = forged
        row.save(update_fields=("ground",))
    propose = {"platform": platform, "ground": "complaints", "reason": FACTS, "on": ON, "by": city, "at": AT}
    with pytest.raises(Refusal) as refused:
        revocation.propose(**propose, facts=[forged])
    assert str(refused.value) == "核实的投诉须满 3 件，现计入 2 件。"
    third = complaint(platform, "三", at=day_before)
    third.ground = forged
    third.save(update_fields=("ground",))
    made = revocation.propose(**propose, facts=[forged])
    assert made.facts.get().complaints == [row.number for row in (*rows, third)]


@pytest.mark.clause("N31")
def test_complaints_that_became_too_few_before_the_decision_refuse_it(
    platform: Platform, city: User, city2: User
) -> None:
    made = proposed(platform, "complaints", on=ON, at=AT, by=city)
    one = made.facts.get().fact.complaints.first()
    complaint_cases.reopen(complaint=one, reason="企业补充了材料", by=city, at=AT)
    assert queries.obstacles(made) == ["核实的投诉须满 3 件，现计入 2 件。"]
    with pytest.raises(Refusal) as refused:
        revocation.decide(proposal=made, by=city2, at=AT)
    assert str(refused.value) == "不能决定撤销：核实的投诉须满 3 件，现计入 2 件。"
    assert standing() == ("", 0)


@pytest.mark.clause("N31")
def test_complaints_from_before_the_last_revocation_carry_no_second_one(platform: Platform, city: User) -> None:
    """The register's own window: what came in up to the day of the last revocation does not count again."""
    known = fact(platform, "complaints", on=ON, at=AT)
    Ban.objects.create(site_key=platform.site_key, starts_on=ON, ends_on=date(2024, 6, 1), reason="撤销")
    with pytest.raises(Refusal) as refused:
        revocation.propose(platform=platform, ground="complaints", facts=[known], reason=FACTS, on=ON, by=city, at=AT)
    assert str(refused.value) == "核实的投诉须满 3 件，现计入 0 件。"


def test_a_fact_that_is_opened_again_refuses_the_decision(
    proposal: RevocationProposal, city: User, city2: User
) -> None:
    known = proposal.facts.get().fact
    grounds.reopen(ground=known, reason="企业补充了材料", by=city, at=AT)
    with pytest.raises(Refusal) as refused:
        revocation.decide(proposal=proposal, by=city2, at=AT)
    assert str(refused.value) == f"不能决定撤销：事实 {known.number} 现为“待确认”，不再是已确认的事实。"
    grounds.confirm(ground=known, reason="仍属实", by=city, at=AT)
    assert revocation.decide(proposal=proposal, by=city2, at=AT).status == "decided"


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        ("is_active", "提出人city员的账号已停用或已不在岗位，提议不再有效，请不予撤销后重新提出。"),
        ("role", "提出人city员的账号已停用或已不在岗位，提议不再有效，请不予撤销后重新提出。"),
    ],
)
@pytest.mark.trust("T13")
def test_the_proposal_of_somebody_who_left_no_longer_counts(
    proposal: RevocationProposal, city: User, city2: User, person: str, sentence: str
) -> None:
    User.objects.filter(pk=city.pk).update(**{person: False if person == "is_active" else "auditor"})
    with pytest.raises(Refusal) as refused:
        revocation.decide(proposal=proposal, by=city2, at=AT)
    assert (str(refused.value), *standing()) == (sentence, "", 0)
    assert revocation.decline(proposal=proposal, reason="重新提出", by=city2, at=AT).status == "declined"


@pytest.mark.trust("T13")
def test_the_database_itself_asks_for_two_people(proposal: RevocationProposal, city: User) -> None:
    rows = RevocationProposal.objects.filter(pk=proposal.pk)
    for status in ("decided", "declined"):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(status=status, decided_by=city, decided_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(status="decided")
    assert rows.get().status == "proposed"


def test_a_fact_carries_one_revocation_at_a_time(
    proposal: RevocationProposal, platform: Platform, city: User, city2: User
) -> None:
    known = proposal.facts.get().fact
    again = {"platform": platform, "ground": "fees", "facts": [known], "reason": FACTS, "on": ON, "by": city, "at": AT}
    with pytest.raises(Refusal, match="已用于另一次撤销认定"):
        revocation.propose(**again)
    with pytest.raises(Refusal, match=f"该平台已有待决定的撤销认定 {proposal.number}"):
        revocation.propose(**{**again, "facts": [fact(platform, on=ON, at=AT)]})
    other = RevocationProposal(
        platform=platform,
        notice=proposal.notice,
        ground="fees",
        number="X",
        reason="x",
        effective_on=ON,
        hearing=hearing_of(platform, city, at=AT),
        proposed_at=AT,
        proposed_by=city2,
    )
    with pytest.raises(IntegrityError, match="platform"), transaction.atomic():
        other.save()
    revocation.decline(proposal=proposal, reason="情节轻微", by=city2, at=AT)
    second = revocation.propose(**again)
    assert list(RevocationFact.objects.order_by("pk").values_list("proposal", "is_used")) == [
        (proposal.pk, False), (second.pk, True)
    ]  # fmt: skip


def test_it_can_be_read_again_as_it_was_proposed(platform: Platform, city: User, city2: User) -> None:
    made = proposed(platform, "complaints", on=ON, at=AT, by=city)
    revocation.decide(proposal=made, by=city2, at=AT)
    kept = RevocationFact.objects.get()
    before = (kept.number, kept.text, kept.happened_on, kept.confirmation, kept.complaints)
    grounds.reopen(ground=kept.fact, reason="再核", by=city, at=AT)
    grounds.dismiss(ground=Ground.objects.get(), reason="查无实据", by=city, at=AT)
    kept = RevocationProposal.objects.get().facts.get()
    assert (kept.number, kept.text, kept.happened_on, kept.confirmation, kept.complaints) == before
    assert len(kept.complaints) == 3


@pytest.mark.parametrize("what", ["platform", "ground"])
def test_facts_of_another_platform_or_ground_carry_nothing(platform: Platform, city: User, what: str) -> None:
    other = platform
    if what == "platform":
        stage.published_round({"330282": {"A": 1}}, year=2021)
        other = Platform.objects.exclude(pk=platform.pk).get()
    known = fact(other, "fees", on=ON, at=AT)
    sentence = {"platform": "所选事实不是该平台的事实。", "ground": "所选事实须属于同一撤销情形。"}[what]
    with pytest.raises(Refusal) as refused:
        revocation.propose(
            platform=platform, ground="other" if what == "ground" else "fees", facts=[known], reason=FACTS, on=ON,
            by=city, at=AT,
        )  # fmt: skip
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ground": ""}, "请选择通知所列撤销情形之一。"),
        ({"ground": "dislike"}, "请选择通知所列撤销情形之一。"),
        ({"reason": " "}, "请填写“事实和依据”。"),
        ({"on": date(2020, 9, 27)}, "该平台在撤销日期没有有效的认定，无须撤销。"),
        ({"on": ON + timedelta(days=1)}, "撤销日期不能晚于今天。"),
    ],
)
def test_what_a_proposal_needs(platform: Platform, city: User, changes: dict[str, Any], sentence: str) -> None:
    known = fact(platform, on=ON, at=AT)
    propose = {"platform": platform, "ground": "fees", "facts": [known], "reason": FACTS, "on": ON} | changes
    with pytest.raises(Refusal) as refused:
        revocation.propose(**propose, by=city, at=AT)
    assert str(refused.value) == sentence


def test_what_has_expired_needs_no_revocation(platform: Platform, city: User, city2: User) -> None:
    late, last = datetime(2023, 9, 28, 1, 0, tzinfo=UTC), date(2023, 9, 27)
    known = fact(platform, on=ON, at=AT)
    propose = {"platform": platform, "ground": "fees", "facts": [known], "reason": FACTS, "by": city, "at": late}
    with pytest.raises(Refusal, match="没有有效的认定"):
        revocation.propose(**propose, on=last + timedelta(days=1))
    made = waive(revocation.propose(**propose, on=last), at=late)
    assert revocation.decide(proposal=made, by=city2, at=late).status == "decided"


@pytest.mark.parametrize("person", ["yinzhou", "finance", "auditor", "security", "sysadmin"])
def test_nobody_but_the_city_revokes(
    proposal: RevocationProposal, platform: Platform, person: str, request: pytest.FixtureRequest
) -> None:
    by = request.getfixturevalue(person)
    with pytest.raises(Refusal, match="您没有提出撤销认定的权限。"):
        revocation.propose(platform=platform, ground="fees", facts=[], reason=FACTS, on=ON, by=by, at=AT)
    for act, more in ((revocation.decide, {}), (revocation.decline, {"reason": "x"}), (revocation.withdraw, {})):
        with pytest.raises(Refusal, match="您没有“"):
            act(proposal=proposal, by=by, at=AT, **more)


@pytest.mark.trust("T16")
def test_a_proposal_ends_once(proposal: RevocationProposal, city: User, city2: User) -> None:
    stale = RevocationProposal.objects.get()
    with pytest.raises(Refusal, match="只有提出人可以撤回提议"):
        revocation.withdraw(proposal=proposal, by=city2, at=AT)
    with pytest.raises(Refusal, match="决定人不能是提出人本人"):
        revocation.decline(proposal=proposal, reason="算了", by=city, at=AT)
    revocation.withdraw(proposal=proposal, by=city, at=AT)
    for act, more in ((revocation.decide, {}), (revocation.decline, {"reason": "x"})):
        with pytest.raises(Gone, match="该提议现为“已撤回”"):
            act(proposal=stale, by=city2, at=AT, **more)
    assert standing() == ("", 0)
    verbs = AuditEvent.objects.filter(object_code=proposal.number).order_by("serial").values_list("verb", flat=True)
    assert list(verbs) == ["提出撤销认定", "撤回撤销认定的提议"]


def test_what_waits_is_told_to_the_others(proposal: RevocationProposal, city: User, city2: User, yinzhou: User) -> None:
    waiting = {each.username: list(queries.waiting_for(each)) for each in (city, city2, yinzhou)}
    assert waiting == {"city": [], "city2": [proposal], "yinzhou": []}


@pytest.mark.clause("N28")
def test_a_revoked_certification_is_revoked_from_its_day_on(certification: Certification) -> None:
    revoked(certification, on=ON, at=AT)
    assert state_of(certification, ON - timedelta(days=1)) == Validity.IN_FORCE
    assert state_of(certification, ON) == Validity.REVOKED


@pytest.mark.clause("N35")
def test_operator_and_place_are_banned_for_three_years_once_another_decided(
    certification: Certification, proposal: RevocationProposal, city2: User
) -> None:
    application = Application.objects.get()
    asked = {"operator_code": application.operator_code, "site_key": application.site_key}
    assert active_bans(**asked, on=ON) == ()
    revocation.decide(proposal=proposal, by=city2, at=AT)
    ban = Ban.objects.get()
    assert (ban.operator_code, ban.site_key) == (application.operator_code, application.site_key)
    assert (ban.starts_on, ban.ends_on) == (ON, date(2024, 6, 1))
    assert certification.number in ban.reason
    days = ((ON - timedelta(days=1), False), (ON, True), (date(2024, 6, 1), True), (date(2024, 6, 2), False))
    for day, banned in days:
        by_operator = active_bans(operator_code=application.operator_code, site_key="", on=day)
        by_place = active_bans(operator_code="", site_key=application.site_key, on=day)
        assert (bool(by_operator), bool(by_place)) == (banned, banned)


@pytest.mark.clause("N35")
def test_the_operator_that_was_certified_is_banned_not_the_one_of_today(certification: Certification) -> None:
    certified_code = Application.objects.get().operator_code
    # A later form that was accepted changes the platform too.
    for model in (Application, Platform):
        model.objects.update(operator_code="91330200711192037M")
    revoked(certification, on=ON, at=AT)
    assert Ban.objects.get().operator_code == certified_code


@pytest.mark.clause("N28")
def test_the_list_filters_by_the_same_states_as_the_rule() -> None:
    stage.published_round({"330212": {"A": 2}}, year=2020)
    first = Certification.objects.order_by("number")[0]
    revoked(first, "other", on=ON, at=AT)
    until = date(2023, 9, 27)
    days = (
        date(2020, 9, 27), date(2020, 9, 28), ON, until - timedelta(days=settings.EXPIRING_DAYS + 1),
        until - timedelta(days=settings.EXPIRING_DAYS), until, until + timedelta(days=1),
    )  # fmt: skip
    for day in days:
        for row in Certification.objects.all():
            expected = state_of(row, day)
            found = {
                value
                for value in Validity.values
                if in_state(Certification.objects.all(), value, on=day).filter(pk=row.pk)
            }
            assert found == {expected}
    assert not in_state(Certification.objects.all(), "no-such", on=ON)


@pytest.mark.clause("N33")
def test_what_stands_in_the_register_speaks_for_revocation(certification: Certification, city: User) -> None:
    assert speaks_for_revocation(certification) == []
    fact = grounds.note(
        platform=certification.result.platform, ground="fees", text=FACTS, happened_on=ON, by=city, at=AT
    )
    assert speaks_for_revocation(certification) == [f"假借公益性服务之名收取费用（待确认，{fact.number}）：{FACTS}"]
    grounds.dismiss(ground=fact, reason="已退还", by=city, at=AT)
    assert speaks_for_revocation(certification) == []
    grounds.reopen(ground=fact, reason="没有退还", by=city, at=AT)
    revoked(certification, on=ON, at=AT)
    assert speaks_for_revocation(certification) == []


@pytest.mark.clause("N29")
def test_a_later_round_without_the_platform_is_noted_once_by_a_person(certification: Certification, city: User) -> None:
    stage.graded_round({"330205": {"open": 1}}, year=2021)
    offered = noteworthy(certification)
    assert [(each.ground, each.text) for each in offered] == [
        ("refuses_evaluation", "2021年度没有参加绩效评价：未提交申报表。")
    ]
    note = {"certification": certification, "key": offered[0].key, "text": FACTS, "on": ON, "by": city, "at": AT}
    assert facts.note(**note).status == "proposed"
    assert noteworthy(certification) == []
    with pytest.raises(Gone, match="这件事已经登记过"):
        facts.note(**note)


@pytest.mark.clause("N29")
def test_refusing_a_later_evaluation_speaks_for_revocation(certification: Certification) -> None:
    stage.graded_round({"330212": {"open": 1}}, year=2021)
    Assessment.objects.filter(status="open").update(veto="refuses_evaluation", veto_fact="拒绝现场核查")
    assert speaks_for_revocation(certification) == ["2021年度评价中记录：拒不参加绩效评价（拒绝现场核查）。"]
