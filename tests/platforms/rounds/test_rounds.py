"""A round on its way, and the liaison officers of its regions."""

from datetime import date, datetime

import pytest

from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, Liaison, Phase, Round, User
from platforms.rounds.queries.rounds import current_round, round_of, rounds_at_work
from platforms.rounds.services import liaisons, rounds
from tests import factories

pytestmark = pytest.mark.django_db


def test_filing_is_opened_closed_and_opened_again(city: User, round_2026: Round, now: datetime) -> None:
    Round.objects.update(status="preparing")
    opened = rounds.move_round(round=round_2026, name="open_filing", by=city, at=now, reason="名额随后下达")
    assert opened.status == "filing"
    with pytest.raises(Refusal, match="请填写“截止申报”的理由。"):
        rounds.move_round(round=round_2026, name="close_filing", by=city, at=now)
    closed = rounds.move_round(round=round_2026, name="close_filing", by=city, at=now, reason="已到期")
    assert closed.status == "evaluating"
    opened = rounds.move_round(round=round_2026, name="reopen_filing", by=city, at=now, reason="补报")
    assert opened.status == "filing"
    assert list(AuditEvent.objects.values_list("verb", "object_code", "reason").reverse()) == [
        ("带缺项开始受理申报", "2026", "名额随后下达"),
        ("开始受理申报", "2026", "名额随后下达"),
        ("截止申报", "2026", "已到期"),
        ("重新受理申报", "2026", "补报"),
    ]


def test_a_round_needs_its_four_phases_in_order(city: User, round_2026: Round, now: datetime) -> None:
    Round.objects.update(status="preparing")
    trial = Phase.objects.get(number=3)
    Phase.objects.filter(pk=trial.pk).update(starts_on=date(2026, 5, 20))
    with pytest.raises(Refusal, match="“第三阶段：试运行”须在“第二阶段：联通与整改”结束之后开始。"):
        rounds.move_round(round=round_2026, name="open_filing", by=city, at=now)
    trial.delete()
    with pytest.raises(Refusal, match="请先填写“第三阶段：试运行”的起止日期。"):
        rounds.move_round(round=round_2026, name="open_filing", by=city, at=now)


@pytest.mark.trust("T13")
def test_results_are_published_by_their_own_way_only(city: User, round_2026: Round, now: datetime) -> None:
    with pytest.raises(Refusal, match="认定结果请在“公布”页面公布。"):
        rounds.move_round(round=round_2026, name="publish", by=city, at=now)
    with pytest.raises(Gone):
        rounds.mark_published(round=round_2026, by=city, at=now)
    Round.objects.update(status="evaluating")
    assert rounds.mark_published(round=round_2026, by=city, at=now).status == "published"
    with pytest.raises(Gone, match="“公布认定结果”未执行"):
        rounds.mark_published(round=round_2026, by=city, at=now)


@pytest.mark.trust("T13")
@pytest.mark.parametrize("role", ["finance", "auditor", "security", "sysadmin"])
def test_nobody_but_the_city_moves_a_round(role: str, yinzhou: User, round_2026: Round, now: datetime) -> None:
    for person in (factories.person(role, role), yinzhou):
        for name in ("open_filing", "close_filing", "reopen_filing"):
            with pytest.raises(Refusal, match="您没有“"):
                rounds.move_round(round=round_2026, name=name, by=person, at=now, reason="理由")
        with pytest.raises(Refusal, match="您没有“公布认定结果”的权限。"):
            rounds.mark_published(round=round_2026, by=person, at=now)


def test_the_current_round_is_the_latest_that_filing_was_opened_for(round_2026: Round) -> None:
    factories.round_of(2025, status="published")
    assert current_round() == round_2026
    next_one = factories.round_of(2027, status="preparing")
    for status in ("evaluating", "published"):
        Round.objects.filter(pk=round_2026.pk).update(status=status)
        assert current_round() == round_2026
    for status in ("filing", "evaluating", "published"):
        Round.objects.filter(pk=next_one.pk).update(status=status)
        assert current_round() == next_one
    Round.objects.update(status="preparing")
    assert current_round() is None
    Round.objects.all().delete()
    assert current_round() is None


