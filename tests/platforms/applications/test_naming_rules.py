"""The city announces how platforms are called (二·(一)); a rule that fails at one real place is none."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from platforms.applications import naming
from platforms.applications.completeness import gaps
from platforms.applications.queries.forms import form_data, naming_rules, proposed_name
from platforms.applications.queries.naming import ASSOCIATION, places_of, renamed_drafts, wrong_with
from platforms.applications.services.naming_rules import reset, set_rule
from platforms.choices import PlatformType
from platforms.errors import Refusal
from platforms.models import AuditEvent, NamingRule, Round, User
from platforms.reference.services import load_reference
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N01")]

BrowserOf = Callable[[User], Client]
LIST = reverse("admin:platforms_namingrule_changelist")


def page(kind: str = "town") -> str:
    return reverse("admin:platforms_namingrule_set", args=[kind])


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def office(city: User, browser_of: BrowserOf) -> Client:
    return browser_of(city)


def test_a_rule_names_new_drafts_and_is_logged(yinzhou: User, city: User, round_2026: Round, now: datetime) -> None:
    row = set_rule(type="town", pattern="{地区和地点}企业服务窗口", by=city, at=now)
    assert row.pattern == "{place}企业服务窗口"
    town = factories.town(yinzhou.region, "首南街道")
    assert factories.draft(yinzhou, round_2026, now, town=town).name == "鄞州区首南街道企业服务窗口"
    event = AuditEvent.objects.get(verb="修改命名规则")
    assert (event.object_code, event.actor) == ("乡镇（街道）窗口平台", "city")
    assert event.changes == {
        "命名规则": ["{地区和地点}中小企业公共服务窗口平台", "{地区和地点}企业服务窗口"]
    }  # fmt: skip
    set_rule(type="town", pattern="{place}企业服务窗口", by=city, at=now)
    assert AuditEvent.objects.filter(verb="修改命名规则").count() == 1


def test_an_open_draft_keeps_its_name_and_is_asked_why(
    yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    town = factories.town(yinzhou.region, "首南街道")
    row = factories.complete_application(yinzhou, round_2026, now, town=town)
    factories.draft(yinzhou, round_2026, now)
    assert renamed_drafts("town", "{place}企业服务窗口") == 2
    assert renamed_drafts("town", "{place}中小企业公共服务窗口平台") == 0
    set_rule(type="town", pattern="{place}企业服务窗口", by=city, at=now)
    row.refresh_from_db()
    assert row.name == "鄞州区首南街道中小企业公共服务窗口平台"
    assert proposed_name(row) == "鄞州区首南街道企业服务窗口"
    assert [(gap.field, gap.message) for gap in gaps(form_data(row))] == [
        ("name_reason", "平台名称与命名规则不一致（按规则为“鄞州区首南街道企业服务窗口”），请填写理由。")
    ]


def test_a_rule_can_be_taken_back(city: User, now: datetime) -> None:
    with pytest.raises(Refusal) as refusal:
        reset(type="town", by=city, at=now)
    assert str(refusal.value) == "这一类型的命名规则就是系统预设的规则。"
    set_rule(type="town", pattern="{site}企业服务窗口", by=city, at=now)
    reset(type="town", by=city, at=now)
    assert naming_rules() == naming.DEFAULT_RULES
    assert AuditEvent.objects.get(verb="恢复预设命名规则").changes == {
        "命名规则": ["{地点}企业服务窗口", "{地区和地点}中小企业公共服务窗口平台"]
    }


def test_only_the_city_sets_a_rule_and_only_of_a_type_that_there_is(yinzhou: User, city: User, now: datetime) -> None:
    for act in (
        lambda: set_rule(type="town", pattern="{site}企业服务窗口", by=yinzhou, at=now),
        lambda: reset(type="town", by=yinzhou, at=now),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert str(refusal.value) == "您没有修改命名规则的权限。"
    with pytest.raises(Refusal) as refusal:
        set_rule(type="village", pattern="{site}企业服务窗口", by=city, at=now)
    assert str(refusal.value) == "没有这一平台类型。"


def test_a_rule_is_tried_at_every_real_place(yinzhou: User, cixi: User, city: User, now: datetime) -> None:
    factories.town(yinzhou.region, "首南街道")
    factories.town(yinzhou.region, "长" * 40)
    long = "长" * 40
    too_long = f"按此规则，“鄞州区{long}”的平台名称为“{long}{'字' * 41}”。平台名称须为 4 至 80 个字，现为 81 个字。"
    for pattern, sentence in (
        ("{site}" + "字" * 41, too_long),
        ("{place}", None),
        ("{region}", "命名规则须含有 {地点} 或 {地区和地点}，否则各平台会得到同一个名称。"),
    ):
        if sentence is None:
            set_rule(type="town", pattern=pattern, by=city, at=now)
            continue
        with pytest.raises(Refusal) as refusal:
            set_rule(type="town", pattern=pattern, by=city, at=now)
        assert str(refusal.value) == sentence
    factories.town(cixi.region, "首南街道")
    with pytest.raises(Refusal) as refusal:
        set_rule(type="town", pattern="{site}企业服务窗口", by=city, at=now)
    assert str(refusal.value) == (
        "按此规则，“鄞州区首南街道”和“慈溪市首南街道”的平台名称相同，都是“首南街道企业服务窗口”。"
    )


def test_each_type_has_its_places(yinzhou: User, city: User, round_2026: Round, now: datetime) -> None:
    assert places_of("industry") == [("", ASSOCIATION)]
    factories.draft(city, round_2026, now, type="industry", association="宁波市模具行业协会")
    factories.park(yinzhou.region, "测试园")
    town = factories.town(yinzhou.region, "首南街道", zone=yinzhou.region)
    factories.town(yinzhou.region, "开发区", kind="zone")
    assert places_of("industry") == [("", "宁波市模具行业协会")]
    assert places_of("park") == [("鄞州区", "测试园")]
    assert places_of("town") == [("鄞州区", town.name)]
    zones = places_of("functional_zone")
    assert ("杭州湾新区", "杭州湾新区") in zones
    assert ("鄞州区", "首南街道") in zones


def test_the_rules_that_came_along_hold_at_every_place_of_the_city(now: datetime) -> None:
    load_reference(folder=settings.REFERENCE_DIR, outline=settings.MAP_OUTLINE, at=now)
    assert {kind: wrong_with(kind, rule) for kind, rule in naming.DEFAULT_RULES.items()} == dict.fromkeys(
        PlatformType.values
    )


# In the back office ------------------------------------------------------------------------------------------------


def test_the_list_shows_four_types_with_their_rule_and_a_real_name(
    office: Client, city: User, yinzhou: User, now: datetime
) -> None:
    factories.town(yinzhou.region, "首南街道")
    set_rule(type="town", pattern="{site}企业服务窗口", by=city, at=now)
    shown = text_of(office.get(LIST))
    for label in PlatformType.labels:
        assert label in shown
    assert "{地点}企业服务窗口" in shown
    assert "首南街道企业服务窗口" in shown
    assert "尚无此类地点" in shown
    assert shown.count("系统预设") == 3
    assert "{site}" not in shown
    assert "{place}" not in shown


def test_a_rule_is_looked_at_and_then_set(office: Client, yinzhou: User, round_2026: Round, now: datetime) -> None:
    factories.draft(yinzhou, round_2026, now, town=factories.town(yinzhou.region, "首南街道"))
    now_shown = text_of(office.get(page()))
    assert "鄞州区首南街道中小企业公共服务窗口平台" in now_shown
    tried = text_of(office.post(page(), {"pattern": "{地区和地点}企业服务窗口", "preview": "1"}))
    assert "预览，尚未保存" in tried
    assert "鄞州区首南街道企业服务窗口" in tried
    assert "现有 1 份尚未提交的申报表按原规则命名，保存后名称不变，提交前须改为新名称或说明理由。" in tried
    assert NamingRule.objects.count() == 0
    done = office.post(page(), {"pattern": "{地区和地点}企业服务窗口", "save": "1"}, follow=True)
    assert "乡镇（街道）窗口平台的命名规则已修改，新建的申报表按此命名。" in text_of(done)
    assert NamingRule.objects.get().pattern == "{place}企业服务窗口"
    none = text_of(office.post(page(), {"pattern": "{地区和地点}企业服务窗口", "preview": "1"}))
    assert "没有尚未提交的申报表受影响。" in none
    row = NamingRule.objects.get()
    history = reverse("admin:platforms_namingrule_history", args=[row.pk])
    assert f'href="{history}"' in text_of(office.get(page()))
    assert "修改命名规则" in text_of(office.get(history))
    back = office.post(page(), {"reset": "1"}, follow=True)
    assert "乡镇（街道）窗口平台的命名规则已恢复为系统预设。" in text_of(back)
    assert "这一类型的命名规则就是系统预设的规则。" in text_of(office.post(page(), {"reset": "1"}, follow=True))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请填写此项。"),
        ("窗口平台", "命名规则须含有 {地点} 或 {地区和地点}，否则各平台会得到同一个名称。"),
        ("{地点}{镇}窗口", "命名规则中有不认识的标记，只能使用 {地区}、{地点} 和 {地区和地点}。"),
    ],
)
@pytest.mark.parametrize("button", ["save", "preview"])
def test_a_wrong_rule_is_said_and_stays_in_the_box(office: Client, typed: str, sentence: str, button: str) -> None:
    answer = office.post(page(), {"pattern": typed, button: "1"})
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert f'value="{typed}"' in text_of(answer) or not typed
    assert NamingRule.objects.count() == 0


def test_a_county_reads_the_rules(
    yinzhou: User, city: User, browser_of: BrowserOf, office: Client, now: datetime
) -> None:
    row = set_rule(type="town", pattern="{place}企业服务窗口", by=city, at=now)
    county = browser_of(yinzhou)
    assert "{地区和地点}企业服务窗口" in text_of(county.get(LIST))
    assert page() not in text_of(county.get(LIST))
    assert (county.get(page()).status_code, county.post(page()).status_code) == (403, 403)
    change = reverse("admin:platforms_namingrule_change", args=[row.pk])
    assert county.get(change)["Location"] == LIST
    assert county.post(change).status_code == 403
    assert office.get(change)["Location"] == page()
    assert office.get(page("village")).status_code == 404
    assert office.get(reverse("admin:platforms_namingrule_add")).status_code == 403
    assert office.post(reverse("admin:platforms_namingrule_delete", args=[row.pk])).status_code == 403
