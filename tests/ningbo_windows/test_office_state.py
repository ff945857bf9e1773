"""The first page of who works on no business data: how the things that each watches stand."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from ningbo_windows import office_state
from ningbo_windows.office_state import Line, state_for
from platforms.audit.services import audit
from platforms.audit.services.audit import recent_breaks
from platforms.choices import Role
from platforms.models import AuditEvent, Mail, User
from tests import factories

Browser = Callable[[User], Client]


def lines(person: User, at: datetime | None = None) -> dict[str, Line]:
    return {line.label: line for line in state_for(person, at or timezone.now())}


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECURITY, Role.AUDITOR, Role.FINANCE, Role.ASSESSOR])
def test_the_first_page_shows_what_a_role_watches_and_opens_it(db: None, browser_of: Browser, role: Role) -> None:
    person = factories.person("someone", role)
    browser = browser_of(person)
    page = browser.get("/admin/").content.decode()
    found = state_for(person, timezone.now())
    assert found
    assert [line.label for line in found if line.label not in page] == []
    assert {browser.get(line.url).status_code for line in found if line.url} <= {200}


def test_who_works_on_business_data_watches_nothing_else(city: User, yinzhou: User) -> None:
    assert (state_for(city, timezone.now()), state_for(yinzhou, timezone.now())) == ([], [])


def test_the_system_administrator_sees_mails_that_were_not_delivered(
    db: None, city: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = factories.person("sysadmin", Role.SYSADMIN)
    assert (lines(person)["未送达邮件"].value, lines(person)["未送达邮件"].tone) == ("0 封", "neutral")
    Mail.objects.create(
        kind="complaint", recipient="某某", address="a@example.com", subject="一", body="二", state="failed",
        problem="拒收", created_at=now, created_by=city,
    )  # fmt: skip
    assert (lines(person)["未送达邮件"].value, lines(person)["未送达邮件"].tone) == ("1 封", "bad")
    assert lines(person)["后台处理程序"].tone == "bad"
    for share, tone in ((0.1, "good"), (0.09, "bad")):
        monkeypatch.setattr(office_state, "space_left", lambda share=share: (2**31, share))
        assert lines(person)["剩余存储空间"] == Line("剩余存储空间", f"2.0 GB（{share:.0%}）", tone=tone)


@pytest.mark.parametrize(("failures", "minutes", "value"), [(5, 14, "cixi"), (4, 14, "无"), (5, 16, "无")])
def test_the_security_administrator_sees_locked_accounts(
    db: None, now: datetime, failures: int, minutes: int, value: str
) -> None:
    person = factories.person("security", Role.SECURITY)
    row = AccessAttempt.objects.create(username="cixi", ip_address="10.0.0.1", failures_since_start=failures)
    AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=now - timedelta(minutes=minutes))
    assert lines(person, now)["登录锁定的账号"].value == value


def test_the_auditor_sees_whether_the_end_of_the_log_holds(city: User, now: datetime) -> None:
    person = factories.person("auditor", Role.AUDITOR)
    for number in range(4):
        audit.record(verb="试", by=city, at=now, code=str(number))
    label = f"最近 {office_state.CHECKED} 条审计记录"
    assert (recent_breaks(3), lines(person)[label].value) == ([], "校验一致")
    last = AuditEvent.objects.order_by("-serial")[0]
    assert lines(person)["24 小时内记录"].url.startswith("/admin/platforms/auditevent/")
    assert last.verb == "试"
