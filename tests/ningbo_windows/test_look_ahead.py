"""A HEAD says what a GET would be and leaves no trace of its own."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from platforms.applications.services import fill_links
from platforms.models import Application, AuditEvent, FillLink, Round, User
from tests import factories

HEADERS = ("Content-Type", "Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options", "Cache-Control")


@pytest.fixture
def draft(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    return factories.complete_application(yinzhou, round_2026, now)


@pytest.fixture
def token(draft: Application, yinzhou: User) -> str:
    return fill_links.issue(application=draft, recipient="测试单位", days=14, by=yinzhou, at=timezone.now())[1]


def done_with(answer: HttpResponseBase) -> None:
    """Close what ``answer`` holds open, but not the database of the test."""
    request_finished.disconnect(close_old_connections)
    try:
        answer.close()
    finally:
        request_finished.connect(close_old_connections)


def test_a_look_ahead_at_a_download_is_none_in_the_log(
    draft: Application, token: str, yinzhou: User, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(yinzhou)
    downloads = (
        reverse("desk:form_pdf", args=[draft.number]),
        reverse("desk:form_docx", args=[draft.number]),
        reverse("desk:summary"),
        reverse("desk:intake_drafts"),
        reverse("desk:activity_list", args=["csv"]),
        reverse("fill:form_pdf", args=[token]),
    )
    for path in downloads:
        before = AuditEvent.objects.count()
        # The first print of a form that can be sealed is noted beside the download.
        noted = 2 if path == downloads[0] else 1
        asked = browser.head(path)
        assert (asked.status_code, AuditEvent.objects.count()) == (200, before), path
        done_with(asked)
        sent = browser.get(path)
        assert (sent.status_code, AuditEvent.objects.count()) == (200, before + noted), path
        done_with(sent)
        assert {name: asked.get(name) for name in HEADERS} == {name: sent.get(name) for name in HEADERS}, path


def test_a_look_ahead_opens_no_link(token: str, stranger: Client) -> None:
    paths = (reverse("fill:start", args=[token]), reverse("fill:section", args=[token, "venue"]))
    for path in paths:
        assert stranger.head(path).status_code == 200
    assert FillLink.objects.values_list("opened_at", "last_opened_at").get() == (None, None)
    assert not AuditEvent.objects.filter(verb="打开填报链接").exists()


def test_what_is_refused_is_refused_to_a_look_ahead_too(
    draft: Application, cixi: User, browser_of: Callable[[User], Client]
) -> None:
    path = reverse("desk:form_pdf", args=[draft.number])
    assert browser_of(cixi).head(path).status_code == 404
    assert Client().head(path)["Location"].startswith(reverse("admin:login"))
