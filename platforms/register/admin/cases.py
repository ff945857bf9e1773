"""Activities of one platform, complaints about it and facts that speak against it, on its page in the back office."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from platforms.activities import queries as activities
from platforms.applications.queries import bans
from platforms.cases.queries import complaints, grounds
from platforms.models import Ban, Platform


def cases_of(platform: Platform, request: HttpRequest) -> dict[str, dict[str, Any]]:
    """Return counts, bans and what can be done, by the key of the section; nothing to who may not see facts."""
    if not request.user.has_perm("platforms.view_ground"):
        return {}
    today = timezone.localdate()
    figures = complaints.figures_of_platform(platform)
    since = f"（{figures['since']:%Y-%m-%d} 撤销认定之后）" if figures["since"] else ""
    asked = grounds.complaints_asked(platform, today)
    enough = f"，满 {asked} 件提出撤销情形" if asked else "，所依据的通知未将投诉列为撤销情形"
    found = [_ban_line(row, platform, request) for row in bans.of_platform(platform, on=today)]
    return {
        "complaints": {
            "pairs": [
                {"label": "投诉", "value": f"{figures['all']} 件，办理中 {figures['open']} 件"},
                {"label": "核查属实", "value": f"{figures['verified']} 件"},
                {"label": "现计入撤销情形的", "value": f"{figures['counting']} 件{since}{enough}"},
            ]
        },
        "grounds": {"moves": _acts(platform, request), "links": _registers(platform, request)},
        "bans": {
            "place": 115,
            "title": "限制申报",
            "count": len(found),
            "columns": [{"label": name} for name in ("对象", "起止日期", "原因", "状态")],
            "rows": found,
            "none": "运营单位和地点均未被限制申报。",
        },
    }


def activities_of(platform: Platform, request: HttpRequest) -> dict[str, dict[str, Any]]:
    """Return what ``platform`` held, attended, refused and left without an answer, by the key of the section."""
    if not request.user.has_perm("platforms.view_activity"):
        return {}
    found = activities.figures_of(platform, timezone.localdate())
    return {
        "activities": {
            "pairs": [
                {"label": "举办并总结的活动", "value": f"{found.held} 场"},
                {"label": "受邀参加的活动", "value": f"受邀 {found.invited} 场，参加 {found.attended} 场"},
                {
                    "label": "枢纽平台的活动",
                    "value": f"拒绝 {found.refused} 场，逾期未答复 {found.unanswered} 场（未答复的不计为拒绝）",
                },
            ]
        }
    }


def _acts(platform: Platform, request: HttpRequest) -> list[dict[str, Any]]:
    acts = []
    if request.user.has_perm("platforms.add_ground"):
        url = f"{reverse('admin:platforms_ground_add')}?{urlencode({'platform': platform.pk})}"
        acts.append({"label": "登记事实", "url": url, "kind": "plain"})
    if request.user.has_perm("evaluation.propose_revocation"):
        url = reverse("admin:evaluation_revocationproposal_propose", args=[platform.pk])
        acts.append({"label": "提出撤销认定", "url": url, "kind": "plain"})
    return acts


def _registers(platform: Platform, request: HttpRequest) -> list[dict[str, str]]:
    asked = urlencode({"q": platform.code})
    links = [{"label": "撤销情形登记", "url": f"{reverse('admin:platforms_ground_changelist')}?{asked}"}]
    if request.user.has_perm("evaluation.view_revocationproposal"):
        listing = reverse("admin:evaluation_revocationproposal_changelist")
        links.append({"label": "该平台的撤销认定", "url": f"{listing}?{asked}"})
    return links


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
