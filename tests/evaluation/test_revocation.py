from datetime import UTC, date, datetime, timedelta

import pytest

from evaluation.choices import RevocationGround, Validity
from evaluation.models import Assessment, Certification
from evaluation.queries.certifications import in_state, noteworthy, speaks_for_revocation
from evaluation.queries.in_force import state_of
from evaluation.services import facts
from evaluation.services.revocation import revoke
from evaluation.validity import EXPIRING_DAYS
from platforms.errors import Gone, Refusal
from platforms.models import Application, AuditEvent, Ban, User
from platforms.services import grounds
from platforms.services.bans import active_bans
from tests.evaluation import stage

pytestmark = pytest.mark.django_db
AT = datetime(2021, 6, 1, 1, 0, tzinfo=UTC)
ON = date(2021, 6, 1)
FACTS = "2021年5月核查：向3家企业收取政策申报服务费，有转账记录。"

GROUNDS = [
    pytest.param(RevocationGround.REFUSES_EVALUATION, marks=pytest.mark.clause("N29")),
    pytest.param(RevocationGround.FALSE_MATERIAL, marks=pytest.mark.clause("N30")),
    pytest.param(RevocationGround.COMPLAINTS, marks=pytest.mark.clause("N31")),
    pytest.param(RevocationGround.REFUSES_ACTIVITIES, marks=pytest.mark.clause("N32")),
    pytest.param(RevocationGround.FEES, marks=pytest.mark.clause("N33")),
    pytest.param(RevocationGround.OTHER, marks=pytest.mark.clause("N34")),
]


@pytest.fixture
def certification(db: None) -> Certification:
    return stage.certified()


@pytest.mark.parametrize("ground", GROUNDS)
def test_each_ground_of_the_notice_is_recorded_with_its_facts(
    certification: Certification, city: User, ground: str
) -> None:
    revoke(certification=certification, ground=ground, reason=FACTS, on=ON, by=city, at=AT)
    assert (certification.ground, certification.revocation_reason) == (ground, FACTS)
    assert (certification.revoked_on, certification.revoked_by, certification.revoked_at) == (ON, city, AT)
    event = AuditEvent.objects.filter(verb="撤销认定").get()
    assert (event.reason, event.object_code, event.actor) == (FACTS, certification.number, "city")


@pytest.mark.clause("N28")
def test_a_revoked_certification_is_revoked_from_its_day_on(certification: Certification, city: User) -> None:
    revoke(certification=certification, ground="fees", reason=FACTS, on=ON, by=city, at=AT)
    assert state_of(certification, ON - timedelta(days=1)) == Validity.IN_FORCE
    assert state_of(certification, ON) == Validity.REVOKED


@pytest.mark.clause("N35")
def test_operator_and_place_are_banned_for_three_years(certification: Certification, city: User) -> None:
    application = Application.objects.get()
    revoke(certification=certification, ground="fees", reason=FACTS, on=ON, by=city, at=AT)
    ban = Ban.objects.get()
    assert (ban.operator_code, ban.site_key) == (application.operator_code, application.site_key)
    assert (ban.starts_on, ban.ends_on) == (ON, date(2024, 6, 1))
    assert certification.number in ban.reason
    for day, banned in ((ON, True), (date(2024, 6, 1), True), (date(2024, 6, 2), False)):
        by_operator = active_bans(operator_code=application.operator_code, site_key="", on=day)
        by_place = active_bans(operator_code="", site_key=application.site_key, on=day)
        assert (bool(by_operator), bool(by_place)) == (banned, banned)


@pytest.mark.clause("N35")
def test_the_operator_that_was_certified_is_banned_not_the_one_of_today(
    certification: Certification, city: User
) -> None:
    certified_code = Application.objects.get().operator_code
    Application.objects.update(operator_code="91330200711192037M")
    revoke(certification=certification, ground="fees", reason=FACTS, on=ON, by=city, at=AT)
    assert Ban.objects.get().operator_code == certified_code


