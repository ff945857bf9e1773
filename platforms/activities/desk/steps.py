"""Steps of one activity: inviting, answering, and its moves."""

# ruff: noqa: ARG002 - hooks of the move page

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from platforms import deadlines
from platforms.activities import queries
from platforms.activities.choices import ActivityStatus, InvitationAnswer
from platforms.activities.desk.activities import NOT_OWN, own, trail, visible
from platforms.activities.desk.forms import CancelForm, ReportForm
from platforms.activities.services import activities, invitations
from platforms.activities.workflow import ACTIVITY
from platforms.choices import PlatformType, Role
from platforms.dates import day_in_words
from platforms.errors import Gone, Refusal
from platforms.files.choices import EvidenceKind
from platforms.models import Activity, User
from platforms.move_table import Move
from platforms.pages import evidence
from platforms.pages.access import current_user, officer
from platforms.pages.moves import METHODS, Act, MovePage
from platforms.reference.queries.regions import regions_on


@officer("platforms.change_activity")
@require_http_methods(METHODS)
def invite(request: HttpRequest, number: str) -> HttpResponse:
    """Choose platforms by region, type, or all that are listed."""
    row, user = own(request, number), current_user(request)
    if row.status != ActivityStatus.PLANNED:
        messages.warning(request, f"活动现为“{row.get_status_display()}”，不能再邀请平台。")
        return redirect("desk:activity", row.number)
    region, type_ = request.GET.get("region", ""), request.GET.get("type", "")
    regions = [("", "全部地区")]
    if user.role == Role.CITY:
        regions += [*regions_on(timezone.localdate()).values_list("code", "name"), (queries.CITY_ONLY, "市级重点行业")]
    region = region if region in dict(regions) else ""
    type_ = type_ if type_ in PlatformType.values else ""
    day = min(row.held_on, timezone.localdate())
    listed = queries.platforms_to_invite(user, on=day, region=region, type=type_)
    known = set(row.invitations.values_list("platform", flat=True))
    chosen, refusal = set(request.POST.getlist("platform")), ""
    if request.method == "POST":
        everybody = request.POST.get("all") == "1"
        some = [each for each in listed if everybody or each.code in chosen]
        try:
            count = activities.invite(activity=row, platforms=some, by=user, at=timezone.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"已邀请 {count} 个平台，由所属地区答复是否参加。")
            return redirect("desk:activity", row.number)
    context = {
        "crumbs": [*trail(row), {"label": "邀请平台", "url": ""}],
        "row": row,
        "refusal": refusal,
        "regions": regions if len(regions) > 1 else [],
        "region": region,
        "types": [("", "全部类型"), *PlatformType.choices],
        "type": type_,
        "platforms": [
            {
                "code": each.code,
                "name": each.name,
                "region": each.region.name if each.region else "市级",
                "type": PlatformType(each.type).short,
                "why_not": "已邀请" if each.pk in known else "举办平台" if each.pk == row.platform_id else "",
                "chosen": each.code in chosen,
            }
            for each in listed
        ],
        "action": request.get_full_path(),
        "cancel_url": reverse("desk:activity", args=[row.number]),
    }
    return render(request, "activities/activity_invite.html", context, status=409 if refusal else 200)


