"""What somebody typed is on the answer, whatever the refusal is."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.models import Assessment
from platforms.choices import Role
from platforms.models import Application, AuditEvent, Mail, User
from platforms.periodic_reports.services import acceptance
from tests import factories
from tests.evaluation import stage

Browser = Callable[[User], Client]
pytestmark = pytest.mark.django_db
REASON = "附件一与申报表不一致，请核对后重新上传"


def shown(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def assessment(city: User) -> Assessment:
    round_ = stage.filed_round({"330212": {"A": 1}})
    stage.started(round_, by=city)
    return Assessment.objects.get()


@pytest.fixture
def submitted(yinzhou: User, round_2026: Any, now: datetime) -> Application:
    return factories.submitted(yinzhou, round_2026, now)


SHEET = {"points-venue": "7.5", "evidence-venue": "现场核查，面积属实", "passed-gate-team": "no", "revision": "1"}


def sheet_of(row: Assessment) -> str:
    return reverse("admin:evaluation_assessment_change", args=[row.pk])


def stands_on(page: str) -> bool:
    chosen = re.search(r'id="id_passed-gate-team_no"\s+value="no"\s+checked', page)
    return all(text in page for text in ('value="7.5"', "现场核查，面积属实")) and chosen is not None


def test_the_sheet_keeps_what_was_typed_when_another_saved_it(browser_of: Browser, city: User, assessment: Any) -> None:
    Assessment.objects.update(revision=2)
    answer = browser_of(city).post(sheet_of(assessment), SHEET)
    assert (answer.status_code, stands_on(shown(answer))) == (409, True)


def test_the_sheet_keeps_what_was_typed_when_scoring_is_over(browser_of: Browser, city: User, assessment: Any) -> None:
    Assessment.objects.update(status="scored")
    answer = browser_of(city).post(sheet_of(assessment), SHEET)
    assert stands_on(shown(answer))


def test_the_sheet_keeps_what_was_typed_when_the_right_is_gone(
    browser_of: Browser, finance: User, assessment: Any, monkeypatch: Any, request: pytest.FixtureRequest
) -> None:
    from platforms import roles

    # What a role may do is kept; neither what was kept before nor what this test makes of it may stay.
    request.addfinalizer(roles.permissions_of.cache_clear)
    monkeypatch.setitem(roles.TABLE, Role.FINANCE, roles.TABLE[Role.FINANCE] | {"evaluation.view_assessment"})
    roles.permissions_of.cache_clear()
    answer = browser_of(finance).post(sheet_of(assessment), SHEET)
    assert (answer.status_code, stands_on(shown(answer))) == (403, True)
    assert AuditEvent.objects.filter(verb="访问被拒绝", actor="finance").count() == 1
    assert "评分" in shown(answer)


def test_a_reason_stands_on_the_page_of_a_move_that_came_too_late(
    browser_of: Browser, city: User, yinzhou: User, submitted: Application, now: datetime
) -> None:
    address = reverse("admin:platforms_application_move", args=[submitted.pk, "withdraw"])
    acceptance.withdraw(application=submitted, reason="重新申报", by=yinzhou, at=now)
    answer = browser_of(city).post(address, {"reason": REASON})
    assert answer.status_code in (403, 409)
    assert REASON in shown(answer)


def test_a_mail_that_went_out_meanwhile_keeps_what_was_typed(
    browser_of: Browser, city: User, submitted: Application, now: datetime
) -> None:
    mail = Mail.objects.create(
        kind="received", state="sent", recipient="某人", subject="标题", body="正文", created_at=now, sent_at=now
    )
    address = reverse("admin:platforms_mail_change", args=[mail.pk])
    answer = browser_of(city).post(address, {"subject": "改过的标题", "body": REASON, "address": "a@example.cn"})
    page = shown(answer)
    assert answer.status_code == 409
    assert [text in page for text in ("改过的标题", REASON, "不能再修改")] == [True] * 3


def test_a_form_that_became_somebody_elses_keeps_what_was_typed(
    browser_of: Browser, yinzhou: User, cixi: User, round_2026: Any, now: datetime
) -> None:
    row = factories.draft(yinzhou, round_2026, now)
    answer = browser_of(cixi).post(reverse("desk:note", args=[row.number]), {"text": REASON, "readers": "county"})
    assert (answer.status_code, REASON in shown(answer)) == (404, True)


@pytest.mark.trust("T30")
def test_a_session_that_ended_keeps_what_was_typed(
    browser_of: Browser, yinzhou: User, round_2026: Any, now: datetime, settings: Any
) -> None:
    row, desk = factories.draft(yinzhou, round_2026, now), browser_of(yinzhou)
    desk.get(reverse("desk:home"))
    settings.SESSION_IDLE_SECONDS = -1
    answer = desk.post(reverse("desk:note", args=[row.number]), {"text": REASON, "readers": "county"})
    page = shown(answer)
    assert (answer.status_code, REASON in page, "登录已超时，请重新登录。" in page) == (401, True, True)
    assert 'href="/admin/login/?next=%2F"' in page
    assert "_auth_user_id" not in desk.session


@pytest.mark.trust("T32")
def test_a_page_of_another_site_does_not_speak_through_ours(yinzhou: User) -> None:
    """Without a session, which such a page does not bring along, nothing of what it sent is shown."""
    answer = Client(enforce_csrf_checks=True).post("/complaints/new/", {"text": REASON})
    assert (answer.status_code, REASON in shown(answer)) == (403, False)


def test_with_a_session_an_old_token_keeps_what_was_typed(yinzhou: User, round_2026: Any, now: datetime) -> None:
    row, desk = factories.draft(yinzhou, round_2026, now), Client(enforce_csrf_checks=True)
    desk.force_login(yinzhou, backend="ningbo_windows.backends.RoleBackend")
    answer = desk.post(reverse("desk:note", args=[row.number]), {"text": REASON, "readers": "county"})
    assert (answer.status_code, REASON in shown(answer)) == (403, True)
