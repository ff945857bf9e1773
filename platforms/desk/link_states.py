"""Whether platforms are linked (联通): the list and its file, by county and level; one platform, findings, proofs."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platforms.choices import EvidenceKind, PlatformType, Role
from platforms.desk.link_words import by_region, columns, file_rows, last_of, levels_of, row_of, state_of
from platforms.desk.service_forms import LinkForm
from platforms.desk.service_words import with_regions
from platforms.errors import Refusal, StaleVersion
from platforms.models import ApiToken, LinkState, Platform, Region, User
from platforms.pages import evidence
from platforms.pages.access import officer, person
from platforms.queries import link_states as queries
from platforms.queries.evidence import files_of_all
from platforms.queries.link_states import CITY_ONLY, SILENT, SILENT_DAYS, STATES, UNLINKED, Choice, Figures, added
from platforms.resources.list_file import list_response
from platforms.services import audit, link_states
from platforms.wording import moment

PAGE = 50


def trail(*more: str) -> list[dict[str, str]]:
    """Return the crumbs down to a page below the list."""
    return [{"label": "联通", "url": reverse("desk:link_states")}, *({"label": label, "url": ""} for label in more)]


def choice_of(request: HttpRequest) -> Choice:
    """Read the address; what is not among the choices narrows nothing."""
    get = request.GET
    state, kind = get.get("state", ""), get.get("type", "")
    return Choice(
        state=state if state in STATES else "",
        region=get.get("region", "")[:12].replace("\x00", "") if person(request).role == Role.CITY else "",
        type=kind if kind in PlatformType.values else "",
        q=get.get("q", "").strip().replace("\x00", "")[:80],
    )


def address(choice: Choice, base: str = "", **changes: Any) -> str:
    """Return the address of the list with ``changes`` to ``choice``."""
    new = replace(choice, **changes)
    parts = {"state": new.state, "region": new.region, "type": new.type, "q": new.q}
    query = urlencode({name: value for name, value in parts.items() if value})
    return f"{base}?{query}" if query else base or "?"


@officer("platforms.view_linkstate")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The platforms, those that are not linked first; for the city the regions above."""
    user, choice, today = person(request), choice_of(request), timezone.localdate()
    counted = queries.figures(user, choice, today)
    pages = Paginator(queries.listed(user, choice, today), PAGE)
    shown = _within(counted, choice)
    pages.count = getattr(shown, choice.state) if choice.state else shown.total
    page = pages.get_page(request.GET.get("page"))
    total = added(counted.values())
    context = {
        "crumbs": [],
        "choice": choice,
        "page": page,
        "total": total,
        "days": SILENT_DAYS,
        "groups": _chips(user, choice, counted),
        "clear_url": request.path if choice.is_narrowed else "",
        "columns": columns(with_region=with_regions(user)),
        "rows": [row_of(each, today, with_region=with_regions(user)) for each in page],
        "levels": levels_of(counted),
        "places": _places(user, choice, counted) if user.role == Role.CITY else [],
        "remind_url": reverse("desk:link_remind")
        if user.role == Role.CITY and user.has_perm("platforms.send_mail") and (total.unlinked or total.silent)
        else "",
        "keep": [
            {"name": name, "value": value}
            for name, value in (("state", choice.state), ("region", choice.region), ("type", choice.type))
            if value
        ],
        "exports": [(kind, address(choice, reverse("desk:link_list", args=[kind]))) for kind in ("xlsx", "csv")],
    }
    return render(request, "desk/link_states.html", context)


def _within(counted: dict[tuple[str, str], Figures], choice: Choice, **but: str) -> Figures:
    """Add up what region and type of ``choice`` leave."""
    choice = replace(choice, **but)
    return added(
        each for (code, kind), each in counted.items() if choice.region in ("", code) and choice.type in ("", kind)
    )


def _places(user: User, choice: Choice, counted: dict[tuple[str, str], Figures]) -> list[dict[str, Any]]:
    tokens = ApiToken.objects.visible_to(user).filter(platform__isnull=True, revoked_at__isnull=True)
    hubs = {each.region_id: each for each in tokens.order_by("last_used_at", "pk")}
    regions = list(Region.objects.order_by("code"))
    clear = Choice(q=choice.q)
    return by_region(counted, regions, hubs, lambda **changes: address(clear, **changes))


def _chips(user: User, choice: Choice, counted: dict[tuple[str, str], Figures]) -> list[dict[str, Any]]:
    shown = _within(counted, choice)
    states = [{"label": "全部", "url": address(choice, state=""), "active": not choice.state, "count": shown.total}]
    states += [
        {
            "label": word,
            "url": address(choice, state=key),
            "active": choice.state == key,
            "count": getattr(shown, key),
        }
        for key, word in STATES.items()
    ]
    kinds = [{"label": "全部", "url": address(choice, type=""), "active": not choice.type}]
    kinds += [
        {
            "label": queries.level_of(kind),
            "url": address(choice, type=kind),
            "active": choice.type == kind,
            "count": _within(counted, choice, type=kind).total,
        }
        for kind in PlatformType.values
        if any(own == kind for _, own in counted)
    ]
    groups: list[dict[str, Any]] = [{"label": "状态", "options": states}, {"label": "类型", "options": kinds}]
    if user.role == Role.CITY and choice.region:
        name = "市级重点行业" if choice.region == CITY_ONLY else choice.region
        found = Region.objects.filter(code=choice.region).values_list("name", flat=True).first()
        options = [
            {"label": "全市", "url": address(choice, region=""), "active": False},
            {"label": found or name, "url": address(choice), "active": True},
        ]
        groups.append({"label": "地区", "options": options})
    return groups


