"""What the calls came to: contradictions to the records, and the figures by region, each with its file."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from platforms.choices import Role
from platforms.desk.follow_up_words import difference_row, figure_row
from platforms.desk.follow_ups import trail
from platforms.pages.access import officer, person
from platforms.pages.fields import DayField
from platforms.pages.forms import RefusableForm
from platforms.queries import follow_ups as queries
from platforms.resources.list_file import list_response, safe
from platforms.services import audit

PAGE = 50
HEADS = ("窗口平台", "地区", "服务企业", "服务日期", "不符之处", "企业所述", "回访情况", "样本", "回访时间")
FIGURE_HEADS = (
    ("地区", ""), ("抽取", "条"), ("已回访", "条"), ("接通", "条"), ("属实", "%"), ("回访满意度", "分"),
    ("登记满意度", "分"), ("收费不符", "条"), ("与记录不符", "条"),
)  # fmt: skip


class PeriodForm(RefusableForm):
    """The days of service that the figures are about."""

    from_on = DayField(label="服务日期自", required=False)
    until_on = DayField(label="服务日期至", required=False)


@officer("platforms.view_followup")
@require_safe
def differences(request: HttpRequest) -> HttpResponse:
    """Every call that contradicts the record, the latest first."""
    code = request.GET.get("platform", "")[:20]
    page = Paginator(queries.different(person(request), platform=code), PAGE).get_page(request.GET.get("page"))
    context = {
        "crumbs": [*trail(), {"label": "与记录不符", "url": ""}],
        "page": page,
        "columns": [{"label": head} for head in HEADS],
        "rows": [difference_row(each) for each in page],
        "exports": [
            (kind, reverse("desk:follow_up_difference_list", args=[kind]) + (f"?platform={code}" if code else ""))
            for kind in ("xlsx", "csv")
        ],
    }
    return render(request, "desk/follow_up_differences.html", context)


@officer("platforms.view_followup")
@require_safe
def difference_list(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the contradictions as a file."""
    user, code = person(request), request.GET.get("platform", "")[:20]
    rows = list(queries.different(user, platform=code))
    audit.record(verb="导出列表：回访与记录不符", by=user, at=timezone.now(), reason=f"{len(rows)} 条，{kind}")
    lines = (safe(difference_row(each)["cells"]) for each in rows)
    name = f"回访与记录不符-{len(rows)}条-{timezone.localdate():%Y%m%d}.{kind}"
    return list_response(name, "回访与记录不符", [list(HEADS), *lines], [["条数", len(rows)]])


@officer("platforms.view_followup")
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Share confirmed and mean satisfaction by region, over the services of a period."""
    form, rows = _figures(request)
    query = request.GET.urlencode()
    context = {
        "crumbs": [*trail(), {"label": "统计", "url": ""}],
        "form": form,
        "columns": [
            {"label": head, "unit": unit, "num": number > 0} for number, (head, unit) in enumerate(FIGURE_HEADS)
        ],
        "rows": [{"url": "", "cells": cells} for cells in rows],
        "exports": [
            (kind, reverse("desk:follow_up_figure_list", args=[kind]) + (f"?{query}" if query else ""))
            for kind in ("xlsx", "csv")
        ],
    }
    return render(request, "desk/follow_up_figures.html", context)


@officer("platforms.view_followup")
@require_safe
def figure_list(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the figures as a file."""
    user = person(request)
    _, rows = _figures(request)
    audit.record(verb="导出列表：回访统计", by=user, at=timezone.now(), reason=f"{len(rows)} 行，{kind}")
    heads = [f"{head}({unit})" if unit else head for head, unit in FIGURE_HEADS]
    name = f"回访统计-{timezone.localdate():%Y%m%d}.{kind}"
    return list_response(name, "回访统计", [heads, *(safe(cells) for cells in rows)], [["行数", len(rows)]])


def _figures(request: HttpRequest) -> tuple[PeriodForm, list[Any]]:
    """Return the form and the lines; a period that cannot be read narrows nothing and is said beside its box."""
    user = person(request)
    form = PeriodForm(request.GET)
    period = dict(form.cleaned_data) if form.is_valid() else {}
    # A county reads its own region, whose single enterprises it knows; the city reads them only where there are some.
    in_full = user.role == Role.COUNTY
    return form, [figure_row(each, in_full=in_full) for each in queries.figures_of(user, **period)]
