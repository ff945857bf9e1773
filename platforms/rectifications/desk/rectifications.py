"""What is to be mended at the desk: the list and its file, opening one, the page of one, its files."""

from datetime import timedelta
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

from platforms.errors import Refusal
from platforms.files.choices import EvidenceKind
from platforms.files.queries import files_of
from platforms.models import Platform, Rectification, User
from platforms.notices.clauses import activate
from platforms.one_use import creates
from platforms.pages import evidence
from platforms.pages.access import current_user, officer
from platforms.pages.lists import Filter, ListPage, leads_to, text
from platforms.pages.years import ANY_YEAR
from platforms.rectifications import queries
from platforms.rectifications import services as rectifications
from platforms.rectifications.choices import RectificationStatus
from platforms.rectifications.desk.forms import OpenForm
from platforms.rectifications.desk.labels import COLUMNS, FILE_COLUMNS, page_of
from platforms.rectifications.queries import OVERDUE, Choice
from platforms.rectifications.workflow import RECTIFICATION
from platforms.rounds.queries.rounds import notice_of, round_of

#: The deadline that is proposed, in days from today.
USUAL_DAYS = 14
STATES = dict([*RectificationStatus.choices[:1], (OVERDUE, "已逾期"), *RectificationStatus.choices[1:]])


def trail(row: Rectification | None = None) -> list[dict[str, str]]:
    """Return the crumbs down to ``row``."""
    crumbs = [{"label": "整改", "url": reverse("desk:rectifications")}]
    if row is not None:
        crumbs.append({"label": row.number, "url": reverse("desk:rectification", args=[row.number])})
    return crumbs


def visible(request: HttpRequest, number: str) -> Rectification:
    """Return the one called ``number`` if this person may see it, else answer 404."""
    rows = Rectification.objects.visible_to(request.user)
    people = ("opened_by", "answered_by", "closed_by")
    found = get_object_or_404(rows.select_related("platform__region", "round", *people), number=number)
    activate(ask=lambda: notice_of(found))
    return found


class Rectifications(ListPage):
    """What is to be mended, the most pressing first."""

    title = noun = "整改"
    unit = "项"
    lead = "区县（市）、市经信局或枢纽平台发现的问题，由平台经所属地区答复，发现单位复核。"
    label = "整改列表"
    search = "整改编号、平台名称或问题"
    place, file_place = "desk:rectifications", "desk:rectification_list"
    template = "rectifications/rectifications.html"
    filters = (
        Filter("state", "状态", words=STATES, some=True),
        Filter("region", "地区", most=12, city=True),
        text("platform", "窗口平台", 20),
        text("q", "查找"),
        ANY_YEAR,
    )
    columns, file_columns = COLUMNS, FILE_COLUMNS
    link = leads_to("desk:rectification", "number")
    none_yet = "尚未下发整改通知。"
    none_text = "在检查、联通或试运行中发现问题时下发，写明依据、问题和期限。"

    choice_type = Choice

    @cached_property
    def tally(self) -> dict[str, int]:
        counts = queries.tally(self.user, self.choice, self.today)
        return {"": sum(counts[status] for status in RectificationStatus.values), **counts}

    @cached_property
    def regions(self) -> list[tuple[str, str, int]]:
        return queries.regions_with_any(self.user)

    def rows(self) -> QuerySet[Any]:
        return queries.listed(self.user, self.choice, self.today)

    def buttons(self) -> list[dict[str, Any]]:
        if not self.user.has_perm("platforms.add_rectification"):
            return []
        about = f"?{urlencode({'platform': self.choice.platform})}" if self.choice.platform else ""
        return [
            {"label": "下发整改通知", "url": reverse("desk:rectification_new") + about, "kind": "main", "first": True}
        ]

    def extra(self) -> dict[str, Any]:
        code, platform = self.choice.platform, None
        if code:
            platform = Platform.objects.visible_to(self.user).filter(code=code).first()
        overdue = 0 if self.choice.state == OVERDUE else self.tally[OVERDUE]
        return {"platform": platform, "overdue": overdue, "overdue_url": self.address(state=OVERDUE)}


index = officer("platforms.view_rectification")(require_safe(Rectifications.page))
export = officer("platforms.view_rectification")(require_safe(Rectifications.file))


