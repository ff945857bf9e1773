"""One search: by name, pinyin, initials, code and number, within what a person may see."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from platforms.cases.services import complaints
from platforms.models import Application, Complaint, Region, Round, Town, User
from platforms.search.queries import MOST, exactly, find
from tests import factories

SEARCH = reverse("desk:search")
OWN, OTHER = "云上镇", "云下镇"


@pytest.fixture
def own(yinzhou: User, city: User, round_2026: Round, now: datetime) -> Application:
    town = factories.town(yinzhou.region, OWN)
    return factories.accepted(yinzhou, round_2026, now, city=city, town=town)


@pytest.fixture
def other(cixi: User, city: User, round_2026: Round, now: datetime) -> Application:
    town = factories.town(cixi.region, OTHER)
    return factories.accepted(cixi, round_2026, now, city=city, town=town)


@pytest.fixture
def complaint(other: Application, now: datetime) -> Complaint:
    assert other.platform
    factories.standing(other.platform)
    made: Complaint = complaints.file_complaint(
        platform=other.platform, text="收费", enterprise="某企业", contact_name="陈先生",
        contact_phone="13800000000", sender_hash="a" * 64, at=now + timedelta(days=1),
    )[0]  # fmt: skip
    return made


def kinds(person: User, *words: str) -> dict[str, list[str]]:
    return {each.label: [hit.label for hit in each.hits] for each in find(person, words)}


@pytest.mark.parametrize("word", ["云上镇", "云上", "yunshangzhen", "yunshang", "ysz"])
def test_a_place_is_found_by_name_pinyin_and_initials(own: Application, yinzhou: User, word: str) -> None:
    assert kinds(yinzhou, word) == {"平台": [OWN], "申报": [OWN], "乡镇（街道）": [OWN]}


def test_all_words_have_to_fit(own: Application, other: Application, city: User) -> None:
    assert kinds(city, "yun", "鄞州")["平台"] == [OWN]
    assert kinds(city, "ysz", "cixi") == {}
    assert kinds(city) == {}


def test_a_county_neither_finds_nor_counts_what_is_not_its_own(
    own: Application, other: Application, complaint: Complaint, yinzhou: User, cixi: User, city: User
) -> None:
    assert other.platform
    town = Town.objects.get(name=OTHER)
    # Places are the same for everybody; what stands there is not.
    assert kinds(yinzhou, "云下") == {"乡镇（街道）": [OTHER]}
    for secret in (other.number, other.platform.code, complaint.number):
        assert kinds(yinzhou, secret.lower()) == {}
        assert kinds(cixi, secret.lower()) != {}
    assert {each.label: each.total for each in find(yinzhou, ("窗口平台",))} == {"平台": 1, "申报": 1}
    assert {each.label: each.total for each in find(city, ("窗口平台",))} == {"平台": 2, "申报": 2, "投诉": 1}
    assert kinds(city, town.code) == {"乡镇（街道）": [OTHER]}


@pytest.mark.parametrize("role", ["assessor", "finance", "auditor", "security", "sysadmin"])
def test_who_works_on_no_platform_has_no_search(role: str, client: Client, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(role))
    assert client.get(SEARCH, {"q": "a"}).status_code == 403
    assert "data-find" not in client.get(reverse("admin:index")).content.decode()


def test_the_whole_number_leads_to_its_page(own: Application, yinzhou: User, city: User, client: Client) -> None:
    assert own.platform
    client.force_login(yinzhou)
    assert client.get(SEARCH, {"q": own.number}).url == reverse("desk:application", args=[own.number])  # type: ignore[attr-defined]
    client.force_login(city)
    for asked, url in (
        (own.number, reverse("admin:platforms_application_change", args=[own.pk])),
        (f" {own.platform.code.lower()} ", reverse("admin:platforms_platform_change", args=[own.platform.pk])),
        ("330212", reverse("admin:platforms_region_change", args=[Region.objects.get(code="330212").pk])),
    ):
        answer = client.get(SEARCH, {"q": asked})
        assert (answer.status_code, answer.headers["Location"]) == (302, url)
        assert client.get(url).status_code == 200
    # Part of a number is looked for, not opened.
    assert client.get(SEARCH, {"q": own.number[:-1]}).status_code == 200


def test_two_things_with_one_number_are_shown(own: Application, city: User) -> None:
    found = find(city, (own.number,))
    assert exactly([*found, *found], own.number) is None
    assert exactly(found, own.number) == found[0].hits[0]


def test_the_page_shows_ten_of_each_kind_and_leads_to_all(
    yinzhou: User, city: User, round_2026: Round, now: datetime, client: Client
) -> None:
    for number in range(MOST + 1):
        factories.draft(yinzhou, round_2026, now, town=factories.town(yinzhou.region, f"云{number}镇"))
    for person, listed in (
        (yinzhou, f"{reverse('desk:home')}?q=yun&round=all#list-title"),
        (city, f"{reverse('admin:platforms_application_changelist')}?q=yun"),
    ):
        client.force_login(person)
        [filed, towns] = client.get(SEARCH, {"q": "yun"}).context["found"]
        assert (filed.label, len(filed.hits), filed.total, filed.url) == ("申报", 10, 11, listed)
        assert (towns.label, len(towns.hits), towns.total) == ("乡镇（街道）", 10, 11)
        for group in (filed, towns):
            found = client.get(group.url.split("#")[0]).context
            assert (found["cl"].result_count if "cl" in found else found["count"]) == 11


def test_what_is_called_so_comes_before_what_only_has_the_letters(regions: dict[str, Region], city: User) -> None:
    for name in ("大云石镇", "云石镇", "小云石镇"):
        factories.town(regions["330212"], name)
    assert kinds(city, "云石")["乡镇（街道）"][0] == "云石镇"
    assert kinds(city, "ysz")["乡镇（街道）"][0] == "云石镇"


def test_proposals_are_a_piece_of_a_page(own: Application, yinzhou: User, client: Client) -> None:
    client.force_login(yinzhou)
    page = client.get(SEARCH, {"q": own.number}, headers={"X-Background": "1"}).content.decode()
    assert page.count('role="option"') == 1
    assert "<html" not in page
    assert (
        "没有找到与“无此”相符的内容"
        in client.get(SEARCH, {"q": "无此"}, headers={"X-Background": "1"}).content.decode()
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [("", "请输入要查找的内容。"), ("   ", "请输入要查找的内容。"), ("无此%_'镇", "没有找到相符的内容。")],
)
def test_nothing_asked_or_found_is_said(
    asked: str, words: str, yinzhou: User, round_2026: Round, client: Client
) -> None:
    client.force_login(yinzhou)
    assert words in client.get(SEARCH, {"q": asked}).content.decode()
    assert client.get(SEARCH, {"q": "云" * 5000}).status_code == 200


def test_the_page_asks_the_database_so_often(own: Application, other: Application, city: User, client: Client) -> None:
    client.force_login(city)
    client.get(SEARCH, {"q": "yun"})
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(SEARCH, {"q": "yun"})
    assert len(asked) == 10
