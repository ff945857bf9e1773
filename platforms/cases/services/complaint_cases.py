"""What is done with a complaint: looked into by the county, decided by the city, merged, opened again."""

from datetime import datetime
from typing import Any

from django.db import transaction

from platforms.audit.services import audit
from platforms.cases.choices import COMPLAINT_OPEN, ComplaintFinding, ComplaintStatus
from platforms.cases.services import ground_complaints
from platforms.cases.services.complaints import due_after, tell
from platforms.cases.workflow import COMPLAINT
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.models import Complaint, ComplaintTurn, User
from platforms.moves import apply_move, check_may_move
from platforms.text import clean_text

MOST_TEXT = 1000
MOST_REPLY = 200
_UNDECIDED: dict[str, Any] = {"decided_at": None, "decided_by": None, "decision_reason": "", "outcome": ""}


def take_up(*, complaint: Complaint, by: User, at: datetime) -> Complaint:
    """Begin to look into it.

    Raises:
        Gone, Refusal: it stands elsewhere by now, or ``by`` may not.
    """
    return _turn(complaint, "take_up", "", by=by, at=at)


def examine(*, complaint: Complaint, finding: str, text: str, reply: str = "", by: User, at: datetime) -> Complaint:
    """Write down what was found (:class:`ComplaintFinding`), how, and a draft of the answer to the complainant.

    Raises:
        Gone, Refusal: as for :func:`take_up`, or no finding.
    """
    if finding not in ComplaintFinding.values:
        raise Refusal.of("finding", "请选择核查结论。")
    text = clean_text("核查情况", text, most=MOST_TEXT, required=True)
    reply = clean_text("拟答复", reply, most=MOST_REPLY)
    facts = {"finding": finding, "finding_text": text, "reply_draft": reply, "examined_at": at, "examined_by": by}
    told = f"{ComplaintFinding(finding).label}。{text}"
    return _turn(complaint, "examine", told, by=by, at=at, facts=facts)


@transaction.atomic
def decide(*, complaint: Complaint, move: str, reason: str, outcome: str, by: User, at: datetime) -> Complaint:
    """Make the move ``verify`` or ``dismiss``: ``reason`` stays inside, ``outcome`` is shown to the complainant.

    What is verified is counted for 五(三) at once; see :mod:`platforms.cases.services.ground_complaints`.

    Raises:
        Gone, Refusal: as for :func:`take_up`, or no reason, or no sentence for the complainant.
    """
    check_may_move(workflow=COMPLAINT, name=move, by=by, reason=reason)
    reason = clean_text("认定理由", reason, most=MOST_TEXT, required=True)
    outcome = clean_text("答复投诉人", outcome, most=MOST_REPLY, required=True)
    facts = {"decided_at": at, "decided_by": by, "decision_reason": reason, "outcome": outcome}
    row = _turn(complaint, move, reason, by=by, at=at, facts=facts)
    if row.status == ComplaintStatus.VERIFIED:
        ground_complaints.count(row.platform, at=at)
    return row


@transaction.atomic
def reopen(*, complaint: Complaint, reason: str, by: User, at: datetime) -> Complaint:
    """Send it back to be looked into again, with a new deadline; what was decided stays in its course.

    A fact that was only proposed does not count it any more.

    Raises:
        Gone, Refusal: as for :func:`take_up`, no reason, or the same complaint is at work again already.
    """
    _check_no_twin(complaint)
    row = _turn(complaint, "reopen", reason, by=by, at=at, facts={**_UNDECIDED, "due_on": due_after(at)})
    ground_complaints.release(row, by=by, at=at)
    tell(row, "退回重新核查", by=by, at=at)
    return row


@transaction.atomic
def merge(*, complaint: Complaint, into: Complaint, reason: str, by: User, at: datetime) -> Complaint:
    """Make it one case with ``into``: it counts no more by itself and its number shows what becomes of ``into``.

    Raises:
        Gone, Refusal: as for :func:`take_up`, no reason, another platform, itself, or a case that is merged itself.
    """
    into = Complaint.objects.select_for_update().get(pk=into.pk)
    if into.pk == complaint.pk:
        raise Refusal.of("into", "不能并入投诉自己，请填写另一件的受理编号。")
    if into.platform_id != complaint.platform_id:
        raise Refusal.of("into", "两件投诉针对的不是同一个平台，不能并案。")
    if into.status == ComplaintStatus.MERGED:
        raise Refusal.of("into", "这一件本身已经并入别的投诉，请填写它并入的那一件。")
    row = _turn(complaint, "merge", f"并入 {into.number}：{reason.strip()}" if reason.strip() else "", by=by, at=at,
                facts={"merged_into": into, "due_on": None})  # fmt: skip
    Complaint.objects.filter(merged_into=row).update(merged_into=into)
    return row


@transaction.atomic
def separate(*, complaint: Complaint, reason: str, by: User, at: datetime) -> Complaint:
    """Take it out of the case that it was merged into, to be looked into by itself.

    Raises:
        Gone, Refusal: as for :func:`take_up`, no reason, or the same words of the same enterprise are at work.
    """
    _check_no_twin(complaint)
    return _turn(complaint, "separate", reason, by=by, at=at, facts={"merged_into": None, "due_on": due_after(at)})


def refusal_reason(row: Complaint, by: User) -> str:
    """Return why ``by`` cannot work on ``row`` whatever its status, or nothing."""
    if by.role == Role.COUNTY and by.region_id != row.platform.region_id:
        return "投诉由平台所在地核查，您不能办理。"
    return ""


def without_contact(row: Complaint, text: str) -> str:
    """Return ``text`` as the log may keep it: without the names and numbers of who complained."""
    for value, instead in ((row.enterprise, "（企业）"), (row.contact_name, "（联系人）")):
        text = text.replace(value, instead) if len(value) > 1 else text
    for phone in row.contact_phone.replace("、", " ").replace(",", " ").replace("，", " ").split():
        text = text.replace(phone, "（电话）")
    return text


@transaction.atomic
def _turn(
    complaint: Complaint, name: str, text: str, *, by: User, at: datetime, facts: dict[str, Any] | None = None
) -> Complaint:
    rows = Complaint.objects.select_related("platform__region")
    row = rows.select_for_update(of=("self",)).get(pk=complaint.pk)
    step = check_may_move(workflow=COMPLAINT, name=name, by=by, reason=text)
    if refusal := refusal_reason(row, by):
        raise Refusal(refusal)
    text = clean_text("理由", text, most=MOST_TEXT + 100)
    source = row.status
    row = apply_move(row, move=step, **(facts or {}))
    ComplaintTurn.objects.create(
        complaint=row, name=name, label=step.label, source=source, target=row.status, text=text, at=at, by=by
    )
    words = dict(ComplaintStatus.choices)
    changes = {"状态": [words[ComplaintStatus(source)], words[ComplaintStatus(row.status)]]}
    reason = without_contact(row, text)
    audit.record(verb=f"投诉{step.label}", by=by, at=at, target=row, reason=reason, changes=changes)
    return row


def _check_no_twin(row: Complaint) -> None:
    twin = Complaint.objects.filter(platform=row.platform_id, text_hash=row.text_hash, status__in=COMPLAINT_OPEN)
    found = twin.exclude(pk=row.pk).first()
    if found is not None:
        raise Refusal(f"同一企业内容相同的投诉 {found.number} 正在办理，请先办结或在那一件中办理。")
