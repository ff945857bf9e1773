"""Complaints: taken in, limited, merged, looked up with a secret, decided."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.audit.services import receipts
from platforms.audit.services.numbering import CLEAR
from platforms.cases.services import complaints
from platforms.errors import Refusal
from platforms.models import AuditEvent, Complaint, Mail, Platform, Round, User
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T36")]


@pytest.fixture
def platform(yinzhou: User, city: User, round_2026: Round, now: datetime) -> Platform:
    return factories.accepted(yinzhou, round_2026, now, city=city).platform


@pytest.fixture
def send(platform: Platform, now: datetime) -> Any:
    def send_(text: str = "收取了不该收的费用", **changes: Any) -> tuple[Complaint, str]:
        facts = {
            "platform": platform,
            "text": text,
            "enterprise": "测试有限公司",
            "contact_name": "周投诉",
            "contact_phone": "13800138000",
            "sender_hash": "a" * 64,
            "at": now,
        }
        return complaints.file_complaint(**{**facts, **changes})

    return send_


def test_a_complaint_gets_a_random_number_with_a_check_part(send: Any) -> None:
    first, _ = send()
    second, _ = send("另一件事")
    for each in (first, second):
        assert complaints.has_valid_form(each.number)
        assert each.status == "received"
    # Two numbers given one after the other share nothing that could be counted on.
    assert sum(a != b for a, b in zip(first.number[2:], second.number[2:], strict=True)) > 3
    event = AuditEvent.objects.first()
    assert (event.verb, event.object_code, event.actor) == ("收到投诉", second.number, "公众")
    assert "周投诉" not in str([list(each) for each in AuditEvent.objects.values_list()])


@given(st.data())
def test_a_slip_of_the_pen_is_found_without_the_database(data: st.DataObject) -> None:
    number = receipts.new_number("TS")
    place = data.draw(st.integers(2, len(number) - 1))
    other = data.draw(st.sampled_from(CLEAR))
    slipped = number[:place] + other + number[place + 1 :]
    assert complaints.has_valid_form(slipped) == (slipped == number)
    assert not complaints.has_valid_form(number + "A")
    assert not complaints.has_valid_form(number[:-1] + "0")


def test_looking_up_needs_number_and_secret(send: Any) -> None:
    complaint, code = send()
    number = complaint.number
    wide = "".join(chr(ord(each) + 0xFEE0) for each in number.lower())
    for typed in (number, number.lower(), f" {number[:4]} {number[4:]} ", f"{number[:2]}-{number[2:]}", wide):
        assert complaints.find(typed, f"{code[:5]} {code[5:].lower()}") == complaint
    for wrong in ("", code[:-1], code + "A", "\x00", "\ud800"):
        assert complaints.find(number, wrong) is None
    for unknown in ("", "TS", number[:-1] + ("A" if number[-1] != "A" else "C"), "中文", "\x00", "\ud800"):
        assert complaints.find(unknown, code) is None
    assert code not in str(Complaint.objects.values_list().get())


@pytest.mark.clause("N31")
def test_the_same_words_of_the_same_enterprise_are_one_case(send: Any, now: datetime) -> None:
    first, _ = send()
    for again in ("收取了不该收的费用", " 收取了 不该收的\n费用 "):
        double, code = send(again, sender_hash="b" * 64)
        assert (double.status, double.merged_into, double.due_on) == ("merged", first, None)
        assert double.turns.get().by is None
        assert complaints.find(double.number, code) == double
    assert first.turns.count() == 0
    assert Mail.objects.filter(kind="complaint").count() == 1


def test_a_case_that_is_decided_takes_in_no_more(send: Any, city: User, yinzhou: User, now: datetime) -> None:
    factories.decided(send()[0], by=yinzhou, city=city, at=now)
    again, _ = send()
    assert (again.status, again.merged_into) == ("received", None)


def test_the_liaison_officer_learns_number_and_deadline_and_nobody_who_complained(send: Any) -> None:
    complaint, _ = send()
    mail = Mail.objects.get(kind="complaint")
    assert complaint.number in mail.subject
    # Fifteen working days from 10 April; 1 to 5 May are free.
    assert complaint.due_on == date(2026, 5, 6)
    for private in ("周投诉", "13800138000", "测试有限公司", "收取了不该收的费用"):
        assert private not in mail.subject + mail.body


def test_a_flood_from_many_addresses_ends_too(send: Any, settings: Any) -> None:
    settings.COMPLAINTS_PER_HOUR_IN_ALL = 30
    outcomes = []
    for number in range(100):
        try:
            send(f"投诉{number}", sender_hash=f"{number % 50:064x}")
            outcomes.append("taken")
        except complaints.TooMany as refusal:
            outcomes.append(str(refusal))
    full = "本站一小时内收到的投诉较多，暂时不能再收，请稍后再试，也可拨打平台所在地经信部门的电话反映。"
    assert outcomes == ["taken"] * 30 + [full] * 70
    assert Complaint.objects.count() == 30


@pytest.mark.clause("N31")
def test_another_enterprise_with_the_same_words_is_another_complaint(send: Any) -> None:
    send()
    send(enterprise="另一家有限公司")
    assert Complaint.objects.count() == 2


def test_one_sender_is_limited_per_hour(send: Any, settings: Any, now: datetime) -> None:
    settings.COMPLAINTS_PER_HOUR = 2
    send("一")
    send("二", at=now + timedelta(minutes=59))
    with pytest.raises(complaints.TooMany, match="您一小时内提交的投诉较多，请稍后再试"):
        send("三", at=now + timedelta(minutes=59, seconds=59))
    assert send("别人的", sender_hash="b" * 64, at=now + timedelta(minutes=59))
    assert send("三", at=now + timedelta(hours=1))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"text": " "}, "请填写“投诉内容”。"),
        ({"text": "长" * 2001}, "“投诉内容”最多 2000 个字，现为 2001 个字。"),
        ({"text": "空\x00字符"}, "“投诉内容”中有无法保存的字符，请删除后重新填写。"),
        ({"enterprise": ""}, "请填写“投诉企业”。"),
        ({"contact_name": ""}, "请填写“联系人”。"),
        ({"contact_phone": ""}, "请填写“联系电话”。"),
        ({"contact_phone": "12"}, "“12”不是有效的电话号码，请填写手机号码，或带区号的固定电话，如 0574-87654321。"),
    ],
)
def test_what_cannot_be_handled_is_refused(send: Any, change: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        send(**change)
    assert str(refused.value) == sentence
    assert not Complaint.objects.exists()


def test_emoji_are_kept(send: Any) -> None:
    assert send("服务很差😡")[0].text == "服务很差😡"


@pytest.mark.trust("T57")
def test_those_who_queued_behind_a_later_moment_are_counted_too(send: Any, now: datetime, settings: Any) -> None:
    """Of ten at once the last to come may be the first at the lock: each has taken its moment before."""
    settings.COMPLAINTS_PER_HOUR = 5
    outcomes = []
    for turn in range(10):
        try:
            send(f"投诉{turn}", at=now - timedelta(milliseconds=turn))
            outcomes.append("taken")
        except complaints.TooMany:
            outcomes.append("refused")
    assert outcomes == ["taken"] * 5 + ["refused"] * 5
    assert send("一小时以后", at=now + timedelta(hours=1))[0].status == "received"
