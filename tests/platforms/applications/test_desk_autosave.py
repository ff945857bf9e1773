"""A section that saves itself: what comes back, what two people may do at once, what a login that ended answers."""

import html
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from platforms.applications.services import filing
from platforms.models import Application, AuditEvent, Round, User
from tests import factories
from tests.platforms.conftest import rows

HX = {"HX-Request": "true"}
#: How often a section asks the database: shown; saved by itself without a change, with a row, with a field changed.
QUERIES = {"shown": 10, "same": 16, "row": 31, "field": 29}
PERSON = {"name": "王一", "sex": "female", "education": "bachelor", "post": "主任", "full_time": "yes", "years": "5"}


class Tab:
    """One open page of a section in a browser."""

    def __init__(self, client: Client, application: Application, slug: str) -> None:
        self.client, self.address = client, reverse("desk:section", args=[application.number, slug])
        self.page = client.get(self.address).content.decode()

    def hidden(self, name: str) -> str:
        found = re.findall(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', self.page, re.S)
        return html.unescape(found[0])

    def save(self, **typed: str) -> Any:
        """Save as the page itself does while somebody types; the page then stands on what came back."""
        sent = {"version": self.hidden("version"), "base": self.hidden("base")} | typed
        answer = self.client.post(self.address, sent, headers=HX)
        self.page = answer.content.decode()
        return answer

    @property
    def says(self) -> str:
        return " ".join(re.findall(r"<span data-state[^>]*>(.*?)</span>", self.page, re.S)).strip()

    def notes(self, *, gaps: bool = False) -> list[tuple[str, str, str]]:
        """What is said at each box; of what is still missing only with ``gaps``."""
        pattern = r'data-for="([^"]*)"[^>]*data-kind="([^"]*)">(.*?)</p>'
        found = [(where, kind, html.unescape(text)) for where, kind, text in re.findall(pattern, self.page, re.S)]
        return [note for note in found if gaps == (note[1] == "gap")]


@pytest.fixture
def tab(desk: Client, draft: Application) -> Callable[[str], Tab]:
    return lambda slug: Tab(desk, draft, slug)


@pytest.fixture
def colleague(regions: dict, browser_of: Callable[[User], Client]) -> Client:
    return browser_of(factories.officer("yinzhou2", regions["330212"]))


def test_a_page_gets_back_only_what_changed(tab: Callable[[str], Tab], draft: Application) -> None:
    page = tab("plan")
    answer = page.save(target_enterprises="200", funds_source="街道预算")
    assert answer.status_code == 200
    assert "<html" not in page.page
    draft.refresh_from_db()
    assert (draft.target_enterprises, page.hidden("version")) == (200, str(draft.version))
    assert page.says.startswith("已保存 ")
    assert "本部分还有 3 项未填" in page.page
    assert re.search(r"8 建设运营计划</span>\s*<span class=\"progress__state\">缺 3 项", page.page)


def test_what_is_missing_stands_at_its_box_and_goes_when_it_is_typed(tab: Callable[[str], Tab]) -> None:
    page = tab("plan")
    page.save(target_enterprises="200", funds_source="街道预算", funds_wan="多少")
    # What is wrong at a box is said as such, and not a second time as missing.
    assert page.notes(gaps=True) == [
        ("id_target_events", "gap", "请填写年度服务活动目标。"),
        ("id_sustainability", "gap", "请填写可持续运营措施。"),
    ]


def test_the_section_itself_says_at_each_box_what_is_missing(desk: Client, draft: Application) -> None:
    page = desk.get(reverse("desk:section", args=[draft.number, "rules"])).content.decode()
    assert "本部分还有 3 项未填" in page
    assert page.count("<details") == page.split('id="section-gaps"')[0].count("<details")
    line = page.split('id="rule-process"')[1].split("</fieldset>")[0]
    assert '<ul class="openlist" id="id_rules-process_title_gap">' in line
    assert "缺少“" in line
    page = desk.get(reverse("desk:section", args=[draft.number, "services"])).content.decode()
    assert page.count('class="openlist"') == 3
    page = desk.get(reverse("desk:section", args=[draft.number, "plan"])).content.decode()
    assert 'aria-describedby="id_funds_wan_gap"' in page


def test_what_is_wrong_is_named_and_the_rest_is_saved(tab: Callable[[str], Tab], draft: Application) -> None:
    page = tab("operator")
    page.save(
        operator_code="91330200711192037M", operator_nature="institution", founded_on="2999-01-01", contact_mobile="1"
    )
    assert page.notes() == [
        ("id_operator_nature_0", "warn", "统一社会信用代码以 91 开头，通常与所选的单位性质不一致，请核对。"),
        ("id_contact_mobile", "bad", "“1”不是有效的手机号码，应为 11 位并以 13 至 19 开头。"),
        ("id_founded_on", "bad", "年份应在 1900 至 2100 之间，请核对。"),
    ]
    draft.refresh_from_db()
    assert (draft.operator_code, draft.contact_mobile, draft.founded_on) == ("91330200711192037M", "1", None)
    assert page.says.endswith("其中 2 处有误或未填完")


def test_what_the_service_refuses_is_an_error_of_its_box(
    tab: Callable[[str], Tab], draft: Application, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    other = factories.draft(yinzhou, round_2026, now)
    page = tab("platform")
    page.save(name=other.name, address="测试路9号")
    sentence = f"本地区的申报表 {other.number} 已使用这个名称，请换一个名称。"
    assert ("id_name", "bad", sentence) in page.notes()
    draft.refresh_from_db()
    assert draft.address == "测试路9号"


def test_nothing_typed_anew_is_no_event(tab: Callable[[str], Tab]) -> None:
    page = tab("plan")
    page.save(funds_source="街道预算")
    count = AuditEvent.objects.count()
    page.save(funds_source="街道预算")
    assert AuditEvent.objects.count() == count
    page.save(funds_source="街道预算", target_events="12")
    assert AuditEvent.objects.order_by("-serial").values_list("changes", flat=True)[0] == {
        "年度服务活动目标（场）": [None, 12]
    }


@pytest.mark.trust("T11")
def test_the_same_field_changed_by_both_is_asked_about(
    tab: Callable[[str], Tab], colleague: Client, draft: Application
) -> None:
    mine, theirs = tab("platform"), Tab(colleague, draft, "platform")
    theirs.save(name=draft.name, address="同事的地址", opening_hours="同事的时间")
    answer = mine.save(name=draft.name, address="我的地址", introduction="我的简介")
    assert answer.status_code == 409
    assert mine.says == "有 1 处与他人的修改不一致，请在页面上方选定"
    for text in ("同事的地址", "我的地址"):
        assert text in mine.page
    # What only one of them changed is merged, and shown to the other.
    assert 'data-set="opening_hours" data-value="同事的时间"' in mine.page
    draft.refresh_from_db()
    assert (draft.address, draft.opening_hours, draft.introduction) == ("同事的地址", "同事的时间", "我的简介")
    # Typing on does not decide anything.
    assert (
        mine.save(name=draft.name, address="我的地址", introduction="我的简介", opening_hours="同事的时间").status_code
        == 409
    )
    draft.refresh_from_db()
    assert draft.address == "同事的地址"


@pytest.mark.trust("T11")
@pytest.mark.parametrize(("side", "kept"), [("mine", "我的地址"), ("theirs", "同事的地址")])
@pytest.mark.parametrize("headers", [{}, HX])
def test_a_choice_settles_it(
    side: str, kept: str, headers: dict, tab: Callable[[str], Tab], colleague: Client, draft: Application, desk: Client
) -> None:
    mine, theirs = tab("platform"), Tab(colleague, draft, "platform")
    theirs.save(name=draft.name, address="同事的地址")
    mine.save(name=draft.name, address="我的地址")
    choice = re.findall(rf'value="({side}\.[0-9a-f]+)"', mine.page)[0]
    sent = {"version": mine.hidden("version"), "base": mine.hidden("base"), "name": draft.name, "address": "我的地址"}
    answer = desk.post(mine.address, sent | {"keep-address": choice, "merge": "1"}, headers=headers)
    assert answer.status_code == (200 if headers else 302)
    draft.refresh_from_db()
    assert draft.address == kept


@pytest.mark.trust("T11")
def test_a_choice_holds_only_for_what_was_shown(
    tab: Callable[[str], Tab], colleague: Client, draft: Application
) -> None:
    mine, theirs = tab("platform"), Tab(colleague, draft, "platform")
    theirs.save(name=draft.name, address="同事的地址")
    mine.save(name=draft.name, address="我的地址")
    choice = re.findall(r'value="(mine\.[0-9a-f]+)"', mine.page)[0]
    theirs.save(name=draft.name, address="同事又改了")
    answer = mine.save(**{"name": draft.name, "address": "我的地址", "keep-address": choice, "merge": "1"})
    assert (answer.status_code, "同事又改了" in mine.page) == (409, True)
    draft.refresh_from_db()
    assert draft.address == "同事又改了"


@pytest.mark.trust("T11")
@pytest.mark.parametrize("base", ["", "x", "other", "version"])
def test_a_base_that_is_missing_or_forged_is_stale(
    base: str, tab: Callable[[str], Tab], colleague: Client, draft: Application, desk: Client
) -> None:
    mine = tab("platform")
    given = {"other": tab("plan").hidden("base"), "version": mine.hidden("base")}.get(base, base)
    version = "999" if base == "version" else mine.hidden("version")
    Tab(colleague, draft, "platform").save(name=draft.name, address="同事的地址")
    sent = {"version": version, "base": given, "name": draft.name, "address": "我的地址"}
    answer = desk.post(mine.address, sent, headers=HX)
    assert answer.status_code == 409
    draft.refresh_from_db()
    assert draft.address == "同事的地址"


def test_colleagues_in_different_sections_never_clash(
    tab: Callable[[str], Tab], colleague: Client, draft: Application
) -> None:
    mine, theirs = tab("plan"), Tab(colleague, draft, "record")
    for number in range(1, 4):
        assert theirs.save(events_held=str(number)).status_code == 200
        assert mine.save(target_events=str(number)).status_code == 200
    draft.refresh_from_db()
    assert (draft.events_held, draft.target_events) == (3, 3)


@pytest.mark.trust("T11")
def test_rows_are_merged_row_by_row(tab: Callable[[str], Tab], colleague: Client, draft: Application) -> None:
    first = tab("staff")
    first.save(**rows("staff", PERSON, PERSON | {"name": "李二"}))
    mine, theirs = tab("staff"), Tab(colleague, draft, "staff")
    there = [PERSON | {"key": "0", "years": "9"}, PERSON | {"key": "1", "name": "李二"}, PERSON | {"name": "赵三"}]
    theirs.save(**rows("staff", *there))
    answer = mine.save(**rows("staff", PERSON | {"key": "0"}, PERSON | {"key": "1", "name": "李二", "post": "专员"}))
    assert answer.status_code == 200
    assert list(draft.staff.order_by("pk").values_list("name", "post", "years")) == [
        ("王一", "主任", 9),
        ("李二", "专员", 5),
        ("赵三", "主任", 5),
    ]
    # The page shows the colleague's rows too.
    assert 'hx-swap-oob="outerHTML:#id_staff"' in mine.page
    assert 'value="赵三"' in mine.page


@pytest.mark.trust("T11")
def test_the_same_row_changed_by_both_is_asked_about(
    tab: Callable[[str], Tab], colleague: Client, draft: Application
) -> None:
    tab("staff").save(**rows("staff", PERSON))
    mine, theirs = tab("staff"), Tab(colleague, draft, "staff")
    theirs.save(**rows("staff", PERSON | {"key": "0", "years": "9"}))
    answer = mine.save(**rows("staff", PERSON | {"key": "0", "years": "7"}))
    assert answer.status_code == 409
    assert "人员第 1 行" in mine.page
    assert draft.staff.get().years == 9
    choice = re.findall(r'name="(keep-staff-0)"[^>]*value="(mine\.[0-9a-f]+)"', mine.page, re.S)[0]
    assert (
        mine.save(**rows("staff", PERSON | {"key": "0", "years": "7"}), merge="1", **dict([choice])).status_code == 200
    )
    assert draft.staff.get().years == 7


def test_a_row_that_is_still_being_typed_is_no_error(tab: Callable[[str], Tab], draft: Application) -> None:
    page = tab("staff")
    page.save(**rows("staff", PERSON, {"name": "李二", "full_time": "yes"}))
    assert {kind for _, kind, _ in page.notes()} == {"open"}
    assert list(draft.staff.order_by("pk").values_list("name", "post", "years")) == [
        ("王一", "主任", 5),
        ("李二", "", None),
    ]
    assert 'data-key="staff-0-key" data-value="0"' in page.page
    assert 'data-key="staff-1-key" data-value="1"' in page.page
    assert page.says.endswith("其中 1 处有误或未填完")


@pytest.mark.trust("T31")
def test_a_login_that_ended_is_no_page_in_the_form(tab: Callable[[str], Tab], stranger: Client, desk: Client) -> None:
    page = tab("plan")
    answer = stranger.post(page.address, {"funds_source": "x"}, headers=HX)
    assert (answer.status_code, answer.content.decode()) == (401, "登录已过期，请重新登录。")
    assert stranger.post(page.address, {"funds_source": "x"}).status_code == 302


@pytest.mark.trust("T31")
def test_a_save_that_is_tried_again_prolongs_nothing(
    tab: Callable[[str], Tab], desk: Client, settings: Any, draft: Application
) -> None:
    page = tab("plan")
    settings.SESSION_IDLE_SECONDS = 600
    session = desk.session
    session["last_seen"] = session["last_seen"] - 500
    session.save()
    sent = {"version": page.hidden("version"), "base": page.hidden("base"), "funds_source": "后台重试"}
    assert desk.post(page.address, sent, headers=HX | {"X-Background": "1"}).status_code == 200
    assert desk.session["last_seen"] == session["last_seen"]
    assert page.save(funds_source="后台重试", target_events="3").status_code == 200
    assert desk.session["last_seen"] > session["last_seen"]
    session = desk.session
    session["last_seen"] = session["last_seen"] - 601
    session.save()
    assert desk.post(page.address, sent, headers=HX).status_code == 401


@pytest.mark.trust("T23")
def test_a_form_of_more_than_a_thousand_fields_is_saved(tab: Callable[[str], Tab], draft: Application) -> None:
    people = [PERSON | {"name": f"人员{place}", "qualification": "", "mobile": "", "key": ""} for place in range(100)]
    sent = rows("staff", *people) | {f"other-{place}": "x" for place in range(400)}
    assert len(sent) > 1_300
    assert tab("staff").save(**sent).status_code == 200
    assert draft.staff.count() == 100


def test_what_was_deleted_meanwhile_says_so_and_shows_what_was_typed(
    tab: Callable[[str], Tab], draft: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tab("plan")
    found = Application.objects.select_related("round", "region").get(pk=draft.pk)
    monkeypatch.setattr("platforms.applications.desk.sections.own_application", lambda *_args, **_options: found)
    Application.objects.filter(pk=draft.pk).delete()
    answer = page.save(funds_source="街道预算")
    assert (answer.status_code, page.says) == (409, "未保存（这份申报表已被删除。）")


def test_a_form_that_was_submitted_meanwhile_is_not_saved(tab: Callable[[str], Tab], draft: Application) -> None:
    page = tab("plan")
    Application.objects.filter(pk=draft.pk).update(status="submitted", submitted_at="2026-04-10T00:00Z")
    answer = page.save(funds_source="街道预算")
    assert answer.status_code == 409
    assert page.says == "未保存（申报表当前为“已提交”，只有草稿和被退回的申报表可以修改。）"


@pytest.mark.clause("N17")
def test_only_what_a_return_names_can_be_written(
    desk: Client, yinzhou: User, city: User, round_2026: Round, now: datetime
) -> None:
    from platforms.applications.correction import Asked

    row = factories.complete_application(yinzhou, round_2026, now)
    filing.submit(application=row, version=row.version, by=yinzhou, at=now)
    row.refresh_from_db()
    filing.return_for_correction(
        application=row, reason="请补正", items=[Asked("venue", "floor_area", "面积与证明不符")], by=city, at=now
    )
    row.refresh_from_db()
    page = Tab(desk, row, "venue")
    assert 'name="floor_area"' in page.page
    assert 'name="equipment"' not in page.page
    assert page.page.count("退回时没有要求补正，不能修改。") == 6
    page.save(floor_area="321", equipment="越界")
    row.refresh_from_db()
    assert (str(row.floor_area), row.equipment == "越界") == ("321.00", False)
    staff = desk.get(reverse("desk:section", args=[row.number, "staff"])).content.decode()
    assert "data-add-row" not in staff
    names = [person.name for person in row.staff.order_by("pk")]
    assert all(name in staff for name in names)
    desk.post(reverse("desk:section", args=[row.number, "staff"]), {"version": row.version} | rows("staff", PERSON))
    assert [person.name for person in row.staff.order_by("pk")] == names


@pytest.mark.parametrize("count", [1, 30])
def test_how_often_a_section_asks_the_database(count: int, tab: Callable[[str], Tab], draft: Application) -> None:
    for place in range(count):
        draft.staff.create(**PERSON | {"name": f"人员{place}", "full_time": True, "years": 5})
    page, plan = tab("staff"), tab("plan")
    people = [PERSON | {"key": str(place), "name": f"人员{place}"} for place in range(count)]
    changed = [*people[:-1], people[-1] | {"post": "专员"}]
    asked = {
        "shown": queries_of(lambda: page.client.get(page.address)),
        "same": queries_of(lambda: page.save(**rows("staff", *people))),
        "row": queries_of(lambda: page.save(**rows("staff", *changed))),
        "field": queries_of(lambda: plan.save(funds_source="街道预算")),
    }
    assert asked == QUERIES
    assert draft.staff.filter(post="专员").count() == 1


def queries_of(ask: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert ask().status_code == 200
    return len(asked)
