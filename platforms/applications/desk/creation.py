"""A new application: its type and a place that the type allows, filled from what was filed there before."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from platforms.applications.choices import ApplicationStatus
from platforms.applications.desk.case_forms import IndustryForm, SiteForm, TownSiteForm
from platforms.applications.desk.reuse import card_of, tell
from platforms.applications.desk.sections import trail
from platforms.applications.eligibility import allowed_types
from platforms.applications.queries.bans import barred_places
from platforms.applications.queries.reporting import may_begin
from platforms.applications.queries.reuse import PARTS, offer_for, offers_at
from platforms.applications.queries.sites import parks_for, towns_for
from platforms.applications.services import development_zones, reuse
from platforms.applications.services import drafts as applications
from platforms.choices import PlatformType
from platforms.errors import Refusal
from platforms.models import Application, Round, User
from platforms.one_use import creates
from platforms.pages.access import current_user, officer
from platforms.pages.years import by_year, round_here, year_url
from platforms.reference.choices import TownKind

ZONE_ITSELF = "zone"
ABOUT = {
    PlatformType.FUNCTIONAL_ZONE: "设在管委会本级，或管委会下辖的乡镇（街道）。",
    PlatformType.TOWN: "设在本地区的乡镇（街道）或独立运行的开发区，工业强镇应全部覆盖。",
    PlatformType.PARK: "设在已备案的小微企业园，由园区运营管理方或其委托的机构运营。",
    PlatformType.INDUSTRY: "依托市级行业协会，由市经信局统筹建设。",
}


@dataclass(frozen=True)
class SitePlace:
    """A place as it stands in a list, and the columns of an application there."""

    label: str
    columns: Mapping[str, Any]


SitePlaces = Mapping[str, SitePlace]


def types_of(user: User) -> tuple[str, ...]:
    """Return the types that ``user`` may file."""
    return allowed_types(user.role, user.region.kind if user.region else "")


@officer("platforms.add_application")
@require_safe
@by_year
def new(request: HttpRequest) -> HttpResponse:
    """Type and place on one page."""
    round_ = round_here(request)
    user = current_user(request)
    closed = why_no_filing(round_, user)
    context = {
        "crumbs": [*trail(home=year_url(request, "desk:home")), {"label": "新建申报", "url": ""}],
        "options": [] if closed else _options(request, user, round_),
        "closed": closed,
    }
    return render(request, "applications/new.html", context)


def _options(request: HttpRequest, user: User, round_: Round) -> list[dict[str, Any]]:
    kinds = types_of(user)
    places, taken = places_of_all(kinds, user, on=timezone.localdate()), _taken(kinds, user, round_)
    cards = _cards(places, user, round_)
    return [_option(request, kind, user, places[kind], taken[kind], cards[kind]) for kind in kinds]


def _option(
    request: HttpRequest,
    kind: str,
    user: User,
    places: SitePlaces,
    taken: dict[str, str],
    cards: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return one type with the box of its places."""
    form = _form(request, kind, user, places, taken)
    form.auto_id = f"id_{kind}_%s"
    return {
        "kind": kind,
        "label": PlatformType(kind).label,
        "about": ABOUT[PlatformType(kind)],
        "place_url": year_url(request, "desk:new_site", kind),
        "url": year_url(request, "desk:precheck", kind),
        "form": form,
        "nothing": kind == PlatformType.PARK and not places,
        "cards": cards,
    }


def _cards(places: Mapping[str, SitePlaces], user: User, round_: Round) -> dict[str, list[dict[str, Any]]]:
    """Return by type a card for each of ``places`` for which there is a form of an earlier year."""
    sites = {
        (kind, key): Application(type=kind, region=user.region, **each.columns)
        for kind, found in places.items()
        for key, each in found.items()
    }
    cards: dict[str, list[dict[str, Any]]] = {kind: [] for kind in places}
    for (kind, key), each in (offers_at(sites, round=round_, user=user) if sites else {}).items():
        cards[kind].append(card_of(each.application, each.count) | {"site": key})
    return cards


def why_no_filing(round_: Round, user: User) -> str:
    """Return why ``user`` can make no application now, or nothing; leave to file late (延期申报许可) opens it again."""
    if not may_begin(round_, user.region, on=timezone.localdate()):
        return f"{round_}现为“{round_.get_status_display()}”，不受理新的申报。"
    return ""


@officer("platforms.add_application")
@creates
@require_http_methods(["GET", "HEAD", "POST"])
@by_year
def new_site(request: HttpRequest, kind: str) -> HttpResponse:
    """The place of a platform of the type ``kind``; then the draft is made."""
    user, round_ = current_user(request), round_here(request)
    if kind not in types_of(user):
        raise PermissionDenied("您所在的单位不能申报这一类型的窗口平台。")
    closed, refusal = why_no_filing(round_, user), ""
    places = places_of(kind, user, on=timezone.localdate())
    form = _form(request, kind, user, places, _taken([kind], user, round_)[kind])
    if request.method == "POST" and form.is_valid():
        try:
            made = _made(form, places, kind, user, round_)
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"已建立申报表 {made.number}，请逐项填写，可随时保存草稿。")
            if "take_over" in request.POST:
                return _filled(request, made, user)
            return redirect("desk:section", made.number, "platform")
    label = PlatformType(kind).label
    context = {
        "crumbs": [
            *trail(home=year_url(request, "desk:home")),
            {"label": "新建申报", "url": year_url(request, "desk:new")},
            {"label": label, "url": ""},
        ],
        "label": label,
        "about": ABOUT[PlatformType(kind)],
        "conditions_url": year_url(request, "desk:precheck", kind),
        "form": form,
        "kind": kind,
        "cards": _cards({kind: places}, user, round_)[kind],
        "closed": closed,
        "refusal": refusal,
        "nothing": kind == PlatformType.PARK and not places,
    }
    return render(request, "applications/new_site.html", context, status=409 if refusal else 200)


