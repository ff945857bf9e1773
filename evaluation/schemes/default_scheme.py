"""A scheme to start from, put together from what comparable regions publish: the product's, not the city's."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from evaluation.schemes.choices import DEDUCTIONS, Method
from platforms.identity import ours

NAME = "软件默认评价方案"
NOTE = (
    "本方案由软件自带，按通知列明的四类指标、参照各地公开的同类平台评价办法归纳而成，仅供起草时参考，"
    f"不是{ours().city.name}确定的评价标准。"
    "启用前请按市经信局的要求修改。"
)

C, S, Q, L = "conditions", "content", "quantity", "sustainability"
#: The least points of the best and of the last grade with a cut-off; the others lie evenly between.
BEST, LAST = 90, 60

# 二: 窗口平台必须具备以下基本条件(一)至(六)
GATES: tuple[tuple[str, str], ...] = (
    ("gate-venue", "采用统一标志标识和命名，有必要的场地设施"),
    ("gate-team", "有明确、稳定的运营管理团队和企业服务经验"),
    ("gate-network", "与市企业服务平台网络互联互通并记录服务数据"),
    ("gate-public", "具有公益性，三项公益性服务免费提供"),
    ("gate-activities", "在枢纽平台统筹下开展服务活动和宣传"),
    ("gate-rules", "建立管理制度，公开服务流程、标准和收费"),
)


def _tiers(*pairs: tuple[int, int]) -> list[list[str]]:
    return [[str(least), str(points)] for least, points in pairs]


SCORES: tuple[dict[str, Any], ...] = (
    {
        "head": C,
        "code": "venue",
        "title": "场地设施",
        "method": Method.SCORED,
        "full_marks": 8,
        "unit": "㎡",
        "source": "floor_area",
        "guide": "看面积、功能分区、设备和标识",
    },
    {
        "head": C,
        "code": "staff",
        "title": "专职人员",
        "method": Method.TIERS,
        "full_marks": 7,
        "unit": "人",
        "source": "staff_full_time",
        "tiers": _tiers((1, 2), (2, 4), (3, 6), (5, 7)),
        "guide": "按在岗花名册核定",
    },
    {
        "head": C,
        "code": "rules",
        "title": "公开的管理制度",
        "method": Method.TIERS,
        "full_marks": 5,
        "unit": "项",
        "source": "rules_public",
        "tiers": _tiers((1, 1), (2, 2), (3, 3), (4, 4), (5, 5)),
        "guide": "按公开的文件核定",
    },
    {
        "head": S,
        "code": "breadth",
        "title": "服务类别",
        "method": Method.TIERS,
        "full_marks": 10,
        "unit": "类",
        "source": "counted_classes",
        "tiers": _tiers((1, 2), (2, 4), (3, 6), (4, 8), (5, 10)),
        "guide": "有服务记录的类别才计入",
    },
    {
        "head": S,
        "code": "free",
        "title": "三项公益性服务",
        "method": Method.TIERS,
        "full_marks": 10,
        "unit": "项",
        "source": "counted_free_kinds",
        "tiers": _tiers((1, 3), (2, 6), (3, 10)),
        "guide": "有服务记录的才计入",
    },
    {
        "head": S,
        "code": "satisfaction",
        "title": "服务满意度",
        "method": Method.TIERS,
        "full_marks": 10,
        "unit": "%",
        "source": "counted_satisfaction",
        "tiers": _tiers((60, 2), (70, 4), (80, 7), (90, 10)),
        "guide": "按回访结果核定",
    },
    {
        "head": Q,
        "code": "enterprises",
        "title": "服务企业",
        "method": Method.LINEAR,
        "full_marks": 12,
        "unit": "家",
        "source": "counted_enterprises",
        "floor": 0,
        "target": 200,
        "guide": "同一企业只计一次",
    },
    {
        "head": Q,
        "code": "services",
        "title": "服务数量",
        "method": Method.LINEAR,
        "full_marks": 8,
        "unit": "条",
        "source": "counted_services",
        "floor": 0,
        "target": 100,
        "guide": "按服务记录核定，已作废的不计",
    },
    {
        "head": Q,
        "code": "events",
        "title": "组织服务活动",
        "method": Method.LINEAR,
        "full_marks": 6,
        "unit": "场",
        "source": "counted_activities",
        "floor": 0,
        "target": 12,
        "guide": "须有通知、签到表和照片",
    },
    {
        "head": Q,
        "code": "attendance",
        "title": "活动参加人次",
        "method": Method.LINEAR,
        "full_marks": 4,
        "unit": "人次",
        "source": "counted_attendance",
        "floor": 0,
        "target": 600,
        "guide": "按签到表核定",
    },
    {
        "head": L,
        "code": "income",
        "title": "免费服务占比与经费保障",
        "method": Method.SCORED,
        "full_marks": 8,
        "unit": "%",
        "source": "free_share",
        "guide": "看免费服务占比、经费来源和县级支持",
    },
    {
        "head": L,
        "code": "partners",
        "title": "合作机构与建设计划",
        "method": Method.SCORED,
        "full_marks": 6,
        "unit": "家",
        "source": "partners",
        "guide": "看合作机构数量、质量和年度计划",
    },
    {
        "head": L,
        "code": "hubs",
        "title": "与枢纽平台协同",
        "method": Method.TIERS,
        "full_marks": 6,
        "unit": "%",
        "source": "counted_answered",
        "tiers": _tiers((60, 2), (80, 4), (90, 6)),
        "guide": "按答复枢纽平台活动邀请的比例核定",
    },
    {
        "head": DEDUCTIONS,
        "code": "complaints",
        "title": "核查属实的投诉",
        "method": Method.DEDUCTION,
        "full_marks": 5,
        "unit": "件",
        "source": "verified_complaints",
        "guide": "按投诉的核查结论核定",
    },
)


#: Which figure of the form an indicator can go by instead, for a round of which the system recorded nothing.
STATED: dict[str, str] = {
    "breadth": "service_classes",
    "free": "free_services",
    "satisfaction": "satisfaction",
    "enterprises": "enterprises_served",
    "services": "requests_settled",
    "events": "events_held",
    "attendance": "attendance",
}


def indicators(heads: Sequence[str]) -> list[dict[str, Any]]:
    """Return the fields of every indicator, gates first; what has no head of its own stands under the first."""
    gates: list[dict[str, Any]] = [
        {"head": C, "code": code, "title": title, "method": Method.GATE, "full_marks": 0} for code, title in GATES
    ]
    rows = [{"order": order, **fields} for order, fields in enumerate([*gates, *SCORES], start=1)]
    return [row | {"head": row["head"] if row["head"] in heads else heads[0]} for row in rows]


def cutoffs(grades: Sequence[str]) -> list[tuple[str, Decimal]]:
    """Return the least points of each of ``grades``, which come from the best to the worst, but of the last one."""
    reached = grades[:-1]
    steps = max(len(reached) - 1, 1)
    return [
        (code, Decimal(BEST - (BEST - LAST) * at // steps) if len(reached) > 1 else Decimal(LAST))
        for at, code in enumerate(reached)
    ]
