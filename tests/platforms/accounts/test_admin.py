"""Accounts are made and changed by the security administrator, never by oneself for oneself."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from platforms.accounts.services import accounts
from platforms.errors import Refusal
from platforms.models import AuditEvent, Region, User
from tests import factories

ADD = "/admin/platforms/user/add/"


def page_of(user: User, view: str = "change") -> str:
    return reverse(f"admin:platforms_user_{view}", args=(user.pk,))


def form_of(browser: Client, user: User, **changes: Any) -> dict[str, Any]:
    shown = browser.get(page_of(user)).context["shown_digest"]
    form = {"_shown": shown, "name": user.name, "role": user.role, "region": user.region_id or "", "phone": user.phone}
    return form | ({"is_active": "on"} if user.is_active else {}) | changes


@pytest.mark.trust("T28")
def test_a_new_account_gets_a_random_password_that_is_shown_once(
    browser_of: Any, security: User, regions: dict[str, Region]
) -> None:
    browser = browser_of(security)
    data = {"username": "Haishu", "name": "王五", "role": "county", "region": regions["330203"].pk, "phone": ""}
    answer = browser.post(ADD, data)
    password = answer.context["password"]
    made = User.objects.get(username="haishu")
    assert (answer.status_code, made.check_password(password), made.must_change_password) == (200, True, True)
    assert password in answer.content.decode()
    assert password not in str(list(AuditEvent.objects.values()))
    assert password not in browser.get(page_of(made)).content.decode()


@pytest.mark.trust("T28")
def test_a_first_password_opens_nothing_but_its_own_change(browser_of: Any, regions: dict[str, Region]) -> None:
    user = factories.officer("neu", regions["330212"])
    user.must_change_password = True
    user.save()
    browser = browser_of(user)
    for url in ("/desk/", "/admin/", "/admin/platforms/application/", "/admin/platforms/application/export/"):
        assert browser.get(url).url == "/admin/password_change/"
    assert browser.post("/desk/applications/new/town/", {}).url == "/admin/password_change/"
    new = "Nimbus-2026-cloud"
    data = {"old_password": factories.PASSWORD, "new_password1": new, "new_password2": new}
    browser.post("/admin/password_change/", data)
    assert browser.get("/desk/").status_code == 200


@pytest.mark.trust("T05")
@pytest.mark.parametrize("change", [{"role": "city"}, {"is_active": ""}, {"role": "county", "region": 1}])
def test_nobody_changes_the_own_role(browser_of: Any, security: User, change: dict[str, Any]) -> None:
    browser = browser_of(security)
    answer = browser.post(page_of(security), form_of(browser, security, **change))
    security.refresh_from_db()
    assert (answer.status_code, security.role, security.is_active) == (200, "security", True)


@pytest.mark.trust("T05")
def test_a_role_is_given_by_another_one_and_logged(
    browser_of: Any, security: User, yinzhou: User, regions: dict[str, Region]
) -> None:
    browser = browser_of(security)
    smuggled = {"is_superuser": "on", "groups": "1", "user_permissions": "1", "password": "x", "username": "root"}
    answer = browser.post(page_of(yinzhou), form_of(browser, yinzhou, role="city", region="", **smuggled))
    yinzhou.refresh_from_db()
    event = AuditEvent.objects.order_by("serial").last()
    assert (answer.status_code, yinzhou.role, yinzhou.username) == (302, "city", "yinzhou")
    assert (event.verb, event.actor, event.object_code) == ("更改角色", "security", "yinzhou")
    assert event.changes == {"角色": ["县级经办", "市经信局"], "地区": ["鄞州区", ""]}


@pytest.mark.trust("T05")
def test_a_county_role_needs_its_region(browser_of: Any, security: User, city: User) -> None:
    browser = browser_of(security)
    answer = browser.post(page_of(city), form_of(browser, city, role="county"))
    assert "县级经办须选定所属地区" in answer.content.decode()


@pytest.mark.trust("T05")
@pytest.mark.parametrize("role", ["yinzhou", "city", "finance", "auditor", "sysadmin"])
@pytest.mark.parametrize("path", ["", "add/", "import/", "export/", "import/template/"])
def test_accounts_are_closed_to_everybody_else(request: Any, browser_of: Any, role: str, path: str) -> None:
    assert browser_of(request.getfixturevalue(role)).get(f"/admin/platforms/user/{path}").status_code == 403


@pytest.mark.trust("T05")
def test_a_password_is_reset_by_another_one_and_never_ones_own(
    browser_of: Any, security: User, finance: User, sysadmin: User
) -> None:
    url = page_of(finance, "reset_password")
    assert browser_of(sysadmin).post(url).status_code == 403
    answer = browser_of(security).post(url)
    finance.refresh_from_db()
    assert (finance.check_password(answer.context["password"]), finance.must_change_password) == (True, True)
    browser_of(security).post(page_of(security, "reset_password"))
    security.refresh_from_db()
    assert security.check_password(factories.PASSWORD) is True


@pytest.mark.trust("T30")
@pytest.mark.parametrize("values", [{"is_active": False}, {"role": "auditor", "region": None}])
def test_open_sessions_end_with_the_role(
    browser_of: Any, security: User, yinzhou: User, now: Any, values: dict[str, Any]
) -> None:
    browser = browser_of(yinzhou)
    assert browser.get("/desk/").status_code == 200
    accounts.change_account(account=yinzhou, values=values, by=security, at=now)
    for url in ("/desk/", "/admin/", "/admin/platforms/application/"):
        assert browser.get(url).status_code == 302


def test_accounts_are_never_deleted(browser_of: Any, security: User, yinzhou: User) -> None:
    assert browser_of(security).post(page_of(yinzhou, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.trust("T28")
def test_the_command_makes_the_first_account_and_shows_its_password_once(db: None) -> None:
    out = StringIO()
    call_command("create_account", "boss", "--role", "security", "--name", "赵六", stdout=out)
    password = out.getvalue().rstrip().rpartition("：")[2]
    made = User.objects.get(username="boss")
    assert (made.check_password(password), made.must_change_password, made.name) == (True, True, "赵六")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["a", "--role", "city"], "账号须为"),
        (["hs", "--role", "county"], "县级经办须选定所属地区"),
        (["hs", "--role", "county", "--region", "999"], "没有代码为“999”的地区"),
        (["hs", "--role", "city", "--region", "330212"], "不分地区"),
    ],
)
def test_the_command_refuses_in_one_sentence(regions: dict[str, Region], arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("create_account", *arguments)


def test_a_name_is_taken_once(security: User, now: Any) -> None:
    with pytest.raises(Refusal, match="已被使用"):
        accounts.create_account(username="SECURITY", name="x", role="auditor", region=None, by=security, at=now)


def test_random_passwords_pass_all_validators_and_differ(db: None) -> None:
    made = {accounts.random_password() for _ in range(200)}
    assert {len(password) for password in made} == {accounts.PASSWORD_LENGTH}
    assert len(made) == 200
    assert all(any(c.isdigit() for c in p) and any(c.isalpha() for c in p) and not p.isalnum() for p in made)


def test_a_locked_account_is_unlocked(browser_of: Any, security: User, yinzhou: User) -> None:
    stranger = Client()
    for _ in range(5):
        stranger.post("/admin/login/", {"username": "yinzhou", "password": "wrong"})
    login = {"username": "yinzhou", "password": factories.PASSWORD}
    assert stranger.post("/admin/login/", login).status_code == 429
    browser_of(security).post(page_of(yinzhou, "unlock"))
    assert stranger.post("/admin/login/", login).status_code == 302


# Where an assessor works --------------------------------------------------------------------------------------------

ASSESSOR = {"username": "lu", "name": "陆某", "role": "assessor", "region": "", "phone": ""}
CODE = factories.credit_code(7)


def test_an_assessor_is_made_with_the_employer(browser_of: Any, security: User) -> None:
    data = ASSESSOR | {"employer": " 宁波某研究院 ", "employer_code": f" {CODE.lower()} "}
    assert browser_of(security).post(ADD, data).status_code == 200
    made = User.objects.get(username="lu")
    assert (made.role, made.employer, made.employer_code) == ("assessor", "宁波某研究院", CODE)
    assert AuditEvent.objects.get(verb="建立账号").object_code == "lu"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "请填写“工作单位”。"),
        ({"employer": "宁波某研究院", "employer_code": "123"}, "统一社会信用代码须为 18 位，现为 3 位"),
        ({"role": "auditor", "employer": "宁波某研究院"}, "工作单位仅评审员填写，其他角色不填。"),
    ],
)
def test_an_employer_that_does_not_fit_is_refused_and_nothing_typed_is_lost(
    browser_of: Any, security: User, changes: dict[str, str], sentence: str
) -> None:
    answer = browser_of(security).post(ADD, ASSESSOR | changes)
    text = answer.content.decode()
    assert sentence in text
    assert 'value="陆某"' in text
    assert all(f'value="{value}"' in text for name, value in changes.items() if name != "role")
    assert not User.objects.filter(username="lu").exists()


def test_a_new_employer_is_in_the_log_and_another_role_has_none(security: User, assessor: User, now: Any) -> None:
    accounts.change_account(account=assessor, values={"employer": "宁波某大学"}, by=security, at=now)
    event = AuditEvent.objects.order_by("-serial")[0]
    assert (event.verb, event.changes) == ("修改账号", {"工作单位": ["assessor研究院", "宁波某大学"]})
    accounts.change_account(account=assessor, values={"role": "auditor"}, by=security, at=now)
    assessor.refresh_from_db()
    assert (assessor.role, assessor.employer, assessor.employer_code) == ("auditor", "", "")


def test_the_database_keeps_an_employer_of_anybody_else_out(city: User) -> None:
    with pytest.raises(IntegrityError, match="user_employer_for_assessor_only"), transaction.atomic():
        User.objects.filter(pk=city.pk).update(employer="宁波某研究院")


def test_the_command_makes_an_assessor_too(db: None) -> None:
    out = StringIO()
    call_command("create_account", "lu", role="assessor", employer="宁波某研究院", stdout=out)
    assert "账号 lu 已建立，角色：评审员。" in out.getvalue()
    assert User.objects.get().employer == "宁波某研究院"
    with pytest.raises(CommandError, match="请填写“工作单位”。"):
        call_command("create_account", "qian", role="assessor", stdout=out)


def test_the_sheet_of_accounts_goes_out_with_the_employer(browser_of: Any, security: User, assessor: User) -> None:
    answer = browser_of(security).post("/admin/platforms/user/export/", {"format": "csv"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].split(",")[4:6] == ["工作单位", "工作单位统一社会信用代码"]
    assert next(line for line in lines if line.startswith("assessor,")).split(",")[4] == "assessor研究院"
