"""What each source proposes for the register of grounds: on both sides of its line, and each thing once."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from platforms.cases.services import complaints, fee_cases, ground_refusals, ground_sources, grounds
from platforms.files.services import evidence
from platforms.follow_ups import services as follow_ups
from platforms.follow_ups.services import Rule
from platforms.models import (
    Activity,
    AuditEvent,
    EvidenceFile,
    Ground,
    Invitation,
    Platform,
    Rectification,
    Region,
    Round,
    ServiceRecord,
    User,
)
from platforms.rectifications import services as rectifications
from platforms.rectifications.choices import RectificationClause
from tests import factories
from tests.platforms.supervised import platform_of, record_of

pytestmark = pytest.mark.django_db
DUE = date(2026, 4, 24)
#: The keys of the notice of 2020.
GROUNDS = ("refuses_evaluation", "false_material", "complaints", "refuses_activities", "fees", "other")


@pytest.fixture
def platform(round_2026: Round, regions: dict[str, Region]) -> Platform:
    return platform_of(regions["330212"])


def proposed(at: datetime, on: date | None = None) -> int:
    return ground_sources.propose_all(on=on or timezone.localdate(at), at=at)


def register() -> list[tuple[str, str, str]]:
    """Ground, source and words of what stands, the earliest first; all of it proposed by the system."""
    rows = Ground.objects.order_by("pk")
    assert {(row.status, row.noted_by) for row in rows} <= {("proposed", None)}
    return [(row.ground, row.source, row.text) for row in rows]


def twice(at: datetime, on: date | None = None) -> int:
    """Propose, and hold that doing it again proposes nothing and changes no word."""
    fresh = proposed(at, on)
    before = register()
    assert proposed(at + timedelta(days=1), on) == 0
    assert register() == before
    return fresh


# Fees ----------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N33")
@pytest.mark.parametrize("passed", [True, False])
def test_a_fee_is_a_fact_once_the_city_passed_it_on(
    platform: Platform, yinzhou: User, city: User, now: datetime, passed: bool
) -> None:
    record = record_of(platform, 1, fee=Decimal(300))
    assert twice(now) == 0
    fee_cases.explain(record=record, text="场地费", by=yinzhou, at=now)
    assert twice(now) == 0
    fee_cases.decide(record=record, passed=passed, text="收费属实。", by=city, at=now)
    # Passing it on proposes it at once; the nightly look finds it standing.
    assert twice(now) == 0
    told = "“政策宣传和申报辅导”收费 300.00 元（服务日期 2026-04-01）。收费属实。"
    assert [(ground, source) for ground, source, _ in register()] == ([("fees", "fee")] if passed else [])
    assert [text.split("”")[1] for *_, text in register()] == ([told.split("”")[1]] if passed else [])
    if passed:
        assert Ground.objects.get().happened_on == date(2026, 4, 1)


# Calls ---------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N30")
@pytest.mark.clause("N33")
def test_calls_that_contradict_the_records_are_one_fact_for_each_sample_platform_and_ground(
    platform: Platform, regions: dict[str, Region], yinzhou: User, now: datetime
) -> None:
    for number in range(1, 6):
        record_of(platform, number, free_category="" if number == 5 else "policy", served_on=date(2026, 4, number))
    rule = Rule(from_on=date(2026, 4, 1), until_on=date(2026, 4, 10), size=5, seed="s")
    sample = follow_ups.draw_sample(rule=rule, by=yinzhou, at=now)
    said: dict[str, dict[str, Any]] = {
        "1": {"result": "not_confirmed"},
        "2": {"result": "not_confirmed"},
        # The enterprise was served, and paid for what must be free.
        "3": {"result": "confirmed", "fee_taken": True},
        # Neither a lower satisfaction nor a fee for a market service speaks for a revocation.
        "4": {"result": "confirmed", "satisfaction": 1, "fee_taken": False},
        "5": {"result": "confirmed", "fee_taken": True},
    }
    assert twice(now) == 0
    for call in sample.calls.all():
        follow_ups.note_call(call=call, version=1, by=yinzhou, at=now, **said[call.external_id])
    assert twice(now) == 2
    assert register() == [
        ("false_material", "follow_up", f"回访样本 {sample.number} 中有 2 条：被访企业表示没有这项服务。"),
        ("fees", "follow_up", f"回访样本 {sample.number} 中有 1 条：被访企业表示公益性服务收了费。"),
    ]
    assert list(Ground.objects.order_by("pk").values_list("happened_on", flat=True)) == [
        date(2026, 4, 2), date(2026, 4, 3)
    ]  # fmt: skip


# Refused activities --------------------------------------------------------------------------------------------------


@pytest.fixture
def refuse(platform: Platform, yinzhou: User, city: User) -> Any:
    """Let ``platform`` refuse an activity on ``day``; ``facts`` are columns of the activity, ``took_part`` is said by
    its report."""
    numbers = itertools.count(1)

    def refuse_(day: date, took_part: bool | None = False, reason: str = "人手不足", **facts: Any) -> Invitation:
        number = next(numbers)
        at = datetime.combine(day, time(2), tzinfo=UTC)
        done = {"reported_at": at, "reported_by": city, "people": 9, "enterprises": 3}
        usual = {"organiser": "city_hub", "status": "reported"} | (done if "status" not in facts else {})
        activity = Activity.objects.create(
            number=f"HD-{number:04d}", title=f"活动{number}", kind="policy", service_class="law", held_on=day,
            place="礼堂", planned_at=at, planned_by=city, **usual | facts,
        )  # fmt: skip
        return Invitation.objects.create(
            activity=activity, platform=platform, invited_at=at, invited_by=city, answer="refused", reason=reason,
            answered_at=at, answered_by=yinzhou, took_part=took_part,
        )  # fmt: skip

    return refuse_


FIRST = date(2025, 4, 10)


@pytest.mark.clause("N32")
@pytest.mark.parametrize(("last", "fresh"), [(FIRST + timedelta(days=364), 1), (FIRST + timedelta(days=365), 0)])
def test_three_refusals_within_a_year_are_one_fact_that_lists_them(
    refuse: Any, now: datetime, last: date, fresh: int
) -> None:
    refuse(FIRST)
    refuse(date(2025, 9, 1), organiser="county_hub", reason="外出学习")
    assert twice(now) == 0
    refuse(last)
    assert twice(now) == fresh
    assert (
        register()
        == [
            (
                "refuses_activities",
                "activity",
                "拒绝参加枢纽平台的服务活动 3 次：\n"
                "2025-04-10 市级枢纽平台“活动1”（HD-0001），理由：人手不足\n"
                "2025-09-01 县级枢纽平台“活动2”（HD-0002），理由：外出学习\n"
                "2026-04-09 市级枢纽平台“活动3”（HD-0003），理由：人手不足",
            )
        ][:fresh]
    )


@pytest.mark.clause("N32")
@pytest.mark.parametrize(
    "other",
    [
        {"took_part": True},
        {"status": "planned"},
        {"status": "cancelled", "cancel_reason": "停用"},
        {"organiser": "platform"},
    ],
)
def test_what_is_no_refusal_of_a_hub_does_not_count(
    refuse: Any, platform: Platform, city: User, now: datetime, other: dict[str, Any]
) -> None:
    if other.get("status") == "cancelled":
        other = other | {"cancelled_at": now, "cancelled_by": city}
    if other.get("organiser") == "platform":
        other = other | {"platform": platform}
    for day in (1, 2):
        refuse(date(2026, 4, day))
    refuse(date(2026, 4, 3), **other)
    assert twice(now) == 0
    # Held is enough: who came after all is said by the report.
    refuse(date(2026, 4, 4), took_part=None, status="held")
    assert twice(now) == 1


@pytest.mark.clause("N32")
def test_how_many_within_how_many_days_is_a_setting(refuse: Any, now: datetime, settings: Any) -> None:
    settings.GROUND_REFUSALS, settings.GROUND_REFUSAL_DAYS = 2, 1
    refuse(date(2026, 4, 1))
    refuse(date(2026, 4, 2))
    assert twice(now) == 0
    refuse(date(2026, 4, 2))
    assert twice(now) == 1


@pytest.mark.clause("N32")
def test_later_refusals_join_the_fact_until_it_is_decided_and_then_count_afresh(
    refuse: Any, city: User, now: datetime
) -> None:
    for day in (1, 2, 3):
        refuse(date(2026, 4, day))
    assert proposed(now) == 1
    refuse(date(2026, 4, 4))
    assert proposed(now) == 0
    fact = Ground.objects.get()
    assert (fact.text.splitlines()[0], fact.happened_on) == ("拒绝参加枢纽平台的服务活动 4 次：", date(2026, 4, 4))
    assert AuditEvent.objects.latest("serial").verb == "更新提出的事实"
    grounds.dismiss(ground=fact, reason="理由正当", by=city, at=now)
    for day in (5, 6):
        refuse(date(2026, 4, day))
    assert proposed(now) == 0
    refuse(date(2026, 4, 7))
    assert proposed(now) == 1
    assert [row.text.count("理由：") for row in Ground.objects.order_by("pk")] == [4, 3]
    grounds.dismiss(ground=Ground.objects.latest("pk"), reason="理由正当", by=city, at=now)
    # Opened again, it is weighed once more with what it counted; nothing is proposed beside it.
    grounds.reopen(ground=fact, reason="再议", by=city, at=now)
    assert proposed(now) == 0
    assert Ground.objects.count() == 2


@pytest.mark.clause("N32")
def test_a_proposal_that_no_longer_holds_goes_and_one_that_somebody_worked_on_stays(
    refuse: Any, platform: Platform, yinzhou: User, city: User, now: datetime
) -> None:
    rows = [refuse(date(2026, 4, day)) for day in (1, 2, 3)]
    assert proposed(now) == 1
    Invitation.objects.filter(pk=rows[0].pk).update(took_part=True)
    assert proposed(now) == 0
    assert register() == []
    event = AuditEvent.objects.latest("serial")
    assert (event.verb, event.actor, event.reason.splitlines()[0]) == (
        "收回提出的事实", "系统", "拒绝参加枢纽平台的服务活动 3 次："
    )  # fmt: skip
    Invitation.objects.filter(pk=rows[0].pk).update(took_part=False)
    assert proposed(now) == 1
    fact = Ground.objects.get()
    evidence.add(kind="ground", key=fact.pk, region=platform.region, upload=factories.upload(), by=yinzhou, at=now)
    Invitation.objects.filter(pk=rows[0].pk).update(took_part=True)
    assert proposed(now) == 0
    assert Ground.objects.get() == fact
    assert EvidenceFile.objects.count() == 1


@pytest.mark.clause("N32")
@pytest.mark.parametrize("decided", ["confirmed", "dismissed", "reopened", ""])
def test_what_people_decided_about_a_single_refusal_stays(
    refuse: Any, platform: Platform, city: User, now: datetime, decided: str
) -> None:
    row = refuse(date(2026, 4, 1))
    day, notice = date(2026, 4, 1), factories.notice().pk
    fact = grounds.Fact(platform, notice, "refuses_activities", "activity", str(row.pk), "拒绝", day)
    single = grounds.propose(fact, at=now)
    if decided:
        act = grounds.dismiss if decided == "dismissed" else grounds.confirm
        act(ground=single, reason="已定", by=city, at=now)
    if decided == "reopened":
        grounds.reopen(ground=single, reason="再议", by=city, at=now)
    refuse(date(2026, 4, 2))
    refuse(date(2026, 4, 3))
    # What was decided by itself does not count a second time; an undecided one gives way to the fact that lists all.
    assert proposed(now) == (0 if decided in ("confirmed", "dismissed") else 1)
    assert Ground.objects.filter(pk=single.pk).exists() == bool(decided)


def test_many_long_refusals_fit_the_fact_the_latest_first_to_be_kept(refuse: Any, now: datetime) -> None:
    for number in range(20):
        refuse(date(2026, 3, 1) + timedelta(days=number), reason="长" * 400)
    assert twice(now) == 1
    head, *lines = Ground.objects.get().text.splitlines()
    assert head == f"拒绝参加枢纽平台的服务活动 20 次：以下为最近 {len(lines)} 次，其余见服务活动。"
    assert len(lines) > 5
    assert lines[-1] == f"2026-03-20 市级枢纽平台“活动20”（HD-0020），理由：{'长' * 59}…"
    assert len(Ground.objects.get().text) <= grounds.MOST_TEXT


def test_enough_counts_the_first_and_the_last_day_of_a_period(settings: Any) -> None:
    settings.GROUND_REFUSALS, settings.GROUND_REFUSAL_DAYS = 2, 10

    def rows(*days: int) -> list[Invitation]:
        return [Invitation(answered_at=datetime(2026, 4, day, 2, tzinfo=UTC)) for day in days]

    def counted(*days: int) -> list[int]:
        return [each.answered_at.day for each in ground_refusals.often_enough(rows(*days)) if each.answered_at]

    assert counted() == counted(1) == counted(1, 11) == []
    assert counted(1, 10) == [1, 10]
    # What came long before is left out, what came after is in.
    assert counted(1, 11, 20, 30) == [11, 20, 30]


# What is not mended --------------------------------------------------------------------------------------------------


def opened(platform: Platform, by: User, at: datetime, clause: str = "refuses_activities") -> Rectification:
    return rectifications.open_one(
        platform=platform, finder="city", clause=clause, indicator="场地", problem="没有改", due_on=DUE, by=by, at=at
    )


def test_what_is_not_mended_thirty_days_after_its_deadline_is_a_fact(
    platform: Platform, city: User, yinzhou: User, now: datetime
) -> None:
    row = opened(platform, city, now)
    thirtieth = DUE + timedelta(days=30)
    assert twice(now, thirtieth) == 0
    assert twice(now, thirtieth + timedelta(days=1)) == 1
    text = f"整改 {row.number} 期限 2026-04-24，逾期 30 天以上仍未整改。没有改"
    assert register() == [("refuses_activities", "rectification", text)]
    answered = opened(platform, city, now)
    rectifications.answer(
        rectification=answered, text="已改", answered_for="platform", version=1, by=yinzhou, at=now
    )  # fmt: skip
    assert twice(now, thirtieth + timedelta(days=1)) == 0


@pytest.mark.parametrize("clause", [*RectificationClause.values, *GROUNDS])
def test_a_clause_of_section_five_is_its_own_ground_and_any_other_weighs_as_other(
    platform: Platform, city: User, now: datetime, clause: str
) -> None:
    opened(platform, city, now, clause)
    assert proposed(now, date(2026, 6, 1)) == 1
    own = {"refuses_evaluation", "false_material", "refuses_activities", "fees"}
    assert Ground.objects.get().ground == (clause if clause in own else "other")


# Together ------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N31")
def test_complaints_that_were_verified_without_being_counted_are_counted_by_the_nightly_look(
    platform: Platform, yinzhou: User, city: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("platforms.cases.services.ground_complaints.count", lambda *_, **__: None)
        for text in ("一", "二", "三"):
            row, _ = complaints.file_complaint(
                platform=platform, text=text, enterprise="甲公司", contact_name="周某", contact_phone="13800138000",
                sender_hash=text, at=now,
            )  # fmt: skip
            factories.decided(row, by=yinzhou, city=city, at=now)
    assert twice(now) == 1
    assert [(ground, source) for ground, source, _ in register()] == [("complaints", "complaint")]


@pytest.fixture
def unmended(platform: Platform, city: User, now: datetime) -> Rectification:
    return opened(platform, city, now)


def test_the_command_says_how_many_and_may_be_run_again(
    unmended: Rectification, capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for day in ("2026-05-24", "2026-05-25", "2026-05-25"):
        call_command("propose_grounds", "--on", day)
        said.append(capsys.readouterr().out)
    assert said == [
        "2026-05-24：新提出 0 条撤销情形事实。\n",
        "2026-05-25：新提出 1 条撤销情形事实。\n",
        "2026-05-25：新提出 0 条撤销情形事实。\n",
    ]
    assert AuditEvent.objects.filter(verb="提出撤销情形事实", actor="系统").count() == 1
    for wrong in ("昨天", "2026-02-30"):
        with pytest.raises(CommandError, match="日期请写成 2026-04-10 的形式。"):
            call_command("propose_grounds", "--on", wrong)


def test_what_is_proposed_is_seen_by_its_region_and_the_city_only(
    unmended: Rectification, yinzhou: User, cixi: User, city: User, finance: User, auditor: User, now: datetime
) -> None:
    proposed(now, date(2026, 6, 1))
    row = Ground.objects.get()
    seen = {each.username: row.is_visible_to(each) for each in (yinzhou, cixi, city)}
    assert seen == {"yinzhou": True, "cixi": False, "city": True}
    assert not any(each.has_perm("platforms.view_ground") for each in (finance, auditor))


def test_a_cancelled_record_keeps_the_fee_that_was_passed_on(
    platform: Platform, yinzhou: User, city: User, now: datetime
) -> None:
    record = record_of(platform, 1, fee=Decimal(300))
    fee_cases.explain(record=record, text="场地费", by=yinzhou, at=now)
    fee_cases.decide(record=record, passed=True, text="属实。", by=city, at=now)
    ServiceRecord.objects.update(cancelled_at=now, cancel_reason="重复")
    assert twice(now) == 0
    assert Ground.objects.count() == 1
