"""Complaints as the public files them."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from evaluation.models import Publication
from platforms.models import Complaint, User
from tests import factories
from tests.evaluation.stage import graded_round

pytestmark = [pytest.mark.django_db, pytest.mark.trust("T36")]

FORM = {
    "platform": "330212-001",
    "text": "9月1日办理政策申报时被收取200元。",
    "enterprise": "宁波某某机械有限公司",
    "contact_name": "张三",
    "contact_phone": "13812345678",
    "website": "",
}


def file(client: Client, **changes: str) -> Any:
    return client.post("/complaints/new/", FORM | changes)


@pytest.mark.clause("N31")
def test_a_complaint_lands_with_the_county_and_the_city(
    stranger: Client, publication: Publication, yinzhou: User, cixi: User, city2: User, finance: User
) -> None:
    assert file(stranger)["Location"] == "/complaints/received/"
    complaint = Complaint.objects.get()
    assert (complaint.platform.code, complaint.enterprise) == ("330212-001", "宁波某某机械有限公司")
    seen = {person.username: complaint.is_visible_to(person) for person in (yinzhou, cixi, city2, finance)}
    assert seen == {"yinzhou": True, "cixi": False, "city2": True, "finance": False}


def test_number_and_code_are_shown_once_and_open_the_status(stranger: Client, publication: Publication) -> None:
    file(stranger)
    receipt = stranger.get("/complaints/received/")
    number, code = receipt.context["receipt"]["number"], receipt.context["receipt"]["code"]
    shown = receipt.content.decode()
    assert number in shown
    assert code in shown
    assert receipt["Cache-Control"] == "no-store"
    assert code not in stranger.get("/complaints/received/").content.decode()
    status = Client().post("/complaints/status/", {"number": number, "code": code})
    assert "待受理" in status.content.decode()
    for private in (FORM["contact_name"], FORM["contact_phone"], FORM["enterprise"], FORM["text"]):
        assert private not in shown
        assert private not in status.content.decode()


def test_a_neighbour_number_or_a_wrong_code_is_unknown(stranger: Client, publication: Publication) -> None:
    file(stranger)
    file(stranger, text="另一件事情：服务窗口无人值守。")
    first, second = Complaint.objects.all()
    receipt = stranger.get("/complaints/received/").context["receipt"]
    other = first if receipt["number"] == second.number else second
    for number, code in ((other.number, receipt["code"]), (receipt["number"], "AAAAAAAAAA"), ("TS1", "x"), ("", "")):
        answer = stranger.post("/complaints/status/", {"number": number, "code": code})
        assert answer.status_code == 422
        assert "complaint" not in answer.context
    assert (
        stranger.get(f"/complaints/status/?number={receipt['number']}&code={receipt['code']}").context.get("complaint")
        is None
    )


def test_look_ups_are_slowed_down(stranger: Client, settings: Any, db: None) -> None:
    settings.VERIFICATIONS_PER_MINUTE = 2
    statuses = [stranger.post("/complaints/status/", {"number": "x", "code": "y"}).status_code for _ in range(3)]
    assert statuses == [422, 422, 429]


@pytest.mark.parametrize(
    "named", ["330212-001", "鄞州区第1镇中小企业公共服务窗口平台", "鄞州区第1镇中小企业公共服务窗口平台（330212-001）"]
)
def test_the_platform_is_named_by_code_or_name(stranger: Client, publication: Publication, named: str) -> None:
    file(stranger, platform=named)
    assert Complaint.objects.get().platform.code == "330212-001"


def test_a_link_from_the_platform_fills_it_in(stranger: Client, publication: Publication) -> None:
    page = stranger.get("/complaints/new/?platform=330212-001").content.decode()
    assert 'value="鄞州区第1镇中小企业公共服务窗口平台（330212-001）"' in page
    assert stranger.get("/complaints/new/?platform=%3Cb%3E").status_code == 200


def test_only_published_platforms_can_be_complained_about(stranger: Client, publication: Publication) -> None:
    graded_round({"330205": {"A": 1}}, year=2026)
    answer = file(stranger, platform="330205-001")
    assert answer.status_code == 422
    assert "没有找到这个平台" in answer.content.decode()
    assert "330205-001" not in stranger.get("/complaints/new/").content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "error"),
    [
        ({"text": ""}, "text", "请填写投诉内容。"),
        ({"text": "长" * 2001}, "text", "投诉内容不得超过 2000 个字，现为 2001 个字。"),
        ({"enterprise": " "}, "enterprise", "请填写企业名称。"),
        ({"website": "http://x"}, "website", "请把这一栏清空后再提交。"),
    ],
)
def test_what_is_wrong_is_said_beside_the_box_and_nothing_typed_is_lost(
    stranger: Client, publication: Publication, changes: dict[str, str], field: str, error: str
) -> None:
    answer = file(stranger, **changes)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [error]
    assert FORM["contact_name"] in answer.content.decode()
    assert Complaint.objects.count() == 0


@pytest.mark.parametrize("changes", [{"text": "a\x00b"}, {"contact_phone": "1"}, {"text": "大" * 1_000_000}])
def test_what_cannot_be_read_is_refused(stranger: Client, publication: Publication, changes: dict[str, str]) -> None:
    assert file(stranger, **changes).status_code == 422
    assert Complaint.objects.count() == 0


def test_emoji_are_words_too(stranger: Client, publication: Publication) -> None:
    assert file(stranger, text="窗口无人值守😡，电话也没人接听。").status_code == 302


def test_the_same_words_twice_are_one_case(stranger: Client, publication: Publication) -> None:
    file(stranger)
    assert file(stranger).status_code == 302
    assert sorted(Complaint.objects.values_list("status", flat=True)) == ["merged", "received"]


@pytest.mark.clause("N31")
def test_the_status_follows_the_case_and_shows_the_sentence_and_not_the_reason(
    stranger: Client, publication: Publication, yinzhou: User, city2: User
) -> None:
    file(stranger)
    file(stranger)
    receipt = stranger.get("/complaints/received/").context["receipt"]
    first = Complaint.objects.get(status="received")
    factories.decided(first, by=yinzhou, city=city2, at=timezone.now())
    answer = Client().post("/complaints/status/", {"number": receipt["number"], "code": receipt["code"]})
    page = answer.content.decode()
    assert receipt["number"] != first.number
    assert (answer.context["state"], answer.context["is_merged"]) == ("核查属实", True)
    assert "答复：已核查完毕。" in page
    for inside in ("经查明", "已与企业核对", first.number):
        assert inside not in page


def test_a_hundred_posts_from_fifty_addresses_meet_the_friendly_page(settings: Any, publication: Publication) -> None:
    settings.COMPLAINTS_PER_HOUR_IN_ALL = 30
    answers = [
        file(Client(REMOTE_ADDR=f"203.0.113.{number % 50}"), text=f"第{number}次反映窗口无人值守。")
        for number in range(100)
    ]
    assert [answer.status_code for answer in answers] == [302] * 30 + [429] * 70
    assert "本站一小时内收到的投诉较多" in answers[-1].content.decode()
    assert Complaint.objects.count() == 30


def test_a_flood_meets_a_friendly_page(stranger: Client, settings: Any, publication: Publication) -> None:
    settings.COMPLAINTS_PER_HOUR = 2
    answers = [file(stranger, text=f"第{number}次反映服务窗口无人值守。") for number in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 429, 429]
    assert "投诉过于频繁" in answers[-1].content.decode()
    assert Complaint.objects.count() == 2
    neighbour = Client(REMOTE_ADDR="203.0.113.9")
    assert file(neighbour, text="另一家企业也反映窗口无人值守。").status_code == 302


def test_the_address_of_the_sender_is_not_kept(stranger: Client, publication: Publication) -> None:
    file(Client(REMOTE_ADDR="203.0.113.9"))
    assert re.fullmatch("[0-9a-f]{64}", Complaint.objects.get().sender_hash)


def test_a_form_without_its_token_is_refused(publication: Publication) -> None:
    assert Client(enforce_csrf_checks=True).post("/complaints/new/", FORM).status_code == 403
    assert Complaint.objects.count() == 0
