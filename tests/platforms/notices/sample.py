"""An invented notice, unlike that of 2020 in everything that a notice fixes."""

from copy import deepcopy
from typing import Any

from platforms.notices.clauses import KEYS

TERMS: dict[str, Any] = {
    "validity_years": 2,
    "ban_years": 5,
    "complaints_enough": 2,
    "target": 60,
    "number_pattern": "YH-CK{year}-{serial}-{check}",
    "phases": [
        {"key": "filing", "label": "第一阶段：自荐", "clause": "phases.filing"},
        {"key": "trial", "label": "第二阶段：试点", "clause": "phases.trial"},
        {"key": "evaluation", "label": "第三阶段：评定", "clause": "phases.evaluation"},
    ],
    "grades": [
        {"code": "EX", "label": "优秀", "certified": True, "tone": "good"},
        {"code": "OK", "label": "合格", "certified": True, "tone": "info"},
        {"code": "NO", "label": "不合格", "certified": False, "tone": "bad"},
    ],
    "heads": [{"key": "conditions", "label": "条件"}, {"key": "effect", "label": "成效"}],
    "grounds": [
        {"key": "complaints", "label": "被投诉2次以上且核实", "clause": "grounds", "collector": "complaints"},
        {"key": "leaks", "label": "泄露企业信息", "clause": "grounds", "collector": ""},
        {"key": "other", "label": "其他情形", "clause": "grounds", "collector": "other"},
    ],
    "money": {"kind": "factor_share", "points": {"EX": 50, "OK": 20}, "failing": "NO", "line": "3/10"},
    "readings": {"cutoff": "exclusive"},
}
CLAUSES: list[dict[str, str]] = [
    {"key": key, "number": f"第{number}条", "text": f"要求{number}"} for number, key in enumerate(KEYS, start=1)
]


def terms(**changes: Any) -> dict[str, Any]:
    """The terms as data of their own, with ``changes``."""
    return deepcopy(TERMS) | changes


def clauses() -> list[dict[str, str]]:
    return deepcopy(CLAUSES)
