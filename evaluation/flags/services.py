"""Raising a flag on an assessment, answering, escalating and resolving it; none of it touches the assessment."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from evaluation.flags import queries
from evaluation.flags.choices import ANSWER_DAYS, FlagKind, FlagReader, FlagStatus
from evaluation.flags.workflow import FLAG
from evaluation.models import Assessment, Flag, FlagTurn
from platforms.audit.services import audit, numbering
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.models import User
from platforms.move_table import Move
from platforms.moves import apply_move, check_may_move
from platforms.text import clean_text

MOST_TEXT = 1000


@transaction.atomic
def raise_flag(*, assessment: Assessment, kind: str, text: str, for_whom: str, by: User, at: datetime) -> Flag:
    """Raise a flag on ``assessment``, to be answered within :data:`ANSWER_DAYS` days.

    ``for_whom`` (:class:`FlagReader`) says who answers and who reads it; a platform of key industries has no county.

    Raises:
        Refusal: ``by`` may not, a value is missing or wrong (``field`` says which), or the result is published.
    """
    if not by.has_perm("evaluation.add_flag"):
        raise Refusal("您没有提出核实事项的权限。")
    if not queries.flaggable(by).filter(pk=assessment.pk).exists():
        raise Refusal.of("assessment", "这个平台不在评价中或结果已公布，不能提出核实事项。")
    if kind not in FlagKind.values:
        raise Refusal.of("kind", "请选择类型。")
    if for_whom not in FlagReader.values:
        raise Refusal.of("for_whom", "请选择核实层级。")
    if for_whom == FlagReader.COUNTY and assessment.application.region_id is None:
        raise Refusal.of("for_whom", "重点行业平台由市经信局管理，请选择“市级核实”。")
    text = clean_text("需核实的内容", text, most=MOST_TEXT, required=True, field="text")
    today = timezone.localdate(at)
    row = Flag.objects.create(
        number=f"HS-{today.year}-{numbering.next_number(f'flag:{today.year}'):04d}",
        assessment=assessment,
        kind=kind,
        for_whom=for_whom,
        text=text,
        due_on=today + timedelta(days=ANSWER_DAYS),
        raised_at=at,
        raised_by=by,
    )
    changes = {
        "申报编号": [None, assessment.application.number],
        "类型": [None, row.get_kind_display()],
        "核实层级": [None, row.get_for_whom_display()],
    }
    audit.record(verb="提出核实事项", by=by, at=at, target=row, reason=text, changes=changes)
    return row


def answer(*, flag: Flag, text: str, by: User, at: datetime) -> Flag:
    """Say what was found.

    Raises:
        Gone: it was moved in between.
        Refusal: not this person's to answer, or no text.
    """
    return _turn(flag, "answer", text, by=by, at=at, facts={"answered_at": at, "answered_by": by})


def escalate(*, flag: Flag, reason: str, by: User, at: datetime) -> Flag:
    """Hand a flag of a county to the city: by the county that cannot clear it up, or by the city that takes it over.

    Raises:
        Gone: it was moved in between.
        Refusal: it is the city's already, ``by`` may not, or no reason.
    """
    facts = {"escalated_at": at, "escalated_by": by, "escalation_reason": reason.strip()}
    return _turn(flag, "escalate", reason, by=by, at=at, facts=facts)


def resolve(*, flag: Flag, reason: str, by: User, at: datetime) -> Flag:
    """Close a flag with what came of it; for good.

    Raises:
        Gone: it was moved in between.
        Refusal: ``by`` may not, or no reason.
    """
    facts = {"resolved_at": at, "resolved_by": by, "resolution": reason.strip()}
    return _turn(flag, "resolve", reason, by=by, at=at, facts=facts)


def ask_again(*, flag: Flag, reason: str, by: User, at: datetime) -> Flag:
    """Send an answer back with what is missing; there are :data:`ANSWER_DAYS` days for it again.

    Raises:
        Gone: it was moved in between.
        Refusal: ``by`` may not, or no reason.
    """
    due = timezone.localdate(at) + timedelta(days=ANSWER_DAYS)
    return _turn(flag, "ask_again", reason, by=by, at=at, facts={"due_on": due})


def refusal_reason(row: Flag, move: Move, by: User) -> str:
    """Return why ``by`` cannot make ``move`` on ``row`` whatever its status, or nothing."""
    if by.role not in move.actors or not by.has_perm(move.permission):
        return f"您没有“{move.label}”的权限。"
    if move.name == "answer" and row.is_the_citys != (by.role == Role.CITY):
        if row.is_the_citys:
            return "这项由市经信局核实。"
        return "这项由平台所属地区核实；需由市级核实的，请先办理“报市级核实”。"
    if move.name == "escalate" and row.is_the_citys:
        return "这项已由市经信局核实。"
    if by.role == Role.COUNTY and not by.acts_for(row.assessment.application.region_id):
        return "这项由平台所属地区核实。"
    return ""


@transaction.atomic
def _turn(flag: Flag, name: str, text: str, *, by: User, at: datetime, facts: dict[str, Any]) -> Flag:
    rows = Flag.objects.select_related("assessment__application").select_for_update(of=("self",))
    row = rows.get(pk=flag.pk)
    move = check_may_move(workflow=FLAG, name=name, by=by, reason=text)
    if refusal := refusal_reason(row, move, by):
        raise Refusal(refusal)
    text = clean_text("内容", text, most=MOST_TEXT, field="reason")
    source, old_due = row.status, row.due_on
    row = apply_move(row, move=move, **facts)
    FlagTurn.objects.create(
        flag=row, name=name, label=move.label, source=source, target=row.status, text=text, at=at, by=by
    )
    changes = {"状态": [FlagStatus(source).label, row.get_status_display()]}
    if row.due_on != old_due:
        changes["答复期限"] = [old_due.isoformat(), row.due_on.isoformat()]
    audit.record(verb=f"{move.label}（核实事项）", by=by, at=at, target=row, reason=text, changes=changes)
    return row
