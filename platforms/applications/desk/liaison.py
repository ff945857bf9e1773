"""The liaison officer (四·(一)) and the summary sheet: what a region gives the city once a round."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from platforms.applications.desk.case_forms import LiaisonForm
from platforms.applications.desk.creation import types_of
from platforms.applications.desk.sections import trail
from platforms.applications.excel.summary import make_summary
from platforms.choices import Role
from platforms.errors import Refusal
from platforms.models import Liaison
from platforms.pages.access import current_user, officer
from platforms.pages.downloads import MEDIA_TYPES, download
from platforms.pages.years import by_year, round_here, year_url
from platforms.rounds.services import liaisons


@officer("platforms.change_liaison")
@require_http_methods(["GET", "HEAD", "POST"])
@by_year
def liaison(request: HttpRequest) -> HttpResponse:
    """Name the liaison officer of the own region, or another one."""
    user, round_ = current_user(request), round_here(request)
    if user.role != Role.COUNTY or user.region is None:
        raise PermissionDenied("工作联络员由各区县（市）、管委会确定。")
    now = Liaison.objects.visible_to(user).filter(round=round_).first()
    initial = {"name": now.name, "post": now.post, "phone": now.phone, "email": now.email} if now else {}
    # Only this one word leads elsewhere; an address from outside is never followed.
    back = "desk:batch_new" if request.GET.get("back") == "report" else "desk:home"
    form = LiaisonForm(request.POST if request.method == "POST" else None, initial=initial)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            made = liaisons.name_liaison(
                round=round_, region=user.region, by=user, at=timezone.now(), **form.cleaned_data
            )
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"已确定{round_}工作联络员：{made.name}。")
            return redirect(year_url(request, back))
    context = {
        "crumbs": [*trail(home=year_url(request, "desk:home")), {"label": "工作联络员", "url": ""}],
        "form": form,
        "refusal": refusal,
        "round": round_,
        "region": user.region,
        "now": now,
        "back_url": year_url(request, back),
    }
    return render(request, "applications/liaison.html", context, status=409 if refusal else 200)


@officer("platforms.export_application")
@require_safe
@by_year
def summary(request: HttpRequest) -> HttpResponse:
    """Send the summary sheet (汇总表) of the own region for one round."""
    user, round_ = current_user(request), round_here(request)
    if not types_of(user):
        raise Http404
    content = make_summary(round=round_, region=user.region, by=user, at=timezone.now())
    place = user.region.name if user.region else "市级"
    return download(content, f"汇总表-{place}-{round_.year}年度.xlsx", MEDIA_TYPES["xlsx"])