@pytest.mark.trust("T16")
def test_a_certification_is_revoked_once(certification: Certification, city: User, city2: User) -> None:
    stale = Certification.objects.get()
    revoke(certification=certification, ground="fees", reason=FACTS, on=ON, by=city, at=AT)
    with pytest.raises(Gone, match="该认定已被撤销"):
        revoke(certification=stale, ground="other", reason="另一事实", on=ON, by=city2, at=AT)
    assert (Certification.objects.get().ground, Ban.objects.count()) == ("fees", 1)


@pytest.mark.parametrize(
    ("ground", "reason", "on", "sentence"),
    [
        ("", FACTS, ON, "请选择通知第五条所列六种撤销情形之一。"),
        ("dislike", FACTS, ON, "请选择通知第五条所列六种撤销情形之一。"),
        ("fees", " ", ON, "请填写“撤销事实”。"),
        ("fees", FACTS, date(2020, 9, 27), "撤销日期须在认定之日以后，且不晚于今天。"),
        ("fees", FACTS, ON + timedelta(days=1), "撤销日期须在认定之日以后，且不晚于今天。"),
    ],
)
def test_what_a_revocation_needs(
    certification: Certification, city: User, ground: str, reason: str, on: date, sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        revoke(certification=certification, ground=ground, reason=reason, on=on, by=city, at=AT)
    assert str(refused.value) == sentence
    assert (Certification.objects.get().ground, Ban.objects.count()) == ("", 0)


def test_what_has_expired_needs_no_revocation(certification: Certification, city: User) -> None:
    late = datetime(2023, 9, 28, 1, 0, tzinfo=UTC)
    with pytest.raises(Refusal, match="已经到期"):
        revoke(certification=certification, ground="fees", reason=FACTS, on=date(2023, 9, 28), by=city, at=late)
    revoke(certification=certification, ground="fees", reason=FACTS, on=date(2023, 9, 27), by=city, at=late)


@pytest.mark.parametrize("person", ["yinzhou", "finance", "auditor", "security", "sysadmin"])
def test_nobody_but_the_city_revokes(certification: Certification, person: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(Refusal, match="没有“撤销认定”的权限"):
        revoke(
            certification=certification, ground="fees", reason=FACTS, on=ON, by=request.getfixturevalue(person), at=AT
        )


@pytest.mark.clause("N28")
def test_the_list_filters_by_the_same_states_as_the_rule(city: User) -> None:
    stage.published_round({"330212": {"A": 2}}, year=2020)
    revoked = Certification.objects.order_by("number")[0]
    revoke(certification=revoked, ground="other", reason=FACTS, on=ON, by=city, at=AT)
    until = date(2023, 9, 27)
    days = (
        date(2020, 9, 27), date(2020, 9, 28), ON, until - timedelta(days=EXPIRING_DAYS + 1),
        until - timedelta(days=EXPIRING_DAYS), until, until + timedelta(days=1),
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


@pytest.mark.clause("N31")
def test_what_stands_in_the_register_speaks_for_revocation(certification: Certification, city: User) -> None:
    assert speaks_for_revocation(certification) == []
    fact = grounds.note(
        platform=certification.result.platform, ground="fees", text=FACTS, happened_on=ON, by=city, at=AT
    )
    assert speaks_for_revocation(certification) == [f"假借公益性服务之名收取费用（待确认，{fact.number}）：{FACTS}"]
    grounds.dismiss(ground=fact, reason="已退还", by=city, at=AT)
    assert speaks_for_revocation(certification) == []
    grounds.reopen(ground=fact, reason="没有退还", by=city, at=AT)
    revoke(certification=certification, ground="fees", reason=FACTS, on=ON, by=city, at=AT)
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
    assert speaks_for_revocation(certification) == ["2021年度评价中记录：拒不参加绩效评价(拒绝现场核查)。"]
