"""The places of a notice in words, for people who read what differs or what is wrong. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from platforms.notices.clauses import KEYS

_SINGLE: Mapping[str, str] = {
    "number": "文号",
    "title": "标题",
    "validity_years": "认定有效期（年）",
    "ban_years": "撤销后不受理申报（年）",
    "complaints_enough": "核实投诉达到（件）",
    "target": "建设目标（个）",
    "number_pattern": "证书编号规则",
    "money.kind": "资金分配办法",
    "money.failing": "计入淘汰线的档次",
    "money.line": "淘汰线",
    "money.points": "各档次分值",
    "phases": "阶段",
    "grades": "档次",
    "heads": "指标类别",
    "grounds": "撤销情形",
    "clauses": "条款",
    "readings": "默认口径",
}
_PARTS: Mapping[str, str] = {
    "phases": "第{}阶段",
    "grades": "第{}个档次",
    "heads": "第{}个指标类别",
    "grounds": "第{}种撤销情形",
    "clauses": "第{}个条款",
}
_FIELDS: Mapping[str, str] = {
    "key": "代号",
    "code": "代号",
    "label": "名称",
    "clause": "依据的条款",
    "certified": "是否认定",
    "tone": "显示样式",
    "collector": "事实来源",
    "number": "条款号",
    "text": "条文",
}


def place_label(place: str) -> str:
    """Return what ``place`` (such as ``grades.2.label``) is called; a place that nobody named stands for itself."""
    place = place.removeprefix("terms.")
    if place in _SINGLE:
        return _SINGLE[place]
    if points := re.fullmatch(r"money\.points\.(\w+)", place):
        return f"{points[1]}的分值"
    if reading := re.fullmatch(r"readings\.(\w+)", place):
        return f"口径 {reading[1]}"
    if clause := re.fullmatch(r"clauses\.([a-z_.]+)\.(number|text)", place):
        return f"“{KEYS.get(clause[1], clause[1])}”的{_FIELDS[clause[2]]}"
    if part := re.fullmatch(r"(\w+)\.(\d+)(?:\.(\w+))?", place):
        name = _PARTS.get(part[1], part[1]).format(part[2])
        return f"{name}的{_FIELDS.get(part[3], part[3])}" if part[3] else name
    return place


def value_label(value: Any) -> str:
    """Return a value of a notice in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return "—" if value in (None, "") else str(value)
