"""Lists of the back office: places for names, days in short, units, the choice in Chinese, and what a search finds."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from evaluation.models import Assessment, Certification, Conflict, Result, Sheet
from platforms.backoffice.base import ScopedAdmin
from platforms.models import Application, Complaint, Region, Round, User
from platforms.templatetags.lists import _labelled
from tests import factories

Browser = Callable[[User], Client]
LIST = reverse("admin:platforms_application_changelist")
ALL = f"{LIST}?all="


@pytest.fixture
def row(regions: dict[str, Region], yinzhou: User, city: User, round_2026: Round, now: datetime) -> Application:
    """What was accepted, with a platform."""
    made = factories.accepted(yinzhou, round_2026, now, city=city, town=factories.town(regions["330212"], "姜山镇"))
    made.refresh_from_db()
    return made


def numbers(client: Client, address: str) -> list[str]:
    return [each.number for each in client.get(address).context["cl"].result_list]


def test_a_list_shows_the_place_and_says_the_full_name(row: Application, city: User, browser_of: Browser) -> None:
    page = browser_of(city).get(ALL).content.decode()
    assert f'<span class="short-name" title="{row.name}">{row.site_name}</span>' in page
    assert 'data-label="平台名称"' in page


def test_the_file_of_the_list_has_the_full_name(row: Application, city: User, browser_of: Browser) -> None:
    sent = browser_of(city).get(f"{LIST}list.csv?all=")
    text = b"".join(sent.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert (row.name in text, "short-name" in text) == (True, False)


def test_days_are_short_and_heads_still_sort(row: Application, city: User, browser_of: Browser) -> None:
    at = datetime(2025, 11, 27, 6, 32, tzinfo=UTC)
    Application.objects.update(last_submitted_at=at)
    page = browser_of(city).get(ALL).content.decode()
    assert ">2025-11-27 14:32</td>" in page
    place = [each for each in page.split('<th scope="col"') if "最近提交时间" in each]
    assert "?all=&amp;o=" in place[0]


@pytest.mark.parametrize(
    ("cell", "none"),
    [
        ('<td class="field-due_on">-</td>', True),
        ('<td class="field-place"> </td>', True),
        ('<td class="field-state"><span class="badge">-</span></td>', True),
        ('<td class="field-due_on">2026-11-27</td>', False),
        ('<td class="field-note">--</td>', False),
        ('<td class="field-note">&lt;-&gt;</td>', False),
        ('<td class="field-is_late"><img src="icon-no.svg" alt="False"></td>', False),
    ],
)
def test_a_card_leaves_out_what_is_empty(cell: str, none: bool) -> None:
    assert ("data-none" in _labelled(cell, {"text": "列"})) == none


def test_the_choice_is_counted_in_chinese(row: Application, city: User, browser_of: Browser) -> None:
    page = " ".join(browser_of(city).get(ALL).content.decode().split())
    assert "已选 <b data-chosen>0</b> 份，共 1 份" in page
    assert '<span class="page-header__count">1 份</span>' in page
    assert "批量办理" in page
    assert "admin/js/actions.js" not in page


def test_an_empty_list_says_why_and_leads_on(city: User, round_2026: Round, browser_of: Browser) -> None:
    client = browser_of(city)
    page = client.get(ALL).content.decode()
    assert "暂无申报表。" in page
    page = client.get(f"{LIST}?q=nothing").content.decode()
    assert "没有符合条件的申报表。" in page
    assert '<a class="button button--main" href="?all=">显示全部</a>' in page


@pytest.mark.parametrize("word", ["{number}", "{bare}", "{part}", "鄞州", "姜山", "鄞州 {bare}"])
def test_a_search_finds_numbers_regions_and_names(row: Application, city: User, browser_of: Browser, word: str) -> None:
    bare = row.number.replace("-", "")
    asked = word.format(number=row.number, bare=bare, part=bare[-5:])
    assert numbers(browser_of(city), f"{LIST}?q={asked}") == [row.number]


@pytest.mark.parametrize("word", ["慈溪", "2025{tail}", "{short}"])
def test_a_search_does_not_find_what_is_not_there(row: Application, city: User, browser_of: Browser, word: str) -> None:
    bare = row.number.replace("-", "")
    asked = word.format(tail=bare[4:], short=f"{bare[3]}{bare[4]}9")
    assert numbers(browser_of(city), f"{LIST}?q={asked}") == []


def test_a_list_of_cases_finds_the_region_of_their_platform(row: Application, city: User, browser_of: Browser) -> None:
    at = datetime(2026, 4, 10, 2, tzinfo=UTC)
    hashes = dict.fromkeys(("lookup_hash", "sender_hash", "text_hash"), "x" * 64)
    words = {"text": "收费", "enterprise": "甲公司", "contact_name": "乙", "contact_phone": "13800000000"}
    made = Complaint.objects.create(number="TS-2026-0001", platform=row.platform, received_at=at, **hashes, **words)
    address = reverse("admin:platforms_complaint_changelist")
    assert numbers(browser_of(city), f"{address}?q=鄞州区") == [made.number]
    assert numbers(browser_of(city), f"{address}?q=ts20260001") == [made.number]
    assert numbers(browser_of(city), f"{address}?q=慈溪") == []


def test_each_search_box_says_what_it_finds_in_as_many_words_as_it_shows() -> None:
    mute = [
        model.__name__
        for model, each in admin.site._registry.items()
        if each.search_fields and not each.search_help_text
    ]
    assert mute == []
    hints = [str(each.search_help_text or "") for each in admin.site._registry.values()]
    assert [hint for hint in hints if len(hint) > 23] == []


def test_a_search_that_finds_a_site_by_name_finds_it_by_pinyin() -> None:
    names = ("platform__name", "application__name", "result__name")
    spelled = ("search_text", "pinyin")
    deaf = []
    for model, each in admin.site._registry.items():
        fields = each.searched_fields(HttpRequest()) if isinstance(each, ScopedAdmin) else list(each.search_fields)
        if any(name.endswith(names) for name in fields) and not any(name.endswith(spelled) for name in fields):
            deaf.append(model.__name__)
    assert deaf == []


def test_lists_of_the_evaluation_begin_with_the_latest_year() -> None:
    models = (Assessment, Certification, Conflict, Result, Sheet)
    assert [(admin.site._registry[model].ordering or [])[0] for model in models] == [
        "-evaluation__round__year",
        "-result__publication__round__year",
        "-assessment__evaluation__round__year",
        "-publication__round__year",
        "-assessment__evaluation__round__year",
    ]
