"""How a new application begins at the desk: conditions first, then the place, then what can be taken over."""

import re
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from platforms.applications.precheck import asks_of
from platforms.applications.queries.forms import form_data
from platforms.applications.queries.reuse import count_of
from platforms.models import Application, Ban, Round, User
from tests import factories


def conditions(kind: str) -> str:
    return reverse("desk:precheck", args=[kind])


def answers(kind: str, **other: str) -> dict[str, str]:
    return {ask.key: "yes" if ask.fits else "no" for ask in asks_of(kind)} | other


def test_the_type_leads_to_its_conditions(desk: Client, round_2026: Round) -> None:
    page = desk.get(reverse("desk:new")).content.decode()
    assert conditions("town") in page
    assert conditions("park") in page
    assert conditions("functional_zone") not in page


@pytest.mark.clause("N12")
def test_who_fits_goes_on_to_the_place(desk: Client, round_2026: Round) -> None:
    page = desk.get(conditions("town"), answers("town")).content.decode()
    assert "符合申报条件" in page
    assert "下一步：选择地点" in page
    page = desk.get(conditions("town"), answers("town", run_directly="no")).content.decode()
    assert "可以申报，请注意以下事项" in page
    assert "受托方须有独立法人资格" in page
    assert "下一步：选择地点" in page


def test_who_does_not_fit_is_told_clause_and_way_out(desk: Client, round_2026: Round) -> None:
    page = desk.get(conditions("park"), answers("park", park_on_record="no")).content.decode()
    assert "暂不符合申报条件" in page
    assert "（通知三·（三））请先办理备案；备案名单由市经信局导入后即可选择该园区。" in page
    assert "下一步：选择地点" not in page


def test_an_open_question_is_asked_for_beside_it(desk: Client, round_2026: Round) -> None:
    page = desk.get(conditions("town"), answers("town") | {"venue": ""}).content.decode()
    assert "有 1 处需要修改" in page
    assert "请选择。" in page
    assert "符合申报条件" not in page


@pytest.mark.clause("N35")
def test_a_banned_operator_is_told_before_anything_is_typed(desk: Client, round_2026: Round) -> None:
    code = factories.credit_code(7)
    Ban.objects.create(operator_code=code, starts_on=date(2026, 1, 1), ends_on=date(2099, 1, 1), reason="撤销")
    page = desk.get(conditions("town"), answers("town", operator_code=f" {code.lower()} ")).content.decode()
    assert f"运营单位（{code}）因撤销运营资格，在2099年1月1日（含当日）前不受理申报。" in page
    assert "下一步：选择地点" not in page


def test_a_second_application_of_an_operator_is_noticed_at_the_door(
    desk: Client, draft: Application, yinzhou: User, now: datetime
) -> None:
    code = factories.credit_code(7)
    Application.objects.filter(pk=draft.pk).update(operator_code=code)
    page = desk.get(conditions("town"), answers("town", operator_code=code)).content.decode()
    assert f"该单位2026年度已有申报“{draft.name}”。" in page
    assert reverse("desk:application", args=[draft.number]) in page
    wrong = desk.get(conditions("town"), answers("town", operator_code=code[:-1])).content.decode()
    assert "统一社会信用代码须为 18 位，现为 17 位，请对照证书核对。" in wrong


def test_types_of_others_have_no_conditions_page_here(desk: Client, round_2026: Round) -> None:
    assert desk.get(conditions("functional_zone")).status_code == 403
    assert desk.get(conditions("nothing")).status_code == 403


def test_a_closed_round_is_said_and_leads_nowhere(desk: Client, regions: dict, yinzhou: User) -> None:
    factories.round_of(2026, "evaluating")
    page = desk.get(conditions("town"), answers("town")).content.decode()
    assert "不受理新的申报。" in page
    assert reverse("desk:new_site", args=["town"]) not in page


@pytest.fixture
def earlier(yinzhou: User, draft: Application, now: datetime) -> Application:
    """The application of an earlier round for the place of the draft."""
    old = factories.round_of(2025, "filing")
    return factories.fill(factories.draft(yinzhou, old, now, town=draft.town), yinzhou, now)


def start_from(row: Application) -> str:
    return reverse("desk:start_from", args=[row.number])


def test_a_draft_offers_what_was_filed_before(desk: Client, draft: Application, earlier: Application) -> None:
    overview = desk.get(reverse("desk:application", args=[draft.number])).content.decode()
    assert start_from(draft) in overview
    assert (
        f'该地点在2025年度申报过，状态为“草稿”。 <a href="{reverse("desk:application", args=[earlier.number])}">'
        in overview
    )
    page = desk.get(start_from(draft)).content.decode()
    assert f'{earlier.number} <span title="{earlier.name}">{earlier.site_name}</span>' in page
    assert "同一地点，2025年度，草稿，测试服务中心" in page


