"""Submitting, answering, withdrawing, deleting at the desk."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from platforms.applications.choices import ApplicationStatus
from platforms.models import Application, Liaison, Quota, Round, User
from tests import factories


@pytest.fixture
def ready(yinzhou: User, round_2026: Round, now: datetime) -> Application:
    factories.liaison(round_2026, yinzhou.region, yinzhou, now)
    return factories.complete_application(yinzhou, round_2026, now)


def status_of(row: Application) -> str:
    row.refresh_from_db()
    return row.status


def test_what_is_missing_is_listed_instead_of_the_button(draft: Application, desk: Client) -> None:
    page = desk.get(reverse("desk:submit", args=[draft.number])).content.decode()
    assert "补齐后才能提交" in page
    section = reverse("desk:section", args=[draft.number, "platform"])
    assert f"{section}?back=check#id_address" in page
    assert "提交这份申报表" not in page
    # Whoever follows the link comes back to what is left.
    assert "保存并返回核对" in desk.get(section, {"back": "check"}).content.decode()
    saved = desk.post(f"{section}?back=check", {"version": draft.version, "continue": "1", "name": draft.name})
    assert saved.headers["Location"] == reverse("desk:submit", args=[draft.number])
    refused = desk.post(reverse("desk:submit", args=[draft.number]), {"version": draft.version})
    assert (refused.status_code, status_of(draft)) == (409, ApplicationStatus.DRAFT)


@pytest.mark.clause("N15")
def test_a_complete_form_is_submitted(ready: Application, desk: Client) -> None:
    address = reverse("desk:submit", args=[ready.number])
    page = desk.get(address).content.decode()
    assert "将向市经信局提交申报表" in page
    for name in ("operator_name", "floor_area", "county_opinion"):
        assert page.count(f'?back=check#id_{name}"') == 1
    done = desk.post(address, {"version": ready.version}, follow=True).content.decode()
    assert status_of(ready) == ApplicationStatus.SUBMITTED
    assert f"已提交申报表 {ready.number}" in done
    assert "第1版" in done


@pytest.mark.trust("T11")
def test_a_form_saved_meanwhile_is_not_submitted_unseen(ready: Application, desk: Client) -> None:
    answer = desk.post(reverse("desk:submit", args=[ready.number]), {"version": ready.version - 1}, follow=True)
    assert "已被他人保存" in answer.content.decode()
    assert status_of(ready) == ApplicationStatus.DRAFT


@pytest.mark.clause("N09")
def test_over_the_quota_a_reason_is_asked_for(
    ready: Application, desk: Client, round_2026: Round, yinzhou: User
) -> None:
    Quota.objects.create(round=round_2026, region=yinzhou.region, places=0)
    address = reverse("desk:submit", args=[ready.number])
    assert "超出名额的理由" in desk.get(address).content.decode()
    assert desk.post(address, {"version": ready.version, "reason": " "}).status_code == 200
    assert status_of(ready) == ApplicationStatus.DRAFT
    desk.post(address, {"version": ready.version, "reason": "企业集中，确有需要"})
    assert status_of(ready) == ApplicationStatus.SUBMITTED
    assert ready.over_quota_reason == "企业集中，确有需要"


def test_without_a_liaison_officer_nothing_is_submitted(
    yinzhou: User, round_2026: Round, now: datetime, desk: Client
) -> None:
    row = factories.complete_application(yinzhou, round_2026, now)
    Liaison.objects.all().delete()
    refused = desk.post(reverse("desk:submit", args=[row.number]), {"version": row.version})
    assert (refused.status_code, status_of(row)) == (409, ApplicationStatus.DRAFT)
    assert "联络员" in refused.content.decode()


def test_a_return_is_answered(yinzhou: User, city: User, round_2026: Round, now: datetime, desk: Client) -> None:
    factories.liaison(round_2026, yinzhou.region, yinzhou, now)
    row = factories.returned(yinzhou, round_2026, now, city=city, reason="请补充租赁合同")
    address = reverse("desk:resubmit", args=[row.number])
    assert "请补充租赁合同" in desk.get(address).content.decode()
    assert desk.post(address, {"version": row.version, "reason": ""}).status_code == 200
    assert status_of(row) == ApplicationStatus.RETURNED
    done = desk.post(address, {"version": row.version, "reason": "已补充"}, follow=True).content.decode()
    assert status_of(row) == ApplicationStatus.SUBMITTED
    assert ("请补充租赁合同" in done, "已补充" in done) == (True, True)


def test_withdrawing_asks_for_a_reason(ready: Application, desk: Client) -> None:
    desk.post(reverse("desk:submit", args=[ready.number]), {"version": ready.version})
    address = reverse("desk:withdraw", args=[ready.number])
    assert desk.post(address, {"reason": ""}).status_code == 200
    assert status_of(ready) == ApplicationStatus.SUBMITTED
    desk.post(address, {"reason": "运营单位变更"})
    assert status_of(ready) == ApplicationStatus.WITHDRAWN


def test_a_draft_is_deleted_after_a_question(draft: Application, desk: Client) -> None:
    address = reverse("desk:delete", args=[draft.number])
    assert "不能恢复" in desk.get(address).content.decode()
    assert Application.objects.count() == 1
    desk.post(address)
    assert Application.objects.count() == 0


@pytest.mark.trust("T04")
def test_what_was_submitted_is_never_deleted(ready: Application, desk: Client) -> None:
    desk.post(reverse("desk:submit", args=[ready.number]), {"version": ready.version})
    answer = desk.post(reverse("desk:delete", args=[ready.number]), follow=True)
    assert "只有从未提交过的草稿可以删除" in answer.content.decode()
    assert Application.objects.count() == 1


def test_a_version_shows_what_was_submitted(ready: Application, desk: Client) -> None:
    desk.post(reverse("desk:submit", args=[ready.number]), {"version": ready.version})
    page = desk.get(reverse("desk:version", args=[ready.number, 1])).content.decode()
    assert ("测试路1号" in page, ready.versions.get().digest in page) == (True, True)
