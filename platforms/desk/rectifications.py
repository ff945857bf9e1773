"""What is to be mended at the desk: the list and its file, opening one, the page of one, its files."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platforms.choices import EvidenceKind, Role
from platforms.desk.rectification_forms import OpenForm
from platforms.desk.rectification_words import columns, file_rows, page_of, row_of
from platforms.errors import Refusal
from platforms.models import Platform, Rectification, User
from platforms.one_use import creates
from platforms.pages import evidence
from platforms.pages.access import officer, person
from platforms.pages.years import NAME, kept, year_chips
from platforms.queries import rectifications as queries
from platforms.queries.evidence import files_of
from platforms.queries.rectifications import OVERDUE, Choice
from platforms.resources.list_file import Row, list_response
from platforms.services import audit, rectifications
from platforms.supervision_choices import RectificationClause, RectificationStatus
from platforms.workflow import RECTIFICATION

PAGE = 25
#: The deadline that is proposed, in days from today.
USUAL_DAYS = 14


def trail(row: Rectification | None = None) -> list[dict[str, str]]:
    """Return the crumbs down to ``row``."""
    crumbs = [{"label": "整改", "url": reverse("desk:rectifications")}]
    if row is not None:
        crumbs.append({"label": row.number, "url": reverse("desk:rectification", args=[row.number])})
    return crumbs


def visible(request: HttpRequest, number: str) -> Rectification:
    """Return the one called ``number`` if this person may see it, else answer 404."""
    rows = Rectification.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("platform__region", "round", "opened_by", "answered_by", "closed_by"), number=number
    )


def choice_of(request: HttpRequest) -> Choice:
    """Read the address; what is not among the choices narrows nothing."""
    get = request.GET
    state, region = get.get("state", ""), get.get("region", "")
    return Choice(
        state=state if state in (*RectificationStatus.values, OVERDUE) else "",
        region=region if person(request).role == Role.CITY else "",
        platform=get.get("platform", "")[:20],
        q=get.get("q", "").strip()[:80],
        year=kept(request).get(NAME, ""),
    )


def address(choice: Choice, base: str = "", **changes: Any) -> str:
    """Return the address of the list with ``changes`` to ``choice``."""
    new = replace(choice, **changes)
    parts = {"state": new.state, "region": new.region, "platform": new.platform, "q": new.q, NAME: new.year}
    query = urlencode({name: value for name, value in parts.items() if value})
    return f"{base}?{query}" if query else base or "?"


@officer("platforms.view_rectification")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is to be mended, the most pressing first."""
    user, choice, today = person(request), choice_of(request), timezone.localdate()
    counts = queries.tally(user, choice, today)
    total = sum(counts[status] for status in RectificationStatus.values)
    pages = Paginator(queries.listed(user, choice, today), PAGE)
    pages.count = counts[choice.state] if choice.state else total  # known already
    page = pages.get_page(request.GET.get("page"))
    platform = None
    if choice.platform:
        platform = Platform.objects.visible_to(user).filter(code=choice.platform).select_related("region").first()
    context = {
        "crumbs": trail()[:0],
        "page": page,
        "choice": choice,
        "platform": platform,
        "groups": [
            *_chips(user, choice, counts, total),
            *year_chips(request, lambda year: address(choice, year=year)),
        ],
        "clear_url": request.path if choice.is_narrowed else "",
        "columns": columns(with_region=user.role == Role.CITY),
        "rows": [row_of(each, today, with_region=user.role == Role.CITY) for each in page],
        "overdue": counts[OVERDUE],
        "overdue_url": address(choice, state=OVERDUE),
        "keep": [
            {"name": name, "value": value}
            for name, value in (
                ("state", choice.state),
                ("region", choice.region),
                ("platform", choice.platform),
                (NAME, choice.year),
            )
            if value
        ],
        "exports": [
            (kind, address(choice, reverse("desk:rectification_list", args=[kind]))) for kind in ("xlsx", "csv")
        ],
        "new_url": _new_url(user, choice),
    }
    return render(request, "desk/rectifications.html", context)


def _new_url(user: User, choice: Choice) -> str:
    if not user.has_perm("platforms.add_rectification"):
        return ""
    return reverse("desk:rectification_new") + (
        f"?{urlencode({'platform': choice.platform})}" if choice.platform else ""
    )


