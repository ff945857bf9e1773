"""T57: guessing is slowed at every door, whatever names are tried, and the log of it stays small."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from ningbo_windows import login
from platforms.accounts.services.failure_log import record_failure
from platforms.audit.services import audit
from platforms.models import AuditEvent, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.trust("T57")
AT = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _within_one_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def log_in(name: str, password: str, address: str = "203.0.113.7") -> Any:
    return Client(REMOTE_ADDR=address).post("/admin/login/", {"username": name, "password": password})


def test_many_names_from_one_address_are_slowed(city: User, settings: Any) -> None:
    settings.LOGIN_FAILURES_PER_ADDRESS = 20
    answers = [log_in(f"name-{turn}", "Spring-2026") for turn in range(24)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 4
    assert 0 < int(answers[-1]["Retry-After"]) <= 15 * 60
    assert "本网络地址的登录失败次数过多，请约 15 分钟后再试" in answers[-1].content.decode()
    assert log_in("city", PASSWORD).status_code == 429
    assert log_in("city", PASSWORD, "203.0.113.8").status_code == 302


def test_the_limit_is_that_of_the_address_and_ends_after_a_quarter_of_an_hour(
    city: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LOGIN_FAILURES_PER_ADDRESS = 5
    now = 1_000_000_800.0
    clocked = login.Limiter("logins", lambda: settings.LOGIN_FAILURES_PER_ADDRESS, 15 * 60, clock=lambda: now)
    monkeypatch.setattr(login, "tries", clocked)
    for turn in range(5):
        assert log_in(f"name-{turn}", "Spring-2026").status_code == 200
    assert log_in("city", PASSWORD).status_code == 429
    now += 15 * 60 - 1
    assert log_in("city", PASSWORD).status_code == 429
    now += 1
    assert log_in("city", PASSWORD).status_code == 302


def test_an_office_that_logs_in_rightly_is_not_slowed(city: User, settings: Any) -> None:
    settings.LOGIN_FAILURES_PER_ADDRESS = 5
    assert {log_in("city", PASSWORD).status_code for _ in range(12)} == {302}


def change(browser: Client, old: str, new: str = "Fresh-water-7") -> Any:
    form = {"old_password": old, "new_password1": new, "new_password2": new}
    return browser.post("/admin/password_change/", form)


def test_the_old_password_cannot_be_guessed_in_a_session_that_stands_open(browser_of: Any, city: User) -> None:
    browser = browser_of(city)
    assert [change(browser, f"guess-{turn}").status_code for turn in range(6)] == [200] * 5 + [429]
    assert change(browser, PASSWORD).status_code == 429
    assert "原密码连续填写错误" in change(browser, PASSWORD).content.decode()
    assert change(browser_of(city), PASSWORD).status_code == 429
    city.refresh_from_db()
    assert city.check_password(PASSWORD)
    rows = AuditEvent.objects.filter(verb="修改密码失败").values_list("actor", "result", "reason")
    assert list(rows) == [("city", "refused", "原密码不正确")] * 5


def test_a_new_password_that_is_too_weak_is_no_guess(browser_of: Any, city: User) -> None:
    browser = browser_of(city)
    assert {change(browser, PASSWORD, "12345678").status_code for _ in range(8)} == {200}
    assert change(browser, PASSWORD).status_code == 302


def test_links_that_were_never_given_out_are_slowed(db: None, settings: Any) -> None:
    settings.KEY_GUESSES_PER_MINUTE = 3
    browser = Client(REMOTE_ADDR="203.0.113.7")
    doors = ("/fill/guess-1/", "/fill/guess-2/services/", "/calendar/guess-3.ics", "/fill/guess-4/", "/calendar/g.ics")
    answers = [browser.get(door) for door in doors]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429, 429]
    assert "打开无效链接过于频繁" in answers[-1].content.decode()
    assert Client(REMOTE_ADDR="203.0.113.8").get("/fill/guess-5/").status_code == 404


def test_wrong_tokens_of_the_interface_are_slowed_and_no_more_logged(
    db: None, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.KEY_GUESSES_PER_MINUTE = 3
    calls = [
        Client().post(
            "/api/v1/service-records/", "{}", "application/json", headers={"authorization": f"Bearer guess-{turn}"}
        )
        for turn in range(5)
    ]
    assert [call.status_code for call in calls] == [401, 401, 401, 429, 429]
    assert int(calls[-1]["Retry-After"]) > 0
    assert caplog.text.count("401 service-records") == 3


# The log --------------------------------------------------------------------------------------------------------------


def fail(times: int, name: str = "city", at: datetime = AT) -> list[str]:
    """Fail so often; return the reasons of the rows that the log got."""
    before = AuditEvent.objects.count()
    for _ in range(times):
        record_failure(verb="登录失败", at=at, actor=name)
    return list(AuditEvent.objects.order_by("serial").values_list("reason", flat=True))[before:]


def told(words: str, count: str) -> str:
    return f"一小时内{words}的失败已达 {count} 次，其后只计次数，不再逐条记录"


def test_a_name_has_so_many_rows_an_hour_and_then_one_that_says_so(db: None, settings: Any) -> None:
    settings.FAILURES_LOGGED_PER_NAME = 10
    assert fail(10) == [""] * 10
    assert fail(1) == [told("同一账号在同一地址", "11")]
    assert fail(88) == []
    assert fail(1) == [told("同一账号在同一地址", "100")]
    assert fail(1, "cixi") == [""]
    assert fail(1, at=AT + timedelta(hours=1)) == [""]


def test_one_name_that_fails_without_end_hides_no_other(db: None, settings: Any) -> None:
    settings.FAILURES_LOGGED_PER_NAME, settings.FAILURES_LOGGED_PER_ADDRESS = 2, 10
    assert len(fail(500)) == 5
    assert fail(3, "cixi") == ["", "", told("同一账号在同一地址", "3")]
    assert fail(3, "yinzhou") == ["", "", told("同一地址", "11")]


def test_an_address_has_a_limit_over_all_names(db: None, settings: Any) -> None:
    settings.FAILURES_LOGGED_PER_ADDRESS = 20
    reasons = [reason for turn in range(199) for reason in fail(1, f"name-{turn}")]
    assert reasons == [""] * 20 + [told("同一地址", "21")]
    assert fail(1, "name-199") == [told("同一地址", "200")]


def test_everybody_together_has_a_limit_over_all_addresses(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FAILURES_LOGGED_IN_ALL = 30
    reasons = []
    for turn in range(200):
        monkeypatch.setattr(audit, "current_address", lambda turn=turn: f"203.0.113.{turn}")
        reasons += fail(1, f"name-{turn}")
    assert reasons == [""] * 30 + [told("全系统", "31")]
    assert list(audit.breaks()) == []


def test_wrong_logins_add_rows_no_more_than_that(city: User, settings: Any) -> None:
    settings.LOGIN_FAILURES_PER_ADDRESS, settings.FAILURES_LOGGED_PER_ADDRESS = 10, 15
    for turn in range(60):
        log_in(f"name-{turn}", "Spring-2026")
    assert AuditEvent.objects.count() == 16


def test_pages_that_are_refused_add_rows_no_more_than_that(browser_of: Any, auditor: User, settings: Any) -> None:
    settings.FAILURES_LOGGED_PER_NAME = 3
    browser = browser_of(auditor)
    assert {browser.get("/desk/").status_code for _ in range(9)} == {403}
    assert AuditEvent.objects.filter(verb="访问被拒绝").count() == 4
