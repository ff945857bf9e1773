"""Whether platforms are linked (联通): the list and its file, by county and level; one platform, findings, proofs."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platforms.choices import PlatformType, Role
from platforms.errors import Refusal, StaleVersion
from platforms.files.choices import EvidenceKind
from platforms.files.queries import files_of_all
from platforms.models import ApiToken, LinkState, Platform, Region, User
from platforms.moments import moment
from platforms.pages import evidence
from platforms.pages.access import current_user, officer
from platforms.pages.lists import Column, Counted, Filter, ListPage, Value, Words, leads_to, text
from platforms.rectifications.choices import RectificationClause
from platforms.reference.queries.regions import regions_on
from platforms.system_links import queries
from platforms.system_links import services as link_states
from platforms.system_links.desk.forms import LinkForm
from platforms.system_links.desk.labels import (
    COLUMNS,
    FILE_COLUMNS,
    hub_words,
    last_of,
    levels_of,
    line_of,
    state_of,
)
from platforms.system_links.queries import CITY_ONLY, SILENT, SILENT_DAYS, STATES, UNLINKED, Choice, Figures, added


def trail(*more: str) -> list[dict[str, str]]:
    """Return the crumbs down to a page below the list."""
    return [{"label": "联通", "url": reverse("desk:link_states")}, *({"label": label, "url": ""} for label in more)]


class LinkStates(ListPage):
    """The platforms, those that are not linked first; for the city the regions above."""

    title = file_title = "联通情况"
    noun = "平台"
    unit = "个"
    lead = (
        f"窗口平台与市级信息系统联通并录入服务数据。最近一次服务在 {SILENT_DAYS} 天以前，"
        f"或联通 {SILENT_DAYS} 天以上尚未服务的，列为近期无服务记录。"
    )
    label = "各平台联通情况"
    search = "平台名称、编号或地点"
    place, file_place = "desk:link_states", "desk:link_list"
    template = "system_links/link_states.html"
    filters = (
        Filter("state", "状态", words=STATES),
        Filter("type", "类型", words=dict(PlatformType.choices)),
        Filter("region", "地区", most=12, every="全市", city=True),
        text("q", "查找"),
    )
    columns, file_columns = COLUMNS, FILE_COLUMNS
    link = leads_to("desk:link_state", "code")
    none_yet = "暂无受理的窗口平台。"
    size = 50
    choice_type = Choice

    @cached_property
    def figures(self) -> dict[tuple[str, str], Figures]:
        return queries.figures(self.user, self.choice, self.today)

    @cached_property
    def tally(self) -> dict[str, int]:
        shown = self._within(self.choice.type)
        return {"": shown.total, **{state: getattr(shown, state) for state in STATES}}

    @cached_property
    def regions(self) -> list[tuple[str, str]]:
        # The table above leads to each region; here is the way back.
        code = self.choice.region
        if not code:
            return []
        found = Region.objects.filter(code=code).values_list("name", flat=True).first()
        return [(code, found or ("市级重点行业" if code == CITY_ONLY else code))]

    def rows(self) -> QuerySet[Any]:
        return queries.listed(self.user, self.choice, self.today)

    def words(self, filter: Filter) -> Words:
        if filter.name != "type":
            return super().words(filter)
        return {
            kind: queries.level_of(kind) for kind in PlatformType.values if any(kind == key[1] for key in self.figures)
        }

    def counts(self, filter: Filter) -> Mapping[str, int]:
        if filter.name != "type":
            return super().counts(filter)
        return {kind: self._within(kind).total for kind in PlatformType.values}

    def _within(self, type: str) -> Figures:
        """Add up what the region of the address and ``type`` leave."""
        place = self.choice.region
        return added(each for (code, kind), each in self.figures.items() if place in ("", code) and type in ("", kind))

    def buttons(self) -> list[dict[str, Any]]:
        total = added(self.figures.values())
        may = self.user.role == Role.CITY and self.user.has_perm("platforms.send_mail")
        if not may or not (total.unlinked or total.silent):
            return []
        return [{"label": "催办", "url": reverse("desk:link_remind"), "kind": "main"}]

    def extra(self) -> dict[str, Any]:
        regions = LinkRegions(self.request)
        regions.figures = self.figures
        return {
            "whole": added(self.figures.values()),
            "levels": levels_of(self.figures),
            "places": regions.context() if self.user.role == Role.CITY else None,
        }


class LinkRegions(ListPage):
    """The regions with their platforms and their hubs, key industries, and the sum at the end."""

    title = file_title = label = "各地区联通情况"
    unit, sticky = "个地区", True
    place, file_place = "desk:link_states", "desk:link_region_list"
    filters = (text("q", "查找"),)
    size = 50

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.link = Value(("code",), self._opens())

    def _opens(self, state: str = "") -> Callable[..., str]:
        listing = LinkStates(self.request)
        return lambda code, count=1: listing.address(state=state, type="", region=code) if count else ""

    @cached_property
    def figures(self) -> dict[tuple[str, str], Figures]:
        return queries.figures(self.user, Choice(q=self.values["q"]), self.today)

    @cached_property
    def kinds(self) -> list[str]:
        return [kind for kind in PlatformType.values if any(kind == key[1] for key in self.figures)]

    def _line(self, code: str, name: str, hub: str = "") -> Counted:
        figures = self.figures.items()
        own = {
            kind: added(each for key, each in figures if kind == key[1] and code in ("", key[0])) for kind in self.kinds
        }
        return line_of(own, code=code, name=name, hub=hub)

    def rows(self) -> list[Counted]:
        tokens = ApiToken.objects.visible_to(self.user).filter(platform__isnull=True, revoked_at__isnull=True)
        hubs = {each.region_id: each for each in tokens.order_by("last_used_at", "pk")}
        regions = regions_on(self.today)
        lines = [self._line(each.code, each.name, hub_words(hubs.get(each.pk))) for each in regions]
        has_own = any(code == CITY_ONLY for code, _ in self.figures)
        return [*lines, self._line(CITY_ONLY, "市级重点行业")] if has_own else lines

    def total(self) -> Counted:
        return self._line("", "合计")

    def shown_columns(self) -> tuple[Column, ...]:
        return (
            Column("地区", "name"),
            Column("平台", "total", num=True),
            Column("已联通", "linked", num=True),
            *(
                Column(STATES[state], state, num=True, opens=Value(("code", state), self._opens(state)))
                for state in (UNLINKED, SILENT)
            ),
            *(Column(queries.level_of(kind), kind, "已联通/全部", num=True) for kind in self.kinds),
            Column("县级枢纽平台", "hub"),
        )


index = officer("platforms.view_linkstate")(require_safe(LinkStates.page))
export = officer("platforms.view_linkstate")(require_safe(LinkStates.file))
region_list = officer("platforms.view_linkstate")(require_safe(LinkRegions.file))


def visible(request: HttpRequest, code: str) -> Any:
    """Return the platform with how it stands if this person may see it, else answer 404."""
    rows = queries.standing(Platform.objects.visible_to(request.user), timezone.localdate())
    return get_object_or_404(rows.select_related("region", "town", "park"), code=code)


@officer("platforms.view_linkstate")
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One platform: how it stands, a new finding, what was found before, and the proofs."""
    row, user = visible(request, code), current_user(request)
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
    user, today = current_user(request), timezone.localdate()
    findings = list(LinkState.objects.visible_to(user).filter(platform=row).select_related("noted_by").order_by("-pk"))
    files = files_of_all(EvidenceKind.LINK, [each.pk for each in findings])
    may_add = bool(findings) and user.has_perm("platforms.add_evidencefile")
    action = reverse("desk:link_files", args=[row.code]) if may_add else ""
    state = state_of(row.state, row.finding, row.quiet_since, today)
    basis = {"platform": row.code, "clause": RectificationClause.LINKED.value}
    context = {
        "crumbs": trail(),
        "title": "联通情况",
        "code": row.code,
        "region": row.name,
        "state": state,
        "pairs": [
            {"label": "类型", "value": row.get_type_display()},
            {"label": "地区", "value": row.region.name if row.region else "市级"},
            {"label": "联通日期", "value": f"{row.link_on:%Y-%m-%d}" if row.is_linked else "未联通"},
            {"label": "联通方式", "value": row.link_method if row.is_linked else "未联通"},
            {"label": "说明", "value": row.link_note or "无"},
            {"label": "最近一条服务", "value": last_of(row.last_served_on, row.last_received_at)},
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
        "rectify_url": f"{reverse('desk:rectification_new')}?{urlencode(basis)}"
        if row.state in (UNLINKED, SILENT) and user.has_perm("platforms.add_rectification")
        else "",
    }
    return render(request, "system_links/link_state.html", context, status=status)


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
    return answer or _page(request, row, _form(row, current_user(request)), status=status, panel=panel)
