"""The calls of a sample as one list for who calls: whom, what to ask, and the answer in the same row."""

import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from platforms.follow_ups import queries
from platforms.follow_ups import services as follow_ups
from platforms.follow_ups.choices import FollowUpResult
from platforms.follow_ups.desk.follow_ups import trail, visible
from platforms.follow_ups.desk.labels import TONES
from platforms.models import FollowUp
from platforms.moments import moment
from platforms.pages.access import current_user, officer
from platforms.pages.fields import plain_digits
from platforms.pages.moves import METHODS

#: So many calls stand on one page; the next ones follow when these are answered.
MOST = 50
BOXES = ("result", "satisfaction", "fee_taken", "phone", "note")
_FEE = {"yes": True, "no": False, "": None}
_BOX = re.compile(r"version-([1-9][0-9]{0,4})", re.ASCII)
_NOT_A_NUMBER = re.compile(r"[^0-9+]", re.ASCII)


@officer("platforms.change_followup")
@require_http_methods(METHODS)
def calls(request: HttpRequest, number: str) -> HttpResponse:
    """Keep every row that has an answer; what is refused stays with what was typed, the next one has the focus."""
    sample, user = visible(request, number), current_user(request)
    if not queries.may_call(sample, user):
        raise PermissionDenied("这个样本由抽取样本的一方回访，您可以查看，不能登记。")
    sent = _sent(request) if request.method == "POST" else {}
    refused: dict[int, str] = {}
    status = 200
    if request.method == "POST":
        answers, refused = _answers(sent)
        done, more = follow_ups.note_calls(sample=sample, answers=answers, by=user, at=timezone.now())
        refused |= more
        if done:
            messages.success(request, f"已登记 {len(done)} 条回访。")
        if done and not refused:
            return redirect("desk:follow_up_calls", sample.number)
        status = 409
    rows = list(queries.to_ring(sample)[:MOST])
    shown = {each.position for each in rows}
    # Somebody else may have entered it meanwhile; what was typed here is still shown.
    rows += sample.calls.filter(position__in=set(refused) - shown).select_related("enterprise", "platform")
    phones = queries.known_phones(sample, [each.enterprise_id for each in rows])
    counts = queries.tally(sample)
    listed = [
        _row(each, sent.get(each.position, {}), refused.get(each.position, ""), phones.get(each.enterprise_id, ""))
        for each in rows
    ]
    context = {
        "crumbs": [*trail(sample), {"label": "电话名单", "url": ""}],
        "sample": sample,
        "rows": listed,
        "focus": _focus(listed),
        "left": counts[queries.OPEN],
        "not_reached": counts[FollowUpResult.NOT_REACHED],
        "all": counts["all"],
        "refused": refused,
        "nothing_given": status == 409 and not refused,
        "results": FollowUpResult.choices,
        "marks": [str(mark) for mark in range(5, 0, -1)],
        "back_url": reverse("desk:follow_up", args=[sample.number]),
    }
    return render(request, "follow_ups/follow_up_calls.html", context, status=status)


def _sent(request: HttpRequest) -> dict[int, dict[str, str]]:
    """Return what was typed by position; rows in which nothing was typed are left out."""
    positions = sorted(int(found[1]) for name in request.POST if (found := _BOX.fullmatch(name)))[: 2 * MOST]
    sent = {
        position: {name: request.POST.get(f"{name}-{position}", "").strip() for name in (*BOXES, "version", "known")}
        for position in positions
    }
    # A number that was there before is no answer.
    return {
        position: typed
        for position, typed in sent.items()
        if typed["phone"] != typed["known"] or any(typed[name] for name in BOXES if name != "phone")
    }


def _answers(sent: dict[int, dict[str, str]]) -> tuple[list[follow_ups.Answer], dict[int, str]]:
    """Read what was typed; returns what can be kept, and by position the sentences of what cannot."""
    found: list[follow_ups.Answer] = []
    refused: dict[int, str] = {}
    for position, typed in sent.items():
        mark = plain_digits(typed["satisfaction"])
        if mark and not re.fullmatch("[1-5]", mark, re.ASCII):
            refused[position] = "满意度为 1 至 5 的整数。"
        elif typed["fee_taken"] not in _FEE:
            refused[position] = "是否收费请选择“是”或“否”。"
        else:
            version = typed["version"]
            found.append(
                follow_ups.Answer(
                    position=position,
                    result=typed["result"],
                    satisfaction=int(mark) if mark else None,
                    fee_taken=_FEE[typed["fee_taken"]],
                    phone=typed["phone"],
                    note=typed["note"],
                    version=int(version) if version.isascii() and version.isdigit() and len(version) < 6 else 0,
                )
            )
    return found, refused


def _row(call: FollowUp, typed: dict[str, str], sentence: str, known: str) -> dict[str, Any]:
    phone = typed.get("phone", call.phone or known)
    satisfaction = f"，登记满意度 {call.recorded_satisfaction} 分" if call.recorded_satisfaction else ""
    fee = f"登记收费 {call.recorded_fee} 元" if call.recorded_fee else "登记为免费"
    return {
        "position": call.position,
        "version": typed.get("version", call.version),
        "enterprise": call.enterprise.name,
        "code": call.enterprise.code,
        "platform": call.platform.name,
        "site": call.platform.site_name,
        "served": f"{call.served_on:%Y-%m-%d} {call.get_service_class_display()}",
        "summary": call.summary,
        "facts": f"{fee}{satisfaction}",
        "before": f"{call.get_result_display()} {moment(call.called_at)}" if call.result else "",
        "tone": TONES[call.result],
        "known": call.phone or known,
        "dial": _NOT_A_NUMBER.sub("", phone) if phone and phone == (call.phone or known) else "",
        "sentence": sentence,
        **{name: typed.get(name, "") for name in BOXES},
        "phone": phone,
    }


def _focus(rows: list[dict[str, Any]]) -> int:
    """Return the position of the row that comes next: a refused one, one without an answer, else not reached."""
    order = [each for each in rows if each["sentence"]] or [each for each in rows if not each["before"]] or rows
    return order[0]["position"] if order else 0
