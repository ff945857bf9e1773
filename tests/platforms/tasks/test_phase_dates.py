"""Dates of a round that move: with a reason, the old one kept, open tasks along with them."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from platforms.errors import Gone, Refusal
from platforms.models import AuditEvent, DateChange, Round, Task, TaskDateChange, TaskTemplate, User
from platforms.tasks.services import phase_dates, tasks
from platforms.tasks.services import templates as task_templates
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.clause("N18")]

VALUES = {"phase": 2, "title": "接入系统", "proof": "已接入。", "due_on": date(2026, 5, 1)}


@pytest.fixture
def template(round_2026: Round, city: User, now: datetime) -> TaskTemplate:
    return task_templates.add(round=round_2026, values=VALUES, by=city, at=now)


@pytest.fixture
def task(template: TaskTemplate, round_2026: Round, yinzhou: User, city: User, now: datetime) -> Task:
    return Task.objects.get(platform=factories.accepted(yinzhou, round_2026, now, city=city).platform)


@pytest.fixture
def moved(round_2026: Round, city: User, now: datetime) -> Any:
    def move(reason: str = "系统升级", by: User = city, **dates: date) -> list[DateChange]:
        return phase_dates.move(round=round_2026, dates=dates, reason=reason, by=by, at=now)

    return move


def test_a_moved_phase_keeps_old_and_new_day_reason_person_and_moment(
    moved: Any, round_2026: Round, city: User, now: datetime
) -> None:
    moved(phase_end_2=date(2026, 5, 25), phase_start_3=date(2026, 5, 26), report_due=date(2026, 4, 17))
    phases = dict(round_2026.phases.values_list("number", "ends_on"))
    assert phases[2] == date(2026, 5, 25)
    assert round_2026.phases.get(number=3).starts_on == date(2026, 5, 26)
    found = DateChange.objects.order_by("pk").values_list("what", "old", "new", "reason", "changed_by", "changed_at")
    assert list(found) == [
        ("第二阶段：联通与整改结束", date(2026, 5, 20), date(2026, 5, 25), "系统升级", city.pk, now),
        ("第三阶段：试运行开始", date(2026, 5, 21), date(2026, 5, 26), "系统升级", city.pk, now),
    ]
    event = AuditEvent.objects.get(verb="调整日期")
    assert event.changes == {
        "第二阶段：联通与整改结束": ["2026-05-20", "2026-05-25"],
        "第三阶段：试运行开始": ["2026-05-21", "2026-05-26"],
    }


def test_the_day_of_the_reports_moves(moved: Any, round_2026: Round) -> None:
    moved(report_due=date(2026, 4, 20))
    round_2026.refresh_from_db()
    assert round_2026.report_due_on == date(2026, 4, 20)


def test_open_tasks_follow_their_template_done_and_moved_ones_stay(
    moved: Any, template: TaskTemplate, round_2026: Round, yinzhou: User, city: User, now: datetime
) -> None:
    rows = [
        Task.objects.get(platform=factories.accepted(yinzhou, round_2026, now, city=city).platform) for _ in range(3)
    ]
    tasks.finish(task=rows[0], evidence="已接入", by=yinzhou, at=now)
    phase_dates.move_task(task=rows[1], due_on=date(2026, 5, 9), reason="专线", by=city, at=now)
    moved(**{f"task_{template.pk}": date(2026, 5, 5)})
    assert list(Task.objects.order_by("pk").values_list("due_on", flat=True)) == [
        date(2026, 5, 1),
        date(2026, 5, 9),
        date(2026, 5, 5),
    ]


@pytest.mark.parametrize(
    ("dates", "reason", "sentence"),
    [
        ({}, "x", "没有日期发生变化，请修改至少一个日期。"),
        ({"phase_end_2": date(2026, 5, 20)}, "x", "没有日期发生变化，请修改至少一个日期。"),
        ({"phase_end_3": date(2026, 7, 20)}, " ", "请填写“理由”。"),
        ({"phase_end_2": date(2026, 5, 25)}, "x", "“第三阶段：试运行”须在“第二阶段：联通与整改”结束之后开始。"),
        ({"phase_end_2": date(2026, 4, 1)}, "x", "“第二阶段：联通与整改”的结束日期不能早于开始日期。"),
        (
            {"phase_end_2": date(2026, 4, 30)},
            "x",
            "任务“接入系统”的完成期限（2026-05-01）不在“第二阶段：联通与整改”之内，请一并调整。",
        ),
    ],
)
def test_dates_that_do_not_fit_are_refused_and_none_is_moved(
    moved: Any, template: TaskTemplate, round_2026: Round, dates: dict[str, date], reason: str, sentence: str
) -> None:
    before = list(round_2026.phases.values_list("starts_on", "ends_on"))
    with pytest.raises(Refusal) as refused:
        moved(reason, **dates)
    assert str(refused.value) == sentence
    assert list(round_2026.phases.values_list("starts_on", "ends_on")) == before
    assert not DateChange.objects.exists()


def test_only_the_city_moves_dates_and_not_of_a_published_round(moved: Any, yinzhou: User) -> None:
    with pytest.raises(Refusal, match="您没有调整日期的权限。"):
        moved(by=yinzhou, report_due=date(2026, 4, 20))
    Round.objects.update(status="published")
    with pytest.raises(Refusal, match="2026年度结果已公布"):
        moved(report_due=date(2026, 4, 20))


def test_the_day_of_one_platform_moves_with_a_reason(task: Task, city: User, now: datetime) -> None:
    made = phase_dates.move_task(task=task, due_on=date(2026, 5, 20), reason="台风", by=city, at=now)
    assert (made.old, made.new, made.reason, made.changed_by) == (date(2026, 5, 1), date(2026, 5, 20), "台风", city)
    task.refresh_from_db()
    assert task.due_on == date(2026, 5, 20)
    assert AuditEvent.objects.get(verb="调整任务期限").reason == "台风"


def test_the_day_of_one_platform_stays_where_it_must(task: Task, yinzhou: User, city: User, now: datetime) -> None:
    def move(by: User, due_on: date, reason: str = "台风") -> None:
        phase_dates.move_task(task=task, due_on=due_on, reason=reason, by=by, at=now)

    with pytest.raises(Refusal, match="任务期限由市经信局调整。"):
        move(yinzhou, date(2026, 5, 2))
    with pytest.raises(Refusal, match="新的期限与现在相同。"):
        move(city, date(2026, 5, 1))
    with pytest.raises(Refusal, match="期限须在该阶段之内（2026-04-18 至 2026-05-20）。"):
        move(city, date(2026, 5, 21))
    with pytest.raises(Refusal, match="请填写“理由”。"):
        move(city, date(2026, 5, 2), "")
    tasks.finish(task=task, evidence="已接入", by=yinzhou, at=now)
    with pytest.raises(Refusal, match="任务已经登记完成，不需要调整期限。"):
        move(city, date(2026, 5, 2))
    Task.objects.update(dropped=True)
    with pytest.raises(Gone):
        move(city, date(2026, 5, 2))


def test_what_was_moved_cannot_be_rewritten(moved: Any, task: Task, city: User, now: datetime) -> None:
    moved(report_due=date(2026, 4, 20))
    phase_dates.move_task(task=task, due_on=date(2026, 5, 20), reason="台风", by=city, at=now)
    for model in (DateChange, TaskDateChange):
        for act in (lambda rows: rows.update(reason="改"), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError, match="不得修改或删除"), transaction.atomic():
                act(model.objects.all())