def _chips(user: User, choice: Choice, counts: dict[str, int], total: int) -> list[dict[str, Any]]:
    options = [{"label": "全部", "url": address(choice, state=""), "active": not choice.state, "count": total}]
    states = [*RectificationStatus.choices[:1], (OVERDUE, "已逾期"), *RectificationStatus.choices[1:]]
    options += [
        {
            "label": label,
            "url": address(choice, state=value),
            "active": choice.state == value,
            "count": counts[value],
        }
        for value, label in states
        if counts[value] or choice.state == value
    ]
    groups: list[dict[str, Any]] = [{"label": "状态", "options": options}]
    if user.role == Role.CITY:
        found = queries.regions_with_any(user)
        places = [{"label": "全部", "url": address(choice, region=""), "active": not choice.region, "count": ""}]
        places += [
            {"label": name, "url": address(choice, region=code), "active": choice.region == code, "count": count}
            for code, name, count in found
        ]
        groups.append({"label": "地区", "options": places})
    return groups


@officer("platforms.view_rectification")
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the list that the address describes, all pages of it; it is noted in the log."""
    user, choice, today = person(request), choice_of(request), timezone.localdate()
    rows = queries.listed(user, choice, today)
    count = rows.count()
    audit.record(verb="导出列表：整改", by=user, at=timezone.now(), reason=f"{count} 条，{kind}")
    notes: list[Row] = [["列表", "整改"], ["条数", count], ["导出时间", f"{timezone.localtime():%Y-%m-%d %H:%M}"]]
    return list_response(f"整改-{count}条-{today:%Y%m%d}.{kind}", "整改", file_rows(rows, today), notes)


@officer("platforms.add_rectification")
@creates
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open one at a platform that the person sees and may supervise."""
    user = person(request)
    platforms = {each.code: each for each in queries.platforms_for(user, timezone.localdate())}
    named = {code: f"{each.name}（{each.region.name if each.region else '市级'}）" for code, each in platforms.items()}
    finders = [(finder.value, finder.label) for finder in rectifications.finders_of(user)]
    initial: dict[str, Any] = {"platform": request.GET.get("platform", ""), "finder": finders[0][0] if finders else ""}
    initial["due_on"] = timezone.localdate() + timedelta(days=USUAL_DAYS)
    clause = request.GET.get("clause", "")
    initial["clause"] = clause if clause in RectificationClause.values else ""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = OpenForm(*sent, initial=initial, platforms=named.items(), finders=finders)
    if sent and form.is_valid():
        values = dict(form.cleaned_data)
        uploads, platform = values.pop("uploads"), platforms[values.pop("platform")]
        try:
            row = rectifications.open_one(platform=platform, by=user, at=timezone.now(), **values)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"已开出整改 {row.number}，整改通知已写入待发邮件。")
            keep_files(request, row, EvidenceKind.RECTIFICATION, uploads)
            return redirect("desk:rectification", row.number)
    context = {
        "crumbs": [*trail(), {"label": "开出整改", "url": ""}],
        "form": form,
        "cancel_url": reverse("desk:rectifications"),
    }
    return render(request, "desk/rectification_new.html", context, status=409 if _is_refused(form) else 200)


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
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One with its course, its files and what this person can do now."""
    return _page(request, visible(request, number))


def _page(request: HttpRequest, row: Rectification, status: int = 200, **panel: Any) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    files = [*files_of(EvidenceKind.RECTIFICATION, row.pk), *files_of(EvidenceKind.ANSWER, row.pk)]
    kind = upload_kind(row, user)
    action = reverse("desk:rectification_files", args=[row.number]) if kind else ""
    context = {
        "crumbs": trail(row),
        "row": row,
        "evidence": evidence.panel(files, action=action, **panel),
        "platform_url": address(Choice(platform=row.platform.code), reverse("desk:rectifications")),
        **page_of(row, user, today),
    }
    return render(request, "desk/rectification.html", context, status=status)


def upload_kind(row: Rectification, user: User) -> str:
    """Return for what ``user`` can add a file to ``row`` now, or nothing: the finder until it is answered, the
    platform's side to an answer that waits for the check."""
    if not user.has_perm("platforms.add_evidencefile"):
        return ""
    if row.status == RectificationStatus.ANSWERED:
        mine = not rectifications.why_not(row, RECTIFICATION.move("answer"), user)
        return EvidenceKind.ANSWER if mine else ""
    if row.status in queries.PENDING:
        found = not rectifications.why_not(row, RECTIFICATION.move("withdraw"), user)
        return EvidenceKind.RECTIFICATION if found else ""
    return ""


@officer("platforms.add_evidencefile")
@require_POST
def files(request: HttpRequest, number: str) -> HttpResponse:
    """Keep files of the side whose turn it is."""
    row = visible(request, number)
    kind = upload_kind(row, person(request))
    if not kind:
        raise PermissionDenied("这项整改现在不由您上传材料：发现一方在答复前上传，答复一方随答复上传。")
    answer, form, refused = evidence.receive(
        request,
        kind=kind,
        key=row.pk,
        region=row.platform.region,
        back=reverse("desk:rectification", args=[row.number]),
    )
    return answer or _page(request, row, status=409 if refused else 200, form=form, refused=refused)
