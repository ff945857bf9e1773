"""A draft keeps what is right, shows what is wrong beside its field, and never loses what was typed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from platforms.applications.completeness import gaps
from platforms.applications.desk.section_forms import FORMS
from platforms.applications.queries.forms import form_data
from platforms.models import Application, Town, User
from tests import factories
from tests.platforms.conftest import rows

Save = Callable[..., Any]

PERSON = {"name": "王一", "sex": "female", "education": "bachelor", "post": "主任", "full_time": "yes", "years": "5"}


@pytest.mark.clause("N15")
def test_a_draft_may_be_incomplete(draft: Application, save: Save) -> None:
    sent = save(draft, "operator", operator_name="测试中心")
    assert sent["Location"] == reverse("desk:section", args=[draft.number, "operator"])
    draft.refresh_from_db()
    assert (draft.operator_name, draft.operator_code) == ("测试中心", "")


def test_saving_and_going_on_leads_to_the_next_section(draft: Application, desk: Client) -> None:
    address = reverse("desk:section", args=[draft.number, "plan"])
    sent = desk.post(address, {"version": draft.version, "funds_wan": "3.5", "continue": "1"})
    assert sent["Location"] == reverse("desk:section", args=[draft.number, "attachments"])


def test_what_is_right_is_saved_beside_what_is_wrong(draft: Application, save: Save) -> None:
    sent = save(draft, "venue", floor_area="120.50", counters="三个", equipment="投影仪")
    page = sent.content.decode()
    assert sent.status_code == 200
    assert "请只填写整数" in page
    assert 'value="三个"' in page
    draft.refresh_from_db()
    assert (str(draft.floor_area), draft.counters, draft.equipment) == ("120.50", None, "投影仪")


def test_a_wrong_credit_code_is_kept_and_named(draft: Application, save: Save) -> None:
    sent = save(draft, "operator", operator_code="91350100m000100y4z")
    assert "校验" in sent.content.decode() or "不会出现" in sent.content.decode()
    draft.refresh_from_db()
    assert draft.operator_code == "91350100M000100Y4Z"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("９１３３０２００７１１１９２０３７Ｍ", "91330200711192037M"), ("91350100 m000100y43", "91350100M000100Y43")],
)
def test_a_credit_code_is_read_in_one_form(draft: Application, save: Save, typed: str, kept: str) -> None:
    save(draft, "operator", operator_code=typed)
    draft.refresh_from_db()
    assert draft.operator_code == kept


@pytest.mark.trust("T15")
@pytest.mark.parametrize("typed", ["-1", "1_000", "1,000", "NaN", "Infinity", "1e9", "10000001", "9" * 30, "0.5"])
def test_odd_numbers_are_refused_with_a_sentence(draft: Application, save: Save, typed: str) -> None:
    sent = save(draft, "plan", target_enterprises=typed)
    assert sent.status_code == 200
    assert "有 1 处需要修改" in sent.content.decode()
    draft.refresh_from_db()
    assert draft.target_enterprises is None


def test_full_width_digits_are_digits(draft: Application, save: Save) -> None:
    save(draft, "plan", target_enterprises=" １２３ ")
    draft.refresh_from_db()
    assert draft.target_enterprises == 123


@pytest.mark.parametrize(("field", "value"), [("address", "路\x00号"), ("address", "路" * 121), ("name", "")])
def test_nul_and_too_much_are_errors_of_the_field(draft: Application, save: Save, field: str, value: str) -> None:
    before = getattr(draft, field)
    sent = save(draft, "platform", **({"name": draft.name, "opening_hours": "工作日"} | {field: value}))
    assert sent.status_code == 200
    assert "有 1 处需要修改" in sent.content.decode()
    draft.refresh_from_db()
    assert (getattr(draft, field), draft.opening_hours) == (before, "工作日")


@pytest.mark.trust("T13")
def test_forged_fields_are_ignored(draft: Application, save: Save, regions: dict) -> None:
    before = (draft.status, draft.region, draft.type, draft.number, draft.operator_name)
    save(
        draft,
        "platform",
        name=draft.name,
        address="测试路2号",
        status="accepted",
        region=regions["330282"].pk,
        type="park",
        number="2020-0001",
        operator_name="越界",
    )
    draft.refresh_from_db()
    assert (draft.status, draft.region, draft.type, draft.number, draft.operator_name) == before
    assert draft.address == "测试路2号"


@pytest.mark.trust("T11")
@pytest.mark.parametrize("version", ["stale", "999", "", "abc", "-1"])
def test_a_stale_form_is_refused_with_both_texts(draft: Application, save: Save, desk: Client, version: str) -> None:
    old = draft.version
    save(draft, "platform", name=draft.name, address="同事填的地址")
    shown = {"stale": str(old)}.get(version, version)
    address = reverse("desk:section", args=[draft.number, "platform"])
    sent = desk.post(address, {"version": shown, "name": draft.name, "address": "我填的地址", "save": "1"})
    page = sent.content.decode()
    assert sent.status_code == 409
    assert "同事填的地址" in page
    assert page.count("我填的地址") == 2
    draft.refresh_from_db()
    assert draft.address == "同事填的地址"
    assert f'name="version" value="{draft.version}"' in page


@pytest.mark.trust("T11")
def test_stale_rows_are_refused_with_both_texts(draft: Application, save: Save, desk: Client) -> None:
    old = draft.version
    save(draft, "staff", **rows("staff", PERSON))
    address = reverse("desk:section", args=[draft.number, "staff"])
    sent = desk.post(address, {"version": old} | rows("staff", PERSON | {"name": "李二"}))
    assert sent.status_code == 409
    assert "王一" in sent.content.decode()
    assert [person.name for person in draft.staff.all()] == ["王一"]


def test_rows_are_saved_and_the_blank_ones_are_not(draft: Application, save: Save) -> None:
    save(draft, "staff", **rows("staff", PERSON, {"full_time": "yes"}, PERSON | {"name": "李二", "full_time": "no"}))
    assert [(person.name, person.full_time) for person in draft.staff.order_by("pk")] == [
        ("王一", True),
        ("李二", False),
    ]


def test_a_wrong_row_is_kept_as_it_was_typed_and_the_others_are_saved(draft: Application, save: Save) -> None:
    save(draft, "staff", **rows("staff", PERSON, PERSON | {"name": "李二"}))
    sent = save(
        draft,
        "staff",
        **rows("staff", PERSON | {"key": "0", "years": "很多"}, PERSON | {"key": "1", "name": "李二", "post": "专员"}),
    )
    page = sent.content.decode()
    assert "第 1 行“企业服务年限”" in page
    assert 'value="很多"' in page
    assert [(p.years, p.post) for p in draft.staff.order_by("pk")] == [(None, "主任"), (5, "专员")]
    assert draft.staff.order_by("pk")[0].unreadable["years"]["text"] == "很多"


def test_a_row_that_is_ticked_is_deleted(draft: Application, save: Save) -> None:
    save(draft, "staff", **rows("staff", PERSON, PERSON | {"name": "李二"}))
    save(draft, "staff", **rows("staff", PERSON | {"DELETE": "on", "years": "x"}, PERSON | {"name": "李二"}))
    assert [person.name for person in draft.staff.all()] == ["李二"]


def test_one_more_row_keeps_what_was_typed_and_saves_nothing(draft: Application, save: Save) -> None:
    sent = save(draft, "staff", add_row="staff", **rows("staff", PERSON | {"years": "半"}))
    page = sent.content.decode()
    assert 'value="半"' in page
    assert 'name="staff-TOTAL_FORMS" value="2"' in page
    assert draft.staff.count() == 0


@pytest.mark.trust("T07")
@pytest.mark.parametrize("count", ["100000", "", "-1", "x"])
def test_a_forged_number_of_rows_does_no_harm(draft: Application, save: Save, count: str) -> None:
    sent = save(draft, "staff", **(rows("staff", PERSON) | {"staff-TOTAL_FORMS": count}))
    assert sent.status_code in (200, 302)
    assert draft.staff.count() <= 1


def test_services_partners_and_rules_are_saved(draft: Application, save: Save) -> None:
    offer = {"service_class": "finance", "content": "融资对接", "is_free": "no", "fee_standard": "每次500元"}
    free = {"free-policy": "宣讲", "free-problems": "帮办", "free-needs": "对接"}
    partner = {"name": "律所", "service_class": "law"}
    save(draft, "services", **free, **rows("services", offer), **rows("partners", partner))
    save(draft, "rules", **{"rules-process_title": "流程", "rules-process_public": "on", "rules-fees_title": "收费"})
    assert [str(each) for each in draft.services.order_by("pk")][3] == "投融资服务"
    assert (draft.services.count(), draft.partners.count()) == (4, 1)
    assert sorted(draft.rules.values_list("kind", "is_public")) == [("fees", False), ("process", True)]


def test_a_fee_without_its_standard_is_kept_and_asked_for(draft: Application, save: Save) -> None:
    offer = {"service_class": "finance", "content": "融资对接", "is_free": "no"}
    sent = save(draft, "services", **rows("services", offer), **rows("partners"))
    assert "收费的服务须写明收费标准" in sent.content.decode()
    assert draft.services.values_list("content", "is_free", "fee_standard").get() == ("融资对接", False, "")
    sentences = [gap.message for gap in gaps(form_data(draft)) if gap.section == "services"]
    assert "其他服务第 1 行为收费服务，请填写收费标准。" in sentences


def test_what_is_marked_as_compulsory_is_what_completeness_asks_for(draft: Application) -> None:
    asked = {gap.field for gap in gaps(form_data(draft)) if gap.section in FORMS} | {"name"}
    marked = {
        name
        for form in FORMS.values()
        for name, field in form(application=draft, by_county=True).fields.items()
        if field.required
    }
    assert asked == marked


def test_another_region_of_the_same_name_shows_no_other_sites(
    desk: Client, yinzhou: User, regions: dict, round_2026: Any, now: datetime
) -> None:
    own = factories.town(regions["330212"], "本区街道")
    factories.town(regions["330282"], "外市街道")
    page = desk.get(reverse("desk:new_site", args=["town"])).content.decode()
    assert ("本区街道" in page, "外市街道" in page) == (True, False)
    foreign = Town.objects.get(name="外市街道")
    refused = desk.post(reverse("desk:new_site", args=["town"]), {"site": foreign.pk})
    assert (refused.status_code, Application.objects.count()) == (200, 0)
    desk.post(reverse("desk:new_site", args=["town"]), {"site": own.pk})
    taken = desk.get(reverse("desk:new_site", args=["town"])).content.decode()
    assert f"已有申报 {Application.objects.get().number}" in taken
