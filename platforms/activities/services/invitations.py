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
    rows = {each.pk: each for each in activity.invitations.select_related("platform").select_for_update(of=("self",))}
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
    for row in changed:
        row.save()
    entries = [
        audit.Entry(
            verb="答复活动邀请", target=row, code=f"{activity.number} {row.platform.code}", reason=row.reason,
            changes={"答复": ["", row.get_answer_display()]},
        )
        for row in changed
    ]  # fmt: skip
    audit.record_many(entries, by=by, at=at)
    return changed


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
