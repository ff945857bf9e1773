"""Fees for services that must be free, as a list of cases: to be explained, explained, decided."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from platforms.choices import Role
from platforms.desk.service_record import trail
from platforms.desk.service_words import CASE_OPEN, CASE_STATES, CASE_TONES, with_regions, yuan
from platforms.models import Region
from platforms.pages.access import officer, person
from platforms.queries import fee_cases as queries
from platforms.queries.fee_cases import Choice
from platforms.queries.service_records import CITYS_OWN
from platforms.resources.list_file import Row, list_response, safe
from platforms.services import audit

PAGE = 25
_HEADS = (
    "服务日期", "窗口平台", "平台编号", "地区", "企业名称", "公益性服务", "收费(元)", "服务内容", "状态", "情况说明",
    "说明时间", "处理意见", "处理时间",
)  # fmt: skip


def choice_of(request: HttpRequest) -> Choice:
    """Read the address; what is not among the choices narrows nothing."""
    get = request.GET
    state = get.get("state", "")
    return Choice(
        state=state if state in CASE_STATES else CASE_OPEN,
        region=get.get("region", "")[:12].replace("\x00", "") if person(request).role == Role.CITY else "",
        platform=get.get("platform", "")[:20].replace("\x00", ""),
    )


def address(choice: Choice, base: str = "", **changes: Any) -> str:
    """Return the address of the list with ``changes`` to ``choice``."""
    new = replace(choice, **changes)
    parts = {"state": "" if new.state == CASE_OPEN else new.state, "region": new.region, "platform": new.platform}
    query = urlencode({name: value for name, value in parts.items() if value})
    return f"{base}?{query}" if query else base or "?"


@officer("platforms.view_feecase")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The cases, those that wait first."""
    user, choice = person(request), choice_of(request)
    counts = queries.tally(user, choice)
    pages = Paginator(queries.listed(user, choice), PAGE)
    pages.count = counts[choice.state]
    page = pages.get_page(request.GET.get("page"))
    names = ["服务日期", "企业", "窗口平台", *(["地区"] if with_regions(user) else []), "公益性服务"]
    context = {
        "crumbs": trail(),
        "page": page,
        "choice": choice,
        "groups": _chips(request, choice, counts),
        "clear_url": request.path if choice.region or choice.platform else "",
        "columns": [
            *({"label": name} for name in names),
            {"label": "收费", "num": True},
            {"label": "状态"},
        ],
        "rows": [_row(each, with_region=with_regions(user)) for each in page],
        "exports": [(kind, address(choice, reverse("desk:fee_case_list", args=[kind]))) for kind in ("xlsx", "csv")],
    }
    return render(request, "desk/fee_cases.html", context)


def _row(row: Any, *, with_region: bool) -> dict[str, Any]:
    region = row.platform.region
    return {
        "url": reverse("desk:service_record", args=[row.pk]),
        "cells": [
            f"{row.served_on:%Y-%m-%d}",
            row.enterprise.name,
            row.platform.name,
            *([region.name if region else "市级"] if with_region else []),
            row.get_free_category_display() if row.free_category else "已更正为非公益性服务",
            yuan(row.fee),
            {"label": CASE_STATES[row.case_state], "tone": CASE_TONES[row.case_state]},
        ],
    }


def _chips(request: HttpRequest, choice: Choice, counts: dict[str, int]) -> list[dict[str, Any]]:
    options = [
        {"label": word, "url": address(choice, state=key), "active": choice.state == key, "count": counts[key]}
        for key, word in CASE_STATES.items()
    ]
    groups: list[dict[str, Any]] = [{"label": "状态", "options": options}]
    if person(request).role == Role.CITY:
        places = [*Region.objects.order_by("code").values_list("code", "name"), (CITYS_OWN, "市级重点行业")]
        places = [("", "全市"), *places]
        groups.append(
            {
                "label": "地区",
                "options": [
                    {"label": name, "url": address(choice, region=code), "active": choice.region == code}
                    for code, name in places
                ],
            }
        )
    return groups


@officer("platforms.view_feecase")
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send the list that the address describes, all pages of it; it is noted in the log."""
    user, choice = person(request), choice_of(request)
    rows = queries.listed(user, choice)
    count = rows.count()
    audit.record(verb="导出列表：公益性服务收费", by=user, at=timezone.now(), reason=f"{count} 条，{kind}")
    notes: list[list[Any]] = [
        ["列表", "公益性服务收费"],
        ["条数", count],
        ["导出时间", f"{timezone.localtime():%Y-%m-%d %H:%M}"],
    ]
    name = f"公益性服务收费-{count}条-{timezone.localdate():%Y%m%d}.{kind}"
    return list_response(name, "公益性服务收费", _lines(rows), notes)


def _lines(rows: QuerySet[Any]) -> Iterator[Row]:
    yield list(_HEADS)
    for row in rows.iterator(chunk_size=2000):
        case = getattr(row, "fee_case", None)
        told, decided = (case.explained_at, case.decided_at) if case else (None, None)
        yield safe(
            [
                row.served_on.isoformat(), row.platform.name, row.platform.code,
                row.platform.region.name if row.platform.region else "市级", row.enterprise.name,
                row.get_free_category_display() if row.free_category else "", row.fee, row.summary,
                CASE_STATES[row.case_state], case.explanation if case else "",
                f"{timezone.localtime(told):%Y-%m-%d %H:%M}" if told else "", case.decision if case else "",
                f"{timezone.localtime(decided):%Y-%m-%d %H:%M}" if decided else "",
            ]
        )  # fmt: skip
