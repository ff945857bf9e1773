"""Who comes in at the desk: own region, other region, city, the other roles, strangers."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from platforms.applications.choices import ApplicationStatus
from platforms.applications.services import fill_links
from platforms.models import Application, ApplicationMove, AuditEvent, FillLink, Round, User
from tests import factories

Browser = Callable[[User], Client]


def addresses(row: Application, link: FillLink) -> list[str]:
    """Every address of one application."""
    number = row.number
    attachment = row.attachments.first()
    return [
        reverse("desk:application", args=[number]),
        *(
            reverse(f"desk:{name}", args=[number])
            for name in ("submit", "resubmit", "withdraw", "delete", "fill_links")
        ),
        reverse("desk:section", args=[number, "platform"]),
        reverse("desk:section", args=[number, "attachments"]),
        reverse("desk:version", args=[number, 1]),
        reverse("desk:fill_link_revoke", args=[link.pk]),
        reverse("desk:attachment", args=[attachment.pk]) if attachment else reverse("desk:application", args=[number]),
        reverse("desk:attachment_remove", args=[attachment.pk]) if attachment else reverse("desk:home"),
    ]


def status(browser: Client, address: str) -> int:
    """What ``browser`` gets at ``address``; a file that is sent is read to its end, which closes it."""
    response = browser.get(address)
    if response.streaming:
        list(response)
    return response.status_code


@pytest.fixture
def returned(yinzhou: User, city: User, round_2026: Round, now: datetime) -> Application:
    factories.liaison(round_2026, yinzhou.region, yinzhou, now)
    return factories.returned(yinzhou, round_2026, now, city=city)


@pytest.fixture
def link(returned: Application, yinzhou: User, now: datetime) -> FillLink:
    return fill_links.issue(application=returned, recipient="测试单位", days=60, by=yinzhou, at=now)[0]


@pytest.mark.trust("T01")
def test_a_county_opens_its_own_application(returned: Application, link: FillLink, desk: Client) -> None:
    expected = [200, 302, 200, 200, 302, 200, 200, 200, 200, 200, 200, 200]
    assert [status(desk, address) for address in addresses(returned, link)] == expected


@pytest.mark.trust("T09")
@pytest.mark.trust("T10")
def test_another_county_finds_nothing(returned: Application, link: FillLink, cixi: User, browser_of: Browser) -> None:
    browser = browser_of(cixi)
    for address in addresses(returned, link):
        assert status(browser, address) == 404
        assert browser.post(address).status_code in (404, 405)


def test_the_city_reads_a_county_application_and_writes_nothing(
    returned: Application, link: FillLink, city: User, browser_of: Browser
) -> None:
    browser = browser_of(city)
    statuses = [status(browser, address) for address in addresses(returned, link)]
    page = browser.get(reverse("desk:application", args=[returned.number])).content.decode()
    assert ("13800138000" in page, "138****8000" in page, "张联系" in page) == (False, True, False)
    assert statuses == [200, 403, 403, 403, 403, 403, 403, 403, 200, 403, 200, 403]


@pytest.mark.parametrize("role", ["finance", "auditor", "security", "sysadmin"])
def test_other_roles_are_told_that_the_desk_is_not_theirs(
    role: str, returned: Application, link: FillLink, browser_of: Browser
) -> None:
    browser = browser_of(factories.person(f"{role}x", role))
    for address in [*addresses(returned, link), reverse("desk:home"), reverse("desk:new"), reverse("desk:summary")]:
        assert status(browser, address) == 403


def test_a_stranger_is_led_to_the_login(returned: Application, link: FillLink, stranger: Client) -> None:
    for address in [*addresses(returned, link), reverse("desk:home"), reverse("desk:liaison")]:
        response = stranger.get(address)
        assert (response.status_code, response["Location"]) == (302, f"/admin/login/?next={address}")


@pytest.mark.trust("T13")
def test_looking_at_every_page_changes_nothing(returned: Application, link: FillLink, desk: Client) -> None:
    before = (returned.version, returned.status, AuditEvent.objects.count(), ApplicationMove.objects.count())
    for address in [*addresses(returned, link), reverse("desk:home"), reverse("desk:new"), reverse("desk:liaison")]:
        status(desk, address)
    returned.refresh_from_db()
    link.refresh_from_db()
    after = (returned.version, returned.status, AuditEvent.objects.count(), ApplicationMove.objects.count())
    assert (after, link.revoked_at) == (before, None)


@pytest.mark.trust("T13")
def test_what_was_submitted_is_read_and_not_written(
    yinzhou: User, round_2026: Round, now: datetime, desk: Client
) -> None:
    factories.liaison(round_2026, yinzhou.region, yinzhou, now)
    row = factories.submitted(yinzhou, round_2026, now)
    address = reverse("desk:section", args=[row.number, "platform"])
    assert desk.get(address).status_code == 403
    sent = desk.post(address, {"version": row.version, "name": row.name, "address": "新地址", "save": "1"})
    assert sent.status_code == 409
    assert "新地址" in sent.content.decode()
    row.refresh_from_db()
    assert (row.address, row.status) == ("测试路1号", ApplicationStatus.SUBMITTED)


@pytest.mark.trust("T12")
def test_a_second_submission_reads_a_sentence(yinzhou: User, round_2026: Round, now: datetime, desk: Client) -> None:
    factories.liaison(round_2026, yinzhou.region, yinzhou, now)
    row = factories.submitted(yinzhou, round_2026, now)
    again = desk.post(reverse("desk:submit", args=[row.number]), {"version": row.version}, follow=True)
    assert again.redirect_chain == [(reverse("desk:application", args=[row.number]), 302)]
    assert "未作变更" in again.content.decode()
    assert row.versions.count() == 1


def test_the_city_files_a_key_industry_at_the_desk(city: User, round_2026: Round, browser_of: Browser) -> None:
    browser = browser_of(city)
    assert browser.get(reverse("desk:new_site", args=["town"])).status_code == 403
    made = browser.post(
        reverse("desk:new_site", args=["industry"]), {"association": "宁波市模具行业协会", "industry_chain": "模具"}
    )
    row = Application.objects.get()
    assert made["Location"] == reverse("desk:section", args=[row.number, "platform"])
    assert (row.type, row.region, browser.get(made["Location"]).status_code) == ("industry", None, 200)


def test_a_zone_committee_files_no_town(hzw: User, round_2026: Round, browser_of: Browser) -> None:
    browser = browser_of(hzw)
    assert browser.get(reverse("desk:new_site", args=["town"])).status_code == 403
    browser.post(reverse("desk:new_site", args=["functional_zone"]), {"site": "zone"})
    assert Application.objects.get().type == "functional_zone"