def test_several_rounds_can_be_at_work(round_2026: Round) -> None:
    next_one = factories.round_of(2027, status="preparing")
    assert rounds_at_work() == [round_2026]
    Round.objects.filter(pk=next_one.pk).update(status="filing")
    Round.objects.filter(pk=round_2026.pk).update(status="evaluating")
    assert rounds_at_work() == [round_2026, next_one]
    Round.objects.filter(pk=round_2026.pk).update(status="published")
    assert rounds_at_work() == [next_one]


def test_a_day_belongs_to_the_opened_round_whose_first_phase_began_last(round_2026: Round) -> None:
    # The first phases of the rounds begin on 18 March.
    assert [round_of(date(2026, 3, day)) for day in (17, 18)] == [None, round_2026]
    earlier, later = factories.round_of(2024, status="published"), factories.round_of(2027, status="preparing")
    assert [round_of(date(2024, 3, day)) for day in (17, 18)] == [None, earlier]
    # The gap after 28 September 2024 and the whole of 2025 belong to 2024.
    assert {round_of(day) for day in (date(2024, 9, 29), date(2025, 6, 1), date(2026, 3, 17))} == {earlier}
    # One in preparation takes no day; once it is opened the days since its beginning are its own.
    assert [round_of(date(2027, 3, day)) for day in (17, 18)] == [round_2026, round_2026]
    Round.objects.filter(pk=later.pk).update(status="filing")
    assert [round_of(date(2027, 3, day)) for day in (17, 18)] == [round_2026, later]


def test_where_two_rounds_overlap_a_day_belongs_to_the_later_one(round_2026: Round) -> None:
    later = factories.round_of(2027)
    Phase.objects.filter(round=round_2026, number=4).update(ends_on=date(2027, 5, 31))
    assert [round_of(date(2027, 3, day)) for day in (17, 18)] == [round_2026, later]
    assert round_of(date(2027, 5, 31)) == later


@pytest.mark.clause("N16")
def test_one_liaison_officer_per_region_and_round(yinzhou: User, round_2026: Round, now: datetime) -> None:
    first = factories.liaison(round_2026, yinzhou.region, yinzhou, now)
    assert (first.name, first.phone) == ("赵联络", "0574-88000000")
    assert factories.liaison(round_2026, yinzhou.region, yinzhou, now) == first
    second = liaisons.name_liaison(
        round=round_2026, region=yinzhou.region, name="钱联络", post="科长", phone="138 0013 8000", by=yinzhou, at=now
    )
    assert second.pk == first.pk
    assert Liaison.objects.count() == 1
    events = AuditEvent.objects.filter(verb="明确联络员")
    assert [event.changes for event in events] == [
        {"姓名": ["赵联络", "钱联络"], "联系电话": ["0574-88000000", "13800138000"]},
        {"姓名": ["", "赵联络"], "职务": ["", "科长"], "联系电话": ["", "0574-88000000"]},
    ]


@pytest.mark.clause("N16")
def test_a_liaison_officer_can_be_reached(
    yinzhou: User, cixi: User, city: User, finance: User, round_2026: Round, now: datetime
) -> None:
    facts = {"round": round_2026, "region": yinzhou.region, "post": "科长", "at": now}
    with pytest.raises(Refusal, match="“12”不是有效的电话号码"):
        liaisons.name_liaison(name="赵联络", phone="12", by=yinzhou, **facts)
    with pytest.raises(Refusal, match="请填写“联络员姓名”。"):
        liaisons.name_liaison(name=" ", phone="12345", by=yinzhou, **facts)
    for person in (cixi, finance):
        with pytest.raises(Refusal, match="您没有填写这个地区联络员的权限。"):
            liaisons.name_liaison(name="赵联络", phone="12345", by=person, **facts)
    assert liaisons.name_liaison(name="赵联络", phone="12345", by=city, **facts).name == "赵联络"
    Round.objects.update(status="published")
    with pytest.raises(Refusal, match="2026年度结果已公布"):
        liaisons.name_liaison(name="孙联络", phone="12345", by=yinzhou, **facts)


@pytest.mark.clause("N07")
def test_the_target_and_the_cap_are_data_of_the_round(round_2026: Round) -> None:
    assert (round_2026.target, round_2026.cap_yuan) == (100, 15_000_000)
    assert Round.objects.create(
        notice=factories.notice(), year=2027, title="x", cap_yuan=1, target=120, report_due_on=date(2027, 4, 17)
    ).target == 120  # fmt: skip
