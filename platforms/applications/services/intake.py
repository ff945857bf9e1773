"""Many applications taken in at once: the same rows, versions and events as one by one, in few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from platforms.applications.choices import ApplicationStatus
from platforms.applications.queries.forms import row_model
from platforms.applications.sections import ROW_KINDS
from platforms.applications.services import gap_counts
from platforms.applications.services.intake_plan import Filed, Planned, may_take_in, work_out
from platforms.audit.services import audit, numbering
from platforms.errors import Refusal, StaleVersion
from platforms.models import Answer, Application, Round, User
from platforms.rounds.services.locking import check_not_published, locked_round

_BATCH = 500
_SOMEBODY_ELSE = "检查之后有人改动了其中的申报表，没有写入。请重新上传，核对后再确认。"


@dataclass(frozen=True)
class Taken:
    """What was done: the applications that were made, changed, and found as they should be."""

    new: tuple[Application, ...]
    changed: tuple[Application, ...]
    unchanged: tuple[Application, ...]


@transaction.atomic
def take_in(
    *,
    round: Round,
    filed: Sequence[Filed],
    by: User,
    at: datetime,
    digest: str = "",
    left_out: int = 0,
    planned: Sequence[Planned] | None = None,
) -> Taken:
    """Make or change a draft for each of ``filed``; all of them or none.

    ``digest`` is the SHA-256 of the workbook, ``left_out`` the number of applications in it that the person left out
    knowingly; both go to the log. What is as it should be is not touched, so a second time changes nothing. ``planned``
    is what ``work_out`` said of ``filed`` with ``lock`` in the caller's transaction, where it was asked already.

    Raises:
        StaleVersion: one of them was saved or filed by somebody else in the same moment.
        Refusal: ``by`` may not take in, the round is published, or one of them is against the rules.
    """
    round = locked_round(round)
    for verb in ("add", "change", "import"):
        if not by.has_perm(f"platforms.{verb}_application"):
            raise Refusal("您没有批量填报的权限。")
    check_not_published(round)
    if not all(may_take_in(region_of=each, by=by) for each in filed):
        raise Refusal("只能为本地区建立申报表。")
    plans = planned if planned is not None else work_out(round=round, filed=filed, by=by, at=at, lock=True)
    for place, plan in enumerate(plans, start=1):
        if plan.problems:
            raise Refusal(f"第 {place} 份：{plan.problems[0].sentence}")
    new = [plan for plan in plans if plan.is_new]
    changed = [plan for plan in plans if not plan.is_new and plan.is_changed]
    try:
        with transaction.atomic():
            _make(new, round)
            for plan in changed:
                _change(plan, at)
    except IntegrityError:
        raise StaleVersion(_SOMEBODY_ELSE) from None
    _replace_rows([*new, *changed])
    _keep_answers([*new, *changed])
    gap_counts.keep([plan.row for plan in (*new, *changed)])
    entries = [entry for plan in plans for entry in _entries(plan)]
    summary = f"新建 {len(new)} 份，修改 {len(changed)} 份，未变 {len(plans) - len(new) - len(changed)} 份"
    summary += f"，未写入 {left_out} 份" if left_out else ""
    summary += f"；文件校验值 {digest[:16]}" if digest else ""
    audit.record_many([*entries, audit.Entry(verb="批量填报", target=round, reason=summary)], by=by, at=at)
    unchanged = tuple(plan.row for plan in plans if not plan.is_changed)
    return Taken(tuple(plan.row for plan in new), tuple(plan.row for plan in changed), unchanged)


def _make(plans: Sequence[Planned], round: Round) -> None:
    if not plans:
        return
    last = numbering.next_number(f"application:{round.year}", count=len(plans))
    for number, plan in enumerate(plans, start=last - len(plans) + 1):
        row = plan.row
        row.number = f"{round.year}-{number:04d}"
        for name, value in _columns(plan).items():
            setattr(row, name, value)
        row.version = 1 + plan.saves
    Application.objects.bulk_create([plan.row for plan in plans], batch_size=_BATCH)


def _change(plan: Planned, at: datetime) -> None:
    row = plan.row
    rows = Application.objects.filter(
        pk=row.pk, version=row.version, status=ApplicationStatus.DRAFT, submitted_at__isnull=True
    )
    if not rows.update(**_columns(plan), unreadable=_left(plan), version=F("version") + plan.saves, saved_at=at):
        raise StaleVersion(_SOMEBODY_ELSE)
    row.refresh_from_db(fields=["version", "saved_at", "unreadable", *_columns(plan)])


def _columns(plan: Planned) -> dict[str, Any]:
    return {name: value for columns, _, _ in plan.sections.values() for name, value in columns.items()}


def _left(plan: Planned) -> dict[str, Any] | None:
    """Return what was typed wrong and the workbook says nothing better about."""
    read = {*_columns(plan), *(each.key for _, found, _ in plan.sections.values() for each in found)}
    return {name: each for name, each in (plan.row.unreadable or {}).items() if name not in read} or None


def _replace_rows(plans: Sequence[Planned]) -> None:
    for kind in ROW_KINDS:
        model, touched = row_model(kind.name), [plan for plan in plans if kind.name in plan.rows]
        stored = [plan.row.pk for plan in touched if not plan.is_new]
        for start in range(0, len(stored), _BATCH):
            model._default_manager.filter(application__in=stored[start : start + _BATCH]).delete()
        model._default_manager.bulk_create(
            [model(application=plan.row, **values) for plan in touched for values in plan.rows[kind.name][1]],
            batch_size=_BATCH,
        )


def _keep_answers(plans: Sequence[Planned]) -> None:
    kept: list[Answer] = []
    for plan in plans:
        for _, answers, _ in plan.sections.values():
            emptied = [question.pk for question, (_, value) in answers.items() if not value]
            if emptied:
                Answer.objects.filter(application=plan.row, question__in=emptied).delete()
            given = {question: value for question, (_, value) in answers.items() if value}
            kept += [Answer(application=plan.row, question=question, value=value) for question, value in given.items()]
    Answer.objects.bulk_create(
        kept,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["application", "question"],
        update_fields=["value"],
    )


def _entries(plan: Planned) -> list[audit.Entry]:
    """Return the events that making and filling the form by hand would leave."""
    made = [audit.Entry(verb="建立申报表", target=plan.row)] if plan.is_new else []
    return made + [
        audit.Entry(verb=f"填写{title}", target=plan.row, changes=changes) for title, changes in plan.changes()
    ]
