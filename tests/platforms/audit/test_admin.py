"""The auditor reads who did what; never the values, never what people wrote about business."""

from typing import Any

import pytest
from django.urls import reverse

from platforms.applications.services import filing
from platforms.models import Application, AuditEvent, User
from tests.platforms.conftest import CANARY

LIST = "/admin/platforms/auditevent/"


@pytest.fixture
def event(city: User, theirs: Application, now: Any) -> AuditEvent:
    filing.return_for_correction(application=theirs, reason=f"{CANARY}理由", by=city, at=now)
    return AuditEvent.objects.get(verb="退回补正")


@pytest.mark.trust("T01")
def test_list_page_search_and_export_hold_no_business_words(browser_of: Any, auditor: User, event: AuditEvent) -> None:
    browser = browser_of(auditor)
    pages = [
        browser.get(LIST),
        browser.get(f"{LIST}{event.pk}/change/"),
        browser.get(f"{LIST}?q=city&result__exact=done"),
        browser.post(f"{LIST}export/", {"format": "csv"}),
        browser.get("/admin/"),
    ]
    assert [page.status_code for page in pages] == [200] * 5
    assert [CANARY in page.content.decode() for page in pages] == [False] * 5
    assert "退回补正" in pages[0].content.decode()


@pytest.mark.trust("T49")
@pytest.mark.parametrize("path", ["add/", "{pk}/delete/"])
def test_the_log_is_not_written_by_hand(browser_of: Any, auditor: User, event: AuditEvent, path: str) -> None:
    url = f"{LIST}{path.format(pk=event.pk)}"
    assert (browser_of(auditor).get(url).status_code, browser_of(auditor).post(url).status_code) == (403, 403)
    assert browser_of(auditor).post(f"{LIST}{event.pk}/change/", {"verb": "x"}).status_code == 403


@pytest.mark.parametrize("role", ["yinzhou", "city", "finance", "security", "sysadmin"])
def test_the_log_is_the_auditors(request: Any, browser_of: Any, role: str) -> None:
    assert browser_of(request.getfixturevalue(role)).get(LIST).status_code == 403


def test_an_export_is_an_event_itself(browser_of: Any, city: User, theirs: Application) -> None:
    browser_of(city).post(reverse("admin:platforms_application_export"), {"format": "xlsx"})
    event = AuditEvent.objects.order_by("serial").last()
    assert (event.verb, event.actor, event.reason) == ("导出申报表", "city", "1 条，xlsx")