@officer("platforms.view_linkstate")
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the list that the address describes, all pages of it; it is noted in the log."""
    user, choice, today = person(request), choice_of(request), timezone.localdate()
    rows = queries.listed(user, choice, today)
    count = rows.count()
    audit.record(verb="导出列表：联通情况", by=user, at=timezone.now(), reason=f"{count} 个，{kind}")
    notes: list[list[Any]] = [
        ["列表", "联通情况"],
        ["平台(个)", count],
        ["导出时间", f"{timezone.localtime():%Y-%m-%d %H:%M}"],
    ]
    name = f"联通情况-{count}个-{today:%Y%m%d}.{kind}"
    return list_response(name, "联通情况", file_rows(rows, today), notes)


def visible(request: HttpRequest, code: str) -> Any:
    """Return the platform with how it stands if this person may see it, else answer 404."""
    rows = queries.standing(Platform.objects.visible_to(request.user), timezone.localdate())
    return get_object_or_404(rows.select_related("region", "town", "park"), code=code)


@officer("platforms.view_linkstate")
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One platform: how it stands, a new finding, what was found before, and the proofs."""
    row, user = visible(request, code), person(request)
    if request.method != "POST":
        return _page(request, row, _form(row, user))
    form = LinkForm(request.POST)
    status = 200
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            link_states.note(platform=row, by=user, at=timezone.now(), **values)
        except Refusal as refusal:
            status = 409 if isinstance(refusal, StaleVersion) else 200
            form.refuse(refusal)
            if isinstance(refusal, StaleVersion):
                # What was typed stays; sent once more it counts for what is shown now.
                again: Any = form.data.copy()  # type: ignore[attr-defined]
                again["seen"] = str(row.finding or 0)
                form.data = again
        else:
            messages.success(
                request, "已登记联通情况，请上传佐证材料。" if values["linked"] else "已登记未联通的原因。"
            )
            return redirect("desk:link_state", code)
    return _page(request, row, form, status=status)


def _form(row: Any, user: User) -> LinkForm | None:
    if not user.has_perm("platforms.add_linkstate"):
        return None
    return LinkForm(
        initial={
            "linked": None if row.finding is None else row.is_linked,
            "on": timezone.localdate(),
            "method": row.link_method,
            "seen": row.finding or 0,
        }
    )


def _page(request: HttpRequest, row: Any, form: LinkForm | None, status: int = 200, panel: Any = None) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    findings = list(LinkState.objects.visible_to(user).filter(platform=row).select_related("noted_by").order_by("-pk"))
    files = files_of_all(EvidenceKind.LINK, [each.pk for each in findings])
    may_add = bool(findings) and user.has_perm("platforms.add_evidencefile")
    action = reverse("desk:link_files", args=[row.code]) if may_add else ""
    state = state_of(row, today)
    context = {
        "crumbs": trail(),
        "row": row,
        "state": state,
        "pairs": [
            {"label": "类型", "value": row.get_type_display()},
            {"label": "地区", "value": row.region.name if row.region else "市级"},
            {"label": "联通日期", "value": f"{row.link_on:%Y-%m-%d}" if row.is_linked else "未联通"},
            {"label": "联通方式", "value": row.link_method if row.is_linked else "未联通"},
            {"label": "说明", "value": row.link_note or "无"},
            {"label": "最近一条服务", "value": last_of(row)},
        ],
        "events": [
            {
                "when": moment(each.noted_at),
                "who": each.noted_by.name,
                "what": f"{each}，{each.on:%Y-%m-%d}{f'，{each.method}' if each.method else ''}",
                "why": each.note,
            }
            for each in findings
        ],
        "form": form,
        "evidence": evidence.panel(
            [file for each in findings for file in files.get(each.pk, [])], action=action, **(panel or {})
        ),
        "records_url": f"{reverse('desk:service_records')}?{urlencode({'platform': row.code})}",
        "rectify_url": f"{reverse('desk:rectification_new')}?{urlencode({'platform': row.code, 'clause': 'linked'})}"
        if row.state in (UNLINKED, SILENT) and user.has_perm("platforms.add_rectification")
        else "",
    }
    return render(request, "desk/link_state.html", context, status=status)


@officer("platforms.add_evidencefile")
@require_POST
def files(request: HttpRequest, code: str) -> HttpResponse:
    """Keep files that prove the latest finding."""
    row = visible(request, code)
    if row.finding is None:
        messages.error(request, "请先登记联通情况，再上传佐证材料。")
        return redirect("desk:link_state", code)
    answer, form, refused = evidence.receive(
        request,
        kind=EvidenceKind.LINK,
        key=row.finding,
        region=row.region,
        back=reverse("desk:link_state", args=[code]),
    )
    status = 409 if refused else 200
    panel = {"form": form, "refused": refused}
    return answer or _page(request, row, _form(row, person(request)), status=status, panel=panel)
