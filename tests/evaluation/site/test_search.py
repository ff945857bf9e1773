"""What visitors type and what they find: on the list, and where they name the platform of a complaint."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from evaluation.models import Certification
from platforms.models import Complaint
from tests.evaluation.site.rounds import named_round, several_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("staged")]


@pytest.fixture(scope="module")
def staged(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Several rounds; of 2024 a town called 骆驼街道 that no later round knows, of 2022 one that ran out."""
    with django_db_blocker.unblock(), transaction.atomic():
        several_rounds()
        named_round()
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


def found(client: Client, q: str, **asked: str) -> list[str]:
    return [row["line"].code for row in client.get("/results/", {"q": q, **asked}).context["rows"]]


def test_a_platform_of_an_earlier_round_is_found_after_a_later_one_was_published(stranger: Client) -> None:
    for typed in ("骆驼", "骆驼街道", "luotuo", "ltjd", "330211-901", "ＬＵＯＴＵＯ", "镇海 骆驼"):
        assert found(stranger, typed) == ["330211-901"], typed


@pytest.mark.parametrize("typed", ["骆驰街道", "驼骆街道", "骆街道", "骆驼驼街道", "luotou", "lutuo", "镇海 骆驰街"])
def test_one_typo_is_forgiven_and_said(stranger: Client, typed: str) -> None:
    page = stranger.get("/results/", {"q": typed})
    assert [row["line"].code for row in page.context["rows"]] == ["330211-901"]
    assert "没有与所查内容完全相符的平台，以下是名称相近的。" in page.content.decode()
    # The files find only what was typed.
    assert "下载这份名单" not in page.content.decode()
    counts = {option["label"]: option["count"] for option in page.context["groups"][0]["options"]}
    assert (counts["现行有效"], counts["全部年度"], counts["2025年度"]) == (1, 1, 0)


@pytest.mark.parametrize("typed", ["骆骆驰驰", "骆驰", "330211-90X1", "zzzzzz", "骆驰街道 无此"])
def test_two_typos_short_words_and_numbers_are_taken_as_they_are(stranger: Client, typed: str) -> None:
    assert found(stranger, typed, round="all") == []


def test_what_fits_exactly_somewhere_is_never_taken_for_a_typo(stranger: Client) -> None:
    """第3镇 has lines in one round only; 第1镇 differs from it by one character."""
    page = stranger.get("/results/", {"q": "第3镇", "region": "330282"})
    assert (page.context["close"], page.context["total"]) == (False, 0)


def test_brackets_of_either_width_find_a_name(stranger: Client) -> None:
    assert found(stranger, "平台(骆驼)") == found(stranger, "平台（骆驼）") == ["330211-901"]


def test_what_finds_nothing_says_what_would(stranger: Client) -> None:
    page = stranger.get("/results/", {"q": "慈溪", "round": "2025", "grade": "A"})
    shown = page.content.decode()
    assert page.context["elsewhere"] == [
        {"year": year, "count": count, "url": f"/results/?q=%E6%85%88%E6%BA%AA&round={year}&grade=A"}
        for year, count in ((2024, 2), (2022, 2))
    ]
    assert "2024年度 2 个" in shown
    page = stranger.get("/results/", {"q": "鄞州", "region": "330282"})
    assert page.context["loosened"] == [{"label": "地区", "count": 1, "url": "/results/?q=%E9%84%9E%E5%B7%9E"}]
    assert "不限地区 1 个" in page.content.decode()
    page = stranger.get("/results/", {"q": "NB2024-001-XXXX2"})
    assert 'href="/verify/"' in page.content.decode().partition("查的是证书编号的")[2]


@pytest.mark.clause("N28")
def test_the_number_of_a_certificate_leads_to_its_verification_from_every_round(stranger: Client) -> None:
    for number in Certification.objects.filter(number__startswith="NB").values_list("number", flat=True):
        answer = stranger.get("/results/", {"q": f" {number.lower().replace('-', '')} ", "region": "330282"})
        assert (answer.status_code, answer["Location"]) == (302, f"/verify/{number}/")


FORM = {
    "text": "9月1日办理政策申报时被收取200元。",
    "enterprise": "宁波某某机械有限公司",
    "contact_name": "张三",
    "contact_phone": "13812345678",
    "website": "",
}


@pytest.mark.clause("N31")
def test_complaints_offer_what_is_in_force_and_take_any_published_platform(stranger: Client) -> None:
    offered = stranger.get("/complaints/new/").context["offered"]
    assert len(offered) == 5
    assert "镇海区骆驼街道窗口平台（骆驼）（330211-901）" in offered
    # Its certificate ran out or was never given: not in the list, but known by code and name.
    assert not [each for each in offered if "330282-900" in each]
    assert stranger.post("/complaints/new/", FORM | {"platform": "330282-900"}).status_code == 302
    assert Complaint.objects.get().platform.code == "330282-900"


@pytest.mark.parametrize("typed", ["骆驼", "骆驰街道", "luotuo"])
def test_a_name_that_is_not_known_is_answered_with_what_it_may_mean(stranger: Client, typed: str) -> None:
    answer = stranger.post("/complaints/new/", FORM | {"platform": typed})
    assert answer.status_code == 422
    assert answer.context["form"].errors["platform"] == [
        "没有名称完全相同的平台。要投诉的是否为：镇海区骆驼街道窗口平台（骆驼）（330211-901）？请填写其中一个的名称或编号。"
    ]
    assert answer.context["offered"][0] == "镇海区骆驼街道窗口平台（骆驼）（330211-901）"
    unknown = stranger.post("/complaints/new/", FORM | {"platform": "无此平台名称"})
    assert unknown.context["form"].errors["platform"] == [
        "没有找到这个平台，请从列表中选择，或填写认定结果中的平台编号。"
    ]
