"""Reminders of what is due: at set distances, one mail per region and day, only to those who still owe it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from platforms import deadlines
from platforms.applications.services import batches
from platforms.calendar.queries import duties
from platforms.calendar.services import reminders
from platforms.models import Application, Batch, Liaison, Mail, Region, ReminderDay, Round, Task, User
from platforms.periodic_reports.services import acceptance
from platforms.tasks.services import tasks
from platforms.tasks.services import templates as task_templates
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N18")]

DUE = date(2026, 4, 17)


@pytest.fixture
def remind(now: datetime) -> Callable[[date], list[str]]:
    """A function that runs the day and returns the names of the regions that were written to."""

    def run(on: date) -> list[str]:
        return [mail.region.name for mail in reminders.remind_of_due(on=on, at=now) if mail.region]

    return run


@pytest.mark.parametrize("distance", [7, 3, 1, 0, -1, -7])
def test_on_set_days_only_counties_that_have_not_reported_get_one_mail(
    remind: Any, round_2026: Round, yinzhou: User, now: datetime, distance: int
) -> None:
    """ANCHORS 10: reminders before the date, with link and date."""
    made = factories.complete_application(yinzhou, round_2026, now)
    batches.report(round=round_2026, region=yinzhou.region, applications={made: made.version}, by=yinzhou, at=now)
    Mail.objects.all().delete()
    others = Region.objects.exclude(code="330212").order_by("code").values_list("name", flat=True)
    assert remind(DUE - timedelta(days=distance)) == list(others)
    mail = Mail.objects.filter(region__code="330282").get()
    assert mail.kind == "due"
    assert mail.subject == "请办理：慈溪市有 1 项工作临近期限或已逾期"
    words = f"{deadlines.in_words(distance)}（2026年4月17日）：2026年度窗口平台申报尚未上报"
    assert words in mail.body.splitlines()
    assert "/desk/tasks/calendar/" in mail.body


@pytest.mark.parametrize("distance", [8, 6, 5, 4, 2, -2, -6, -8])
def test_on_other_days_nobody_is_written_to(remind: Any, round_2026: Round, distance: int) -> None:
    assert remind(DUE - timedelta(days=distance)) == []
    assert not Mail.objects.exists()


def test_the_same_day_again_writes_nothing_and_the_next_one_does(remind: Any, round_2026: Round) -> None:
    day = DUE - timedelta(days=1)
    assert len(remind(day)) == 17
    assert remind(day) == []
    assert Mail.objects.count() == ReminderDay.objects.count() == 17
    assert len(remind(DUE)) == 17


def test_who_was_quicker_leaves_the_second_run_without_a_mail(
    round_2026: Round, regions: dict[str, Region], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs at once: the row of the day decides, and the mail of the second is not written."""
    original = reminders._write_due

    def raced(region: Region, *args: Any, **more: Any) -> Mail:
        if region.code == "330282":
            ReminderDay.objects.create(region=region, on=DUE, things=1)
        return original(region, *args, **more)

    monkeypatch.setattr(reminders, "_write_due", raced)
    assert len(reminders.remind_of_due(on=DUE, at=now)) == 16
    assert not Mail.objects.filter(region__code="330282").exists()


def test_all_that_is_due_stands_in_one_mail_to_the_liaison_officer(
    remind: Any, round_2026: Round, yinzhou: User, city: User, now: datetime
) -> None:
    for title in ("接入系统", "公布收费"):
        values = {"phase": 2, "title": title, "proof": "已完成。", "due_on": date(2026, 4, 20)}
        task_templates.add(round=round_2026, values=values, by=city, at=now)
    for _ in range(2):
        factories.accepted(yinzhou, round_2026, now, city=city)
    back = factories.returned(yinzhou, round_2026, now, city=city)
    Application.objects.filter(pk=back.pk).update(correction_due_on=date(2026, 4, 16))
    Liaison.objects.filter(region__code="330212").update(email="liaison@example.cn")
    done = Task.objects.filter(template__title="接入系统").order_by("pk")[0]
    tasks.finish(task=done, evidence="已接入", by=yinzhou, at=now)
    Mail.objects.all().delete()
    remind(DUE)
    mail = Mail.objects.get(region__code="330212")
    left = Task.objects.get(template__title="接入系统", done_at__isnull=True)
    lines = [line for line in mail.body.splitlines() if line.startswith(("还有", "已逾期", "今天到期"))]
    assert lines == [
        f"已逾期 1 天（2026年4月16日）：补正申报表 {back.number}（{back.name}）",
        "今天到期（2026年4月17日）：2026年度窗口平台申报尚未上报",
        f"还有 3 天（2026年4月20日）：阶段任务“接入系统”（{left.platform.name}）",
        "还有 3 天（2026年4月20日）：阶段任务“公布收费”（2 个平台）",
    ]
    assert mail.address == "liaison@example.cn"
    assert mail.recipient == "鄞州区工作联络员 赵联络"