def test_chosen_parts_are_taken_over_and_named(desk: Client, draft: Application, earlier: Application) -> None:
    sent = {"version": draft.version, "source": earlier.number, f"parts-{earlier.number}": ["operator", "staff"]}
    page = desk.post(start_from(draft), sent, follow=True).content.decode()
    assert f"已引用 {earlier.number} 的运营单位、运营人员。请逐项核对，内容如有变化请修改。" in page
    draft.refresh_from_db()
    assert (draft.operator_name, draft.address, draft.staff.count()) == ("测试服务中心", "", 2)
    sent["version"] = draft.version
    page = desk.post(start_from(draft), sent, follow=True).content.decode()
    assert f"未引用新的内容：所选部分已填写，或 {earlier.number} 中未填写。" in page


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "请选择要引用的申报表。"),
        ({"source": "2020-0001"}, "请选择要引用的申报表。"),
        ({"source": "own"}, "请至少选择一项要引用的内容。"),
        ({"source": "own", "parts": ["record"]}, "请从列出的申报表中选择，并至少选择一项内容。"),
        ({"source": "own", "parts": ["operator"], "version": "999"}, "已被他人保存或办理"),
    ],
)
def test_a_refusal_is_said_and_what_was_chosen_stays(
    desk: Client, draft: Application, earlier: Application, sent: dict, sentence: str
) -> None:
    number = earlier.number if sent.get("source") == "own" else sent.get("source", "")
    data = {"version": sent.get("version", draft.version), "source": number, f"parts-{number}": sent.get("parts", [])}
    answer = desk.post(start_from(draft), data)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert sentence in page
    assert ("checked" in page.split(f'value="{earlier.number}"')[1][:80]) == (number == earlier.number)
    draft.refresh_from_db()
    assert draft.operator_name == ""


def test_the_search_finds_forms_of_other_places_by_name_and_operator(
    desk: Client, draft: Application, earlier: Application, yinzhou: User, now: datetime
) -> None:
    other = factories.fill(
        factories.draft(yinzhou, draft.round, now),
        yinzhou,
        now,
        operator_name="另一服务中心",
        operator_code=factories.credit_code(9),
    )
    page = desk.get(start_from(draft), {"q": "另一"}).content.decode()
    assert (other.number in page, earlier.number in page) == (True, False)
    assert "本地区其他地点，仅引用运营单位" in page
    assert "没有符合条件的申报表。" in desk.get(start_from(draft), {"q": "无此名称"}).content.decode()


def test_an_empty_draft_offers_the_last_form_of_its_place_with_one_press(
    desk: Client, draft: Application, earlier: Application
) -> None:
    overview = reverse("desk:application", args=[draft.number])
    page = desk.get(overview).content.decode()
    assert "2025年度已申报，一键引用" in page
    count = count_of(form_data(earlier))
    assert f"可填入 <strong>{count}</strong> 项" in page
    sent = {"version": draft.version, "source": earlier.number, "whole": "1"}
    page = desk.post(start_from(draft), sent, follow=True).content.decode()
    assert "一键引用" not in page
    draft.refresh_from_db()
    assert (draft.operator_name, draft.enterprises_served, draft.staff.count()) == ("测试服务中心", None, 2)
    assert f"引自 {earlier.number}" in desk.get(reverse("desk:section", args=[draft.number, "venue"])).content.decode()
    staff = desk.get(reverse("desk:section", args=[draft.number, "staff"])).content.decode()
    assert f"运营人员引自 {earlier.number}，请核对。" in staff
    assert "撤销引用" in page
    page = desk.post(start_from(draft), {"version": draft.version, "undo": "1"}, follow=True).content.decode()
    assert "已撤销引用，下列部分中引用后未改动的内容已清空：平台信息、运营单位" in page
    assert "一键引用" in page


def test_an_undo_that_comes_too_late_says_why(desk: Client, draft: Application) -> None:
    page = desk.post(start_from(draft), {"version": draft.version, "undo": "1"}, follow=True).content.decode()
    assert "引用的内容均已修改，没有可以撤销的。" in page


def test_the_place_itself_offers_its_last_form_before_the_draft_is_made(
    desk: Client, yinzhou: User, round_2026: Round, now: datetime
) -> None:
    town = factories.town(yinzhou.region, "测试街道")
    old = factories.round_of(2025, "filing")
    factories.fill(factories.draft(yinzhou, old, now, town=town), yinzhou, now)
    page = desk.get(reverse("desk:new")).content.decode()
    assert re.findall(r'data-site-card="(\d+)"\s+hidden', page) == [str(town.pk)]
    made = desk.post(reverse("desk:new_site", args=["town"]), {"site": str(town.pk), "take_over": "1"})
    new = Application.objects.get(round=round_2026)
    assert made.headers["Location"] == reverse("desk:application", args=[new.number])
    assert (new.operator_name, new.town) == ("测试服务中心", town)


def test_a_place_without_an_earlier_form_is_made_empty(desk: Client, yinzhou: User, round_2026: Round) -> None:
    town = factories.town(yinzhou.region, "测试街道")
    assert "data-site-card" not in desk.get(reverse("desk:new_site", args=["town"])).content.decode()
    made = desk.post(reverse("desk:new_site", args=["town"]), {"site": str(town.pk), "take_over": "1"})
    new = Application.objects.get()
    assert made.headers["Location"] == reverse("desk:application", args=[new.number])
    assert (new.operator_name, new.taken_over) == ("", None)


def test_without_anything_before_the_page_says_so(desk: Client, draft: Application) -> None:
    assert "没有可引用的申报表。" in desk.get(start_from(draft)).content.decode()


def test_list_of_sources_asks_as_often_for_one_as_for_thirty(
    desk: Client,
    draft: Application,
    earlier: Application,
    yinzhou: User,
    round_2026: Round,
    now: datetime,
    django_assert_num_queries: Callable,
) -> None:
    desk.get(start_from(draft))  # the first page of a session writes it
    with django_assert_num_queries(QUERIES):
        desk.get(start_from(draft))
    for place in range(30):
        row = factories.draft(yinzhou, round_2026, now)
        Application.objects.filter(pk=row.pk).update(operator_code=factories.credit_code(place + 50))
    with django_assert_num_queries(QUERIES):
        page = desk.get(start_from(draft)).content.decode()
    assert page.count('type="radio"') == 31


QUERIES = 7
