"""The page on which the city changes regions: asked, looked at, carried out; and the list of what was."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from platforms.models import Quota, Region, RegionChange, Round, User
from tests import factories
from tests.platforms.supervised import platform_of

pytestmark = pytest.mark.django_db
ADD = reverse("admin:platforms_regionchange_add")
LIST = reverse("admin:platforms_regionchange_changelist")


@pytest.fixture
def browser(browser_of: Any, city: User, regions: dict[str, Region]) -> Client:
    return browser_of(city)


def typed(**more: Any) -> dict[str, Any]:
    """The merger of 鄞州区 into 慈溪市 from today on, as a browser sends it."""
    usual = {
        "kind": "merge",
        "ending": ["330212"],
        "main": "330282",
        "new_name": "",
        "new_code": "",
        "new_kind": "",
        "new_host": "",
        "towns": "",
        "officers": "move",
        "effective_on": f"{timezone.localdate():%Y-%m-%d}",
        "document_number": "甬政发〔2026〕12号",
        "reason": "行政区划调整",
    }
    return usual | more


def said(answer: Any) -> str:
    return str(answer.content.decode())


def seen_in(answer: Any) -> str:
    return str(next(pair["value"] for pair in answer.context["hidden"] if pair["name"] == "seen"))


def test_a_merger_is_asked_for_looked_at_and_carried_out(
    browser: Client, regions: dict[str, Region], yinzhou: User
) -> None:
    platform_of(regions["330212"], "姜山窗口平台")
    preview = browser.post(ADD, typed())
    assert "转入：窗口平台 1 个：姜山窗口平台。" in preview.context["effects"]
    assert preview.context["verb"] == "撤并 1 个地区，由慈溪市承接"
    assert not RegionChange.objects.exists()
    done = browser.post(ADD, typed(seen=seen_in(preview)), follow=True)
    made = RegionChange.objects.get()
    assert done.redirect_chain == [(reverse("admin:platforms_regionchange_change", args=[made.pk]), 302)]
    assert f"已办理地区合并、改设：慈溪市自{timezone.localdate():%Y年%-m月%-d日}起承接。" in said(done)
    assert Region.objects.get(code="330212").valid_until == timezone.localdate() - timedelta(1)
    assert "姜山窗口平台" in said(browser.get(reverse("admin:platforms_regionchange_change", args=[made.pk])))


def test_who_goes_back_from_looking_finds_what_was_typed(browser: Client) -> None:
    preview = browser.post(ADD, typed(towns=""))
    page = browser.get(preview.context["cancel_url"])
    initial = page.context["form"].initial
    assert (initial["ending"], initial["main"], initial["document_number"]) == (
        ["330212"],
        "330282",
        "甬政发〔2026〕12号",
    )
    assert 'value="330212" id="id_ending_4" checked' in said(page)


def test_a_new_committee_is_founded_on_the_page(browser: Client, regions: dict[str, Region]) -> None:
    factories.town(regions["330282"], "庵东镇")
    asked = typed(
        kind="found", ending=[], main="", new_name="前湾新区管委会", new_code="QWXQ", new_kind="zone",
        new_host="330282", towns="庵东镇",
    )  # fmt: skip
    preview = browser.post(ADD, asked)
    assert preview.context["verb"] == "设立前湾新区管委会"
    assert "名额不变，前湾新区管委会的名额和账号另行设置。" in preview.context["effects"]
    browser.post(ADD, asked | {"seen": seen_in(preview)})
    assert Region.objects.get(code="QWXQ").governed_towns.get().name == "庵东镇"


def test_a_county_is_split_on_the_page(browser: Client, regions: dict[str, Region]) -> None:
    factories.town(regions["330212"], "姜山镇")
    factories.town(regions["330212"], "云龙镇")
    asked = typed(kind="split", towns="姜山镇 余姚市")
    preview = browser.post(ADD, asked)
    assert preview.context["what"].endswith("起由慈溪市承接，部分乡镇（街道）由余姚市承接。")
    assert "转入：乡镇（街道） 2 个：姜山镇→余姚市、云龙镇。" in preview.context["effects"]
    browser.post(ADD, asked | {"seen": seen_in(preview)})
    assert set(regions["330281"].towns.values_list("name", flat=True)) == {"姜山镇"}
    assert set(regions["330282"].towns.values_list("name", flat=True)) == {"云龙镇"}


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"kind": ""}, "请选择事项。"),
        ({"kind": "swap"}, "请从列出的事项中选择。"),
        ({"ending": ["999999"]}, "请从列出的地区中选择。"),
        ({"main": "330299"}, "请从列出的地区中选择。"),
        ({"ending": []}, "请选择撤并的地区。"),
        ({"main": ""}, "请选择一个承接地区，或填写新设的地区，二者选一。"),
        ({"main": "", "new_name": "甬东区"}, "新设地区的名称、代码和类别都须填写。"),
        ({"effective_on": "明天"}, "日期的写法应为 2020-03-18。"),
        ({"effective_on": "2099-01-01"}, "生效日期2099年1月1日未到，请在当日或之后办理。"),
        ({"kind": "found", "ending": [], "towns": "没有镇"}, "“没有镇”没有找到，请核对名称，或填写代码。"),
        ({"document_number": ""}, "请填写"),
        ({"reason": "因\x00由"}, "无法保存"),
        ({"officers": ""}, "请选择账号的处理方式。"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(browser: Client, more: dict[str, Any], told: str) -> None:
    answer = browser.post(ADD, typed(**more))
    assert answer.status_code == 200
    assert told in said(answer)
    assert "甬政发〔2026〕12号" in said(answer) or "document_number" in more
    assert not RegionChange.objects.exists()


def test_what_has_changed_since_is_shown_again(browser: Client, regions: dict[str, Region]) -> None:
    seen = seen_in(browser.post(ADD, typed()))
    factories.park(regions["330212"], "兴业小微企业园")
    answer = browser.post(ADD, typed(seen=seen))
    assert "核对之后，转入的内容有变化，本次操作未执行。请重新核对后再办理。" in said(answer)
    assert "转入：小微企业园 1 个：兴业小微企业园。" in answer.context["effects"]
    assert not RegionChange.objects.exists()
    browser.post(ADD, typed(seen=seen_in(answer)))
    assert RegionChange.objects.count() == 1


def test_only_the_city_comes_in(browser_of: Any, yinzhou: User, security: User, stranger: Client) -> None:
    for person in (yinzhou, security):
        assert [browser_of(person).get(page).status_code for page in (ADD, LIST)] == [403, 403]
        assert browser_of(person).post(ADD, typed()).status_code == 403
    assert stranger.get(ADD).status_code == 302


def test_what_has_ended_is_offered_nowhere_and_shown_in_the_list(
    browser: Client, browser_of: Any, regions: dict[str, Region], security: User, round_2026: Round
) -> None:
    browser.post(ADD, typed(seen=seen_in(browser.post(ADD, typed()))))
    for page in (
        reverse("admin:platforms_quota_add"),
        reverse("admin:platforms_town_add"),
        reverse("admin:platforms_park_add"),
        ADD,
        reverse("admin:platforms_filingexception_add"),
    ):
        options = said(browser.get(page)).replace("330282", "")
        assert ">鄞州区</option>" not in options, page
    assert ">鄞州区</option>" not in said(browser_of(security).get(reverse("admin:platforms_user_add")))
    assert "鄞州区" in said(browser.get(reverse("admin:platforms_region_changelist")))
    assert reverse("admin:platforms_regionchange_add") in said(
        browser.get(reverse("admin:platforms_region_changelist"))
    )


def test_a_row_goes_on_naming_the_region_that_it_names(browser: Client, regions: dict[str, Region]) -> None:
    past = factories.round_of(2020, "published", published_on="2020-09-28")
    quota = Quota.objects.create(round=past, region=regions["330212"], places=7)
    browser.post(ADD, typed(seen=seen_in(browser.post(ADD, typed()))))
    page = said(browser.get(reverse("admin:platforms_quota_change", args=[quota.pk])))
    assert ">鄞州区</option>" in page


@pytest.mark.parametrize("model", ["quota", "town", "park", "region"])
def test_a_form_without_a_region_asks_for_one(browser: Client, model: str) -> None:
    answer = browser.post(reverse(f"admin:platforms_{model}_add"), {"kind": "zone"})
    assert (answer.status_code, bool(answer.context["adminform"].form.errors)) == (200, True)


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_costs_the_same_however_long_it_is(browser: Client, city: User, regions: Any, rows: int) -> None:
    for number in range(rows):
        RegionChange.objects.create(
            kind="merge", effective_on=timezone.localdate(), main=regions["330282"], document_number=f"{number}号",
            reason="调整", carried={}, decided_at=timezone.now(), decided_by=city,
        )  # fmt: skip
    browser.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert browser.get(LIST).status_code == 200
    assert len(queries) == 8
