"""The calendar: a month on the page, and the same for other programs under a secret address."""

import logging
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from platforms.activities.services import activities
from platforms.calendar.queries.calendar import entries
from platforms.calendar.services import feeds as calendars
from platforms.errors import Refusal
from platforms.log_filter import HideKeys
from platforms.models import Application, AuditEvent, CalendarFeed, Round, Task, User
from platforms.tasks.services import phase_dates, tasks
from platforms.tasks.services import templates as task_templates
from tests import factories
from tests.platforms.calendar.calendars import parsed

pytestmark = pytest.mark.clause("N18")

PAGE, FEED = "/desk/tasks/calendar/", "/desk/tasks/calendar/feed/"
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


# What stands in it ---------------------------------------------------------------------------------------------------


@pytest.fixture
def filled(round_2026: Round, yinzhou: User, cixi: User, city: User, now: datetime) -> Round:
    """Two platforms in 鄞州区 and one in 慈溪市 with a task each, one form of 鄞州区 returned."""
    values = {"phase": 2, "title": "接入系统", "proof": "已接入。", "due_on": date(2026, 5, 1)}
    task_templates.add(round=round_2026, values=values, by=city, at=now)
    for officer in (yinzhou, yinzhou, cixi):
        factories.accepted(officer, round_2026, now, city=city)
    factories.returned(yinzhou, round_2026, now, city=city)
    Application.objects.filter(status="returned").update(correction_due_on=date(2026, 4, 20))
    return round_2026


def told(user: User) -> list[tuple[str, str, str]]:
    return [(each.kind, each.title, each.note) for each in entries(user, *YEAR) if each.kind != "阶段"]


@pytest.mark.django_db
def test_each_sees_its_own_days(filled: Round, yinzhou: User, cixi: User, city: User) -> None:
    back = Application.objects.get(status="returned")
    assert told(yinzhou) == [
        ("上报截止", "2026年度上报截止", ""),
        ("补正", f"补正申报表 {back.number}", back.name),
        ("任务", "接入系统", "2 个平台，未完成 2 个"),
    ]
    assert told(cixi) == [("上报截止", "2026年度上报截止", ""), ("任务", "接入系统", "1 个平台，未完成 1 个")]
    # Of the tasks the city does those of key industries itself.
    assert told(city) == [("上报截止", "2026年度上报截止", "")]
    assert [each.title for each in entries(cixi, *YEAR) if each.kind == "阶段"] == [
        "2026年度 第一阶段：申报",
        "2026年度 第二阶段：联通与整改",
        "2026年度 第三阶段：试运行",
        "2026年度 第四阶段：评价认定",
    ]


@pytest.mark.django_db
def test_a_day_moved_for_one_platform_stands_by_itself_under_its_old_name(
    filled: Round, yinzhou: User, city: User, now: datetime
) -> None:
    before = {each.uid for each in entries(yinzhou, *YEAR)}
    task = Task.objects.filter(platform__region=yinzhou.region).order_by("pk")[0]
    phase_dates.move_task(task=task, due_on=date(2026, 5, 9), reason="台风", by=city, at=now)
    found = {each.uid: each for each in entries(yinzhou, *YEAR)}
    assert before < set(found)
    moved = found[f"task-{task.template_id}-{task.pk}"]
    assert (moved.first, moved.note) == (date(2026, 5, 9), f"{task.platform.name}，未完成（期限已调整）")
    tasks.finish(task=task, evidence="已接入", by=yinzhou, at=now)
    assert {each.uid: each.is_done for each in entries(yinzhou, *YEAR)}[moved.uid] is True


@pytest.mark.django_db
def test_the_calendar_asks_as_often_for_one_task_as_for_many(filled: Round, yinzhou: User) -> None:
    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            found = entries(yinzhou, *YEAR)
        return len(found), len(queries)

    few, task = asked(), Task.objects.filter(platform__region=yinzhou.region).order_by("pk")[0]
    for number in range(15):
        template = task.template
        template.pk, template.title = None, f"任务{number}"
        template.save(force_insert=True)
        Task.objects.create(template=template, platform=task.platform, due_on=date(2026, 5, 2))
    assert asked() == (few[0] + 15, few[1])


@pytest.mark.django_db
def test_the_page_says_the_month_as_a_grid_and_as_a_list(filled: Round, yinzhou: User, browser_of: Any) -> None:
    text = browser_of(yinzhou).get(PAGE, {"month": "2026-05"}).content.decode()
    assert '<h2 id="agenda-title">2026年5月的事项</h2>' in text
    assert text.count(">接入系统</a>") == 2
    assert "2 个平台，未完成 2 个" in text
    assert "?month=2026-04" in text
    assert "?month=2026-06" in text


@pytest.mark.django_db
@pytest.mark.parametrize("month", ["", "2026-13", "abcdefg", "0000-01", "9999-12", "2026-5"])
def test_a_month_that_is_none_shows_this_one(filled: Round, yinzhou: User, browser_of: Any, month: str) -> None:
    today = timezone.localdate()
    answer = browser_of(yinzhou).get(PAGE, {"month": month})
    assert answer.status_code == 200
    assert answer.context["title"] == f"{today.year}年{today.month}月"


