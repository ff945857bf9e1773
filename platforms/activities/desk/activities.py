"""Activities at the desk: the list and its file, planning one, the page of one, its files."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platforms.activities import queries
from platforms.activities.choices import ActivityKind, ActivityStatus
from platforms.activities.desk.forms import ChangeForm, PlanForm
from platforms.activities.desk.labels import COLUMNS, FILE_COLUMNS, invitation_row, page_of
from platforms.activities.queries import LATE, TO_ANSWER, Choice
from platforms.activities.services import activities
from platforms.activities.services.invitations import answers_for
from platforms.choices import Role
from platforms.errors import Gone, Refusal, StaleVersion
from platforms.files.choices import EvidenceKind
from platforms.files.queries import files_of
from platforms.models import Activity, User
from platforms.notices.clauses import activate
from platforms.one_use import creates
from platforms.pages import evidence
from platforms.pages.access import current_user, officer
from platforms.pages.lists import Filter, ListPage, leads_to, text
from platforms.pages.mail_lines import mail_lines
from platforms.pages.moves import METHODS, version_of
from platforms.pages.years import ANY_YEAR
from platforms.rounds.queries.rounds import notice_of

STATES = {TO_ANSWER: "待答复邀请", LATE: "逾期未总结", **dict(ActivityStatus.choices)}
NOT_OWN = "这项活动由安排活动的一方办理，您可以查看，不能办理。"


def trail(row: Activity | None = None) -> list[dict[str, str]]:
    """Return the crumbs down to ``row``."""
    crumbs = [{"label": "活动", "url": reverse("desk:activities")}]
    if row is not None:
        crumbs.append({"label": row.number, "url": reverse("desk:activity", args=[row.number])})
    return crumbs


def visible(request: HttpRequest, number: str) -> Activity:
    """Return the one called ``number`` if this person may see it, else answer 404."""
    rows = Activity.objects.visible_to(request.user)
    names = ("region", "platform", "planned_by", "reported_by", "cancelled_by")
    found = get_object_or_404(rows.select_related(*names), number=number)
    activate(ask=lambda: notice_of(found))
    return found


def own(request: HttpRequest, number: str) -> Activity:
    """Return the one called ``number`` if this person's side entered it, else answer 404 or 403."""
    row = visible(request, number)
    if not activities.is_own(row, current_user(request)):
        raise PermissionDenied(NOT_OWN)
    return row


class Activities(ListPage):
    """The activities that the person sees, the latest day first."""

    title = noun = "活动"
    unit = "项"
    lead = "市、县两级枢纽平台和窗口平台的服务活动：安排、邀请、举办、总结。"
    label, file_title = "活动列表", "服务活动"
    search = "活动编号、名称或地点"
    place, file_place = "desk:activities", "desk:activity_list"
    filters = (
        Filter("state", "状态", words=STATES, some=True),
        Filter("kind", "类型", words=dict(ActivityKind.choices)),
        Filter("region", "安排单位", most=12, city=True),
        text("platform", "窗口平台", 20),
        text("q", "查找"),
        ANY_YEAR,
    )
    columns, file_columns = COLUMNS, FILE_COLUMNS
    link = leads_to("desk:activity", "number")
    none_yet = "尚未安排活动。"
    none_text = "安排后可以邀请窗口平台参加，举办后填报总结。"
    choice_type = Choice

    @cached_property
    def tally(self) -> dict[str, int]:
        counts = queries.tally(self.user, self.choice, self.today)
        return {"": sum(counts[status] for status in ActivityStatus.values), **counts}

    @cached_property
    def regions(self) -> list[tuple[str, str, int]]:
        return queries.regions_with_any(self.user)

    def rows(self) -> QuerySet[Any]:
        return queries.listed(self.user, self.choice, self.today)

    def buttons(self) -> list[dict[str, Any]]:
        plan = {"label": "安排活动", "url": reverse("desk:activity_new"), "kind": "main", "first": True}
        answer = {"label": "答复邀请", "url": reverse("desk:invitations"), "kind": "plain"}
        return [
            *([plan] if self.user.has_perm("platforms.add_activity") else []),
            *([answer] if self.tally[TO_ANSWER] and self.user.has_perm("platforms.answer_invitation") else []),
        ]


index = officer("platforms.view_activity")(require_safe(Activities.page))
export = officer("platforms.view_activity")(require_safe(Activities.file))


