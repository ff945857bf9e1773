"""The back office shows, services act: every button is a page that says what will happen and one call."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from platforms.applications.services import filing
from platforms.cases.services import complaints
from platforms.models import Application, AuditEvent, Complaint, Quota, Region, Round, User
from platforms.periodic_reports.services import acceptance
from tests import factories


def move_url(row: Any, name: str) -> str:
    return reverse(f"admin:platforms_{row._meta.model_name}_move", args=(row.pk, name))


def page_of(row: Any, tab: str = "") -> str:
    page = reverse(f"admin:platforms_{row._meta.model_name}_change", args=(row.pk,))
    return f"{page}?tab={tab}" if tab else page


@pytest.mark.trust("T13")
def test_a_get_shows_what_will_happen_and_changes_nothing(browser_of: Any, city: User, ours: Application) -> None:
    page = browser_of(city).get(move_url(ours, "accept"))
    assert "状态由“已提交”变为“已受理”" in page.content.decode()
    ours.refresh_from_db()
    assert ours.status == "submitted"


def test_the_city_accepts_and_the_log_says_who(browser_of: Any, city: User, ours: Application) -> None:
    browser_of(city).post(move_url(ours, "accept"))
    ours.refresh_from_db()
    event = AuditEvent.objects.order_by("serial").last()
    assert (ours.status, event.actor, event.verb, event.object_code) == ("accepted", "city", "受理", ours.number)


def test_a_return_needs_a_reason_and_all_reasons_stay(
    browser_of: Any, city: User, yinzhou: User, ours: Application, now: datetime
) -> None:
    browser = browser_of(city)
    assert browser.post(move_url(ours, "return"), {"reason": " "}).status_code == 200
    ours.refresh_from_db()
    assert ours.status == "submitted"
    browser.post(move_url(ours, "return"), {"reason": "请补充场地证明"})
    ours.refresh_from_db()
    filing.resubmit(application=ours, version=ours.version, answer="已补充", by=yinzhou, at=now)
    browser.post(move_url(ours, "return"), {"reason": "请补充人员名单"})
    page = browser.get(page_of(ours)).content.decode()
    assert ("请补充场地证明" in page, "已补充" in page, "请补充人员名单" in page) == (True, True, True)


@pytest.mark.trust("T13")
@pytest.mark.parametrize("role", ["yinzhou", "finance", "auditor", "security", "sysadmin"])
@pytest.mark.parametrize("name", ["accept", "return"])
def test_only_the_city_accepts_and_returns(
    request: Any, browser_of: Any, ours: Application, role: str, name: str
) -> None:
    answer = browser_of(request.getfixturevalue(role)).post(move_url(ours, name), {"reason": "x"})
    assert answer.status_code == 403
    ours.refresh_from_db()
    assert ours.status == "submitted"


@pytest.mark.trust("T13")
def test_a_county_moves_no_row_of_another(browser_of: Any, yinzhou: User, theirs: Application) -> None:
    assert browser_of(yinzhou).post(move_url(theirs, "withdraw"), {"reason": "x"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.status == "submitted"


@pytest.mark.trust("T13")
def test_a_move_from_the_wrong_state_and_an_invented_one_change_nothing(
    browser_of: Any, city: User, their_draft: Application
) -> None:
    browser = browser_of(city)
    answer = browser.post(move_url(their_draft, "accept"), follow=True)
    assert "当前状态为“草稿”，不能办理“受理”" in answer.content.decode()
    assert browser.post(move_url(their_draft, "publish")).status_code == 404
    their_draft.refresh_from_db()
    assert their_draft.status == "draft"


@pytest.mark.trust("T13")
def test_the_page_of_an_application_takes_no_form(browser_of: Any, city: User, ours: Application) -> None:
    answer = browser_of(city).post(page_of(ours), {"status": "accepted", "name": "x"})
    assert answer.status_code == 403
    ours.refresh_from_db()
    assert ours.status == "submitted"


def test_many_are_accepted_after_a_page_that_names_them(
    browser_of: Any, city: User, ours: Application, theirs: Application, their_draft: Application
) -> None:
    browser = browser_of(city)
    listing = reverse("admin:platforms_application_changelist")
    data = {
        "action": "accept_selected",
        "index": "0",
        "_selected_action": [ours.pk, theirs.pk, their_draft.pk],
    }
    page = browser.post(listing, data).content.decode()
    assert ("受理这 2 份申报表" in page, ours.name in page, "另有 1 份不是“已提交”状态" in page) == (True, True, True)
    assert Application.objects.filter(status="accepted").count() == 0
    browser.post(listing, data | {"confirmed": "yes"})
    assert Application.objects.filter(status="accepted").count() == 2


def test_the_city_sees_people_of_a_county_masked_and_the_county_in_full(
    browser_of: Any, city: User, yinzhou: User, ours: Application
) -> None:
    seen = browser_of(city).get(page_of(ours)).content.decode()
    own = browser_of(yinzhou).get(page_of(ours)).content.decode()
    assert ("13800138000" in seen, "138****8000" in seen, "张联系" in seen, "王一" in seen) == (
        False,
        True,
        False,
        False,
    )
    assert ("13800138000" in own, "张联系" in own, "王一" in own) == (True, True, True)
    history = reverse("admin:platforms_application_history", args=(ours.pk,))
    seen = browser_of(city).get(history).content.decode()
    own = browser_of(yinzhou).get(history).content.decode()
    assert ("13800138000" in seen, "张联系" in seen, "王一" in seen) == (False, False, False)
    assert ("13800138000" in own, "张联系" in own) == (True, True)


@pytest.fixture
def complaint(city: User, ours: Application, now: datetime) -> Complaint:
    accepted = acceptance.accept(application=ours, by=city, at=now)
    made, _code = complaints.file_complaint(
        platform=accepted.platform,
        text="收费不透明",
        enterprise="某企业",
        contact_name="孙投诉",
        contact_phone="13900139000",
        sender_hash="x",
        at=now,
    )
    return made


def test_a_complaint_is_read_by_its_county_and_the_city_and_decided_by_the_city(
    browser_of: Any, city: User, yinzhou: User, cixi: User, auditor: User, complaint: Complaint
) -> None:
    pages = [browser_of(person).get(page_of(complaint)).status_code for person in (city, yinzhou, cixi, auditor)]
    assert pages == [200, 200, 404, 403]
    assert browser_of(yinzhou).post(move_url(complaint, "verify"), {"reason": "属实"}).status_code == 403
    found = {"finding": "supported", "reason": "已与企业核对", "reply": "情况属实。"}
    assert browser_of(yinzhou).post(move_url(complaint, "examine"), found).status_code == 302
    kept = browser_of(city).post(move_url(complaint, "verify"), {"reason": "已核查", "outcome": ""})
    assert kept.context["form"].errors == {"outcome": ["请写一句答复，投诉人查询时可见。"]}
    browser_of(city).post(move_url(complaint, "verify"), {"reason": "已核查", "outcome": "情况属实。"})
    complaint.refresh_from_db()
    assert (complaint.status, complaint.decided_by) == ("verified", city)


@pytest.mark.clause("N09")
def test_the_round_shows_what_each_region_used_of_its_quota(
    browser_of: Any, city: User, regions: dict[str, Region], round_2026: Round, ours: Application
) -> None:
    Quota.objects.create(round=round_2026, region=regions["330212"], places=3)
    page = browser_of(city).get(page_of(round_2026, "quotas"))
    row = next(each for each in page.context["quotas"] if each["label"] == regions["330212"].name)
    assert (row["places"], row["used"], row["left"]) == (3, 1, 2)
    assert "名额使用" in page.content.decode()


@pytest.mark.clause("N07")
def test_the_round_shows_how_far_it_is_from_its_target(
    browser_of: Any, city: User, round_2026: Round, ours: Application, now: datetime
) -> None:
    acceptance.accept(application=ours, by=city, at=now)
    page = browser_of(city).get(page_of(round_2026, "progress")).content.decode()
    assert "已申报 1 个，已受理 1 个，全市建设目标 100 个" in page


@pytest.mark.clause("N11")
def test_the_round_names_the_strong_towns_without_an_application(
    browser_of: Any, city: User, yinzhou: User, cixi: User, round_2026: Round, now: datetime
) -> None:
    browser = browser_of(city)
    assert "工业强镇 0 / 29 已标注" in browser.get(page_of(round_2026, "progress")).content.decode()
    covered = factories.town(yinzhou.region, "有申报镇", is_strong=True)
    factories.town(yinzhou.region, "缺申报镇", is_strong=True)
    factories.town(cixi.region, "外地强镇", is_strong=True)
    factories.submitted(yinzhou, round_2026, now, town=covered)
    seen = browser.get(page_of(round_2026, "progress"))
    assert [(each.region.name, each.towns, each.uncovered) for each, _ in seen.context["regions"]] == [
        ("鄞州区", 2, ("缺申报镇",)),
        ("慈溪市", 1, ("外地强镇",)),
    ]
    own = browser_of(yinzhou).get(page_of(round_2026, "progress"))
    assert [each.region.name for each, _ in own.context["regions"]] == ["鄞州区"]


@pytest.mark.clause("N13")
def test_the_latest_rating_of_a_park_is_shown(
    browser_of: Any, city: User, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    park = factories.park(yinzhou.region, rating="A", rating_year=2025)
    made = factories.draft(yinzhou, round_2026, now, type="park", park=park)
    assert "2025年度 A级" in browser_of(city).get(page_of(made)).content.decode()


def test_filing_is_closed_with_a_reason_and_the_page_counts_the_drafts(
    browser_of: Any, city: User, round_2026: Round, their_draft: Application
) -> None:
    browser = browser_of(city)
    assert "尚有 1 份草稿没有提交" in browser.get(move_url(round_2026, "close_filing")).content.decode()
    browser.post(move_url(round_2026, "close_filing"), {"reason": "申报期满"})
    round_2026.refresh_from_db()
    assert round_2026.status == "evaluating"


def test_an_edit_of_reference_data_leaves_old_and_new_value_in_the_history(
    browser_of: Any, city: User, yinzhou: User
) -> None:
    town = factories.town(yinzhou.region, "旧名街道")
    browser = browser_of(city)
    url = reverse("admin:platforms_town_change", args=(town.pk,))
    shown = browser.get(url).context["shown_digest"]
    data = {"_shown": shown, "code": town.code, "name": "新名街道", "kind": "subdistrict", "region": town.region_id}
    assert browser.post(url, data).status_code == 302
    event = AuditEvent.objects.order_by("serial").last()
    assert (event.verb, event.actor, event.changes) == ("修改乡镇（街道）", "city", {"名称": ["旧名街道", "新名街道"]})
    history = browser.get(reverse("admin:platforms_town_history", args=(town.pk,))).content.decode()
    assert "旧名街道 → 新名街道" in history
