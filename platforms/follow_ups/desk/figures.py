"""What the calls came to: contradictions to the records, and the figures by region, each with its file."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from platforms.audit.services import audit
from platforms.choices import Role
from platforms.excel.list_file import list_response, safe
from platforms.follow_ups import queries
from platforms.follow_ups.desk.follow_ups import trail
from platforms.follow_ups.desk.labels import DIFFERENCE_COLUMNS, figure_row
from platforms.pages.access import current_user, officer
from platforms.pages.fields import DayField
from platforms.pages.forms import RefusableForm
from platforms.pages.lists import ListPage, text

FIGURE_HEADS = (
    ("地区", ""), ("抽取", "条"), ("已回访", "条"), ("接通", "条"), ("属实", "%"), ("回访满意度", "分"),
    ("登记满意度", "分"), ("收费不符", "条"), ("与记录不符", "条"),
)  # fmt: skip


class PeriodForm(RefusableForm):
    """The days of service that the figures are about."""

    from_on = DayField(label="服务日期自", required=False)
    until_on = DayField(label="服务日期至", required=False)


class Differences(ListPage):
    """Every call that contradicts the record, the latest first."""

    title = file_title = "回访与记录不符"
    noun = "回访"
    lead = "企业所述与服务记录不一致：服务不属实、免费服务收了费，或满意度相差 2 分以上。"
    none_yet = "没有与记录不符的回访。"
    place, file_place = "desk:follow_up_differences", "desk:follow_up_difference_list"
    filters = (text("platform", "窗口平台", 20),)
    columns = DIFFERENCE_COLUMNS
    size = 50

    def rows(self) -> QuerySet[Any]:
        return queries.different(self.user, platform=self.values["platform"])

    def crumbs(self) -> list[dict[str, str]]:
        return [*trail(), {"label": "与记录不符", "url": ""}]


differences = officer("platforms.view_followup")(require_safe(Differences.page))
difference_list = officer("platforms.view_followup")(require_safe(Differences.file))


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
    return render(request, "follow_ups/follow_up_figures.html", context)


@officer("platforms.view_followup")
@require_safe
def figure_list(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the figures as a file."""
    user = current_user(request)
    _, rows = _figures(request)
    audit.record(verb="导出列表：回访统计", by=user, at=timezone.now(), reason=f"{len(rows)} 行，{kind}")
    heads = [f"{head}({unit})" if unit else head for head, unit in FIGURE_HEADS]
    name = f"回访统计-{timezone.localdate():%Y%m%d}.{kind}"
    return list_response(name, "回访统计", [heads, *(safe(cells) for cells in rows)], [["行数", len(rows)]])


def _figures(request: HttpRequest) -> tuple[PeriodForm, list[Any]]:
    """Return the form and the lines; a period that cannot be read narrows nothing and is said beside its box."""
    user = current_user(request)
    form = PeriodForm(request.GET)
    period = dict(form.cleaned_data) if form.is_valid() else {}
    # A county reads its own region, whose single enterprises it knows; the city reads them only where there are some.
    in_full = user.role == Role.COUNTY
    return form, [figure_row(each, in_full=in_full) for each in queries.figures_of(user, **period)]