@pytest.mark.django_db
def test_moved_dates_are_told_on_the_page(
    filled: Round, yinzhou: User, city: User, now: datetime, browser_of: Any
) -> None:
    phase_dates.move(round=filled, dates={"report_due": date(2026, 4, 24)}, reason="台风", by=city, at=now)
    text = browser_of(yinzhou).get(PAGE).content.decode()
    assert "上报截止日期：2026-04-17 改为 2026-04-24" in text
    assert "台风" in text


# The secret address --------------------------------------------------------------------------------------------------


@pytest.fixture
def token(yinzhou: User, now: datetime) -> str:
    return calendars.issue(by=yinzhou, at=now)[1]


def address(token: str) -> str:
    return reverse("calendar_feed", args=[token])


@pytest.mark.django_db
def test_the_feed_is_a_calendar_of_the_persons_own_without_a_login(
    filled: Round, token: str, yinzhou: User, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(2026, 4, 10))
    answer = stranger.get(address(token))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Referrer-Policy"] == "no-referrer"
    found = {event["SUMMARY"]: event for event in parsed(answer.content)}
    assert found["接入系统"]["DESCRIPTION"] == "2 个平台，未完成 2 个"
    assert found["接入系统"]["DTSTART"] == "20260501"
    assert found["2026年度 第一阶段：申报"]["DTEND"] == "20260418"
    assert "慈溪" not in answer.content.decode()
    again = {event["SUMMARY"]: event["UID"] for event in parsed(stranger.get(address(token)).content)}
    assert again == {title: event["UID"] for title, event in found.items()}


@pytest.mark.django_db
def test_an_activity_says_where_it_is_held(
    round_2026: Round, yinzhou: User, token: str, stranger: Client, browser_of: Any
) -> None:
    values = {
        "organiser": "county_hub", "kind": "training", "service_class": "talent", "title": "技改政策培训",
        "held_on": timezone.localdate(), "hours": "14:00", "place": "县学街1号, 二楼",
    }  # fmt: skip
    activities.plan(values=values, by=yinzhou, at=timezone.now())
    (found,) = [each for each in parsed(stranger.get(address(token)).content) if each["SUMMARY"] == "技改政策培训"]
    assert (found["LOCATION"], found["DESCRIPTION"]) == ("县学街1号, 二楼", "14:00")
    assert "14:00　县学街1号, 二楼" in browser_of(yinzhou).get(PAGE).content.decode()


@pytest.mark.django_db
def test_only_the_hash_is_stored_and_the_token_is_shown_once(yinzhou: User, browser_of: Any, round_2026: Round) -> None:
    browser = browser_of(yinzhou)
    text = browser.post(FEED, {"act": "issue"}).content.decode()
    shown = next(part.split(".ics")[0] for part in text.split("/calendar/") if ".ics" in part.split('"')[0])
    assert calendars.find(shown) == yinzhou
    row = CalendarFeed.objects.get()
    assert shown not in (row.token_hash, *AuditEvent.objects.values_list("reason", flat=True))
    assert shown not in browser.get(PAGE).content.decode()
    assert AuditEvent.objects.filter(verb="生成日历地址", actor="yinzhou").count() == 1


@pytest.mark.django_db
def test_a_new_address_ends_the_old_one_and_can_be_taken_back(
    yinzhou: User, token: str, browser_of: Any, stranger: Client, round_2026: Round
) -> None:
    browser = browser_of(yinzhou)
    browser.post(FEED, {"act": "issue"})
    assert stranger.get(address(token)).status_code == 404
    assert CalendarFeed.objects.filter(revoked_at__isnull=True).count() == 1
    answer = browser.post(FEED, {"act": "revoke"}, follow=True)
    assert "日历地址已作废，订阅的程序不再更新。" in answer.content.decode()
    assert not CalendarFeed.objects.filter(revoked_at__isnull=True).exists()
    again = browser.post(FEED, {"act": "revoke"}, follow=True)
    assert "没有可作废的日历地址，可能已经作废。" in again.content.decode()
    assert browser.post(FEED, {"act": "nonsense"}).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("fate", ["inactive", "moved", "role"])
def test_the_address_is_dead_when_the_account_is_not_what_it_was(
    yinzhou: User, token: str, stranger: Client, regions: dict[str, Any], fate: str
) -> None:
    changes: dict[str, dict[str, Any]] = {
        "inactive": {"is_active": False},
        "moved": {"region": regions["330282"]},
        "role": {"role": "city", "region": None},
    }
    User.objects.filter(pk=yinzhou.pk).update(**changes[fate])
    assert stranger.get(address(token)).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("guess", ["x", "nobody-was-given-this", "%E4%B8%AD", "a" * 500])
def test_a_guess_is_not_there(stranger: Client, guess: str) -> None:
    assert stranger.get(f"/calendar/{guess}.ics").status_code == 404


@pytest.mark.django_db
def test_the_feed_can_only_be_read(token: str, stranger: Client) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert getattr(stranger, method)(address(token)).status_code == 405


def test_the_token_stands_in_no_log() -> None:
    record = logging.LogRecord("x", 20, "f", 1, "GET %s 404", ("/calendar/s3cret-Token.ics?x=1",), None)
    assert HideKeys().filter(record)
    assert record.getMessage() == "GET /calendar/***?x=1 404"


@pytest.mark.django_db
def test_a_role_without_tasks_has_no_calendar(auditor: User, now: datetime) -> None:
    with pytest.raises(Refusal, match="您的角色没有工作日历。"):
        calendars.issue(by=auditor, at=now + timedelta(days=1))
