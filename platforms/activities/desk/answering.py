"""All open invitations of the person's side in one table, answered with one press."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from platforms import deadlines
from platforms.activities import queries
from platforms.activities.choices import InvitationAnswer
from platforms.activities.desk.activities import trail
from platforms.activities.services import invitations
from platforms.dates import day_in_words
from platforms.models import Invitation, User
from platforms.pages.access import current_user, officer
from platforms.pages.moves import METHODS

#: So many stand on one page, those due first; the rest follows when these are answered.
MOST = 200
_NUMBER = re.compile(r"[0-9A-Z-]{4,24}", re.ASCII)
_BOX = re.compile(r"(?:answer|reason)-([1-9][0-9]{0,17})", re.ASCII)


@officer("platforms.answer_invitation")
@require_http_methods(METHODS)
def table(request: HttpRequest) -> HttpResponse:
    """Answer several at once; what is refused stays in its row with what was typed, the rest is kept."""
    user, number = current_user(request), request.GET.get("activity", "")
    refused: dict[int, str] = {}
    sent = _sent(request, user) if request.method == "POST" else {}
    status = 200
    if request.method == "POST":
        given = {key: pair for key, pair in sent.items() if any(pair)}
        changed, refused = invitations.answer_open(answers=given, by=user, at=timezone.now())
        if changed:
            messages.success(request, f"已登记 {len(changed)} 份邀请的答复。")
        if changed and not refused:
            return redirect(request.get_full_path())
        status = 409
    rows = queries.open_invitations(user, timezone.localdate())
    if number:
        # What is no number names nothing.
        rows = rows.filter(activity__number=number) if _NUMBER.fullmatch(number) else rows.none()
    total, listed = rows.count(), list(_in_order(rows)[:MOST])
    known = {each.pk for each in listed}
    # What somebody else settled in between is no longer open; the person reads why its row was not kept.
    listed += _in_order(queries.own_invitations(user).filter(pk__in=set(refused) - known))
    context = {
        "crumbs": [*trail(), {"label": "答复邀请", "url": ""}],
        "rows": [_row(each, *sent.get(each.pk, ("", "")), refused.get(each.pk, "")) for each in listed],
        "total": total,
        "most": MOST,
        "refused": len(refused),
        "nothing_given": status == 409 and not refused,
        "words": InvitationAnswer.choices,
        "most_reason": invitations.MOST_REASON,
        "action": request.get_full_path(),
        "cancel_url": reverse("desk:activity", args=[number]) if number and listed else reverse("desk:activities"),
    }
    return render(request, "activities/invitations.html", context, status=status)


def _in_order(rows: Any) -> Any:
    places = ("platform__town", "platform__park", "platform__region", "platform__former_zone")
    rows = rows.select_related("activity", *places)
    return rows.order_by("activity__answer_by", "activity__held_on", "activity", "platform__code")


def _sent(request: HttpRequest, user: User) -> dict[int, tuple[str, str]]:
    """Return answer and reason by key of what the person answers for; other keys are nobody's here."""
    keys = {int(found[1]) for name in request.POST if (found := _BOX.fullmatch(name))}
    own = queries.own_invitations(user).filter(pk__in=sorted(keys)[: 2 * MOST])
    everybody = request.POST.get("all") == "1"
    sent = {}
    for key in own.values_list("pk", flat=True):
        word, reason = request.POST.get(f"answer-{key}", ""), request.POST.get(f"reason-{key}", "").strip()
        # A reason without a choice is asked about, not overridden.
        sent[key] = (InvitationAnswer.ACCEPTED.value if everybody and not word and not reason else word, reason)
    return sent


def _row(row: Invitation, answer: str, reason: str, sentence: str) -> dict[str, Any]:
    activity, today = row.activity, timezone.localdate()
    left = deadlines.days_left(activity.answer_by, today) if activity.answer_by else None
    return {
        "pk": row.pk,
        "platform": row.platform.site_name,
        "name": row.platform.name,
        "title": activity.title,
        "number": activity.number,
        "facts": "，".join(part for part in (day_in_words(activity.held_on), activity.hours, activity.place) if part),
        "due": "" if left is None else deadlines.in_words(left),
        "is_late": left is not None and left < 0,
        "answer": answer,
        "reason": reason,
        "sentence": sentence,
    }
