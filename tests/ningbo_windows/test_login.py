"""One login for desk and back office: who gets in, who is locked out, when a session ends."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse

from ningbo_windows import middleware
from platforms.models import AuditEvent, User
from tests.factories import PASSWORD

LOGIN = "/admin/login/"


def log_in(client: Client, username: str, password: str, **extra: Any) -> Any:
    return client.post(LOGIN, {"username": username, "password": password}, **extra)


def test_a_county_officer_begins_at_the_desk(stranger: Client, yinzhou: User) -> None:
    assert log_in(stranger, "yinzhou", PASSWORD)["Location"] == "/desk/"


def test_a_city_officer_begins_in_the_back_office(stranger: Client, city: User) -> None:
    assert log_in(stranger, "city", PASSWORD)["Location"] == "/admin/"


def test_the_page_that_was_asked_for_opens_after_login(stranger: Client, city: User) -> None:
    answer = stranger.post(LOGIN, {"username": "city", "password": PASSWORD, "next": "/admin/platforms/region/"})
    assert answer["Location"] == "/admin/platforms/region/"


@pytest.mark.trust("T33")
@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)"])
def test_login_leads_to_no_other_site(stranger: Client, city: User, target: str) -> None:
    answer = stranger.post(LOGIN, {"username": "city", "password": PASSWORD, "next": target})
    assert answer["Location"] == "/admin/"


@pytest.mark.trust("T29")
def test_a_wrong_password_and_an_unknown_name_read_the_same(stranger: Client, city: User) -> None:
    wrong = log_in(stranger, "city", "not-it-1").content.decode().replace("city", "NAME")
    unknown = log_in(Client(), "nobo", "not-it-1").content.decode().replace("nobo", "NAME")
    token = 'name="csrfmiddlewaretoken"'
    assert [line for line in wrong.splitlines() if token not in line] == [
        line for line in unknown.splitlines() if token not in line
    ]


def test_five_failures_lock_the_name_at_this_address(stranger: Client, city: User) -> None:
    codes = [log_in(stranger, "city", f"wrong-{turn}").status_code for turn in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    assert log_in(stranger, "city", PASSWORD).status_code == 429
    assert "暂时锁定" in log_in(stranger, "city", PASSWORD).content.decode()


def test_four_failures_do_not_lock(stranger: Client, city: User) -> None:
    for turn in range(4):
        log_in(stranger, "city", f"wrong-{turn}")
    assert log_in(stranger, "city", PASSWORD).status_code == 302


def test_another_address_is_not_locked(stranger: Client, city: User) -> None:
    for turn in range(5):
        log_in(stranger, "city", f"wrong-{turn}")
    assert log_in(Client(), "city", PASSWORD, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_every_try_is_in_the_log_without_the_password(stranger: Client, city: User) -> None:
    log_in(stranger, "city", "secret-wrong-1")
    log_in(stranger, "city", PASSWORD)
    rows = AuditEvent.objects.order_by("serial").values_list("verb", "actor", "result", "address")
    assert list(rows) == [("登录失败", "city", "refused", "127.0.0.1"), ("登录", "city", "done", "127.0.0.1")]
    assert "secret-wrong-1" not in str(list(AuditEvent.objects.values()))


@pytest.mark.trust("T30")
def test_login_gives_a_new_session(stranger: Client, city: User) -> None:
    session = stranger.session
    session["planted"] = 1
    session.save()
    before = session.session_key
    stranger.cookies[settings.SESSION_COOKIE_NAME] = before
    log_in(stranger, "city", PASSWORD)
    assert stranger.session.session_key != before


@pytest.mark.trust("T30")
@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"role": "auditor"},
        {"password": "!"},
    ],
)
def test_an_open_session_ends_when_the_account_changes(browser_of: Any, city: User, change: dict[str, Any]) -> None:
    browser = browser_of(city)
    assert browser.get("/admin/").status_code == 200
    User.objects.filter(pk=city.pk).update(**change)
    assert browser.get("/admin/").status_code == 302


def test_logout_is_by_post_only_and_kills_the_cookie(browser_of: Any, city: User) -> None:
    browser = browser_of(city)
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert browser.get("/logout/").status_code == 405
    assert browser.post("/logout/")["Location"] == "/"
    again = Client()
    again.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert again.get("/admin/").status_code == 302


@pytest.mark.trust("T31")
def test_a_session_ends_after_idling(browser_of: Any, city: User, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browser_of(city)
    browser.get("/admin/")
    start = middleware.time.time()
    monkeypatch.setattr(middleware.time, "time", lambda: start + settings.SESSION_IDLE_SECONDS - 5)
    assert browser.get("/admin/").status_code == 200
    monkeypatch.setattr(middleware.time, "time", lambda: start + 2 * settings.SESSION_IDLE_SECONDS)
    answer = browser.get("/admin/platforms/region/")
    assert answer["Location"] == "/admin/login/?next=%2Fadmin%2Fplatforms%2Fregion%2F"


@pytest.mark.trust("T31")
def test_background_calls_do_not_prolong_a_session(
    browser_of: Any, city: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of(city)
    browser.get("/admin/")
    start = middleware.time.time()
    half = settings.SESSION_IDLE_SECONDS // 2
    monkeypatch.setattr(middleware.time, "time", lambda: start + half)
    assert browser.get("/admin/", headers={"X-Background": "1"}).status_code == 200
    monkeypatch.setattr(middleware.time, "time", lambda: start + 2 * half + 60)
    assert browser.get("/admin/", headers={"X-Background": "1"}).status_code == 401


@pytest.mark.trust("T31")
def test_a_session_ends_after_a_day_of_work(browser_of: Any, city: User, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browser_of(city)
    browser.get("/admin/")
    start = middleware.time.time()
    step = settings.SESSION_IDLE_SECONDS - 60
    codes = []
    for turn in range(1, settings.SESSION_ABSOLUTE_SECONDS // step + 2):
        monkeypatch.setattr(middleware.time, "time", lambda turn=turn: start + turn * step)
        codes.append(browser.get("/admin/").status_code)
    assert (codes[0], codes[-1]) == (200, 302)


def test_pages_behind_the_login_are_kept_by_nobody(browser_of: Any, city: User) -> None:
    assert browser_of(city).get("/admin/")["Cache-Control"] == "no-store, private"


@pytest.mark.trust("T28")
def test_the_demo_door_does_not_exist_outside_the_demo(stranger: Client, city: User) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("demo_login")
    assert stranger.post("/demo/login/", {"username": "city"}).status_code == 404


@pytest.mark.trust("T28")
@pytest.mark.parametrize("password", ["Ningbo123", "12345678", "abcdefgh", "Ab1!", "city-city"])
def test_a_weak_password_is_refused(browser_of: Any, city: User, password: str) -> None:
    browser = browser_of(city)
    form = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert browser.post("/admin/password_change/", form).status_code == 200
    city.refresh_from_db()
    assert city.check_password(PASSWORD) is True


def test_a_good_password_replaces_the_old_one(browser_of: Any, city: User) -> None:
    browser = browser_of(city)
    form = {"old_password": PASSWORD, "new_password1": "Fresh-water-7", "new_password2": "Fresh-water-7"}
    assert browser.post("/admin/password_change/", form).status_code == 302
    city.refresh_from_db()
    assert (city.check_password("Fresh-water-7"), city.must_change_password) == (True, False)
    assert AuditEvent.objects.latest("serial").verb == "修改密码"


def test_there_is_no_account_that_may_do_everything(db: None) -> None:
    with pytest.raises(TypeError, match="不设超级用户"):
        User.objects.create_superuser("root", "x")