@officer("platforms.add_rectification")
@creates
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open one at a platform that the person sees and may supervise."""
    user = current_user(request)
    round_ = round_of(timezone.localdate())
    activate(round_.notice_id if round_ else None)
    clauses = queries.clause_choices(None)
    platforms = {each.code: each for each in queries.platforms_for(user, timezone.localdate())}
    named = {code: f"{each.name}（{each.region.name if each.region else '市级'}）" for code, each in platforms.items()}
    finders = [(finder.value, finder.label) for finder in rectifications.finders_of(user)]
    initial: dict[str, Any] = {"platform": request.GET.get("platform", ""), "finder": finders[0][0] if finders else ""}
    initial["due_on"] = timezone.localdate() + timedelta(days=USUAL_DAYS)
    clause = request.GET.get("clause", "")
    initial["clause"] = clause if clause in dict(clauses) else ""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = OpenForm(*sent, initial=initial, platforms=named.items(), finders=finders, clauses=clauses)
    if sent and form.is_valid():
        values = dict(form.cleaned_data)
        uploads, platform = values.pop("uploads"), platforms[values.pop("platform")]
        try:
            row = rectifications.open_one(platform=platform, by=user, at=timezone.now(), **values)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"已下发整改通知 {row.number}，整改通知已写入待发邮件。")
            keep_files(request, row, EvidenceKind.RECTIFICATION, uploads)
            return redirect("desk:rectification", row.number)
    context = {
        "crumbs": [*trail(), {"label": "下发整改通知", "url": ""}],
        "form": form,
        "cancel_url": reverse("desk:rectifications"),
    }
    return render(request, "rectifications/rectification_new.html", context, status=409 if _is_refused(form) else 200)


def _is_refused(form: OpenForm) -> bool:
    return form.is_bound and bool(form.non_field_errors())


def keep_files(request: HttpRequest, row: Rectification, kind: str, uploads: Any) -> None:
    """Keep the files that came along and say which were refused."""
    outcome = evidence.keep(request, uploads, kind=kind, key=row.pk, region=row.platform.region)
    for each in outcome:
        if each["refusal"]:
            messages.warning(request, each["refusal"])


@officer("platforms.view_rectification")
@require_safe
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One with its course, its files and what this person can do now."""
    return _page(request, visible(request, number))


def _page(request: HttpRequest, row: Rectification, status: int = 200, **panel: Any) -> HttpResponse:
    user, today = current_user(request), timezone.localdate()
    files = [*files_of(EvidenceKind.RECTIFICATION, row.pk), *files_of(EvidenceKind.ANSWER, row.pk)]
    kind = upload_kind(row, user)
    action = reverse("desk:rectification_files", args=[row.number]) if kind else ""
    context = {
        "crumbs": trail(row),
        "title": "整改",
        "code": row.number,
        "region": row.platform.name,
        "evidence": evidence.panel(files, action=action, **panel),
        "platform_url": f"{reverse('desk:rectifications')}?{urlencode({'platform': row.platform.code})}",
        **page_of(row, user, today),
    }
    return render(request, "rectifications/rectification.html", context, status=status)


def upload_kind(row: Rectification, user: User) -> str:
    """Return for what ``user`` can add a file to ``row`` now, or nothing: the finder until it is answered, the
    platform's side to an answer that waits for the check."""
    if not user.has_perm("platforms.add_evidencefile"):
        return ""
    if row.status == RectificationStatus.ANSWERED:
        mine = not rectifications.refusal_reason(row, RECTIFICATION.move("answer"), user)
        return EvidenceKind.ANSWER if mine else ""
    if row.status in queries.PENDING:
        found = not rectifications.refusal_reason(row, RECTIFICATION.move("withdraw"), user)
        return EvidenceKind.RECTIFICATION if found else ""
    return ""


@officer("platforms.add_evidencefile")
@require_POST
def files(request: HttpRequest, number: str) -> HttpResponse:
    """Keep files of the side whose turn it is."""
    row = visible(request, number)
    kind = upload_kind(row, current_user(request))
    if not kind:
        raise PermissionDenied("这项整改现在不由您上传材料：发现单位在答复前上传，答复一方随答复上传。")
    answer, form, refused = evidence.receive(
        request,
        kind=kind,
        key=row.pk,
        region=row.platform.region,
        back=reverse("desk:rectification", args=[row.number]),
    )
    return answer or _page(request, row, status=409 if refused else 200, form=form, refused=refused)
