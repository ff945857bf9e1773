"""The register of grounds: three verified complaints, each counted once; facts that people decide."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from platforms.cases.queries import complaints as complaint_queries
from platforms.cases.queries import grounds as queries
from platforms.cases.services import complaint_cases, complaints, ground_sources, grounds
from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, Ban, Complaint, Ground, Platform, Region, Round, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(yinzhou: User, city: User, round_2026: Round, now: datetime) -> Platform:
    return factories.accepted(yinzhou, round_2026, now, city=city).platform


@pytest.fixture
def send(platform: Platform, now: datetime) -> Any:
    def send_(text: str, **changes: Any) -> Complaint:
        facts = {
            "platform": platform, "text": text, "enterprise": "测试有限公司", "contact_name": "周投诉",
            "contact_phone": "13800138000", "sender_hash": f"{text}", "at": now,
        }  # fmt: skip
        return complaints.file_complaint(**{**facts, **changes})[0]

    return send_


@pytest.fixture
def verify(yinzhou: User, city: User, now: datetime) -> Any:
    return lambda row: factories.decided(row, by=yinzhou, city=city, at=now)


@pytest.mark.clause("N31")
def test_the_third_verified_complaint_proposes_the_ground_and_nothing_is_revoked(send: Any, verify: Any) -> None:
    for text in ("一", "二"):
        verify(send(text))
    assert not Ground.objects.exists()
    verify(send("三"))
    fact = Ground.objects.get()
    assert (fact.ground, fact.status, fact.source, fact.noted_by) == ("complaints", "proposed", "complaint", None)
    assert fact.complaints.count() == 3
    assert fact.text.startswith("核查属实的投诉 3 件：TS")
    verify(send("四"))
    assert Ground.objects.get().complaints.count() == 4
    assert ground_sources.propose_all(on=date(2026, 4, 10), at=fact.noted_at) == 0


@pytest.mark.clause("N31")
def test_what_is_merged_counts_once(send: Any, verify: Any, yinzhou: User, now: datetime) -> None:
    first, second, other = send("一"), send("二"), send("二的另一种说法", enterprise="另一家有限公司")
    complaint_cases.merge(complaint=other, into=second, reason="同一件事", by=yinzhou, at=now)
    verify(first)
    verify(second)
    with pytest.raises(Gone):
        verify(other)
    assert not Ground.objects.exists()


@pytest.mark.clause("N31")
def test_complaints_before_a_revocation_do_not_count_again(
    send: Any, verify: Any, platform: Platform, now: datetime
) -> None:
    Ban.objects.create(
        site_key=platform.site_key, starts_on=now.date(), ends_on=now.date() + timedelta(days=1095), reason="撤销"
    )
    for text in ("一", "二", "三"):
        verify(send(text))
    assert not Ground.objects.exists()
    for text in ("四", "五", "六"):
        verify(send(text, at=now + timedelta(days=1)))
    assert Ground.objects.get().complaints.count() == 3
    figures = complaint_queries.figures_of_platform(platform)
    assert figures == {"all": 6, "open": 0, "verified": 6, "counting": 3, "since": now.date()}


@pytest.mark.clause("N31")
def test_opening_one_again_takes_the_proposal_back_until_it_is_verified_again(
    send: Any, verify: Any, city: User, now: datetime
) -> None:
    rows = [verify(send(text)) for text in ("一", "二", "三")]
    fact = Ground.objects.get()
    again = complaint_cases.reopen(complaint=rows[0], reason="企业补充了材料", by=city, at=now)
    fact.refresh_from_db()
    assert (again.status, again.outcome, again.ground, fact.status) == ("reopened", "", None, "dismissed")
    assert fact.decision_reason == f"投诉 {again.number} 重新核查，核实的投诉不足 3 件。"
    verify(again)
    assert list(Ground.objects.values_list("status", flat=True)) == ["proposed", "dismissed"]


def test_a_dismissed_fact_keeps_its_complaints_and_is_not_proposed_again(
    send: Any, verify: Any, city: User, now: datetime
) -> None:
    for text in ("一", "二", "三"):
        verify(send(text))
    grounds.dismiss(ground=Ground.objects.get(), reason="情节轻微", by=city, at=now)
    assert ground_sources.propose_all(on=now.date(), at=now) == 0
    verify(send("四"))
    assert Ground.objects.count() == 1


def test_a_fact_that_no_longer_holds_is_not_confirmed(send: Any, verify: Any, city: User, now: datetime) -> None:
    rows = [verify(send(text)) for text in ("一", "二", "三")]
    fact = Ground.objects.get()
    grounds.confirm(ground=fact, reason="属实", by=city, at=now)
    complaint_cases.reopen(complaint=rows[0], reason="企业撤回", by=city, at=now)
    fact.refresh_from_db()
    assert (fact.status, queries.holds(fact)) == ("confirmed", False)
    grounds.reopen(ground=fact, reason="依据改变", by=city, at=now)
    with pytest.raises(Refusal, match="计入的投诉中核实的已不足3件，不能确认"):
        grounds.confirm(ground=fact, reason="属实", by=city, at=now)


@pytest.mark.parametrize(
    "ground",
    [
        pytest.param("false_material", marks=pytest.mark.clause("N30")),
        pytest.param("refuses_activities", marks=pytest.mark.clause("N32")),
        pytest.param("fees", marks=pytest.mark.clause("N33")),
        pytest.param("other", marks=pytest.mark.clause("N34")),
        pytest.param("refuses_evaluation", marks=pytest.mark.clause("N29")),
    ],
)
def test_a_county_notes_a_fact_and_the_city_decides(
    platform: Platform, yinzhou: User, cixi: User, city: User, now: datetime, ground: str
) -> None:
    facts = {"platform": platform, "ground": ground, "text": "查实", "happened_on": now.date(), "at": now}
    with pytest.raises(Refusal, match="您没有为这个平台登记撤销情形事实的权限。"):
        grounds.note(**facts, by=cixi)
    row = grounds.note(**facts, by=yinzhou)
    assert (row.is_visible_to(yinzhou), row.is_visible_to(cixi), row.is_visible_to(city)) == (True, False, True)
    with pytest.raises(Refusal, match="您没有“确认事实”的权限。"):
        grounds.confirm(ground=row, reason="属实", by=yinzhou, at=now)
    assert queries.suggested(platform) == ""
    grounds.confirm(ground=row, reason="属实", by=city, at=now)
    assert queries.suggested(platform) == ground
    with pytest.raises(Gone):
        grounds.dismiss(ground=row, reason="不实", by=city, at=now)


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"ground": "x"}, "ground", "请选择通知所列撤销情形之一。"),
        ({"ground": "complaints"}, "ground", "投诉情形由系统在核实3件投诉后提出，不需要人工登记。"),
        ({"text": " "}, "text", "请填写“事实”。"),
        ({"happened_on": date(2027, 1, 1)}, "happened_on", "发生日期不能晚于今天。"),
    ],
)
def test_what_cannot_be_noted_is_refused(
    platform: Platform, city: User, now: datetime, change: dict[str, Any], field: str, sentence: str
) -> None:
    facts = {"platform": platform, "ground": "other", "text": "查实", "happened_on": now.date(), "by": city, "at": now}
    with pytest.raises(Refusal) as refused:
        grounds.note(**{**facts, **change})
    assert (refused.value.field, str(refused.value)) == (field, sentence)


@pytest.mark.clause("N31")
@pytest.mark.trust("T13")
def test_the_county_looks_into_it_and_the_city_decides_once(
    send: Any, yinzhou: User, cixi: User, city: User, now: datetime
) -> None:
    row = send("一")
    with pytest.raises(Gone):
        complaint_cases.decide(complaint=row, move="verify", reason="属实", outcome="属实。", by=city, at=now)
    with pytest.raises(Refusal, match="投诉由平台所在地核查，您不能办理。"):
        complaint_cases.take_up(complaint=row, by=cixi, at=now)
    complaint_cases.take_up(complaint=row, by=yinzhou, at=now)
    with pytest.raises(Refusal, match="请选择核查结论。"):
        complaint_cases.examine(complaint=row, finding="", text="查了", by=yinzhou, at=now)
    text = "已电话 13800138000 与测试有限公司周投诉核对"
    examined = complaint_cases.examine(complaint=row, finding="supported", text=text, by=yinzhou, at=now)
    assert (examined.status, examined.finding, examined.finding_text) == ("examined", "supported", text)
    with pytest.raises(Refusal, match="您没有“核查属实”的权限。"):
        complaint_cases.decide(complaint=row, move="verify", reason="属实", outcome="属实。", by=yinzhou, at=now)
    with pytest.raises(Refusal, match="请填写“答复投诉人”。"):
        complaint_cases.decide(complaint=row, move="verify", reason="属实", outcome="", by=city, at=now)
    complaint_cases.decide(complaint=row, move="dismiss", reason="不属实", outcome="不属实。", by=city, at=now)
    with pytest.raises(Gone):
        complaint_cases.decide(complaint=row, move="verify", reason="属实", outcome="属实。", by=city, at=now)
    log = str([list(each) for each in AuditEvent.objects.filter(verb__startswith="投诉").values_list()])
    assert "已电话 （电话） 与（企业）（联系人）核对" in log
    for private in ("周投诉", "13800138000", "测试有限公司"):
        assert private not in log


@pytest.mark.parametrize("case", ["itself", "merged", "elsewhere"])
def test_what_is_no_case_to_merge_into_is_refused(
    send: Any, yinzhou: User, city: User, round_2026: Round, regions: dict[str, Region], now: datetime, case: str
) -> None:
    row, other = send("一"), send("二", enterprise="另一家有限公司")
    sentence = "不能并入投诉自己，请填写另一件的受理编号。"
    into = row
    if case == "merged":
        complaint_cases.merge(complaint=other, into=send("三", enterprise="丙公司"), reason="同", by=yinzhou, at=now)
        into, sentence = other, "这一件本身已经并入别的投诉，请填写它并入的那一件。"
    elif case == "elsewhere":
        town = factories.town(regions["330212"], "另一街道")
        elsewhere = factories.accepted(yinzhou, round_2026, now, city=city, town=town).platform
        into = send("四", platform=elsewhere)
        sentence = "两件投诉针对的不是同一个平台，不能并案。"
    with pytest.raises(Refusal) as refused:
        complaint_cases.merge(complaint=row, into=into, reason="同一件", by=yinzhou, at=now)
    assert str(refused.value) == sentence


def test_what_was_merged_by_mistake_is_taken_out_again(send: Any, yinzhou: User, city: User, now: datetime) -> None:
    first, second = send("一"), send("二")
    complaint_cases.merge(complaint=second, into=first, reason="同一件", by=yinzhou, at=now)
    row = complaint_cases.separate(complaint=second, reason="不是同一件", by=city, at=now)
    assert (row.status, row.merged_into) == ("reopened", None)
    double = send("一")
    with pytest.raises(Refusal, match=f"同一企业内容相同的投诉 {first.number} 正在办理"):
        complaint_cases.separate(complaint=double, reason="分开", by=city, at=now)
