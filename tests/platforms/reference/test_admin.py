"""Lists that are not public: who brought them in, what a new file changes and leaves out, the strong towns by name."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from platforms.errors import Refusal
from platforms.models import AuditEvent, Region, Round, Town, User
from platforms.reference.queries.strong_towns import entries_of, read_list
from platforms.reference.services import mark_strong_towns
from tests import factories
from tests.platforms.conftest import upload

pytestmark = pytest.mark.django_db
STRONG = "/admin/platforms/town/strong/"
HEADS = ["年度", "地区代码", "名额（个）"]


@pytest.fixture
def towns(regions: dict[str, Region]) -> list[Town]:
    return [
        factories.town(regions[code], name, kind="town")
        for code, name in (("330212", "姜山镇"), ("330212", "云龙镇"), ("330282", "观海卫镇"), ("330282", "云龙镇"))
    ]


def marked() -> list[str]:
    return sorted(str(town.region) + town.name for town in Town.objects.filter(is_strong=True))


def test_a_pasted_list_is_read_entry_by_entry() -> None:
    assert entries_of("1. 姜山镇\r\n（2）云龙镇、330212001，３．观海卫镇\n\u200b\n") == [
        "姜山镇",
        "云龙镇",
        "330212001",
        "观海卫镇",
    ]


def test_names_that_are_unknown_unclear_or_twice_are_told(towns: list[Town]) -> None:
    read = read_list("姜山镇\n云龙镇\n无此镇\n鄞州区 云龙镇\n330212001")
    assert read.problems == (
        "“云龙镇”在鄞州区、慈溪市都有，请在前面写明区县（市）。",
        "没有找到“无此镇”，请核对名称，或填写代码。",
        "“330212001”重复出现，请只保留一处。",
    )
    assert read.towns == (towns[0], towns[1])


@pytest.mark.clause("N11")
def test_the_list_is_shown_before_it_is_written(browser_of: Any, city: User, towns: list[Town]) -> None:
    browser = browser_of(city)
    Town.objects.filter(pk=towns[2].pk).update(is_strong=True)
    assert "已标注 1 / 29 个。没有标注记录。" in " ".join(browser.get(STRONG).content.decode().split())
    page = browser.post(STRONG, {"towns": "姜山镇\n鄞州区云龙镇"})
    assert page.context["what"] == "名单共 2 个：新标注 2 个，取消标注 1 个，其余不变。"
    assert page.context["names"] == ["标注 鄞州区姜山镇", "标注 鄞州区云龙镇", "取消标注 慈溪市观海卫镇"]
    assert page.context["warning"] == "通知所附名单列有 29 个工业强镇，这份名单有 2 个，请核对后再写入。"
    assert marked() == ["慈溪市观海卫镇"]
    hidden = {pair["name"]: pair["value"] for pair in page.context["hidden"]}
    done = browser.post(STRONG, hidden, follow=True)
    assert [str(each) for each in done.context["messages"]] == ["已标注工业强镇 2 个：新标注 2 个，取消 1 个。"]
    assert marked() == ["鄞州区云龙镇", "鄞州区姜山镇"]
    assert list(AuditEvent.objects.order_by("serial").values_list("verb", "object_code", "reason")) == [
        ("修改乡镇（街道）", "330212001", ""),
        ("修改乡镇（街道）", "330212002", ""),
        ("修改乡镇（街道）", "330282001", ""),
        ("标注工业强镇", "", "名单 2 个，新标注 2 个，取消 1 个"),
    ]
    assert "最近导入：city员，" in done.context["lead"]
    assert done.context["lead"].endswith("，名单 2 个，新标注 2 个，取消 1 个。")
    assert "已标注 2 / 29 个。最近一次：city员，" in " ".join(browser.get(STRONG).content.decode().split())


def test_a_wrong_list_changes_nothing(browser_of: Any, city: User, towns: list[Town]) -> None:
    page = browser_of(city).post(STRONG, {"towns": "无此镇", "confirm": "1"})
    assert page.context["form"].errors == {"towns": ["没有找到“无此镇”，请核对名称，或填写代码。"]}
    assert page.context["form"]["towns"].value() == "无此镇"
    assert browser_of(city).post(STRONG, {"towns": ""}).context["form"].errors == {"towns": ["请填写名单。"]}
    assert browser_of(city).post(STRONG, {"towns": "，"}).context["form"].errors == {"towns": ["请填写名单。"]}
    assert marked() == []


def test_only_the_city_marks(browser_of: Any, yinzhou: User, city: User, towns: list[Town]) -> None:
    assert browser_of(yinzhou).post(STRONG, {"towns": "姜山镇", "confirm": "1"}).status_code == 403
    with pytest.raises(Refusal, match="您没有标注工业强镇的权限。"):
        mark_strong_towns(towns=towns[:1], by=yinzhou, at=timezone.now())
    with pytest.raises(Refusal, match="名单是空的，没有改动。"):
        mark_strong_towns(towns=[], by=city, at=timezone.now())


def test_a_round_says_how_many_are_marked_and_since_when(
    browser_of: Any, city: User, yinzhou: User, round_2026: Round, towns: list[Town]
) -> None:
    path = f"{reverse('admin:platforms_round_change', args=[round_2026.pk])}?tab=progress"
    text = " ".join(browser_of(city).get(path).content.decode().split())
    assert "工业强镇 0 / 29 已标注。" in text
    assert "最近标注" not in text
    mark_strong_towns(towns=towns[:1], by=city, at=timezone.now())
    text = " ".join(browser_of(city).get(path).content.decode().split())
    assert "最近标注：city员，" in text
    assert "最近标注" not in browser_of(yinzhou).get(path).content.decode()


def test_a_list_says_who_brought_it_in(browser_of: Any, city: User, yinzhou: User, round_2026: Round) -> None:
    browser = browser_of(city)
    path = reverse("admin:platforms_quota_changelist")
    assert browser.get(path).context["lead"] == "尚未导入。"
    page = browser.post(f"{path}import/", {"import_file": upload(HEADS, [2026, "330212", 8])})
    assert page.context["left_alone"] == {"total": 0, "names": []}
    token = page.context["confirm_form"].initial["token"]
    browser.post(f"{path}process_import/", {"token": token})
    when = f"{timezone.localtime(AuditEvent.objects.get(verb='导入名额').at):%Y-%m-%d %H:%M}"
    assert browser.get(path).context["lead"] == f"最近导入：city员，{when}，新增 1 条，修改 0 条，不变 0 条。"
    assert browser_of(yinzhou).get(path).context.get("lead") is None


def test_a_preview_names_what_the_file_leaves_out(
    browser_of: Any, city: User, round_2026: Round, regions: dict[str, Region]
) -> None:
    browser, path = browser_of(city), reverse("admin:platforms_quota_changelist")
    other = factories.round_of(2025)
    for code in ("330212", "330282"):
        round_2026.quotas.create(region=regions[code], places=5)
    other.quotas.create(region=regions["330211"], places=5)
    page = browser.post(f"{path}import/", {"import_file": upload(HEADS, [2026, "330212", 8])})
    assert page.context["left_alone"] == {"total": 1, "names": ["2026年度 慈溪市"]}
    text = " ".join(page.content.decode().split())
    assert "系统中另有 1 条不在文件中，导入后保持不变" in text
    assert "<del>5</del> <ins>8</ins>" in text
