"""The tasks of a round as the city sets them: the usual ones loaded, added to, changed, retired."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from platforms.audit.services import audit
from platforms.errors import Refusal
from platforms.models import Phase, Round, TaskTemplate, User
from platforms.notices.queries import printed_number
from platforms.rounds.choices import RoundStatus
from platforms.rounds.services.locking import locked_round
from platforms.tasks.models import FOR_TYPE
from platforms.tasks.services.tasks import check_round_open, note_sync, sync
from platforms.tasks.usual_tasks import DEFAULTS
from platforms.text import clean_text
from platforms.values import described_changes

TEXTS = {"title": ("任务", 40, True), "proof": ("完成标准", 200, True), "clause": ("依据", 20, False)}
FIELDS = ("phase", *TEXTS, *FOR_TYPE.values(), "due_on", "needs_file", "position")


@transaction.atomic
def load_defaults(*, round: Round, by: User | None, at: datetime) -> int:
    """Add the usual tasks that ``round`` does not have yet to its phases; returns how many. ``by`` None is a command.

    Raises:
        Refusal: ``by`` may not, a phase has no dates yet, or the results are public.
    """
    row = _open_round(round, by=by)
    phases = {phase.number: phase for phase in row.phases.all()}
    there = set(row.task_templates.values_list("phase", "title"))
    made = []
    for position, each in enumerate(DEFAULTS, start=1):
        number = row.terms.phase_number(each.phase)
        if number is None:
            # The notice of the round has no such phase.
            continue
        if number not in phases:
            raise Refusal("请先填写各阶段的起止日期，再载入默认任务。")
        if (number, each.title) in there:
            continue
        phase = phases[number]
        values: dict[str, Any] = {name: type in each.types for type, name in FOR_TYPE.items()}
        made.append(
            TaskTemplate(
                round=row, phase=number, position=position, title=each.title, proof=each.proof,
                clause=printed_number(row.notice_id, row.terms.phase(number).clause),
                due_on=each.due_on(phase.starts_on, phase.ends_on), needs_file=each.needs_file, **values,
            )
        )  # fmt: skip
    TaskTemplate.objects.bulk_create(made)
    if made:
        counts = {"任务模板（项）": [None, len(made)]}
        actor = "" if by else "命令行"
        audit.record(verb="载入默认任务", by=by, at=at, target=row, code=str(row.year), changes=counts, actor=actor)
        sync(round=row)
    return len(made)


@transaction.atomic
def add(*, round: Round, values: Mapping[str, Any], by: User, at: datetime) -> TaskTemplate:
    """Add a task to ``round`` with ``values`` of :data:`FIELDS`; its platforms get it at once.

    Raises:
        Refusal: ``by`` may not, an empty or too long text, no type, a due day outside of the phase, the phase has a
            task of that name, or the results are public.
    """
    row = _open_round(round, by=by)
    made = TaskTemplate(round=row)
    _set(made, values)
    if not values.get("position"):
        last = row.task_templates.filter(phase=made.phase).aggregate(last=Max("position"))["last"] or 0
        made.position = last + 1
    _check(made)
    made.save(force_insert=True)
    audit.record(verb="新建任务模板", by=by, at=at, target=made, code=_code(made))
    note_sync(row, sync(round=row), by=by, at=at)
    return made


@transaction.atomic
def change(*, template: TaskTemplate, values: Mapping[str, Any], by: User, at: datetime) -> TaskTemplate:
    """Change a task; its platforms follow at once. Its day moves here only while the round is prepared.

    Raises:
        Refusal: as for :func:`add`; or the day is moved after filing has begun, or the phase where tasks exist.
    """
    round_ = _open_round(template.round, by=by)
    row = TaskTemplate.objects.select_for_update().get(pk=template.pk)
    row.round = round_
    before = TaskTemplate.objects.get(pk=row.pk)
    _set(row, values)
    if row.due_on != before.due_on and round_.status != RoundStatus.PREPARING:
        raise Refusal.of("due_on", "申报开始后，完成期限请在“调整日期”中写明理由后调整。")
    if row.phase != before.phase and row.tasks.exists():
        raise Refusal.of("phase", "已有平台的任务，不能改到别的阶段；请停用后在别的阶段新建。")
    _check(row)
    changes = described_changes(before, {name: getattr(row, name) for name in FIELDS})
    if not changes:
        return row
    row.save()
    audit.record(verb="修改任务模板", by=by, at=at, target=row, code=_code(row), changes=changes)
    note_sync(round_, sync(round=round_), by=by, at=at)
    return row


@transaction.atomic
def set_retired(*, template: TaskTemplate, retired: bool, by: User, at: datetime) -> TaskTemplate:
    """Retire a task, or bring it back: open ones vanish from the platforms, those that were done stay.

    Raises:
        Refusal: ``by`` may not, it is so already, or the results are public.
    """
    round_ = _open_round(template.round, by=by)
    verb = "停用任务模板" if retired else "恢复任务模板"
    if not TaskTemplate.objects.filter(pk=template.pk, retired=not retired).update(retired=retired):
        raise Refusal(f"没有{verb}：状态已被他人改变，请刷新页面后查看最新情况。")
    template.refresh_from_db()
    audit.record(verb=verb, by=by, at=at, target=template, code=_code(template))
    note_sync(round_, sync(round=round_), by=by, at=at)
    return template


def outside(phase: Phase, due_on: date) -> bool:
    """Say whether ``due_on`` does not lie in ``phase``."""
    return not phase.starts_on <= due_on <= phase.ends_on


def _open_round(round: Round, *, by: User | None) -> Round:
    if by is not None and not by.has_perm("platforms.change_tasktemplate"):
        raise Refusal("您没有设定阶段任务的权限。")
    row = locked_round(round)
    check_round_open(row)
    return row


def _set(row: TaskTemplate, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in values:
            value = values[name]
            if name in TEXTS:
                label, most, required = TEXTS[name]
                value = clean_text(label, str(value), most=most, required=required)
            if value is not None or name != "position":
                setattr(row, name, value)


def _check(row: TaskTemplate) -> None:
    if not any(getattr(row, name) for name in FOR_TYPE.values()):
        raise Refusal("请至少选择一个适用类型。")
    phase = row.round.phases.filter(number=row.phase).first()
    if phase is None:
        raise Refusal.of("phase", f"请先填写“{row.phase_label}”的起止日期。")
    if outside(phase, row.due_on):
        raise Refusal.of(
            "due_on", f"完成期限须在该阶段之内（{phase.starts_on:%Y-%m-%d} 至 {phase.ends_on:%Y-%m-%d}）。"
        )
    same = TaskTemplate.objects.filter(round=row.round, phase=row.phase, title=row.title).exclude(pk=row.pk)
    if same.exists():
        raise Refusal.of("title", "该阶段已有同名的任务。")


def _code(row: TaskTemplate) -> str:
    return str(row.round.year)
