"""Bans at every door, and what two people of the city do about one: lift it, or release its place (五, 三·(二))."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import get_current_timezone

from platforms.applications.eligibility import ban_sentence, problems
from platforms.applications.precheck import asks_of
from platforms.applications.queries import bans as queries
from platforms.applications.queries.findings import about_operator
from platforms.applications.queries.sites import facts_of
from platforms.applications.services import ban_reliefs
from platforms.applications.services import drafts as applications
from platforms.errors import Gone, Refusal
from platforms.models import Application, AuditEvent, Ban, BanRelief, Round, Town, User
from platforms.periodic_reports.services import acceptance
from platforms.planning.queries import coverage
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N35")]
ENDS = date(2026, 6, 1)
OPERATOR, OTHER = factories.credit_code(7), factories.credit_code(8)
ADVICE = "确需由其他运营单位承接的，由市经信局放开该地点后方可申报"
ON_OPERATOR = f"运营单位（{OPERATOR}）因撤销运营资格，在2026年6月1日（含当日）前不受理申报。"
ON_PLACE = f"地点“测试镇”因撤销运营资格，在2026年6月1日（含当日）前不受理申报；{ADVICE}。"


@pytest.fixture
def town(yinzhou: User) -> Town:
    assert yinzhou.region is not None
    made: Town = factories.town(yinzhou.region, "测试镇", is_strong=True)
    return made


@pytest.fixture
def sent(yinzhou: User, round_2026: Round, now: datetime, town: Town) -> Application:
    """Submitted for the town before the ban."""
    made: Application = factories.submitted(yinzhou, round_2026, now, town=town)
    return made


@pytest.fixture
def ban(town: Town, db: None) -> Ban:
    """On the operator and the town."""
    return Ban.objects.create(
        operator_code=OPERATOR, site_key=f"town:{town.pk}", site_label="测试镇", starts_on=date(2023, 6, 1),
        ends_on=ENDS, reason="NB-1被撤销",
    )  # fmt: skip


def propose(ban: Ban, by: User, at: datetime, **changes: Any) -> BanRelief:
    facts = {
        "kind": "release",
        "reason": "工业强镇须覆盖",
        "effective_on": at.date(),
        "document_number": "1号",
    }
    return ban_reliefs.propose(ban=ban, by=by, at=at, **{**facts, **changes})


@pytest.fixture
def relieve(ban: Ban, city: User, city2: User, now: datetime) -> Any:
    """A function that lifts or releases by two people."""
    return lambda kind, **changes: ban_reliefs.grant(
        relief=propose(ban, city, now, kind=kind, **changes), by=city2, at=now
    )


@pytest.mark.parametrize(
    ("operator", "elsewhere", "relief", "on", "expected"),
    [
        pytest.param(OPERATOR, True, "", ENDS, [ON_OPERATOR], id="operator banned, another place"),
        pytest.param(OTHER, False, "", ENDS, [ON_PLACE], id="place banned, another operator"),
        pytest.param("", False, "", ENDS, [ON_PLACE], id="place banned, operator not known yet"),
        pytest.param(OPERATOR, False, "", ENDS, [ON_OPERATOR], id="both"),
        pytest.param(OTHER, True, "", ENDS, [], id="neither"),
        pytest.param(OTHER, False, "release", ENDS, [], id="place released, another operator"),
        pytest.param("", False, "release", ENDS, [], id="place released, operator not known yet"),
        pytest.param(OPERATOR, False, "release", ENDS, [ON_OPERATOR], id="place released, same operator"),
        pytest.param(OPERATOR, True, "release", ENDS, [ON_OPERATOR], id="place released, operator elsewhere"),
        pytest.param(OPERATOR, False, "lift", ENDS, [], id="lifted"),
        pytest.param(OTHER, False, "lift", ENDS, [], id="lifted, another operator"),
        pytest.param(OTHER, False, "", ENDS + timedelta(days=1), [], id="place, the day after the end"),
        pytest.param(OPERATOR, False, "", ENDS + timedelta(days=1), [], id="operator, the day after the end"),
        pytest.param(OPERATOR, False, "", date(2023, 5, 31), [], id="the day before it begins"),
    ],
)
def test_advice_before_the_form_and_every_refusal_say_the_same(
    sent: Application, ban: Ban, relieve: Any, city: User, yinzhou: User, round_2026: Round,
    operator: str, elsewhere: bool, relief: str, on: date, expected: list[str],
) -> None:  # fmt: skip
    if relief:
        relieve(relief)
    row = sent
    row.operator_code = operator
    if elsewhere:
        row.town = factories.town(yinzhou.region, "另一镇")
    row.save()
    advice = about_operator(code=operator, place=row, round=None, user=yinzhou, on=on)
    assert [each.text for each in advice] == expected
    assert all(each.blocking for each in advice)
    refusals = [each for each in problems(facts_of(row, role="county", on=on)) if "不受理" in each]
    assert refusals == expected
    at = datetime.combine(on, datetime.min.time(), tzinfo=get_current_timezone()).replace(hour=9)
    if expected:
        with pytest.raises(Refusal) as refused:
            acceptance.accept(application=row, by=city, at=at)
        assert str(refused.value) == "".join(expected)
    else:
        assert acceptance.accept(application=row, by=city, at=at).status == "accepted"


def test_the_page_before_the_form_names_operator_and_place(
    ban: Ban, town: Town, yinzhou: User, round_2026: Round, relieve: Any, browser_of: Any
) -> None:
    answers = {ask.key: "yes" if ask.fits else "no" for ask in asks_of("town")}
    browser, url = browser_of(yinzhou), reverse("desk:precheck", args=["town"])
    Ban.objects.create(site_key=f"town:{town.pk}", site_label="测试镇", starts_on=date(2026, 1, 1),
                       ends_on=date(2099, 1, 1), reason="撤销")  # fmt: skip
    page = browser.get(url, answers | {"site": town.pk, "operator_code": OTHER}).content.decode()
    assert f"地点“测试镇”因撤销运营资格，在2099年1月1日（含当日）前不受理申报；{ADVICE}。" in page
    assert ("下一步：选择地点" in page, "测试镇，工业强镇，限制申报期内" in page) == (False, True)
    assert "请从列出的地点中选择。" in browser.get(url, answers | {"site": "999999"}).content.decode()


def test_a_released_place_takes_an_application_of_another_operator(
    ban: Ban, relieve: Any, town: Town, yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    """From the draft to the acceptance; the operator that was banned there stays out."""
    create = {"round": round_2026, "type": "town", "region": yinzhou.region, "town": town, "by": yinzhou, "at": now}
    with pytest.raises(Refusal) as refused:
        applications.create(**create)
    assert str(refused.value) == ON_PLACE
    relieve("release")
    row = factories.submitted(yinzhou, round_2026, now, town=town)
    Application.objects.filter(pk=row.pk).update(operator_code=OPERATOR)
    with pytest.raises(Refusal) as refused:
        acceptance.accept(application=row, by=city, at=now)
    assert str(refused.value) == ON_OPERATOR
    Application.objects.filter(pk=row.pk).update(operator_code=OTHER)
    assert acceptance.accept(application=row, by=city, at=now).status == "accepted"


def test_a_relief_holds_from_its_day_on(ban: Ban, relieve: Any, now: datetime) -> None:
    day = now.date() + timedelta(days=5)
    relieve("lift", effective_on=day)
    asked = {"operator_code": OPERATOR, "site_key": ""}
    assert [bool(queries.active_bans(**asked, on=each)) for each in (day - timedelta(days=1), day)] == [True, False]
    row = queries.with_state(Ban.objects.all(), on=day).get()
    assert queries.state_of(row, on=day) == "lifted"
    before = day - timedelta(days=1)
    assert queries.state_of(queries.with_state(Ban.objects.all(), on=before).get(), on=before) == "standing"


def test_only_a_second_person_lifts_or_releases(
    ban: Ban, city: User, city2: User, yinzhou: User, now: datetime
) -> None:
    made = propose(ban, city, now)
    with pytest.raises(Refusal) as refused:
        ban_reliefs.grant(relief=made, by=city, at=now)
    assert str(refused.value) == "决定人不能是提出人本人，须由市经信局另一位人员决定。"
    with pytest.raises(Refusal, match="您没有“同意”的权限。"):
        ban_reliefs.grant(relief=made, by=yinzhou, at=now)
    assert queries.active_bans(operator_code=OTHER, site_key=ban.site_key, on=ENDS) != ()
    assert (list(queries.waiting_for(city)), list(queries.waiting_for(city2))) == ([], [made])
    ban_reliefs.grant(relief=made, by=city2, at=now)
    assert queries.active_bans(operator_code=OTHER, site_key=ban.site_key, on=ENDS) == ()
    log = AuditEvent.objects.filter(object_code=made.number).order_by("serial")
    assert [(each.verb, each.actor, each.reason) for each in log] == [
        ("提出放开地点", "city", "工业强镇须覆盖"), ("放开地点", "city2", "工业强镇须覆盖")
    ]  # fmt: skip


@pytest.mark.trust("T13")
def test_the_proposal_of_somebody_who_left_no_longer_counts(ban: Ban, city: User, city2: User, now: datetime) -> None:
    made = propose(ban, city, now)
    User.objects.filter(pk=city.pk).update(is_active=False)
    with pytest.raises(Refusal) as refused:
        ban_reliefs.grant(relief=made, by=city2, at=now)
    assert str(refused.value) == "提出人city员的账号已停用或已不在岗位，提议不再有效，请不予同意后重新提出。"
    ban_reliefs.decline(relief=made, reason="重新提出", by=city2, at=now)
    assert propose(ban, city2, now).status == "proposed"


@pytest.mark.trust("T13")
def test_the_database_itself_asks_for_two_people(ban: Ban, city: User, now: datetime) -> None:
    rows = BanRelief.objects.filter(pk=propose(ban, city, now).pk)
    for change in ({"decided_by": city, "decided_at": now}, {}):
        for status in ("granted", "declined"):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(status=status, **change)
    assert rows.get().status == "proposed"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "x"}, "请选择解除限制申报或放开地点。"),
        ({"reason": " "}, "请填写“理由”。"),
        ({"effective_on": date(2026, 4, 9)}, "生效日期须在今天至限制申报截止日期（2026-06-01）之间。"),
        ({"effective_on": date(2026, 6, 2)}, "生效日期须在今天至限制申报截止日期（2026-06-01）之间。"),
    ],
)
def test_what_a_proposal_needs(ban: Ban, city: User, now: datetime, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        propose(ban, city, now, **changes)
    assert str(refused.value) == sentence
    assert propose(ban, city, now, effective_on=ENDS).effective_on == ENDS


def test_what_is_over_lifted_or_released_is_not_proposed_again(
    ban: Ban, relieve: Any, city: User, city2: User, yinzhou: User, now: datetime
) -> None:
    with pytest.raises(Refusal, match="您没有提出解除限制申报或放开地点的权限。"):
        propose(ban, yinzhou, now)
    waiting = propose(ban, city, now)
    with pytest.raises(Refusal, match=f"该限制申报已有待决定的提议 {waiting.number}，请先办结。"):
        propose(ban, city2, now, kind="lift")
    with pytest.raises(Refusal, match="只有提出人可以撤回提议"):
        ban_reliefs.withdraw(relief=waiting, by=city2, at=now)
    ban_reliefs.withdraw(relief=waiting, by=city, at=now)
    with pytest.raises(Gone):
        ban_reliefs.grant(relief=waiting, by=city2, at=now)
    relieve("release")
    with pytest.raises(Refusal, match="该地点已经决定放开。"):
        propose(ban, city, now)
    relieve("lift")
    with pytest.raises(Refusal, match="该限制申报已经决定解除。"):
        propose(ban, city, now)
    only_operator = Ban.objects.create(
        operator_code=OTHER, starts_on=date(2023, 6, 1), ends_on=date(2026, 4, 10), reason="撤销"
    )
    with pytest.raises(Refusal, match="该限制申报不涉及地点，无须放开。"):
        propose(only_operator, city, now)
    with pytest.raises(Refusal, match="该限制申报已于 2026-04-10 到期。"):
        propose(only_operator, city, now + timedelta(days=1), kind="lift")


def test_the_planning_says_why_a_town_stays_empty_and_that_it_was_released(
    ban: Ban, relieve: Any, yinzhou: User, cixi: User, round_2026: Round, now: datetime
) -> None:
    asked = {"user": yinzhou, "round": round_2026, "on": now.date()}
    assert [line.ban for line in coverage.strong_towns(**asked)] == [ON_PLACE]
    relieve("release")
    assert [line.ban for line in coverage.strong_towns(**asked)] == [queries.RELEASED_PLACE]
    assert coverage.strong_towns(**{**asked, "user": cixi}) == []
    relieve("lift")
    assert [line.ban for line in coverage.strong_towns(**asked)] == [""]


def test_another_ban_on_the_same_place_still_bars_it(ban: Ban, relieve: Any, now: datetime) -> None:
    relieve("release")
    Ban.objects.create(
        site_key=ban.site_key, site_label="测试镇", starts_on=date(2026, 1, 1), ends_on=ENDS, reason="撤"
    )
    standing = queries.bans_on(operator_codes=(), site_keys={ban.site_key}, on=now.date())
    assert queries.notes_of(standing) == {ban.site_key: ON_PLACE}
    assert [ban_sentence(each) for each in queries.active_bans(operator_code="", site_key=ban.site_key, on=ENDS)] == [
        ON_PLACE
    ]


def test_many_bans_are_asked_for_at_once(ban: Ban) -> None:
    for number in range(30):
        Ban.objects.create(site_key=f"town:{9000 + number}", starts_on=date(2026, 1, 1), ends_on=ENDS, reason="撤销")
    keys = {ban.site_key, *(f"town:{9000 + number}" for number in range(30))}
    with CaptureQueriesContext(connection) as asked:
        assert len(queries.barred_places(keys, on=ENDS)) == 31
    assert len(asked) == 1
