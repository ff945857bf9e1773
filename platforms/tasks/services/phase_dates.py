"""Dates that move once filing has begun: with a reason, kept beside the old ones, seen by everybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from django.db import transaction

from platforms.audit.services import audit
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.models import DateChange, Phase, Round, Task, TaskDateChange, TaskTemplate, User
from platforms.rounds.choices import DateKind
from platforms.rounds.phases import phase_label
from platforms.rounds.queries.counted_period import period_of_round
from platforms.rounds.services.locking import locked_round
from platforms.tasks.services.tasks import check_round_open, code_of, lock
from platforms.text import clean_text

REPORT_DUE = "report_due"


@dataclass
class Movable:
    """One date of a round: ``key`` names it in a form, ``what`` for people, ``now`` is its day."""

    key: str
    kind: str
    what: str
    now: date
    phase: int | None = None
    row: Phase | TaskTemplate | None = None


def movable(round: Round) -> list[Movable]:
    """Return the dates of ``round`` that can be moved, in the order of the work."""
    found = [Movable(REPORT_DUE, DateKind.REPORT_DUE, "上报截止日期", round.report_due_on)]
    templates: dict[int, list[TaskTemplate]] = {}
    for template in round.task_templates.filter(retired=False).order_by("phase", "due_on", "position", "pk"):
        templates.setdefault(template.phase, []).append(template)
    for phase in round.phases.order_by("number"):
        number, label = phase.number, phase.label
        for kind, word, day in (
            (DateKind.PHASE_START, "开始", phase.starts_on),
            (DateKind.PHASE_END, "结束", phase.ends_on),
        ):
            found.append(Movable(f"{kind}_{number}", kind, f"{label}{word}", day, number, phase))
        found += [
            Movable(f"task_{each.pk}", DateKind.TASK_DUE, f"任务“{each.title}”完成期限", each.due_on, number, each)
            for each in templates.get(number, [])
        ]
    period = period_of_round(round)
    if period is not None and round.counted_fixed_at is None:
        found.append(Movable(str(DateKind.COUNT_FROM), DateKind.COUNT_FROM, "评价期间开始", period.first))
        found.append(Movable(str(DateKind.COUNT_UNTIL), DateKind.COUNT_UNTIL, "评价期间结束", period.last))
    return found


@transaction.atomic
def move(*, round: Round, dates: Mapping[str, date], reason: str, by: User, at: datetime) -> list[DateChange]:
    """Move the dates of ``round`` named in ``dates`` (keys of :func:`movable`); those that stay as they are count not.

    Open tasks that were due on the old day of their template follow it.

    Raises:
        Refusal: ``by`` may not, nothing moves, no reason, phases that overlap, a task outside of its phase, or the
            results are public. Nothing is moved then.
    """
    if not by.has_perm("platforms.change_phase"):
        raise Refusal("您没有调整日期的权限。")
    row = locked_round(round)
    check_round_open(row)
    changed = [(each, dates[each.key]) for each in movable(row) if dates.get(each.key, each.now) != each.now]
    if not changed:
        raise Refusal("没有日期发生变化，请修改至少一个日期。")
    reason = clean_text("理由", reason, most=400, required=True)
    for each, new in changed:
        _set(row, each, new)
    _save_phases([each.row for each, _ in changed if isinstance(each.row, Phase)])
    check_phases_follow(row)
    check_tasks_fit(row)
    if period_of_round(row) is None:
        raise Refusal("评价期间的结束日期不能早于开始日期。")
    # Both days may move past the other's old one: saved when both are set.
    row.save(update_fields=["counted_from", "counted_until"])
    made = [
        DateChange(
            round=row, kind=each.kind, phase=each.phase, what=each.what, old=each.now, new=new, reason=reason,
            changed_at=at, changed_by=by,
        )
        for each, new in changed
    ]  # fmt: skip
    made = DateChange.objects.bulk_create(made)
    told = {each.what: [each.now.isoformat(), new.isoformat()] for each, new in changed}
    audit.record(verb="调整日期", by=by, at=at, target=row, code=str(row.year), reason=reason, changes=told)
    return made


@transaction.atomic
def move_task(*, task: Task, due_on: date, reason: str, by: User, at: datetime) -> TaskDateChange:
    """Move the due day of one platform's open task; for the city, as nobody moves a day of its own.

    Raises:
        Gone: it is no longer the platform's.
        Refusal: ``by`` may not, it is done, the day is the same or outside of the phase, no reason, or the results are
            public.
    """
    if by.role != Role.CITY or not by.has_perm("platforms.change_task"):
        raise Refusal("任务期限由市经信局调整。")
    row = lock([task])[0]
    check_round_open(row.template.round)
    if row.done_at is not None:
        raise Refusal("任务已经登记完成，不需要调整期限。")
    if due_on == row.due_on:
        raise Refusal.of("due_on", "新的期限与现在相同。")
    phase = row.template.round.phases.filter(number=row.template.phase).first()
    if phase is None or not phase.starts_on <= due_on <= phase.ends_on:
        span = f"（{phase.starts_on:%Y-%m-%d} 至 {phase.ends_on:%Y-%m-%d}）" if phase else ""
        raise Refusal.of("due_on", f"期限须在该阶段之内{span}。")
    reason = clean_text("理由", reason, most=400, required=True)
    made = TaskDateChange.objects.create(
        task=row, old=row.due_on, new=due_on, reason=reason, changed_at=at, changed_by=by
    )
    row.due_on = due_on
    row.save(update_fields=["due_on"])
    changes = {"任务": ["", row.template.title], "完成期限": [made.old.isoformat(), due_on.isoformat()]}
    audit.record(verb="调整任务期限", by=by, at=at, target=row, code=code_of(row), reason=reason, changes=changes)
    return made


def check_phases_follow(round: Round) -> None:
    """Refuse phases of which one begins before the one before it has ended (四: they follow one another).

    Raises:
        Refusal: the sentence names the two.
    """
    for before, after in pairwise(round.phases.order_by("number")):
        if after.starts_on <= before.ends_on:
            raise Refusal(f"“{after.label}”须在“{before.label}”结束之后开始。")


def check_tasks_fit(round: Round) -> None:
    """Refuse a round in which a task is due outside of its phase.

    Raises:
        Refusal: the sentence names the first one.
    """
    phases = {phase.number: phase for phase in round.phases.all()}
    for each in round.task_templates.filter(retired=False).order_by("phase", "position"):
        phase = phases.get(each.phase)
        if phase is None or not phase.starts_on <= each.due_on <= phase.ends_on:
            raise Refusal(
                f"任务“{each.title}”的完成期限（{each.due_on:%Y-%m-%d}）"
                f"不在“{phase_label(round.terms, each.phase)}”之内，请一并调整。"
            )


def _set(round: Round, each: Movable, new: date) -> None:
    if each.kind == DateKind.REPORT_DUE:
        round.report_due_on = new
        round.save(update_fields=["report_due_on"])
    elif each.kind == DateKind.COUNT_FROM:
        round.counted_from = new
    elif each.kind == DateKind.COUNT_UNTIL:
        round.counted_until = new
    elif each.kind == DateKind.TASK_DUE:
        TaskTemplate.objects.filter(pk=each.row.pk if each.row else 0).update(due_on=new)
        open_ones = Task.objects.filter(template=each.row, done_at__isnull=True, due_on=each.now)  # type: ignore[misc]
        open_ones.update(due_on=new)
    else:
        name = "starts_on" if each.kind == DateKind.PHASE_START else "ends_on"
        # Start and end may both move past the other's old day: saved when both are set.
        assert isinstance(each.row, Phase)
        setattr(each.row, name, new)


def _save_phases(phases: list[Phase]) -> None:
    for phase in {each.pk: each for each in phases}.values():
        if phase.ends_on < phase.starts_on:
            raise Refusal(f"“{phase.label}”的结束日期不能早于开始日期。")
        phase.save(update_fields=["starts_on", "ends_on"])
