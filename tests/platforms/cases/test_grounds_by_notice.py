"""Grounds of a platform under a second notice beside one of 2020: which there are, what finds them, what is enough."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from platforms.cases.queries import grounds as queries
from platforms.cases.services import complaint_cases, complaints, fee_cases, ground_sources, grounds
from platforms.errors import Refusal
from platforms.follow_ups import services as follow_ups
from platforms.follow_ups.services import Rule
from platforms.models import AuditEvent, Complaint, Ground, Notice, Platform, Region, Round, User
from platforms.notices.choices import Collector
from platforms.notices.models import value_of
from platforms.notices.queries import grounds_noted
from platforms.rectifications import services as rectifications
from tests import factories
from tests.platforms.cases.noticed import TERMS, another_notice
from tests.platforms.supervised import platform_of, record_of
from tests.platforms.test_guards import refused

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def another(db: None) -> Notice:
    return another_notice()


@pytest.fixture
def old(round_2026: Round, regions: dict[str, Region]) -> Platform:
    """A platform under a certificate of 2020."""
    return platform_of(regions["330212"])


@pytest.fixture
def new(round_2026: Round, regions: dict[str, Region], another: Notice) -> Platform:
    """A platform under a certificate of the second notice, while a round of 2020 is the current one."""
    return factories.standing(platform_of(regions["330212"], stands=False), notice=another)


@pytest.fixture
def verify(yinzhou: User, city: User, now: datetime) -> Any:
    """Let ``text`` about ``platform`` prove true; it came in on ``at``."""

    def verify_(platform: Platform, text: str, at: datetime = now) -> Complaint:
        row, _ = complaints.file_complaint(
            platform=platform, text=text, enterprise=f"{text}公司", contact_name="周某", contact_phone="13800138000",
            sender_hash=f"{platform.pk}{text}", at=at,
        )  # fmt: skip
        return factories.decided(row, by=yinzhou, city=city, at=now)

    return verify_


def register() -> list[tuple[int, str, str]]:
    """Platform, key and label of what stands, the earliest first."""
    return [(row.platform_id, row.ground, row.ground_label) for row in Ground.objects.order_by("pk")]


# Noted by hand -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ground", "of_old", "of_new"),
    [
        ("false_material", "报送材料、数据严重失实", "弄虚作假"),
        ("fees", "假借公益性服务之名收取费用", ""),
        ("secrets", "", "泄露企业商业秘密"),
    ],
)
def test_what_is_noted_is_a_ground_of_the_notice_of_the_certificate(
    old: Platform, new: Platform, yinzhou: User, now: datetime, ground: str, of_old: str, of_new: str
) -> None:
    for platform, label in ((old, of_old), (new, of_new)):
        note = {"platform": platform, "ground": ground, "text": "查实", "happened_on": now.date()}
        if not label:
            with pytest.raises(Refusal) as told:
                grounds.note(**note, by=yinzhou, at=now)
            assert (told.value.field, str(told.value)) == ("ground", "请选择通知所列撤销情形之一。")
            continue
        row = grounds.note(**note, by=yinzhou, at=now)
        event = AuditEvent.objects.latest("serial")
        assert (row.ground_label, event.verb) == (label, "登记撤销情形事实")
        assert event.changes["撤销情形"] == [None, label]
        assert queries.sentences(platform) == [f"{label}（待确认，{row.number}）：查实"]


@pytest.mark.parametrize(("ground", "enough"), [("complaints", 3), ("complained", 2)])
def test_complaints_are_noted_under_neither(
    old: Platform, new: Platform, city: User, now: datetime, ground: str, enough: int
) -> None:
    told = []
    for platform in (old, new):
        with pytest.raises(Refusal) as told_:
            grounds.note(platform=platform, ground=ground, text="查实", happened_on=now.date(), by=city, at=now)
        told.append(str(told_.value))
    counted = f"投诉情形由系统在核实{enough}件投诉后提出，不需要人工登记。"
    unknown = "请选择通知所列撤销情形之一。"
    assert told == ([counted, unknown] if ground == "complaints" else [unknown, counted])


def test_a_fact_keeps_the_words_that_it_was_noted_under(
    old: Platform, another: Notice, city: User, now: datetime
) -> None:
    """Also where a later certificate is under a notice that has no such ground, or calls it otherwise."""
    for ground in ("fees", "false_material"):
        grounds.note(platform=old, ground=ground, text="查实", happened_on=now.date(), by=city, at=now)
    before = register()
    tomorrow = now.date() + DAY
    old.standings.update(ended_on=tomorrow, ended_why="replaced", ended_at=now, ended_by=city)
    factories.standing(old, starts_on=tomorrow, certificate="NB-2", notice=another)
    assert register() == before
    assert [label for *_, label in before] == ["假借公益性服务之名收取费用", "报送材料、数据严重失实"]
    row = grounds.note(
        platform=old, ground="false_material", text="又一次", happened_on=tomorrow, by=city, at=now + DAY
    )
    assert row.ground_label == "弄虚作假"


# Found by the system -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("collector", "of_old", "of_new"),
    [
        (Collector.REFUSES_EVALUATION, "refuses_evaluation", "absent"),
        (Collector.FALSE_MATERIAL, "false_material", "false_material"),
        (Collector.REFUSES_ACTIVITIES, "refuses_activities", "refuses_activities"),
        (Collector.FEES, "fees", ""),
        (Collector.OTHER, "other", ""),
    ],
)
def test_what_is_found_is_the_ground_that_the_notice_has_for_it_or_nothing(
    old: Platform, new: Platform, now: datetime, collector: str, of_old: str, of_new: str
) -> None:
    said = [grounds.Said(each, (collector,), "fee", str(each.pk), "查实", now.date()) for each in (old, new)]
    found = [(fact.platform, fact.ground) for fact in grounds.under_notices(said)]
    assert found == [(platform, key) for platform, key in ((old, of_old), (new, of_new)) if key]


@pytest.mark.parametrize(
    ("named", "of_old", "of_new"),
    [("fees", "fees", ""), ("secrets", "other", "secrets"), ("complained", "other", ""), ("", "other", "")],
)
def test_a_ground_that_a_row_names_itself_comes_first_and_complaints_are_never_named(
    old: Platform, another: Notice, now: datetime, named: str, of_old: str, of_new: str
) -> None:
    said = grounds.Said(old, (Collector.OTHER,), "rectification", "1", "查实", now.date(), named)
    found = [said.under(value_of(pk).terms) for pk in (factories.notice().pk, another.pk)]
    assert [each.key if each else "" for each in found] == [of_old, of_new]


@pytest.mark.clause("N33")
def test_a_fee_is_no_fact_where_the_notice_does_not_list_fees(
    old: Platform, new: Platform, yinzhou: User, city: User, now: datetime
) -> None:
    for number, platform in enumerate((old, new), start=1):
        record = record_of(platform, number, fee=Decimal(300))
        fee_cases.explain(record=record, text="场地费", by=yinzhou, at=now)
        fee_cases.decide(record=record, passed=True, text="收费属实。", by=city, at=now)
    assert register() == [(old.pk, "fees", "假借公益性服务之名收取费用")]
    assert ground_sources.propose_all(on=now.date(), at=now) == 0


def test_calls_are_facts_of_the_grounds_that_the_notice_lists(
    old: Platform, new: Platform, yinzhou: User, now: datetime
) -> None:
    for number, platform in enumerate((old, old, new, new), start=1):
        record_of(platform, number, served_on=date(2026, 4, number))
    rule = Rule(from_on=date(2026, 4, 1), until_on=date(2026, 4, 10), size=4, seed="s")
    sample = follow_ups.draw_sample(rule=rule, by=yinzhou, at=now)
    for call in sample.calls.all():
        said: dict[str, Any] = {"result": "not_confirmed"}
        if call.external_id in ("2", "4"):
            said = {"result": "confirmed", "fee_taken": True}
        follow_ups.note_call(call=call, version=1, by=yinzhou, at=now, **said)
    assert ground_sources.propose_all(on=now.date(), at=now) == 3
    assert register() == [
        (old.pk, "false_material", "报送材料、数据严重失实"),
        (new.pk, "false_material", "弄虚作假"),
        (old.pk, "fees", "假借公益性服务之名收取费用"),
    ]


def test_what_is_not_mended_is_no_fact_where_the_notice_has_no_ground_for_it(
    old: Platform, new: Platform, city: User, now: datetime
) -> None:
    due = now.date() + DAY
    for platform in (old, new):
        for clause in ("fees", "refuses_activities"):
            rectifications.open_one(
                platform=platform, finder="city", clause=clause, indicator="", problem="没有改", due_on=due, by=city,
                at=now,
            )  # fmt: skip
    assert ground_sources.propose_all(on=due + timedelta(days=31), at=now) == 3
    assert [(platform, ground) for platform, ground, _ in register()] == [
        (old.pk, "fees"), (old.pk, "refuses_activities"), (new.pk, "refuses_activities")
    ]  # fmt: skip


def test_facts_of_thirty_rows_cost_as_much_as_those_of_one(
    old: Platform, new: Platform, now: datetime, django_assert_num_queries: Any
) -> None:
    for rows in (1, 30):
        said = [
            grounds.Said(platform, (Collector.FALSE_MATERIAL,), "fee", str(number), "查实", now.date() - number * DAY)
            for number in range(rows)
            for platform in (old, new)
        ]
        with django_assert_num_queries(1):
            assert len(list(grounds.under_notices(said))) == 2 * rows


# Complaints ----------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N31")
def test_as_many_complaints_are_enough_as_the_notice_says(old: Platform, new: Platform, verify: Any) -> None:
    for platform in (old, new):
        verify(platform, "一")
    assert register() == []
    for platform in (old, new):
        verify(platform, "二")
    assert register() == [(new.pk, "complained", "被投诉2次以上且核实")]
    verify(old, "三")
    assert register()[1:] == [(old.pk, "complaints", "被投诉3次以上且核实")]


@pytest.mark.clause("N31")
def test_with_one_less_a_proposal_is_taken_back_and_a_confirmed_fact_no_longer_holds(
    new: Platform, verify: Any, city: User, now: datetime
) -> None:
    one, _, third = (verify(new, text) for text in ("一", "二", "三"))
    complaint_cases.reopen(complaint=third, reason="补充材料", by=city, at=now)
    fact = Ground.objects.get()
    assert (fact.status, fact.complaints.count()) == ("proposed", 2)
    grounds.confirm(ground=fact, reason="属实", by=city, at=now)
    assert queries.holds(fact)
    complaint_cases.reopen(complaint=one, reason="企业撤回", by=city, at=now)
    fact.refresh_from_db()
    assert (fact.status, queries.holds(fact)) == ("confirmed", False)
    reopened = grounds.reopen(ground=fact, reason="再议", by=city, at=now)
    with pytest.raises(Refusal, match="计入的投诉中核实的已不足2件，不能确认"):
        grounds.confirm(ground=reopened, reason="属实", by=city, at=now)


@pytest.mark.clause("N31")
def test_a_proposal_with_too_few_left_says_how_many_its_notice_asks(
    new: Platform, verify: Any, city: User, now: datetime
) -> None:
    one, _ = (verify(new, text) for text in ("一", "二"))
    complaint_cases.reopen(complaint=one, reason="补充材料", by=city, at=now)
    fact = Ground.objects.get()
    assert (fact.status, fact.decision_reason) == (
        "dismissed", f"投诉 {one.number} 重新核查，核实的投诉不足 2 件。"
    )  # fmt: skip


@pytest.mark.clause("N31")
@pytest.mark.parametrize(
    ("days", "counted"),
    [
        # Both while it held the certificate of 2020, which asks for three.
        ((-2, -1), 0),
        # The second came in on the first day of the next one, which asks for two.
        ((-1, 0), 2),
        ((-2, -1, 0), 3),
        ((0, 0), 2),
        ((0,), 0),
    ],
)
def test_the_complaint_that_makes_them_enough_says_which_notice_counts(
    old: Platform, another: Notice, verify: Any, city: User, now: datetime, days: tuple[int, ...], counted: int
) -> None:
    old.standings.update(ended_on=now.date(), ended_why="replaced", ended_at=now, ended_by=city)
    factories.standing(old, starts_on=now.date(), certificate="NB-2", notice=another)
    for number, day in enumerate(days):
        verify(old, f"第{number}件", now + day * DAY)
    assert [(row.ground, row.complaints.count()) for row in Ground.objects.all()] == [("complained", counted)][:counted]


def test_a_notice_that_does_not_list_complaints_counts_none(
    round_2026: Round, regions: dict[str, Region], verify: Any, now: datetime
) -> None:
    silent = another_notice(grounds=[each for each in TERMS["grounds"] if each["collector"] != "complaints"])
    platform = factories.standing(platform_of(regions["330212"], stands=False), notice=silent)
    for text in ("一", "二", "三"):
        verify(platform, text)
    assert (register(), queries.complaints_asked(platform, now.date())) == ([], None)


# Vocabulary ----------------------------------------------------------------------------------------------------------


def test_each_ground_is_offered_once_for_noting_with_the_names_that_notices_give_it(
    round_2026: Round, another: Notice
) -> None:
    """What no notice lets anybody note is not offered; a draft offers nothing."""
    Notice.objects.create(
        number="X",
        title="X",
        issued_on=date(2026, 1, 1),
        clauses=[],
        terms={},
        made_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert grounds_noted() == [
        ("refuses_evaluation", "拒不参加绩效评价"),
        ("false_material", "报送材料、数据严重失实 / 弄虚作假"),
        ("refuses_activities", "拒不配合枢纽平台开展服务活动 / 不参加服务活动"),
        ("fees", "假借公益性服务之名收取费用"),
        ("other", "其他较严重的违法、违规、失信"),
        ("absent", "不参加评价"),
        ("secrets", "泄露企业商业秘密"),
    ]


# The database --------------------------------------------------------------------------------------------------------


@pytest.mark.trust("T49")
def test_the_database_knows_no_ground_that_the_notice_does_not_list(
    old: Platform, new: Platform, another: Notice, now: datetime
) -> None:
    sentence = "撤销情形不在通知所列之内"
    facts = {"number": "CX-1", "text": "查实", "happened_on": now.date(), "source": "fee", "noted_at": now}

    def made(platform: Platform, notice: Notice, ground: str) -> Ground:
        with transaction.atomic():
            return Ground.objects.create(platform=platform, notice=notice, ground=ground, source_key=ground, **facts)

    for notice, ground in ((another, "fees"), (factories.notice(), "secrets"), (another, "dislike"), (another, "%")):
        with pytest.raises(IntegrityError, match=sentence):
            made(new, notice, ground)
    made(new, another, "false_material")
    refused(Ground.objects.all(), "撤销情形", ground="fees")
    refused(Ground.objects.all(), "撤销情形的登记内容不得修改或删除", notice=factories.notice())


# Pages ---------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N31")
def test_pages_name_what_the_notice_of_the_platform_asks(
    old: Platform, new: Platform, yinzhou: User, city: User, now: datetime, browser_of: Any
) -> None:
    office = browser_of(city)
    for platform, enough in ((old, 3), (new, 2)):
        shown = office.get(reverse("admin:platforms_platform_change", args=(platform.pk,))).content.decode()
        assert f"0 件，满 {enough} 件提出撤销情形" in shown
        row, _ = complaints.file_complaint(
            platform=platform, text="投诉", enterprise="甲公司", contact_name="周某", contact_phone="13800138000",
            sender_hash=str(platform.pk), at=now,
        )  # fmt: skip
        complaint_cases.examine(complaint=row, finding="supported", text="查了", by=yinzhou, at=now)
        asked = office.get(reverse("admin:platforms_complaint_move", args=(row.pk, "verify"))).content.decode()
        assert f"同一平台核实满{enough}件的，提出撤销情形，由市经信局另行确认。" in asked


def test_the_register_is_filtered_and_filled_by_the_grounds_of_all_notices(
    old: Platform, new: Platform, city: User, now: datetime, browser_of: Any
) -> None:
    office, add = browser_of(city), reverse("admin:platforms_ground_add")
    typed = {"platform": new.pk, "ground": "secrets", "text": "查实", "happened_on": now.date().isoformat()}
    shown = office.get(add).content.decode()
    assert [f'value="{key}"' in shown for key in ("secrets", "fees", "complaints", "complained")] == [
        True, True, False, False
    ]  # fmt: skip
    wrong = office.post(add, typed | {"platform": old.pk}).content.decode()
    assert "请选择通知所列撤销情形之一。" in wrong
    assert 'value="secrets" selected' in wrong
    office.post(add, typed)
    assert register() == [(new.pk, "secrets", "泄露企业商业秘密")]
    grounds.note(platform=old, ground="fees", text="收费", happened_on=now.date(), by=city, at=now)
    listed = reverse("admin:platforms_ground_changelist")
    found = {
        key: sorted(row.ground for row in office.get(f"{listed}?ground={key}").context["cl"].result_list)
        for key in ("secrets", "fees", "absent", "")
    }
    assert found == {"secrets": ["secrets"], "fees": ["fees"], "absent": [], "": ["fees", "secrets"]}
    page = office.get(listed).content.decode()
    assert page.count("泄露企业商业秘密") >= 2


@pytest.mark.clause("N31")
def test_the_page_of_a_fact_says_with_the_number_of_its_notice_that_it_no_longer_holds(
    new: Platform, verify: Any, city: User, now: datetime, browser_of: Any
) -> None:
    one, _ = (verify(new, text) for text in ("一", "二"))
    fact = Ground.objects.get()
    grounds.confirm(ground=fact, reason="属实", by=city, at=now)
    url = reverse("admin:platforms_ground_change", args=(fact.pk,))
    sentence = "计入的投诉中核实的已不足2件，请核对后重新认定或不予认定。"
    assert sentence not in browser_of(city).get(url).content.decode()
    complaint_cases.reopen(complaint=one, reason="企业撤回", by=city, at=now)
    assert sentence in browser_of(city).get(url).content.decode()
