"""Which figures an indicator can rest on: what the frozen form states, and what the system recorded.

What the system recorded is counted within the period of the evaluation (``platforms.workbench.queries.counting``).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Form = Mapping[str, Any]

#: Comes from the register of complaints, not from the form.
VERIFIED_COMPLAINTS = "verified_complaints"
#: What the system recorded within the period of the evaluation; each is a key of ``counted_figures.FIGURES``.
RECORDED: dict[str, str] = {
    VERIFIED_COMPLAINTS: "核查属实投诉数（评价期间）",
    "counted_services": "系统记录的服务数（评价期间）",
    "counted_enterprises": "系统记录的服务企业数（评价期间）",
    "counted_free": "系统记录的公益性服务数（评价期间）",
    "counted_fees": "公益性服务收费的记录数（评价期间）",
    "counted_activities": "举办并总结的活动数（评价期间）",
    "counted_attended": "参加的统筹活动数（评价期间）",
    "counted_refused": "拒绝的枢纽平台活动数（评价期间）",
    "counted_rectifications": "下发的整改数（评价期间）",
    "counted_late_returns": "逾期或未报送的定期报送数（评价期间）",
    "counted_differences": "与记录不符的回访数（评价期间）",
    "counted_classes": "系统记录的服务类别数（评价期间）",
    "counted_free_kinds": "系统记录的公益性服务种类数（评价期间）",
    "counted_free_share": "系统记录的公益性服务占比（评价期间）",
    "counted_follow_ups": "已作的回访数（评价期间）",
    "counted_satisfaction": "回访满意率（评价期间）",
    "counted_attendance": "举办活动的参加人次（评价期间）",
    "counted_answered": "枢纽平台活动邀请答复率（评价期间）",
    "counted_tasks": "阶段任务按期完成率（评价期间）",
    "counted_returns": "定期报送按时率（评价期间）",
}


def _field(section: str, name: str) -> Callable[[Form], Any]:
    return lambda form: (form.get(section) or {}).get(name)


def _rows(form: Form, kind: str) -> list[Mapping[str, Any]]:
    return list(form.get(kind) or [])


def _free_share(form: Form) -> Decimal | None:
    services = _rows(form, "services")
    if not services:
        return None
    return (Decimal(100) * sum(bool(s.get("is_free")) for s in services) / len(services)).quantize(Decimal("0.01"))


#: name → (what it is, in Chinese; how it is read)
SOURCES: dict[str, tuple[str, Callable[[Form], Any]]] = {
    "floor_area": ("服务场地面积", _field("venue", "floor_area")),
    "staff_total": ("运营人员数", _field("counts", "staff_total")),
    "staff_full_time": ("专职人员数", _field("counts", "staff_full_time")),
    "rules_public": ("已公开的管理制度数", lambda form: sum(bool(r.get("is_public")) for r in _rows(form, "rules"))),
    "service_classes": (
        "服务类别数",
        lambda form: len({s["service_class"] for s in _rows(form, "services") if s.get("service_class")}),
    ),
    "free_services": (
        "公益性服务项数",
        lambda form: len({s["free_service"] for s in _rows(form, "services") if s.get("free_service")}),
    ),
    "free_share": ("免费服务占比", _free_share),
    "partners": ("合作机构数", lambda form: len(_rows(form, "partners"))),
    "enterprises_served": ("服务企业数", _field("record", "enterprises_served")),
    "events_held": ("组织活动数", _field("record", "events_held")),
    "attendance": ("活动参加人次", _field("record", "attendance")),
    "requests_settled": ("办结企业诉求数", _field("record", "requests_settled")),
    "satisfaction": ("服务满意度", _field("record", "satisfaction")),
}

LABELS: dict[str, str] = {name: label for name, (label, _) in SOURCES.items()} | RECORDED


def stated_value(source: str, form: Form) -> Decimal | None:
    """Return the figure called ``source`` as the form of the application states it, of the year before filing.

    ``None`` where nobody answers it, or it does not come from the form.
    """
    if source not in SOURCES:
        return None
    value = SOURCES[source][1](form)
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
