"""The tasks of the phases: whose they are, how they are done, blocked, opened again."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from platforms.errors import Gone, Refusal
from platforms.files.services import evidence
from platforms.models import Application, AuditEvent, Platform, Round, Task, TaskTemplate, User
from platforms.periodic_reports.services import acceptance
from platforms.rounds.services.rounds import move_round
from platforms.tasks.services import tasks
from platforms.tasks.services import templates as task_templates
from platforms.tasks.usual_tasks import DEFAULTS, EVALUATION, LINKING, TRIAL
from tests import factories

pytestmark = pytest.mark.django_db

VALUES = {"phase": 2, "title": "接入系统", "proof": "已接入。", "clause": "四·（二）", "due_on": date(2026, 5, 1)}


@pytest.fixture
def template(round_2026: Round, city: User, now: datetime) -> TaskTemplate:
    return task_templates.add(round=round_2026, values=VALUES, by=city, at=now)


@pytest.fixture
def accepted(round_2026: Round, yinzhou: User, city: User, now: datetime) -> Callable[..., Application]:
    def make(**place: Any) -> Application:
        return factories.accepted(place.pop("by", yinzhou), round_2026, now, city=city, **place)

    return make


@pytest.fixture
def task(template: TaskTemplate, accepted: Callable[..., Application]) -> Task:
    """The task of one accepted platform of 鄞州区."""
    return Task.objects.get(template=template, platform=accepted().platform)


def platforms_with(template: TaskTemplate) -> set[str]:
    return set(Task.objects.filter(template=template, dropped=False).values_list("platform__type", flat=True))


# Whose they are ------------------------------------------------------------------------------------------------------


@pytest.mark.clause("N18")
def test_an_accepted_platform_has_the_tasks_of_its_type_at_once(task: Task, template: TaskTemplate) -> None:
    assert (task.platform.type, task.due_on, task.done_at, task.dropped) == ("town", date(2026, 5, 1), None, False)
    assert Task.objects.count() == 1


@pytest.mark.clause("N18")
@pytest.mark.clause("N19")
def test_the_usual_tasks_name_the_clauses_of_phases_two_and_three(
    round_2026: Round, city: User, now: datetime, accepted: Callable[..., Application]
) -> None:
    assert task_templates.load_defaults(round=round_2026, by=city, at=now) == len(DEFAULTS)
    found = {
        phase: set(round_2026.task_templates.filter(phase=phase).values_list("clause", flat=True))
        for phase in map(round_2026.terms.phase_number, (LINKING, TRIAL, EVALUATION))
    }
    assert found == {2: {"四·（二）"}, 3: {"四·（三）"}, 4: {"四·（四）"}}
    for each in round_2026.task_templates.all():
        phase = round_2026.phases.get(number=each.phase)
        assert phase.starts_on <= each.due_on <= phase.ends_on
    town, park = accepted().platform, accepted(type="park").platform
    assert town is not None
    assert park is not None
    titles = {each: set(each.tasks.values_list("template__title", flat=True)) for each in (town, park)}
    assert titles[park] - titles[town] == {"建立入园企业名录"}
    assert titles[town] == {each.title for each in DEFAULTS if "town" in each.types}


def test_loading_again_adds_only_what_is_missing(round_2026: Round, city: User, now: datetime) -> None:
    task_templates.load_defaults(round=round_2026, by=city, at=now)
    round_2026.task_templates.get(title="开始试运行").delete()
    assert task_templates.load_defaults(round=round_2026, by=city, at=now) == 1
    assert task_templates.load_defaults(round=round_2026, by=city, at=now) == 0


def test_the_command_loads_the_usual_tasks(round_2026: Round, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_task_templates", "--year", "2026")
    assert capsys.readouterr().out == f"2026年度：已载入 {len(DEFAULTS)} 项任务。\n"
    with pytest.raises(CommandError, match="没有2099年度。"):
        call_command("load_task_templates", "--year", "2099")


def test_making_them_again_changes_nothing(task: Task, round_2026: Round, city: User, now: datetime) -> None:
    assert tasks.sync_round(round=round_2026, by=city, at=now) == tasks.Synced()
    assert not AuditEvent.objects.filter(verb="更新阶段任务").exists()


def test_a_template_added_later_reaches_the_platforms_there_are(
    task: Task, round_2026: Round, city: User, now: datetime
) -> None:
    other = task_templates.add(round=round_2026, values=VALUES | {"title": "公布收费"}, by=city, at=now)
    assert platforms_with(other) == {"town"}
    event = AuditEvent.objects.get(verb="更新阶段任务")
    assert event.changes == {"新增任务（项）": [None, 1]}


def test_a_template_for_other_types_takes_open_tasks_away_and_brings_them_back(
    task: Task, template: TaskTemplate, city: User, now: datetime
) -> None:
    template = task_templates.change(template=template, values={"for_town": False}, by=city, at=now)
    assert platforms_with(template) == set()
    task_templates.change(template=template, values={"for_town": True}, by=city, at=now)
    assert platforms_with(template) == {"town"}
    assert Task.objects.count() == 1


def test_a_retired_template_leaves_what_was_done(
    template: TaskTemplate, accepted: Callable[..., Application], yinzhou: User, city: User, now: datetime
) -> None:
    first, second = (Task.objects.get(platform=accepted().platform) for _ in range(2))
    tasks.finish(task=first, evidence="已接入", by=yinzhou, at=now)
    task_templates.set_retired(template=template, retired=True, by=city, at=now)
    assert list(Task.objects.filter(dropped=False)) == [first]
    task_templates.set_retired(template=template, retired=False, by=city, at=now)
    assert set(Task.objects.filter(dropped=False)) == {first, second}
    with pytest.raises(Refusal, match="没有恢复任务模板：状态已被他人改变，请刷新页面后查看最新情况。"):
        task_templates.set_retired(template=template, retired=False, by=city, at=now)


def test_a_withdrawn_application_takes_the_tasks_with_it(
    template: TaskTemplate, accepted: Callable[..., Application], yinzhou: User, now: datetime
) -> None:
    row = accepted()
    tasks.finish(task=Task.objects.get(), evidence="已接入", by=yinzhou, at=now)
    acceptance.withdraw(application=row, reason="不再建设", by=yinzhou, at=now)
    assert Task.objects.get().dropped is True


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": " "}, "请填写“任务”。"),
        ({"proof": ""}, "请填写“完成标准”。"),
        ({"title": "长" * 41}, "“任务”最多 40 个字，现为 41 个字。"),
        ({"due_on": date(2026, 5, 21)}, "完成期限须在该阶段之内（2026-04-18 至 2026-05-20）。"),
        (
            {"for_functional_zone": False, "for_town": False, "for_park": False, "for_industry": False},
            "请至少选择一个适用类型。",
        ),
        ({}, "该阶段已有同名的任务。"),
    ],
)
def test_a_template_that_does_not_fit_is_refused(
    template: TaskTemplate, round_2026: Round, city: User, now: datetime, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        task_templates.add(round=round_2026, values=VALUES | values, by=city, at=now)
    assert str(refused.value) == sentence
    assert TaskTemplate.objects.count() == 1


def test_only_the_city_sets_templates(round_2026: Round, yinzhou: User, now: datetime) -> None:
    for act in (
        lambda: task_templates.add(round=round_2026, values=VALUES, by=yinzhou, at=now),
        lambda: task_templates.load_defaults(round=round_2026, by=yinzhou, at=now),
    ):
        with pytest.raises(Refusal, match="您没有设定阶段任务的权限。"):
            act()
    with pytest.raises(Refusal, match="您没有更新阶段任务的权限。"):
        tasks.sync_round(round=round_2026, by=yinzhou, at=now)


def test_a_day_moves_by_a_change_only_while_the_round_is_prepared(
    template: TaskTemplate, round_2026: Round, city: User, now: datetime
) -> None:
    with pytest.raises(Refusal, match="申报开始后，完成期限请在“调整日期”中写明理由后调整。"):
        task_templates.change(template=template, values={"due_on": date(2026, 5, 2)}, by=city, at=now)
    Round.objects.update(status="preparing")
    task_templates.change(template=template, values={"due_on": date(2026, 5, 2)}, by=city, at=now)
    template.refresh_from_db()
    assert template.due_on == date(2026, 5, 2)


def test_a_template_with_tasks_stays_in_its_phase(
    task: Task, template: TaskTemplate, city: User, now: datetime
) -> None:
    with pytest.raises(Refusal, match="已有平台的任务，不能改到别的阶段；请停用后在别的阶段新建。"):
        task_templates.change(template=template, values={"phase": 3}, by=city, at=now)


def test_filing_is_not_opened_with_a_task_outside_of_its_phase(
    template: TaskTemplate, round_2026: Round, city: User, now: datetime
) -> None:
    Round.objects.update(status="preparing")
    TaskTemplate.objects.update(due_on=date(2026, 6, 1))
    with pytest.raises(Refusal) as refused:
        move_round(round=round_2026, name="open_filing", by=city, at=now)
    assert str(refused.value) == (
        "不能开始受理申报：任务“接入系统”的完成期限（2026-06-01）不在“第二阶段：联通与整改”之内，请一并调整。"
    )


# Done, blocked, opened again -----------------------------------------------------------------------------------------


def test_a_task_is_done_with_words_by_whom_and_when(task: Task, yinzhou: User, now: datetime) -> None:
    done = tasks.finish(task=task, evidence=" 已接入 ", by=yinzhou, at=now)
    assert (done.evidence, done.done_by, done.done_at) == ("已接入", yinzhou, now)
    event = AuditEvent.objects.get(verb="登记任务完成")
    assert (event.object_pk, event.object_code) == (str(task.pk), task.platform.code)
    assert event.changes == {"任务": ["", "接入系统"], "完成情况": ["", "已接入"]}


def test_a_task_is_done_once(task: Task, yinzhou: User, now: datetime) -> None:
    tasks.finish(task=task, evidence="一", by=yinzhou, at=now)
    with pytest.raises(Gone, match="“接入系统”已经登记完成，没有重复登记。"):
        tasks.finish(task=task, evidence="二", by=yinzhou, at=now)
    assert Task.objects.get().evidence == "一"


def test_a_task_without_words_is_not_done(task: Task, yinzhou: User, now: datetime) -> None:
    with pytest.raises(Refusal, match="请填写“完成情况”。"):
        tasks.finish(task=task, evidence=" ", by=yinzhou, at=now)


def test_a_task_that_asks_for_a_file_is_done_with_one(
    task: Task, template: TaskTemplate, yinzhou: User, city: User, now: datetime
) -> None:
    task_templates.change(template=template, values={"needs_file": True}, by=city, at=now)
    with pytest.raises(Refusal, match="须上传佐证材料，请先上传，再登记完成。"):
        tasks.finish(task=task, evidence="已公布", by=yinzhou, at=now)
    evidence.add(kind="task", key=task.pk, region=task.platform.region, upload=factories.upload(), by=yinzhou, at=now)
    assert tasks.finish(task=task, evidence="已公布", by=yinzhou, at=now).done_at == now


def test_a_county_works_on_its_own_and_the_city_on_key_industries(
    template: TaskTemplate, accepted: Callable[..., Application], cixi: User, city: User, now: datetime
) -> None:
    own = Task.objects.get(platform=accepted().platform)
    industry = Task.objects.get(platform=accepted(by=city, type="industry").platform)
    sentence = "这个平台的任务由所属区县（市）、管委会办理，您可以查看，不能办理。"
    for person in (cixi, city):
        with pytest.raises(Refusal) as refused:
            tasks.finish(task=own, evidence="越界", by=person, at=now)
        assert str(refused.value) == sentence
    assert tasks.finish(task=industry, evidence="已接入", by=city, at=now).done_by == city


def test_done_is_opened_again_with_a_reason_by_the_county_or_the_city(
    task: Task, yinzhou: User, cixi: User, city: User, now: datetime
) -> None:
    for person in (yinzhou, city):
        tasks.finish(task=task, evidence="已接入", by=yinzhou, at=now)
        with pytest.raises(Refusal, match="请填写“理由”。"):
            tasks.reopen(task=task, reason="", by=person, at=now)
        with pytest.raises(Refusal, match="您可以查看，不能办理。"):
            tasks.reopen(task=task, reason="越界", by=cixi, at=now)
        opened = tasks.reopen(task=task, reason="核查发现未接入", by=person, at=now)
        assert (opened.done_at, opened.done_by, opened.evidence) == (None, None, "")
    assert AuditEvent.objects.filter(verb="重新打开任务", reason="核查发现未接入").count() == 2
    with pytest.raises(Gone, match="“接入系统”没有登记完成，不需要重新打开。"):
        tasks.reopen(task=task, reason="再来", by=city, at=now)


def test_blocked_says_since_when_why_and_by_whom(task: Task, yinzhou: User, yinzhou2: User, now: datetime) -> None:
    tasks.block(task=task, reason="专线未通", by=yinzhou, at=now)
    again = tasks.block(task=task, reason="设备未到", by=yinzhou2, at=now + timedelta(days=1))
    assert (again.blocked_at, again.blocked_by, again.blocked_reason) == (now, yinzhou, "设备未到")
    free = tasks.unblock(task=task, reason="已通", by=yinzhou, at=now)
    assert (free.blocked_at, free.blocked_by, free.blocked_reason) == (None, None, "")
    with pytest.raises(Gone, match="“接入系统”没有登记受阻，不需要解除。"):
        tasks.unblock(task=task, by=yinzhou, at=now)
    with pytest.raises(Refusal, match="请填写“受阻原因”。"):
        tasks.block(task=task, reason=" ", by=yinzhou, at=now)


def test_done_ends_what_blocked_it(task: Task, yinzhou: User, now: datetime) -> None:
    tasks.block(task=task, reason="专线未通", by=yinzhou, at=now)
    assert tasks.finish(task=task, evidence="已接入", by=yinzhou, at=now).blocked_at is None
    with pytest.raises(Gone, match="“接入系统”已经登记完成，不能登记受阻。"):
        tasks.block(task=task, reason="又断", by=yinzhou, at=now)


def test_one_task_of_several_platforms_is_done_with_one_note(
    template: TaskTemplate, accepted: Callable[..., Application], yinzhou: User, cixi: User, now: datetime
) -> None:
    rows = [Task.objects.get(platform=accepted().platform) for _ in range(3)]
    tasks.finish(task=rows[0], evidence="先办", by=yinzhou, at=now)
    done = tasks.finish_many(tasks=rows, evidence="统一接入", by=yinzhou, at=now)
    assert {task.pk for task in done} == {rows[1].pk, rows[2].pk}
    assert sorted(Task.objects.values_list("evidence", flat=True)) == ["先办", "统一接入", "统一接入"]
    assert AuditEvent.objects.filter(verb="登记任务完成").count() == 3
    with pytest.raises(Refusal, match="请至少选择一个平台。"):
        tasks.finish_many(tasks=[], evidence="统一接入", by=yinzhou, at=now)
    foreign = Task.objects.get(platform=accepted(by=cixi).platform)
    with pytest.raises(Refusal, match="您可以查看，不能办理。"):
        tasks.finish_many(tasks=[foreign], evidence="统一接入", by=yinzhou, at=now)


def test_nothing_moves_once_the_results_are_public(task: Task, yinzhou: User, city: User, now: datetime) -> None:
    Round.objects.update(status="published")
    for act in (
        lambda: tasks.finish(task=task, evidence="晚了", by=yinzhou, at=now),
        lambda: tasks.block(task=task, reason="晚了", by=yinzhou, at=now),
        lambda: task_templates.change(template=task.template, values={"title": "新"}, by=city, at=now),
    ):
        with pytest.raises(Refusal, match="2026年度结果已公布，阶段任务不能再变动。"):
            act()


def test_a_dropped_task_is_nobodys(task: Task, yinzhou: User, now: datetime) -> None:
    Task.objects.update(dropped=True)
    with pytest.raises(Gone, match="这项任务对该平台已不再适用，请刷新页面后查看最新情况。"):
        tasks.finish(task=task, evidence="已接入", by=yinzhou, at=now)


def test_the_database_holds_who_and_when_together(task: Task, yinzhou: User, now: datetime) -> None:
    for values in ({"done_at": now}, {"blocked_at": now, "blocked_by": yinzhou}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.filter(pk=task.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(template=task.template, platform=Platform.objects.get(), due_on=task.due_on)