def test_what_was_done_returned_or_dropped_is_owed_no_more(
    round_2026: Round, yinzhou: User, city: User, now: datetime
) -> None:
    values = {"phase": 2, "title": "接入系统", "proof": "已完成。", "due_on": date(2026, 4, 20)}
    task_templates.add(round=round_2026, values=values, by=city, at=now)
    row = factories.accepted(yinzhou, round_2026, now, city=city)
    assert len(list(duties.tasks(DUE))) == 1
    acceptance.withdraw(application=row, reason="不再建设", by=yinzhou, at=now)
    assert list(duties.tasks(DUE)) == []


def test_a_round_that_is_over_or_prepared_reminds_nobody(remind: Any, round_2026: Round) -> None:
    for status in ("preparing", "evaluating", "published"):
        Round.objects.update(status=status)
        assert remind(DUE) == []


def test_a_long_list_is_cut_and_counted(
    remind: Any, round_2026: Round, yinzhou: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [duties.Duty(yinzhou.region_id or 0, "task", DUE, f"任务{n}" * 60) for n in range(30)]
    monkeypatch.setattr(duties, "SOURCES", [lambda _on: many])
    assert remind(DUE) == ["鄞州区"]
    body = Mail.objects.get().body
    assert body.count("今天到期（") == reminders.MOST_NAMED
    assert "另有 10 项，请登录后在日历中查看。" in body


def test_the_questions_do_not_grow_with_the_regions(round_2026: Round, yinzhou: User, now: datetime) -> None:
    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            owing = duties.owed(DUE)
        return len(owing), len(queries)

    many = asked()
    Batch.objects.bulk_create(
        Batch(round=round_2026, region=region, number=region.code, sequence=1, reported_at=now, reported_by=yinzhou)
        for region in Region.objects.exclude(code="330282")
    )
    assert (many[0], asked()) == (17, (1, many[1]))


def test_the_command_says_how_many_and_takes_a_day(round_2026: Round, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        call_command("send_reminders", "--on", "2026-04-16")
    assert capsys.readouterr().out == "2026-04-16：已生成 17 封到期提醒。\n2026-04-16：已生成 0 封到期提醒。\n"
    with pytest.raises(CommandError, match="日期请写成 2026-04-10 的形式。"):
        call_command("send_reminders", "--on", "昨天")


def test_without_a_round_there_is_nothing_to_remind_of(remind: Any, regions: dict[str, Region]) -> None:
    assert remind(DUE) == []


@pytest.mark.parametrize(("days", "words"), [(7, "还有 7 天"), (0, "今天到期"), (-2, "已逾期 2 天")])
def test_days_are_said_as_people_say_them(days: int, words: str) -> None:
    assert deadlines.in_words(days) == words


@pytest.mark.parametrize(
    ("due", "done", "blocked", "text", "tone"),
    [
        (date(2026, 4, 20), date(2026, 4, 2), False, "已完成 4月2日", "good"),
        (date(2026, 4, 20), None, False, "待办 还有 3 天", "wait"),
        (date(2026, 4, 21), None, False, "待办 还有 4 天", "neutral"),
        (DUE, None, False, "待办 今天到期", "wait"),
        (date(2026, 4, 15), None, False, "已逾期 2 天", "bad"),
        (date(2026, 4, 15), None, True, "受阻 已逾期 2 天", "bad"),
    ],
)
def test_a_task_stands_as_the_board_says(due: date, done: date | None, blocked: bool, text: str, tone: str) -> None:
    found = deadlines.standing(due=due, on=DUE, done_on=done, blocked=blocked)
    assert (found.text, found.tone) == (text, tone)


def test_duties_span_all_rounds_at_work_and_tasks_name_their_year_where_there_are_several(
    round_2026: Round, yinzhou: User, city: User, now: datetime
) -> None:
    values = {"phase": 1, "title": "接入系统", "proof": "已接入。", "due_on": DUE}
    task_templates.add(round=round_2026, values=values, by=city, at=now)
    row = factories.accepted(yinzhou, round_2026, now, city=city)
    assert row.platform is not None

    def told() -> list[str]:
        return sorted(each.text for each in duties.owed(DUE)[yinzhou.region_id or 0])

    tasks_told = [text for text in told() if "阶段任务" in text]
    assert tasks_told == [f"阶段任务“接入系统”（{row.platform.name}）"]
    later = factories.round_of(2027, status="preparing", report_due_on=DUE)
    assert [text for text in told() if "阶段任务" in text] == tasks_told
    Round.objects.filter(pk=later.pk).update(status="filing")
    Round.objects.filter(pk=round_2026.pk).update(status="evaluating")
    assert told() == ["2026年度阶段任务“接入系统”（" + row.platform.name + "）", "2027年度窗口平台申报尚未上报"]
    Round.objects.filter(pk=round_2026.pk).update(status="published")
    assert told() == ["2027年度窗口平台申报尚未上报"]
