"""Reminders before the last day, by the command of every morning; and what the command of every night settles."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from evaluation.models import Assessment, Evaluation, SelfReport
from evaluation.self_reports.services import checking, reminders
from evaluation.self_reports.services.links import Sent
from platforms.models import AuditEvent, Mail, User

DAY = timedelta(days=1)
KINDS = ("self_due", "self_owed")


def written() -> list[tuple[str, str, str]]:
    rows = Mail.objects.filter(kind__in=KINDS).select_related("region")
    return sorted((row.kind, row.region.name if row.region else "", row.address) for row in rows)


@pytest.mark.parametrize("days", [7, 2])
def test_seven_and_two_days_before_the_unit_and_its_county_are_reminded_once(
    sent: Sent, at: datetime, days: int
) -> None:
    on = timezone.localdate(at) + (14 - days) * DAY
    for _ in range(2):
        reminders.remind(on, at)
    assert written() == [
        ("self_due", "鄞州区", "unit@example.cn"),
        ("self_owed", "", ""), ("self_owed", "慈溪市", ""), ("self_owed", "鄞州区", ""),
    ]  # fmt: skip
    body = Mail.objects.get(kind="self_owed", region__code="330212").body
    assert ("2 个窗口平台" in body, sent.link.report.number in body) == (True, True)
    event = AuditEvent.objects.get(verb="生成自评提醒")
    assert (event.actor, event.object_code) == ("命令行", on.isoformat())


@pytest.mark.parametrize("days", [8, 6, 3, 1, 0])
def test_on_other_days_nobody_is(sent: Sent, at: datetime, days: int) -> None:
    assert reminders.remind(timezone.localdate(at) + (14 - days) * DAY, at) == []


def test_who_handed_in_is_left_in_peace(handed_in: SelfReport, at: datetime) -> None:
    reminders.remind(timezone.localdate(at) + 7 * DAY, at)
    assert ("self_due", "鄞州区", "unit@example.cn") not in written()
    assert handed_in.number not in Mail.objects.get(kind="self_owed", region__code="330212").body


def test_a_leave_moves_the_reminders_with_it(sent: Sent, yinzhou: User, at: datetime) -> None:
    until = timezone.localdate(at) + 20 * DAY
    checking.let_in(report=sent.link.report, until=until, reason="生病", by=yinzhou, at=at)
    reminders.remind(until - 2 * DAY, at)
    assert written() == [("self_due", "鄞州区", "unit@example.cn"), ("self_owed", "鄞州区", "")]


def test_a_long_list_is_cut(evaluation: Evaluation, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "MOST_NAMED", 1)
    reminders.remind(timezone.localdate(at) + 7 * DAY, at)
    assert "另有 1 个" in Mail.objects.get(kind="self_owed", region__code="330212").body


def test_the_command_of_the_morning_writes_them(sent: Sent, at: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("send_reminders", on=(timezone.localdate(at) + 7 * DAY).isoformat())
    assert "另有 4 封其他提醒。" in capsys.readouterr().out
    call_command("send_reminders", on=timezone.localdate(at).isoformat())
    assert "其他提醒" not in capsys.readouterr().out


def test_the_command_of_the_night_settles_who_reported_nothing(
    evaluation: Evaluation, at: datetime, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("settle_unreported")
    assert "已登记 0 个平台未自评。" in capsys.readouterr().out
    monkeypatch.setattr(timezone, "now", lambda: at + 15 * DAY)
    call_command("settle_unreported")
    assert "已登记 4 个平台未自评。" in capsys.readouterr().out
    assert Assessment.objects.filter(unreported_at__isnull=True).count() == 0
