"""Activities of one platform, complaints about it and facts that speak against it, on its page in the back office."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from platforms.activities import queries as activities
from platforms.applications.queries import bans
from platforms.cases.choices import GroundStatus
from platforms.cases.queries import complaints, grounds
from platforms.models import Ban, Platform


def cases_of(platform: Platform, request: HttpRequest) -> dict[str, Any]:
    """Return counts, facts and links as the page of ``platform`` shows them; nothing to who may not see facts."""
    if not request.user.has_perm("platforms.view_ground"):
        return {}
    figures = complaints.figures_of_platform(platform)
    since = f"（{figures['since']:%Y-%m-%d} 撤销认定之后）" if figures["since"] else ""
    asked = grounds.complaints_asked(platform, timezone.localdate())
    enough = f"，满 {asked} 件提出撤销情形" if asked else "，所依据的通知未将投诉列为撤销情形"
    listing = reverse("admin:platforms_complaint_changelist")
    add = reverse("admin:platforms_ground_add")
    return {
        "complaint_pairs": [
            {"label": "投诉", "value": f"{figures['all']} 件，办理中 {figures['open']} 件"},
            {"label": "核查属实", "value": f"{figures['verified']} 件"},
            {
                "label": "现计入撤销情形的",
                "value": f"{figures['counting']} 件{since}{enough}",
            },
        ],
        "complaints_url": f"{listing}?q={platform.code}",
        "ground_columns": [{"label": name} for name in ("登记编号", "撤销情形", "事实", "发生日期", "状态")],
        "ground_rows": [
            {
                "url": reverse("admin:platforms_ground_change", args=(row.pk,)),
                "cells": [
                    row.number,
                    row.ground_label,
                    row.text if len(row.text) <= 60 else f"{row.text[:59]}…",
                    f"{row.happened_on:%Y-%m-%d}",
                    {"label": row.get_status_display(), "tone": grounds.TONES.get(GroundStatus(row.status), "neutral")},
                ],
            }
            for row in grounds.of_platform(platform)
        ],
        "ban_columns": [{"label": name} for name in ("对象", "起止日期", "原因", "状态")],
        "ban_rows": [_ban_line(row, platform, request) for row in bans.of_platform(platform, on=timezone.localdate())],
        "note_url": f"{add}?platform={platform.pk}" if request.user.has_perm("platforms.add_ground") else "",
    }


def activities_of(platform: Platform, request: HttpRequest) -> dict[str, Any]:
    """Return what ``platform`` held, attended, refused and left without an answer, and where its activities are."""
    if not request.user.has_perm("platforms.view_activity"):
        return {}
    found = activities.figures_of(platform, timezone.localdate())
    return {
        "activity_pairs": [
            {"label": "举办并总结的活动", "value": f"{found.held} 场"},
            {"label": "受邀参加的活动", "value": f"受邀 {found.invited} 场，参加 {found.attended} 场"},
            {
                "label": "枢纽平台的活动",
                "value": f"拒绝 {found.refused} 场，逾期未答复 {found.unanswered} 场（未答复的不计为拒绝）",
            },
        ],
        "activities_url": f"{reverse('desk:activities')}?{urlencode({'platform': platform.code})}",
    }


def _ban_line(row: Ban, platform: Platform, request: HttpRequest) -> dict[str, Any]:
    by_operator, by_place = row.operator_code == platform.operator_code, row.site_key == platform.site_key
    state = bans.state_of(row, on=timezone.localdate())
    return {
        # The record of a ban is the city's.
        "url": reverse("admin:platforms_ban_change", args=(row.pk,))
        if request.user.has_perm("platforms.view_ban")
        else "",
        "cells": [
            "运营单位和地点" if by_operator and by_place else "运营单位" if by_operator else "地点",
            f"{row.starts_on:%Y-%m-%d} 至 {row.ends_on:%Y-%m-%d}",
            row.reason,
            {"label": bans.STATES[state], "tone": bans.STATE_TONES[state]},
        ],
    }
