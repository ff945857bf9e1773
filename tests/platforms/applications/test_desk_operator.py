"""Who runs the platform (三·(二) to 三·(四)): refused with the clause and what is asked where it applies."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from platforms.applications.services import filing
from platforms.applications.services.filing import Incomplete
from platforms.models import Application, Round, User
from tests import factories

Save = Callable[..., Any]
CLAUSE = "通知三·（二）：功能区窗口平台和乡镇（街道）窗口平台可由区域内中小企业工作主管部门直接运营，"
COMPANY = factories.credit_code(7)


def box(page: str, name: str) -> str:
    """The opening tag and the label of one box."""
    found = re.search(rf'<(?:div|fieldset)[^>]*id="field_id_{name}".*?</(?:label|legend)>', page, re.DOTALL)
    assert found, name
    return found[0]


@pytest.mark.clause("N12")
def test_a_company_that_runs_a_town_directly_is_told_beside_the_field(draft: Application, save: Save) -> None:
    sent = save(draft, "operator", operating_mode="direct", operator_nature="enterprise", operator_code=COMPANY)
    assert sent.status_code == 200
    assert f"{CLAUSE}也可委托具备独立法人资格的第三方专业服务机构承办运营。企业不是主管部门" in sent.content.decode()
    draft.refresh_from_db()
    # Kept all the same: a draft says what is wrong with it.
    assert (draft.operating_mode, draft.operator_nature, draft.operator_code) == ("direct", "enterprise", COMPANY)
    sent = save(draft, "operator", operating_mode="entrusted", operator_nature="enterprise", operator_code=COMPANY)
    assert sent.status_code == 302


@pytest.mark.clause("N12")
def test_it_cannot_be_submitted(yinzhou: User, round_2026: Round, now: datetime) -> None:
    company = {"operator_nature": "enterprise", "operator_code": COMPANY}
    full = factories.complete_application(yinzhou, round_2026, now, **company)
    with pytest.raises(Incomplete) as refused:
        filing.submit(application=full, version=full.version, by=yinzhou, at=now)
    assert [gap.field for gap in refused.value.gaps] == ["operating_mode"]
    assert refused.value.gaps[0].message.startswith(CLAUSE)


@pytest.mark.clause("N13")
def test_a_company_that_manages_a_park_runs_it_directly(yinzhou: User, round_2026: Round, now: datetime) -> None:
    company = {"operator_nature": "enterprise", "operator_code": COMPANY}
    full = factories.complete_application(yinzhou, round_2026, now, type="park", **company)
    assert filing.submit(application=full, version=full.version, by=yinzhou, at=now).status == "submitted"


@pytest.mark.clause("N12")
def test_what_an_entrusted_operator_owes_is_asked_where_it_applies(
    draft: Application, save: Save, desk: Client
) -> None:
    address = reverse("desk:section", args=[draft.number, "operator"])
    save(draft, "operator", operating_mode="direct", operator_nature="government")
    page = desk.get(address).content.decode()
    for name in ("agreement", "support_policy", "founded_on"):
        assert "field--idle" in box(page, name)
        assert "选填" in box(page, name)
    save(draft, "operator", operating_mode="entrusted", operator_nature="enterprise")
    page = desk.get(address).content.decode()
    for name in ("agreement", "support_policy", "founded_on"):
        assert "field--idle" not in box(page, name)
        assert "选填" not in box(page, name)
    assert 'data-asked-by="operating_mode" data-asked-if="[&quot;entrusted&quot;]"' in box(page, "agreement")


def test_what_is_asked_unless_another_answer_stands_comes_and_goes(
    draft: Application, save: Save, desk: Client
) -> None:
    platform = reverse("desk:section", args=[draft.number, "platform"])
    assert "field--idle" in box(desk.get(platform).content.decode(), "name_reason")
    save(draft, "platform", name="宁波市测试窗口平台")
    assert "field--idle" not in box(desk.get(platform).content.decode(), "name_reason")
    record = reverse("desk:section", args=[draft.number, "record"])
    for served, idle in (("", True), ("0", True), ("1", False)):
        save(draft, "record", enterprises_served=served)
        page = box(desk.get(record).content.decode(), "satisfaction")
        assert ("field--idle" in page, "选填" in page) == (idle, idle)


def test_a_page_that_cannot_show_what_is_asked_now_is_shown_again(draft: Application, desk: Client) -> None:
    address = reverse("desk:section", args=[draft.number, "record"])
    page = desk.get(address).content.decode()
    assert '<input type="hidden" name="idle" value="satisfaction" data-idle>' in page
    base = page.split('name="base" value="')[1].split('"')[0]
    sent = {"version": draft.version, "base": base, "enterprises_served": "3", "idle": "satisfaction", "continue": "1"}
    assert desk.post(address, sent).headers["Location"] == f"{address}#id_satisfaction"
    draft.refresh_from_db()
    del sent["idle"]
    page = desk.get(address).content.decode()
    sent |= {"version": draft.version, "base": page.split('name="base" value="')[1].split('"')[0]}
    assert desk.post(address, sent).headers["Location"] == reverse("desk:section", args=[draft.number, "rules"])


def test_changing_the_mode_and_back_loses_nothing(draft: Application, save: Save, desk: Client) -> None:
    save(draft, "operator", operating_mode="entrusted", agreement="委托协议", support_policy="扶持办法")
    # The hidden boxes are sent with the rest.
    save(draft, "operator", operating_mode="direct", agreement="委托协议", support_policy="扶持办法")
    draft.refresh_from_db()
    assert (draft.operating_mode, draft.agreement, draft.support_policy) == ("direct", "委托协议", "扶持办法")
    page = desk.get(reverse("desk:section", args=[draft.number, "operator"])).content.decode()
    assert 'value="委托协议"' in page


@pytest.mark.clause("N13")
@pytest.mark.clause("N14")
def test_a_type_that_never_asks_has_no_box(
    yinzhou: User, city: User, round_2026: Round, now: datetime, browser_of: Any
) -> None:
    boxes = {}
    for type, by in (("park", yinzhou), ("industry", city)):
        number = factories.draft(by, round_2026, now, type=type).number
        page = browser_of(by).get(reverse("desk:section", args=[number, "operator"])).content.decode()
        boxes[type] = [name for name in ("founded_on", "agreement", "support_policy") if f'id="id_{name}"' in page]
    assert boxes == {"park": ["founded_on", "agreement"], "industry": ["founded_on"]}
