"""What platforms answer to an invitation; their county writes it down. A refusal stays as it was given (五·4)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from platforms import deadlines
from platforms.activities.choices import ActivityStatus, InvitationAnswer
from platforms.audit.services import audit
from platforms.choices import Role
from platforms.errors import Gone, Refusal
from platforms.models import Activity, Invitation, User
from platforms.text import clean_text

MOST_REASON = 400


def answers_for(row: Invitation, by: User) -> bool:
    """Say whether ``by`` writes down the answer: the county of the platform, the city for key industries."""
    if not by.has_perm("platforms.answer_invitation"):
        return False
    region = row.platform.region_id
    return by.role == Role.CITY if region is None else by.role == Role.COUNTY and by.region_id == region


@transaction.atomic
def answer(*, activity: Activity, answers: Mapping[int, tuple[str, str]], by: User, at: datetime) -> list[Invitation]:
    """Write down what platforms answered: key of the invitation → answer and reason; returns what changed.

    A refusal needs a reason and stays. An acceptance may be turned into a refusal until the activity was held; the
    same acceptance again changes nothing.

    Raises:
        Gone: the activity is no longer planned.
        Refusal: not the person's platform, a refusal without a reason or one that is to be changed; ``about`` is the
            invitation. Nothing is written then.
    """
    status = Activity.objects.select_for_update().values_list("status", flat=True).get(pk=activity.pk)
    if status != ActivityStatus.PLANNED:
        raise Gone(f"活动现为“{ActivityStatus(status).label}”，不能再答复邀请。")
    rows = {
        each.pk: each
        for each in activity.invitations.select_related("platform", "activity").select_for_update(of=("self",))
    }
    changed = []
    for key, (word, reason) in answers.items():
        row = rows.get(key)
        if row is None or not answers_for(row, by):
            raise Refusal("只能答复本地区窗口平台的邀请。")
        try:
            if _set(row, word, reason, activity=activity, by=by, at=at):
                changed.append(row)
        except Refusal as refusal:
            refusal.about = row
            raise
    _write(changed, by=by, at=at)
    return changed


@transaction.atomic
def answer_open(
    *, answers: Mapping[int, tuple[str, str]], by: User, at: datetime
) -> tuple[list[Invitation], dict[int, str]]:
    """Write down answers to open invitations of any activities: key of the invitation → answer and reason.

    Each stands by itself: what can be written is written. Returns what changed, and the sentences of what was refused
    by key: not the person's platform, an activity that is no longer planned, an answer that somebody else gave in
    between, a refusal without a reason.
    """
    keys = Invitation.objects.filter(pk__in=answers).values("activity")
    # The status is held before the answers are read, in the order in which everybody takes them.
    held = {each.pk: each for each in Activity.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    found = Invitation.objects.select_related("platform").select_for_update(of=("self",)).filter(pk__in=answers)
    rows = {each.pk: each for each in found.order_by("pk")}
    changed, refused = [], {}
    for key, (word, reason) in answers.items():
        row = rows.get(key)
        try:
            if row is None or not answers_for(row, by):
                raise Refusal("只能答复本地区窗口平台的邀请。")
            if _set_open(row, word, reason, activity=held[row.activity_id], by=by, at=at):
                changed.append(row)
        except Refusal as refusal:
            refused[key] = str(refusal)
    _write(changed, by=by, at=at)
    return changed, refused


def _set_open(row: Invitation, word: str, reason: str, *, activity: Activity, by: User, at: datetime) -> bool:
    if activity.status != ActivityStatus.PLANNED:
        raise Gone(f"活动现为“{activity.get_status_display()}”，不能再答复邀请。")
    if row.answer and word != row.answer:
        raise Gone(f"已由他人答复“{row.get_answer_display()}”，没有更改；需要更改的，请在活动页面办理。")
    row.activity = activity
    return _set(row, word, reason, activity=activity, by=by, at=at)


def _write(changed: list[Invitation], *, by: User, at: datetime) -> None:
    """Keep ``changed`` and note each in the log."""
    for row in changed:
        row.save()
    entries = [
        audit.Entry(
            verb="答复活动邀请", target=row, code=f"{row.activity.number} {row.platform.code}", reason=row.reason,
            changes={"答复": ["", row.get_answer_display()]},
        )
        for row in changed
    ]  # fmt: skip
    audit.record_many(entries, by=by, at=at)


def _set(row: Invitation, word: str, reason: str, *, activity: Activity, by: User, at: datetime) -> bool:
    """Set the answer of ``row``; returns whether it differs from what is there."""
    if word not in InvitationAnswer.values:
        raise Refusal(f"请选择“{row.platform}”是否参加。")
    reason = clean_text("不参加的理由", reason, most=MOST_REASON)
    if row.answer == InvitationAnswer.REFUSED:
        if (word, reason) == (row.answer, row.reason):
            return False
        raise Refusal(f"“{row.platform}”已答复不参加，记录不能更改；实际参加的，在活动总结中登记。")
    if word == InvitationAnswer.REFUSED and not reason:
        raise Refusal(f"请填写“{row.platform}”不参加的理由。")
    if word == row.answer:
        return False
    row.answer, row.reason = word, reason if word == InvitationAnswer.REFUSED else ""
    row.answered_at, row.answered_by = at, by
    row.late = deadlines.came_late(activity.answer_by, at)
    return True
