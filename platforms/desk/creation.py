"""A new application: the type first, then only the places that the type allows."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from platforms.choices import ApplicationStatus, PlatformType, TownKind
from platforms.desk.access import officer, person
from platforms.desk.case_forms import IndustryForm, SiteForm, TownSiteForm
from platforms.desk.sections import trail
from platforms.eligibility import allowed_types
from platforms.errors import Refusal
from platforms.models import Application, Park, Round, Town, User
from platforms.queries.reporting import may_begin
from platforms.queries.rounds import current_round
from platforms.queries.sites import parks_for, towns_for
from platforms.services import applications, development_zones

ZONE_ITSELF = "zone"
ABOUT = {
    PlatformType.FUNCTIONAL_ZONE: "设在管委会本级，或管委会下辖的乡镇(街道)。",
    PlatformType.TOWN: "设在本地区的乡镇(街道)或独立运行的开发区，工业强镇应全部覆盖。",
    PlatformType.PARK: "设在已备案的小微企业园，由园区运营管理方或其委托的机构运营。",
    PlatformType.INDUSTRY: "依托市级行业协会，由市经信局统筹建设。",
}


def types_of(user: User) -> tuple[str, ...]:
    """Return the types that ``user`` may file."""
    return allowed_types(user.role, user.region.kind if user.region else "")


@officer("platforms.add_application")
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """Step one: the type."""
    round_ = current_round()
    options = [
        {
            "label": PlatformType(value).label,
            "about": ABOUT[PlatformType(value)],
            "place_url": reverse("desk:new_site", args=[value]),
            "url": reverse("desk:precheck", args=[value]),
        }
        for value in types_of(person(request))
    ]
    context = {
        "crumbs": [*trail(), {"label": "新建申报", "url": ""}],
        "options": options,
        "closed": why_no_filing(round_, person(request)),
        "round": round_,
    }
    return render(request, "desk/new.html", context)


def why_no_filing(round_: Round | None, user: User) -> str:
    """Return why ``user`` can make no application now, or nothing; leave to file late (延期申报许可) opens it again."""
    if round_ is None:
        return "市经信局还没有建立年度，暂时不能申报。"
    if not may_begin(round_, user.region, on=timezone.localdate()):
        return f"{round_}现为“{round_.get_status_display()}”，不受理新的申报。"
    return ""


@officer("platforms.add_application")
@require_http_methods(["GET", "HEAD", "POST"])
def new_site(request: HttpRequest, kind: str) -> HttpResponse:
    """Step two: the place; then the draft is made."""
    user, round_ = person(request), current_round()
    if kind not in types_of(user):
        raise PermissionDenied("您所在的单位不能申报这一类型的窗口平台。")
    closed, refusal = why_no_filing(round_, user), ""
    form, places = _form(request, kind, user, round_)
    if request.method == "POST" and round_ is not None and form.is_valid():
        try:
            made = _made(form, places, kind, user, round_)
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"已建立申报表 {made.number}，请逐项填写，可随时保存草稿。")
            return redirect("desk:section", made.number, "platform")
    label = PlatformType(kind).label
    context = {
        "crumbs": [*trail(), {"label": "新建申报", "url": reverse("desk:new")}, {"label": label, "url": ""}],
        "label": label,
        "about": ABOUT[PlatformType(kind)],
        "conditions_url": reverse("desk:precheck", args=[kind]),
        "form": form,
        "closed": closed,
        "refusal": refusal,
        "nothing": kind == PlatformType.PARK and not places,
    }
    return render(request, "desk/new_site.html", context, status=409 if refusal else 200)


def _made(
    form: SiteForm | IndustryForm, places: dict[str, Town | Park | None], kind: str, user: User, round_: Round
) -> Application:
    """Make the draft that ``form`` asks for.

    Raises:
        Refusal: as the services say.
    """
    if user.region is not None and (name := form.cleaned_data.get("zone_name")):
        return development_zones.file_for_new(round=round_, region=user.region, name=name, by=user, at=timezone.now())
    return applications.create(
        round=round_, type=kind, region=user.region, by=user, at=timezone.now(), **_place(form, places)
    )


def _form(
    request: HttpRequest, kind: str, user: User, round_: Round | None
) -> tuple[SiteForm | IndustryForm, dict[str, Town | Park | None]]:
    data = request.POST if request.method == "POST" else None
    if kind == PlatformType.INDUSTRY or user.region is None:
        return IndustryForm(data), {}
    places: dict[str, Town | Park | None] = {}
    names: list[tuple[str, str]] = []
    if kind == PlatformType.FUNCTIONAL_ZONE:
        places[ZONE_ITSELF] = None
        names.append((ZONE_ITSELF, f"{user.region.name}(功能区本级)"))
    if kind == PlatformType.PARK:
        for park in parks_for(region=user.region):
            places[str(park.pk)] = park
            rating = f"，最近绩效评价{park.get_rating_display()}" if park.rating else ""
            names.append((str(park.pk), f"{park.name}{rating}"))
    else:
        for town in towns_for(type=kind, region=user.region):
            places[str(town.pk)] = town
            more = "，工业强镇" if town.is_strong else "，开发区" if town.kind == TownKind.ZONE else ""
            names.append((str(town.pk), f"{town.name}{more}"))
    label, hint = {
        PlatformType.FUNCTIONAL_ZONE: (
            "平台设在",
            "列出管委会本级和市经信局设定由本管委会代管的乡镇(街道)；本年度已有申报的不能重复选择。",
        ),
        PlatformType.TOWN: (
            "乡镇(街道)或开发区",
            "由管委会代管的乡镇(街道)由管委会申报，市经信局开放的除外；本年度已有申报的不能重复选择。",
        ),
        PlatformType.PARK: ("小微企业园", "只列出已备案的园区；没有列出的，请先办理备案。"),
    }[PlatformType(kind)]
    of_kind = TownSiteForm if kind == PlatformType.TOWN else SiteForm
    form = of_kind(data, label=label, hint=hint, sites=names, taken=_taken(kind, user, round_))
    return form, places


def _taken(kind: str, user: User, round_: Round | None) -> dict[str, str]:
    """Return the places where an own application stands already; another region's is not told."""
    rows = Application.objects.visible_to(user).filter(round=round_, type=kind)
    rows = rows.exclude(status=ApplicationStatus.WITHDRAWN)
    return {
        str(row.park_id or row.town_id or ZONE_ITSELF): f"已有申报 {row.number}"
        for row in rows.only("park_id", "town_id", "number")
    }


def _place(form: SiteForm | IndustryForm, places: dict[str, Town | Park | None]) -> dict[str, Any]:
    if isinstance(form, IndustryForm):
        return dict(form.cleaned_data)
    place = places[form.cleaned_data["site"]]
    return {"town": place} if isinstance(place, Town) else {"park": place} if isinstance(place, Park) else {}
