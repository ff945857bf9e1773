"""The filters of a list at the desk that a person keeps."""

from collections.abc import Callable

import pytest
from django.test import Client

from platforms.models import ListSetting, Region, Round, User
from tests.platforms.rectifications.test_desk import opened
from tests.platforms.supervised import platform_of

Browser = Callable[[User], Client]
MINE, LIST = "/desk/my-filter/", "/desk/rectifications/"


def said(client: Client, path: str) -> list[str]:
    """What a page says on top."""
    return [str(each) for each in client.get(path).context["messages"]]


def test_filters_are_kept_and_opened_again(city: User, round_2026: Round, browser_of: Browser) -> None:
    client = browser_of(city)
    sent = client.post(MINE, {"list": LIST, "query": "state=overdue&q=a"})
    assert (sent.status_code, sent["Location"]) == (302, f"{LIST}?state=overdue&q=a")
    assert said(client, LIST) == ["已保存筛选，可从“我的筛选”打开。"]
    assert client.get(MINE, {"list": LIST})["Location"] == f"{LIST}?state=overdue&q=a"
    client.post(MINE, {"list": LIST, "query": "state=closed"})
    assert client.get(MINE, {"list": LIST})["Location"] == f"{LIST}?state=closed"
    assert ListSetting.objects.count() == 1


def test_nobody_gets_the_filters_of_another(city: User, yinzhou: User, round_2026: Round, browser_of: Browser) -> None:
    browser_of(city).post(MINE, {"list": LIST, "query": "state=overdue"})
    client = browser_of(yinzhou)
    assert client.get(MINE, {"list": LIST})["Location"] == LIST
    assert said(client, LIST) == ["尚未保存筛选。请先设好筛选，再点“保存筛选”。"]


@pytest.mark.parametrize(("length", "kept"), [(400, 1), (401, 0)])
def test_a_filter_that_is_too_long_is_not_kept(
    city: User, round_2026: Round, browser_of: Browser, length: int, kept: int
) -> None:
    client = browser_of(city)
    client.post(MINE, {"list": LIST, "query": f"q={'x' * (length - 2)}"})
    assert ListSetting.objects.count() == kept
    assert said(client, LIST) == [
        "已保存筛选，可从“我的筛选”打开。" if kept else "筛选条件过长，不能保存，请减少条件后再试。"
    ]


def test_without_filters_nothing_is_kept(city: User, round_2026: Round, browser_of: Browser) -> None:
    client = browser_of(city)
    assert client.post(MINE, {"list": LIST, "query": ""})["Location"] == LIST
    assert (ListSetting.objects.count(), said(client, LIST)) == (0, ["尚未设置筛选，请先选择筛选条件再保存。"])


@pytest.mark.parametrize(
    "path", ["", "https://example.com/", "//example.com/", "/\\example.com", "/no-such-page/", f"/desk/{'x' * 99}/"]
)
def test_what_is_no_page_of_ours_leads_home(city: User, round_2026: Round, browser_of: Browser, path: str) -> None:
    client = browser_of(city)
    assert client.get(MINE, {"list": path})["Location"] == "/desk/"
    assert client.post(MINE, {"list": path, "query": "q=a"})["Location"] == "/desk/"
    assert ListSetting.objects.count() == 0


def test_a_list_offers_both(city: User, round_2026: Round, regions: dict[str, Region], browser_of: Browser) -> None:
    opened(platform_of(regions["330212"], "鄞州区首南街道窗口平台"), city)
    client = browser_of(city)
    page = client.get(f"{LIST}?state=opened").content.decode()
    assert 'name="query" value="state=opened"' in page
    assert f'href="{MINE}?list={LIST}"' in page
    assert "保存筛选" not in client.get(LIST).content.decode()