def _filled(request: HttpRequest, made: Application, user: User) -> HttpResponse:
    """Fill the new draft from the last form of its place, and lead to it; without one it stays empty."""
    source = offer_for(made, user=user)
    if source is not None:
        _, filled = reuse.take_over(
            application=made, source=source, parts=PARTS, version=made.version, by=user, at=timezone.now()
        )
        tell(request, filled, source.number)
    return redirect("desk:application", made.number)


def _made(form: SiteForm | IndustryForm, places: SitePlaces, kind: str, user: User, round_: Round) -> Application:
    """Make the draft that ``form`` asks for.

    Raises:
        Refusal: as the services say.
    """
    if user.region is not None and (name := form.cleaned_data.get("zone_name")):
        return development_zones.file_for_new(round=round_, region=user.region, name=name, by=user, at=timezone.now())
    return applications.create(
        round=round_, type=kind, region=user.region, by=user, at=timezone.now(), **_place(form, places)
    )


def places_of(kind: str, user: User, *, on: date) -> SitePlaces:
    """Return the places that ``user`` may choose for a platform of ``kind``, by the key of the choice.

    Places that a ban keeps everybody from on the day ``on`` say so.
    """
    return places_of_all([kind], user, on=on)[kind]


def places_of_all(kinds: Collection[str], user: User, *, on: date) -> dict[str, SitePlaces]:
    """Return :func:`places_of` for each of ``kinds``."""
    found = {kind: _places(kind, user) for kind in kinds}
    keys = {
        (kind, key): Application(type=kind, region=user.region, **each.columns).site_key
        for kind, some in found.items()
        for key, each in some.items()
    }
    barred = barred_places(set(keys.values()), on=on) if keys else {}
    return {
        kind: {
            key: SitePlace(f"{each.label}，限制申报期内", each.columns) if keys[kind, key] in barred else each
            for key, each in some.items()
        }
        for kind, some in found.items()
    }


def _places(kind: str, user: User) -> SitePlaces:
    region, found = user.region, {}
    if region is None or kind == PlatformType.INDUSTRY:
        return {}
    if kind == PlatformType.FUNCTIONAL_ZONE:
        found[ZONE_ITSELF] = SitePlace(f"{region.name}（功能区本级）", {})
    if kind == PlatformType.PARK:
        for park in parks_for(region=region):
            rating = f"，最近绩效评价{park.get_rating_display()}" if park.rating else ""
            found[str(park.pk)] = SitePlace(f"{park.name}{rating}", {"park": park})
    else:
        for town in towns_for(type=kind, region=region):
            more = "，工业强镇" if town.is_strong else "，开发区" if town.kind == TownKind.ZONE else ""
            found[str(town.pk)] = SitePlace(f"{town.name}{more}", {"town": town})
    return found


def _form(
    request: HttpRequest, kind: str, user: User, places: SitePlaces, taken: dict[str, str]
) -> SiteForm | IndustryForm:
    data = request.POST if request.method == "POST" else None
    if kind == PlatformType.INDUSTRY or user.region is None:
        return IndustryForm(data)
    names = [(key, each.label) for key, each in places.items()]
    label, hint = {
        PlatformType.FUNCTIONAL_ZONE: (
            "平台设在",
            "列出管委会本级和市经信局设定由本管委会代管的乡镇（街道）；该年度已有申报的不能重复选择。",
        ),
        PlatformType.TOWN: (
            "乡镇（街道）或开发区",
            "由管委会代管的乡镇（街道）由管委会申报，市经信局开放的除外；该年度已有申报的不能重复选择。",
        ),
        PlatformType.PARK: ("小微企业园", "只列出已备案的园区；没有列出的，请先办理备案。"),
    }[PlatformType(kind)]
    of_kind = TownSiteForm if kind == PlatformType.TOWN else SiteForm
    return of_kind(data, label=label, hint=hint, sites=names, taken=taken)


def _taken(kinds: Collection[str], user: User, round_: Round) -> dict[str, dict[str, str]]:
    """Return by type the places where an own application stands already; another region's is not told."""
    rows = Application.objects.visible_to(user).filter(round=round_, type__in=kinds)
    found: dict[str, dict[str, str]] = {kind: {} for kind in kinds}
    for row in rows.exclude(status=ApplicationStatus.WITHDRAWN).only("type", "park_id", "town_id", "number"):
        found[row.type][str(row.park_id or row.town_id or ZONE_ITSELF)] = f"已有申报 {row.number}"
    return found


def _place(form: SiteForm | IndustryForm, places: SitePlaces) -> dict[str, Any]:
    if isinstance(form, IndustryForm):
        return dict(form.cleaned_data)
    return dict(places[form.cleaned_data["site"]].columns)