@officer("platforms.add_activity")
@creates
@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """Plan one; platforms are invited on the next page."""
    user = current_user(request)
    organisers = [(each.value, each.label) for each in activities.organisers_of(user)]
    homes = {each.code: each for each in queries.platforms_to_invite(user, on=timezone.localdate(), region=_home(user))}
    sent = (request.POST,) if request.method == "POST" else ()
    form = PlanForm(
        *sent,
        initial={"organiser": organisers[0][0] if organisers else ""},
        organisers=organisers,
        platforms=[(code, each.name) for code, each in homes.items()],
    )
    if sent and form.is_valid():
        values = dict(form.cleaned_data)
        values["platform"] = homes.get(values["platform"])
        try:
            row = activities.plan(values=values, by=user, at=timezone.now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"已安排活动 {row.number}。现在可以邀请窗口平台参加。")
            return redirect("desk:activity_invite", row.number)
    context = {
        "crumbs": [*trail(), {"label": "安排活动", "url": ""}],
        "title": "安排活动",
        "verb": "安排活动，下一步邀请平台",
        "form": form,
        "cancel_url": reverse("desk:activities"),
    }
    return render(request, "activities/activity_form.html", context)


def _home(user: User) -> str:
    return queries.CITY_ONLY if user.role == Role.CITY else ""


@officer("platforms.change_activity")
@require_http_methods(METHODS)
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Change what is planned."""
    row, refusal, status = own(request, number), "", 200
    if row.status != ActivityStatus.PLANNED:
        messages.warning(request, f"活动现为“{row.get_status_display()}”，不能再修改安排。")
        return redirect("desk:activity", row.number)
    initial = {name: getattr(row, name) for name in ChangeForm.base_fields if name not in ("organiser", "platform")}
    sent = (request.POST,) if request.method == "POST" else ()
    form = ChangeForm(*sent, initial=initial, of_platform=row.platform_id is not None)
    if form.is_bound and form.is_valid():
        who: dict[str, Any] = {"by": current_user(request), "at": timezone.now()}
        try:
            activities.change(activity=row, values=form.cleaned_data, version=version_of(request), **who)
        except (Gone, StaleVersion) as refused:
            refusal, status = str(refused), 409
        except Refusal as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"已修改活动 {row.number} 的安排。")
            return redirect("desk:activity", row.number)
    context = {
        "crumbs": [*trail(row), {"label": "修改安排", "url": ""}],
        "title": "修改活动安排",
        "verb": "保存",
        "form": form,
        "row": row,
        "refusal": refusal,
        "cancel_url": reverse("desk:activity", args=[row.number]),
    }
    return render(request, "activities/activity_form.html", context, status=status)


@officer("platforms.view_activity")
@require_safe
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One with its invitations, its report, its files and what this person can do now."""
    return page(request, visible(request, number))


def page(request: HttpRequest, row: Activity, status: int = 200, **panel: Any) -> HttpResponse:
    """Return the page of one; ``panel`` is what the form of its files has to say."""
    user, today = current_user(request), timezone.localdate()
    invitations = queries.invitations_of(row, user)
    waiting = queries.open_invitations(user, timezone.localdate()).filter(activity=row).count()
    can_answer = row.status == ActivityStatus.PLANNED and any(answers_for(each, user) for each in invitations)
    # The invited read what came of it; the files are of those who entered it, and of the city.
    reads_files = user.role == Role.CITY or activities.is_own(row, user)
    files = files_of(EvidenceKind.ACTIVITY, row.pk) if reads_files else []
    action = reverse("desk:activity_files", args=[row.number]) if may_upload(row, user) else ""
    context = {
        "crumbs": trail(row),
        "row": row,
        "title": row.title,
        "code": row.number,
        "invitations": [invitation_row(each, row, today) for each in invitations],
        "waiting": waiting if can_answer else 0,
        "open_url": f"{reverse('desk:invitations')}?{urlencode({'activity': row.number})}",
        "answer_url": reverse("desk:activity_answers", args=[row.number]) if can_answer else "",
        "links": list(row.links.all()),
        "mails": mail_lines(user, activity=row) if user.has_perm("platforms.view_mail") else [],
        "evidence": evidence.panel(files, action=action, title="签到表和照片", **panel) if reads_files else None,
        **page_of(row, user, today),
    }
    return render(request, "activities/activity.html", context, status=status)


def may_upload(row: Activity, user: User) -> bool:
    """Say whether ``user`` can add a file to ``row`` now: its own side, once it was held."""
    done = row.status in (ActivityStatus.HELD, ActivityStatus.REPORTED)
    return done and activities.is_own(row, user) and user.has_perm("platforms.add_evidencefile")


@officer("platforms.add_evidencefile")
@require_POST
def files(request: HttpRequest, number: str) -> HttpResponse:
    """Keep the sign-in sheet and photos."""
    row = visible(request, number)
    if not may_upload(row, current_user(request)):
        raise PermissionDenied("签到表和照片由安排活动的一方在举办之后上传。")
    back = reverse("desk:activity", args=[row.number])
    answer, form, refused = evidence.receive(
        request, kind=EvidenceKind.ACTIVITY, key=row.pk, region=row.region, back=back
    )
    return answer or page(request, row, status=409 if refused else 200, form=form, refused=refused)
