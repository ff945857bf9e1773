"""What the submitted form says, beside the marking sheet: the frozen version, not the row as it is today."""

from collections.abc import Mapping
from typing import Any

from platforms.applications.choices import OperatingMode, RuleKind, VenueTenure
from platforms.choices import FreeService, ServiceClass

Pairs = list[dict[str, Any]]

#: Heading, and per line: label, section, field, unit.
FIGURES: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        "场地与人员",
        (
            ("服务场地面积", "venue", "floor_area", "㎡"),
            ("服务窗口", "venue", "counters", "个"),
            ("会议培训场所", "venue", "meeting_rooms", "间"),
            ("运营人员", "counts", "staff_total", "人"),
            ("其中专职", "counts", "staff_full_time", "人"),
        ),
    ),
    (
        "服务业绩",
        (
            ("服务企业", "record", "enterprises_served", "家"),
            ("组织服务活动", "record", "events_held", "场"),
            ("活动参加人次", "record", "attendance", "人次"),
            ("办结企业诉求", "record", "requests_settled", "件"),
            ("服务满意度", "record", "satisfaction", "%"),
        ),
    ),
    (
        "建设计划",
        (
            ("年度服务企业目标", "plan", "target_enterprises", "家"),
            ("年度服务活动目标", "plan", "target_events", "场"),
            ("年度运营经费", "plan", "funds_wan", "万元"),
            ("经费来源", "plan", "funds_source", ""),
        ),
    ),
)


def facts_of(form: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return headed lists of label and value of the frozen ``form``, as ``components/keyvalues.html`` takes them."""
    venue, operator = form.get("venue") or {}, form.get("operator") or {}
    mode = dict(OperatingMode.choices).get(operator.get("operating_mode") or "", "")
    tenure = dict(VenueTenure.choices).get(venue.get("venue_tenure") or "", "")
    groups: list[dict[str, Any]] = [
        {
            "heading": heading,
            "pairs": [
                {"label": label, "value": (form.get(section) or {}).get(name), "unit": unit}
                for label, section, name, unit in lines
            ],
        }
        for heading, lines in FIGURES
    ]
    groups[0]["pairs"] += [{"label": "场地来源", "value": tenure}]
    groups.insert(
        0,
        {
            "heading": "运营单位",
            "pairs": [
                {"label": "名称", "value": operator.get("operator_name")},
                {"label": "运营方式", "value": mode},
                {"label": "地址", "value": (form.get("platform") or {}).get("address")},
            ],
        },
    )
    groups.append({"heading": "服务与制度", "pairs": _lists(form)})
    return groups


def _lists(form: Mapping[str, Any]) -> Pairs:
    services, rules = form.get("services") or [], form.get("rules") or []
    classes = dict(ServiceClass.choices)
    free = [dict(FreeService.choices).get(s["free_service"], "") for s in services if s.get("free_service")]
    paid = [f"{classes.get(s['service_class'], '')}{'' if s.get('is_free') else '（收费）'}" for s in services
            if s.get("service_class")]  # fmt: skip
    public = [dict(RuleKind.choices).get(r["kind"], "") for r in rules if r.get("is_public")]
    return [
        {"label": "公益性服务", "value": "、".join(free)},
        {"label": "其他服务", "value": "、".join(paid)},
        {"label": "已公开制度", "value": "、".join(public)},
        {"label": "合作机构", "value": "、".join(p["name"] for p in form.get("partners") or [])},
    ]
