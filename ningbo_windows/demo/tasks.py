"""The tasks of the phases in the invented rounds: all done in those that are over, partly in the one under way."""

from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from ningbo_windows.demo.calendar import at
from ningbo_windows.demo.ledger import Ledger
from ningbo_windows.demo.world import World
from platforms.models import DateChange, Round, Task, TaskTemplate, User
from platforms.notices.queries import printed_number
from platforms.rounds.choices import DateKind
from platforms.rounds.phases import FILING_PHASE, evaluation_phase
from platforms.tasks.services import templates as task_templates

#: What the city asks in the round under way on top: title, what counts, days from today.
NOW = (
    ("报送系统接入信息", "报送平台管理员姓名、手机和固定出口地址。", -4),
    ("参加系统操作培训", "平台管理员参加市级枢纽平台组织的线上培训。", 2),
)
DONE = (
    "已按要求完成，县级枢纽平台已核验。",
    "已完成，相关材料存平台备查。",
    "已于当日办结，记录齐全。",
    "已落实到位，并报县级经信部门。",
)
BLOCKED = ("运营商专线尚未开通，预计下周到位。", "平台管理员更换，正在办理交接。")
FIELDS = ("done_at", "done_by", "evidence", "blocked_at", "blocked_by", "blocked_reason")


def work_off(world: World, round: Round) -> None:
    """Do every task of a round that is over, or is evaluated today, most in time."""
    # Files of those years are on paper.
    TaskTemplate.objects.filter(round=round).update(needs_file=False)
    rows = list(_tasks_of(round))
    for last in (False, True):
        # What belongs to the evaluation is written down with the marks, in the order of time.
        world.ledger.write()
        for task in rows:
            if (task.template.phase == evaluation_phase(round.terms)) == last:
                late = world.draw.between(1, 12) == 1
                days = world.draw.between(2, 5) if late else world.draw.between(-6, 0)
                if task.due_on + timedelta(days=days) < world.today:
                    _finish(world, task, task.due_on + timedelta(days=days))
    _save(rows)


def ask_now(world: World, round: Round, opened: date) -> None:
    """Let the city ask in the round under way for what its first phase needs on top of the usual."""
    for number, (title, proof, days) in enumerate(NOW):
        due_on = world.today + timedelta(days=days)
        clause = printed_number(round.notice_id, "phases.filing")
        values = {"phase": FILING_PHASE, "title": title, "proof": proof, "clause": clause, "due_on": due_on}
        moment = at(opened, 11, number * 7)
        task_templates.add(round=round, values=values, by=world.people["city"], at=moment)


def work_on(world: World, round: Round) -> None:
    """Do some of what is asked by now in the round under way: some is late, a little cannot go on.

    The events are left in the ledger.
    """
    _move_first(world, round)
    rows = list(_tasks_of(round).filter(template__phase=FILING_PHASE))
    for number, task in enumerate(rows):
        late = task.due_on < world.today
        if late and number % 11 == 5:
            moment = at(world.today - timedelta(days=3), 10, number % 50)
            _block(world.ledger, task, _officer(world, task), moment, BLOCKED[number % 2])
        elif number % 6 != 1 and (late or number % 2):
            _finish(world, task, min(task.due_on, world.today) - timedelta(days=1 + number % 3))
    _save(rows)


def _move_first(world: World, round: Round) -> None:
    template = TaskTemplate.objects.get(round=round, title=NOW[0][0])
    city, moment = world.people["city"], at(world.today - timedelta(days=8), 15)
    old, new = template.due_on, template.due_on + timedelta(days=2)
    what, reason = f"任务“{template}”完成期限", "市级系统升级，报送入口推迟两天开放。"
    DateChange.objects.create(
        round=round, kind=DateKind.TASK_DUE, phase=template.phase, what=what, old=old, new=new, reason=reason,
        changed_at=moment, changed_by=city,
    )  # fmt: skip
    TaskTemplate.objects.filter(pk=template.pk).update(due_on=new)
    Task.objects.filter(template=template).update(due_on=new)
    changes = {what: [old.isoformat(), new.isoformat()]}
    world.ledger.note(moment, "调整日期", city, round, str(round.year), reason=reason, changes=changes)


def _tasks_of(round: Round) -> QuerySet[Task]:
    rows = Task.objects.filter(template__round=round, dropped=False).order_by("template", "platform__code")
    return rows.select_related("platform__region", "template")


def _officer(world: World, task: Task) -> User:
    region = task.platform.region
    return world.officers[region.code] if region else world.people["city"]


def _finish(world: World, task: Task, day: date) -> None:
    moment = at(day, 9 + world.draw.between(0, 7), world.draw.between(0, 59))
    who = _officer(world, task)
    task.done_at, task.done_by, task.evidence = moment, who, world.draw.one(DONE)
    changes = {"任务": ["", task.template.title], "完成情况": ["", task.evidence]}
    world.ledger.note(moment, "登记任务完成", who, task, task.platform.code, changes=changes)


def _block(ledger: Ledger, task: Task, who: User, moment: datetime, reason: str) -> None:
    task.blocked_at, task.blocked_by, task.blocked_reason = moment, who, reason
    changes = {"任务": ["", task.template.title]}
    ledger.note(moment, "登记任务受阻", who, task, task.platform.code, reason=reason, changes=changes)


def _save(rows: list[Task]) -> None:
    # All of them are there: this takes a tenth of what an update by cases does.
    Task.objects.bulk_create(rows, batch_size=500, update_conflicts=True, unique_fields=("pk",), update_fields=FIELDS)
