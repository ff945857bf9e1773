"""After an act the next: what waits in the order and the filter of the list that one came from."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from platforms.applications.admin.applications import ApplicationAdmin
from platforms.models import Application, Round, User
from tests import factories

LIST = reverse("admin:platforms_application_changelist")


def page_of(row: Application, filters: str = "") -> str:
    url = reverse("admin:platforms_application_change", args=(row.pk,))
    return f"{url}?{urlencode({'_changelist_filters': filters})}" if filters else url


def move(row: Application, name: str, filters: str = "") -> str:
    url = reverse("admin:platforms_application_move", args=(row.pk, name))
    return f"{url}?{urlencode({'_changelist_filters': filters})}" if filters else url


@pytest.fixture
def waiting(yinzhou: User, city: User, round_2026: Round, now: datetime) -> list[Application]:
    """Three that wait, the one that was made first submitted last, and one that was returned."""
    rows = [factories.submitted(yinzhou, round_2026, now - timedelta(days=each)) for each in range(3)]
    factories.returned(yinzhou, round_2026, now, city=city)
    return rows


def said(answer: Any) -> str:
    return " ".join(" ".join(str(each) for each in answer.context["messages"]).split())


def test_what_was_accepted_is_named_and_the_next_offered_the_oldest_first(
    browser_of: Any, city: User, waiting: list[Application]
) -> None:
    last, middle, first = waiting
    answer = browser_of(city).post(move(first, "accept"), follow=True)
    assert answer.redirect_chain == [(page_of(first), 302)]
    first.refresh_from_db()
    assert first.platform is not None
    assert f"已受理 {first}，平台编号 {first.platform.code}。" in said(answer)
    assert f'href="{page_of(middle)}">下一份（还有 2 份）' in said(answer)
    answer = browser_of(city).post(move(last, "accept"), follow=True)
    assert f'href="{page_of(middle)}">下一份（还有 1 份）' in said(answer)
    answer = browser_of(city).post(move(middle, "accept"), follow=True)
    assert "下一份" not in said(answer)


def test_the_next_follows_filter_and_order_of_the_list(
    browser_of: Any, city: User, cixi: User, waiting: list[Application], round_2026: Round, now: datetime
) -> None:
    other = factories.submitted(cixi, round_2026, now - timedelta(days=9))
    last, middle, _first = waiting
    column = list(ApplicationAdmin.list_display).index("last_submitted_at") + 1
    filters = f"region__id__exact={last.region_id}&o=-{column}&p=0"
    answer = browser_of(city).post(move(last, "accept", filters), follow=True)
    assert other.number not in said(answer)
    # From the last submitted on: the order in which the list stood.
    assert f'href="{page_of(middle, filters)}">下一份（还有 2 份）'.replace("&", "&amp;") in said(answer)
    assert f'href="{LIST}?{filters}"'.replace("&", "&amp;") in answer.content.decode()
    assert browser_of(city).get(page_of(middle, filters)).context["list_url"] == f"{LIST}?{filters}"


@pytest.mark.parametrize("filters", ["nonsense=1", "status__regex=x", "p=999999", "o=99"])
def test_a_forged_list_falls_back_to_what_waits(
    browser_of: Any, city: User, waiting: list[Application], filters: str
) -> None:
    answer = browser_of(city).post(move(waiting[2], "accept", filters), follow=True)
    assert "下一份（还有 2 份）" in said(answer)


def test_one_press_accepts_and_shows_the_next(browser_of: Any, city: User, waiting: list[Application]) -> None:
    last, middle, first = waiting
    browser = browser_of(city)
    answer = browser.post(move(first, "accept"), {"go_on": "1"}, follow=True)
    assert answer.redirect_chain == [(page_of(middle), 302)]
    assert f'<a href="{page_of(first)}">查看</a>' in said(answer)
    assert "还有 2 份待办" in said(answer)
    browser.post(move(middle, "accept"), {"go_on": "1"})
    answer = browser.post(move(last, "accept"), {"go_on": "1"}, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