@officer("platforms.answer_invitation")
@require_http_methods(METHODS)
def answers(request: HttpRequest, number: str) -> HttpResponse:
    """Write down what the platforms of the person's side answer, several at once."""
    row, user = visible(request, number), current_user(request)
    mine = [each for each in queries.invitations_of(row, user) if invitations.answers_for(each, user)]
    if not mine:
        raise PermissionDenied("这项活动没有邀请由您答复的平台。")
    if row.status != ActivityStatus.PLANNED:
        messages.warning(request, f"活动现为“{row.get_status_display()}”，不能再答复邀请。")
        return redirect("desk:activity", row.number)
    open_ones = [each for each in mine if each.answer != InvitationAnswer.REFUSED]
    sent = {
        each.pk: (request.POST.get(f"answer-{each.pk}", each.answer), request.POST.get(f"reason-{each.pk}", ""))
        for each in open_ones
    }
    refusal, about = "", None
    if request.method == "POST":
        given = {key: pair for key, pair in sent.items() if pair[0]}
        try:
            if not given:
                raise Refusal("请至少为一个平台选择是否参加。")
            changed = invitations.answer(activity=row, answers=given, by=user, at=timezone.now())
        except Gone as gone:
            messages.warning(request, str(gone))
            return redirect("desk:activity", row.number)
        except Refusal as refused:
            refusal, about = str(refused), getattr(refused.about, "pk", None)
        else:
            messages.success(request, f"已登记 {len(changed)} 个平台的答复。")
            return redirect("desk:activity", row.number)
    context = {
        "crumbs": [*trail(row), {"label": "答复邀请", "url": ""}],
        "row": row,
        "refusal": refusal,
        "lead": "，".join(part for part in (row.title, day_in_words(row.held_on), row.hours, row.place) if part),
        "is_late": deadlines.is_late(row.answer_by, timezone.localdate()),
        "words": InvitationAnswer.choices,
        "most_reason": invitations.MOST_REASON,
        "invited": [
            {
                "pk": each.pk,
                "name": each.platform.name,
                "answer": sent[each.pk][0],
                "reason": sent[each.pk][1],
                "is_wrong": each.pk == about,
            }
            for each in open_ones
        ],
        "refused": [each for each in mine if each.answer == InvitationAnswer.REFUSED],
        "cancel_url": reverse("desk:activity", args=[row.number]),
    }
    return render(request, "activities/activity_answers.html", context, status=409 if refusal else 200)


class ActivityMoves(MovePage):
    """The moves of an activity, made by the side that entered it."""

    workflow = ACTIVITY
    noun, argument = "活动", "activity"
    row_page = "desk:activity"
    acts = {
        "hold": Act(
            activities.hold,
            "将对活动 {number}“{title}”办理“登记已举办”。",
            "已登记举办",
            ("受邀平台不能再答复。", "请在 7 天内填报活动总结。"),
        ),
        "report": Act(
            activities.report,
            "将对活动 {number}“{title}”办理“填报活动总结”。",
            "已填报总结",
            ("总结后不能再修改，签到表和照片可以补传。", "实际参加的平台计入各平台的活动数据。"),
            ReportForm,
        ),
        "cancel": Act(
            activities.cancel,
            "将对活动 {number}“{title}”办理“取消活动”。",
            "已取消",
            ("活动不再举办，也不计入统计；已作的答复仍然保留。", "取消后不能恢复。"),
            CancelForm,
        ),
    }

    def find(self, request: HttpRequest, number: str) -> Activity:
        return visible(request, number)

    def refusal(self, row: Activity, move: Move, user: User) -> str:
        return "" if activities.is_own(row, user) else NOT_OWN

    def trail(self, row: Activity) -> list[dict[str, str]]:
        return trail(row)

    def names(self, row: Activity) -> dict[str, str]:
        return {"number": row.number, "title": row.title}

    def form_options(self, row: Activity, move: Move, user: User) -> dict[str, Any]:
        if move.name != "report":
            return {}
        invited = queries.invitations_of(row, user)
        came = [each.platform_id for each in invited if each.answer == InvitationAnswer.ACCEPTED]
        initial = {"took_part": came, "is_public": row.is_public}
        return {"invitations": invited, "initial": initial, "of_platform": row.platform_id is not None}

    def keep_files(self, request: HttpRequest, row: Activity, uploads: Any) -> None:
        for each in evidence.keep(request, uploads, kind=EvidenceKind.ACTIVITY, key=row.pk, region=row.region):
            if each["refusal"]:
                messages.warning(request, each["refusal"])


move = officer("platforms.move_activity")(require_http_methods(METHODS)(ActivityMoves().view))
