"""The filters of a list at the desk that a person keeps: saved from the list, opened by 我的筛选."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_http_methods

from platforms.accounts.services import list_settings
from platforms.errors import Refusal
from platforms.models import ListSetting
from platforms.pages.access import current_user, officer

#: Where one goes whose address names no list.
HOME = "desk:home"


@officer("platforms.view_job")
@require_http_methods(["GET", "HEAD", "POST"])
def my_filter(request: HttpRequest) -> HttpResponse:
    """Lead to the list as it was kept (GET), or keep its filters (POST)."""
    user, here = current_user(request), request.POST if request.method == "POST" else request.GET
    path = _page(here.get("list", ""))
    if not path:
        return redirect(HOME)
    if request.method == "POST":
        query = here.get("query", "")
        try:
            list_settings.keep_filter(list_name=path, query=query, by=user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "已保存筛选，可从“我的筛选”打开。")
        return redirect(f"{path}?{query}" if query else path)
    kept = ListSetting.objects.filter(user=user, list_name=path).values_list("query", flat=True).first()
    if not kept:
        messages.info(request, "尚未保存筛选。请先设好筛选，再点“保存筛选”。")
        return redirect(path)
    return redirect(f"{path}?{kept}")


def _page(path: str) -> str:
    """Return ``path`` where it is a page of the programme itself, else nothing."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path or len(path) > ListSetting.LONGEST_NAME:
        return ""
    try:
        resolve(path)
    except Resolver404:
        return ""
    return path
