"""Nothing of another county at any door of the back office."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from platforms.backoffice.scoped import ScopedForms
from platforms.models import Application, Attachment, Liaison, Quota, Region, Round, User
from tests import factories
from tests.platforms.conftest import CANARY

PAGES = ("change", "delete", "history")


def url(view: str, *args: Any, model: str = "application") -> str:
    return reverse(f"admin:platforms_{model}_{view}", args=args)


def without_token(answer: Any) -> str:
    return re.sub(r'value="[\w-]{22}"|value="[A-Za-z0-9]{64}"', "", answer.content.decode())


@pytest.mark.trust("T10")
@pytest.mark.parametrize("page", PAGES)
def test_a_foreign_row_and_a_missing_row_give_the_same_answer(
    browser_of: Any, yinzhou: User, theirs: Application, page: str
) -> None:
    browser = browser_of(yinzhou)
    foreign, missing = browser.get(url(page, theirs.pk)), browser.get(url(page, 999_999))
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert without_token(foreign) == without_token(missing)


@pytest.mark.trust("T01")
@pytest.mark.parametrize("view", ["changelist", "export", "add"])
def test_lists_and_forms_hold_nothing_of_another_county(
    browser_of: Any, yinzhou: User, ours: Application, theirs: Application, view: str
) -> None:
    page = browser_of(yinzhou).get(url(view), follow=True)
    assert page.status_code == 200
    assert CANARY not in page.content.decode()


@pytest.mark.trust("T01")
@pytest.mark.parametrize("role", ["auditor", "security", "sysadmin", "finance"])
@pytest.mark.parametrize("view", ["changelist", "export"])
def test_roles_without_business_data_get_403(request: Any, browser_of: Any, role: str, view: str) -> None:
    assert browser_of(request.getfixturevalue(role)).get(url(view)).status_code == 403


@pytest.mark.trust("T02")
def test_drop_downs_and_filters_offer_own_rows_only(
    browser_of: Any, yinzhou: User, cixi: User, ours: Application, theirs: Application, now: datetime
) -> None:
    browser = browser_of(yinzhou)
    form = browser.get(url("add", model="liaison")).content.decode()
    assert ("鄞州区" in form, "慈溪市" in form) == (True, False)
    sidebar = browser.get(url("changelist")).content.decode()
    assert ("鄞州区" in sidebar, "慈溪市" in sidebar) == (True, False)


@pytest.mark.trust("T02")
def test_a_foreign_key_of_any_form_names_own_rows_only(
    rf: RequestFactory, yinzhou: User, ours: Application, theirs: Application
) -> None:
    request = rf.get("/")
    request.user = yinzhou
    key = Attachment._meta.get_field("application")
    assert list(ScopedForms().get_field_queryset(None, key, request)) == [ours]


@pytest.mark.trust("T02")
def test_a_forged_foreign_key_is_refused(browser_of: Any, yinzhou: User, cixi: User, round_2026: Round) -> None:
    answer = browser_of(yinzhou).post(
        url("add", model="liaison"),
        {"round": round_2026.pk, "region": cixi.region_id, "name": "张三", "post": "科长", "phone": "0574-88880000"},
    )
    assert answer.status_code == 200
    assert Liaison.objects.count() == 0


@pytest.mark.trust("T03")
def test_autocomplete_and_popups_are_closed(browser_of: Any, yinzhou: User, theirs: Application) -> None:
    browser = browser_of(yinzhou)
    query = "?app_label=platforms&model_name=liaison&field_name=region&term="
    assert browser.get(f"/admin/autocomplete/{query}%25").status_code in (403, 404)
    assert browser.get("/admin/autocomplete/?app_label=x&model_name=y&field_name=z&term=").status_code == 403
    popup = browser.get(url("changelist") + "?_popup=1&_to_field=contact_mobile")
    assert popup.status_code == 400


@pytest.mark.trust("T41")
@pytest.mark.parametrize(
    "query",
    [
        "name__regex=(a%2B)%2B%24",
        "contact_mobile=13800138000",
        "round__cap_yuan__gt=1",
        "created_by__password__contains=a",
    ],
)
def test_only_the_filters_on_the_page_can_be_asked_for(browser_of: Any, city: User, query: str) -> None:
    browser = browser_of(city)
    assert browser.get(f"{url('changelist')}?{query}").status_code == 400
    assert browser.get(f"{url('export')}?{query}").status_code == 400


@pytest.mark.parametrize(
    "query",
    ["status__exact=submitted", "p=1000000000", "q=%25%25", f"q={'词+' * 200}", "status__exact=x", "o=1.2.3", "o=9"],
)
def test_lists_answer_whatever_is_asked(browser_of: Any, city: User, ours: Application, query: str) -> None:
    assert browser_of(city).get(f"{url('changelist')}?{query}", follow=True).status_code == 200


@pytest.mark.trust("T04")
def test_the_first_page_shows_no_log_of_rows(browser_of: Any, yinzhou: User, theirs: Application) -> None:
    assert CANARY not in browser_of(yinzhou).get("/admin/").content.decode()


@pytest.mark.trust("T04")
def test_what_was_submitted_cannot_be_deleted(browser_of: Any, yinzhou: User, ours: Application) -> None:
    browser = browser_of(yinzhou)
    assert browser.get(url("delete", ours.pk)).status_code == 403
    assert browser.post(url("delete", ours.pk), {"post": "yes"}).status_code == 403
    assert Application.objects.filter(pk=ours.pk).exists()


@pytest.mark.trust("T04")
def test_a_row_that_is_used_says_by_how_many_and_names_none(
    browser_of: Any, city: User, yinzhou: User, ours: Application
) -> None:
    page = browser_of(city).get(url("delete", yinzhou.region_id, model="region")).content.decode()
    assert "申报表 1 条" in page
    assert ours.name not in page
    browser_of(city).post(url("delete", yinzhou.region_id, model="region"), {"post": "yes"})
    assert Region.objects.filter(pk=yinzhou.region_id).exists()


@pytest.mark.trust("T06")
def test_forged_ids_have_no_effect_in_actions_and_exports(
    browser_of: Any, yinzhou: User, city: User, ours: Application, theirs: Application
) -> None:
    county = browser_of(yinzhou)
    for data in (
        {"action": "accept_selected", "_selected_action": theirs.pk, "confirmed": "yes"},
        {"action": "delete_selected", "_selected_action": theirs.pk, "post": "yes"},
        {"action": "nonsense", "_selected_action": ours.pk, "select_across": "1"},
    ):
        county.post(url("changelist"), {"index": "0", **data})
    assert set(Application.objects.values_list("status", flat=True)) == {"submitted"}
    export = county.post(url("export"), {"format": "csv", "export_items": [theirs.pk, ours.pk, "x"]})
    text = export.content.decode("utf-8-sig")
    assert (ours.number in text, theirs.number in text) == (True, False)


@pytest.mark.trust("T06")
@pytest.mark.parametrize(
    ("chosen", "sentence"), [([str(n) for n in range(1001)], "一次最多处理 1,000 条"), (["x"], "选中的记录无效")]
)
def test_too_many_or_odd_selections_are_answered_in_words(
    browser_of: Any, city: User, ours: Application, chosen: list[str], sentence: str
) -> None:
    data = {"action": "accept_selected", "index": "0", "_selected_action": chosen}
    answer = browser_of(city).post(url("changelist"), data, follow=True)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def phases_of(round_: Round) -> dict[str, Any]:
    data: dict[str, Any] = {"phases-TOTAL_FORMS": 4, "phases-INITIAL_FORMS": 4}
    for index, phase in enumerate(round_.phases.order_by("number")):
        data |= {
            f"phases-{index}-id": phase.pk,
            f"phases-{index}-round": round_.pk,
            f"phases-{index}-number": phase.number,
            f"phases-{index}-starts_on": phase.starts_on,
            f"phases-{index}-ends_on": phase.ends_on,
        }
    return data


def round_form(browser: Any, round_: Round, tab: str = "basics", **changes: Any) -> dict[str, Any]:
    page = browser.get(f"{url('change', round_.pk, model='round')}?tab={tab}")
    return {
        "_shown": page.context["shown_digest"],
        "title": round_.title,
        "target": round_.target,
        "cap_yuan": round_.cap_yuan,
        "report_due_on": round_.report_due_on,
        "quotas-TOTAL_FORMS": 0,
        "quotas-INITIAL_FORMS": 0,
        **phases_of(round_),
        **changes,
    }


@pytest.mark.trust("T07")
def test_a_forged_inline_row_of_another_round_is_a_form_error(
    browser_of: Any, city: User, regions: dict[str, Region], round_2026: Round
) -> None:
    other = factories.round_of(2027)
    quota = Quota.objects.create(round=other, region=regions["330282"], places=5)
    browser = browser_of(city)
    forged = {
        "quotas-TOTAL_FORMS": 1,
        "quotas-INITIAL_FORMS": 1,
        "quotas-0-id": quota.pk,
        "quotas-0-round": other.pk,
        "quotas-0-region": regions["330282"].pk,
        "quotas-0-places": 99,
    }
    data = round_form(browser, round_2026, "quotas", **forged)
    answer = browser.post(f"{url('change', round_2026.pk, model='round')}?tab=quotas", data)
    assert answer.status_code == 200
    quota.refresh_from_db()
    assert (quota.places, quota.round_id) == (5, other.pk)


@pytest.mark.trust("T07")
@pytest.mark.parametrize("forged", [{"quotas-TOTAL_FORMS": 100_000}, {"quotas-INITIAL_FORMS": "x"}])
def test_a_forged_number_of_inline_rows_costs_nothing(
    browser_of: Any, city: User, round_2026: Round, forged: dict[str, Any]
) -> None:
    browser = browser_of(city)
    data = round_form(browser, round_2026, "quotas", **forged)
    answer = browser.post(f"{url('change', round_2026.pk, model='round')}?tab=quotas", data)
    assert answer.status_code == 200
    assert Quota.objects.count() == 0


@pytest.mark.trust("T13")
def test_money_and_status_cannot_be_smuggled_into_the_round(browser_of: Any, city: User, round_2026: Round) -> None:
    browser = browser_of(city)
    data = round_form(browser, round_2026, status="published", year=2099, title="新名称")
    assert browser.post(url("change", round_2026.pk, model="round"), data).status_code == 302
    round_2026.refresh_from_db()
    assert (round_2026.status, round_2026.year, round_2026.title) == ("filing", 2026, "新名称")


@pytest.mark.trust("T11")
def test_the_second_of_two_stale_saves_is_refused_and_both_values_are_shown(
    browser_of: Any, city: User, city2: User, round_2026: Round
) -> None:
    first, second = browser_of(city), browser_of(city2)
    ours, theirs = round_form(first, round_2026, target=110), round_form(second, round_2026, target=120)
    assert first.post(url("change", round_2026.pk, model="round"), ours).status_code == 302
    answer = second.post(url("change", round_2026.pk, model="round"), theirs)
    assert answer.status_code == 200
    assert "“建设目标（个）”现为“110”，您填的是“120”" in answer.content.decode()
    round_2026.refresh_from_db()
    assert round_2026.target == 110
    forged = theirs | {"_shown": "999"}
    assert second.post(url("change", round_2026.pk, model="round"), forged).status_code == 200


def queries_of(browser: Any, address: str) -> int:
    browser.get(address)  # the first page of a session, and one after a pause, also saves the session
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize(
    ("role", "model", "number"),
    [
        ("city", "application", 12),
        ("yinzhou", "application", 12),
        ("city", "town", 10),
        ("security", "user", 8),
        ("auditor", "auditevent", 8),
    ],
)
def test_a_list_asks_the_same_few_questions_however_long_it_is(
    request: Any, browser_of: Any, yinzhou: User, round_2026: Round, now: datetime, role: str, model: str, number: int
) -> None:
    browser = browser_of(request.getfixturevalue(role))
    factories.draft(yinzhou, round_2026, now)
    few = queries_of(browser, url("changelist", model=model))
    for count in range(12):
        factories.draft(yinzhou, round_2026, now)
        factories.person(f"more{count}", "finance")
    assert (few, queries_of(browser, url("changelist", model=model))) == (number, number)
